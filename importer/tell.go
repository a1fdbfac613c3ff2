package importer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"

	"github.com/contactsync/contactsync/report"
)

// tell is the third pass: every row is read again and joined with its outcome, in input order. What it writes depends on
// the input, the options and the ledger only, not on the order in which answers came.
func (r *run) tell(set *report.Set, accepted ContactWriter) error {
	next, done := iter.Pull2(r.outcomes())
	defer done()
	ends := make([]fate, max(len(r.verdicts), int(r.twins.Rows())+1))
	if err := r.foretell(ends); err != nil {
		return err
	}
	attempt, err, more := next()
	r.Progress.Start(PassReport, len(r.verdicts)-1)
	defer r.Progress.End()
	lost := &check.Unreadable{Last: func(input int) int { return r.names.Last(input, len(r.verdicts)-1) }}
	r.checker.Unreadable = lost
	for row, checkErr := range r.checker.Rows(r.quit, check.Selection{}) {
		if checkErr != nil {
			return checkErr
		}
		if row.Seq >= len(r.verdicts) {
			break // the first pass ended here, and what changed since is as it was again
		}
		if more && err == nil && attempt.Seq < row.Seq {
			return fmt.Errorf("the ledger has an outcome of row %d that was never sent", attempt.Seq)
		}
		var mine *ledger.Attempt
		if more && err == nil && attempt.Seq == row.Seq {
			a := attempt
			mine = &a
			attempt, err, more = next()
		}
		if err != nil {
			return ledger.Unreadable(err)
		}
		became, err := r.outcome(row, mine, ends)
		if err != nil {
			return err
		}
		ends[row.Seq] = fateOf(became.Status)
		r.countEnd(row.Org, became.Status)
		if accepted != nil && became.Status == outcome.Valid && !row.Unreadable() {
			if err := accepted.Write(row.Checked.Contact, row.Checked.Org, row.Checked.ExternalID); err != nil {
				return err
			}
		}
		if err := set.Write(r.reportRow(row, became)); err != nil {
			return err
		}
		r.Progress.Row(became.Status)
	}
	if changed := lost.Err(); changed != nil {
		r.endsAt(changed)
	}
	for _, d := range r.toldDeletes() {
		for more && err == nil && attempt.Seq < d.seq {
			attempt, err, more = next()
		}
		if err != nil {
			return ledger.Unreadable(err)
		}
		var mine *ledger.Attempt
		if more && attempt.Seq == d.seq {
			mine = &attempt
		}
		if err := r.tellDelete(set, d, mine); err != nil {
			return err
		}
	}
	return r.tellPairs(set)
}

// fate is how a row ended, as far as its duplicates share it: one byte, for files of many millions of rows.
type fate uint8

// shared are the statuses that a duplicate takes over; a fate counts them from 1.
func shared() []outcome.Status {
	return []outcome.Status{outcome.Failed, outcome.Uncertain, outcome.NotAttempted}
}

func fateOf(s outcome.Status) fate { return fate(1 + slices.Index(shared(), s)) }

func (f fate) status() outcome.Status {
	if f == 0 {
		return ""
	}
	return shared()[f-1]
}

// outcomes yields what the ledger has of this run, by row.
func (r *run) outcomes() iter.Seq2[ledger.Attempt, error] {
	if !r.begun {
		return func(func(ledger.Attempt, error) bool) {}
	}
	return r.Ledger.Outcomes(context.WithoutCancel(r.quit), r.About.ID)
}

// outcome tells how a row ended. ends holds that of the rows before it, and of a later one that counts in its place.
func (r *run) outcome(row *check.Row, mine *ledger.Attempt, ends []fate) (outcome.Outcome, error) {
	if row.Unreadable() {
		return r.unreadOutcome(row, mine, ends), nil
	}
	r.dropOwn(row, mine)
	o := outcome.Outcome{Action: outcome.None, Problems: row.Checked.Problems, Warnings: row.Checked.Warnings}
	o.Warnings = append(o.Warnings, r.sharedWarnings(row)...)
	switch r.verdicts[row.Seq] {
	case invalid:
		o.Status = outcome.Invalid
		if r.twins.DuplicateOf(uint32(row.Seq)) != 0 && row.Valid() {
			o.Problems = append(o.Problems, contact.Problem{
				Code: outcome.CodeDuplicate, Message: "is the same contact as row " + r.names.Of(r.twins.DuplicateOf(uint32(row.Seq))),
				Fix: "remove one of the two rows",
			})
		}
	case twin:
		o.Status = outcome.Duplicate
		if s := ends[r.twins.DuplicateOf(uint32(row.Seq))].status(); s != "" {
			o.Status = s
			o.Problems = append(o.Problems, contact.Problem{
				Code: outcome.CodeDuplicate, Message: "is the same contact as row " + r.names.Of(r.twins.DuplicateOf(uint32(row.Seq))) + ", and shares its fate",
				Fix: "see what is said there",
			})
		}
	case exists:
		o.Status = outcome.Exists
		if r.Sync != nil {
			r.syncedOutcome(row, &o)
		} else {
			o.Receipt.ContactID = row.Found.Same[0]
			o.Warnings = append(o.Warnings, foundWarnings(row)...)
		}
		o.Warnings = append(o.Warnings, r.earlierNotes(row)...)
	case known:
		o.Status = outcome.Exists
		r.knownOutcome(row, &o)
	case gone:
		o.Status = outcome.Gone
		m, _, _ := r.territories[row.Org].before.Of(row)
		o.Receipt.ContactID = m.ID
		o.Warnings = append(o.Warnings, contact.Problem{
			Code: outcome.CodeGone, Message: "created by an earlier run as contact " + strconv.FormatInt(o.Receipt.ContactID, 10) + ", and deleted by somebody since",
			Fix: "nothing, if that was right; --recreate makes it anew",
		})
	case stranger:
		o.Status, o.Action = outcome.Failed, outcome.Update
		r.strangerOutcome(row, &o)
	case ambiguous, conflicting:
		o.Status, o.Action = outcome.Failed, outcome.Update
		r.undecided(row, &o)
	case unseen:
		o.Status = outcome.Failed
		o.Action = outcome.Create
		o.Problems = append(o.Problems, unseenProblem(row.Org, r.territories[row.Org].refused))
	case blocked:
		o.Status = outcome.Uncertain
		o.Action = outcome.Create
		o.Problems = append(o.Problems, contact.Problem{
			Code:    outcome.CodeEarlierRun,
			Message: "an earlier run sent this contact, or one with the same key, and no answer told whether it was created",
			Fix:     "run the same command again later, or contactsync settle",
		})
	case carried, update, create:
		return r.created(row, mine, o)
	}
	return o, nil
}

// created tells how a row ended that was to be created.
func (r *run) created(row *check.Row, mine *ledger.Attempt, o outcome.Outcome) (outcome.Outcome, error) {
	o.Action = outcome.Create
	if r.verdicts[row.Seq] == update {
		r.updatedOutcome(row, &o)
	}
	if mine != nil {
		o.Action, o.Receipt.ContactID = mine.Action, cmp.Or(o.Receipt.ContactID, mine.Target)
	}
	switch {
	case mine != nil && mine.Row.Content != row.Keys.Content && r.checker.Unreadable.Err() == nil:
		return o, fmt.Errorf("row %d is not the row that was sent: its content has changed since", row.Seq)
	case mine != nil && mine.Result == nil:
		o.Status = outcome.Uncertain
		o.Receipt.Attempts = mine.Attempt
		o.Problems = append(o.Problems, contact.Problem{
			Code: outcome.CodeUnclear, Message: "the request left, but the run ended before its answer came", Fix: fixUnclear,
		})
	case mine != nil:
		r.resultOutcome(row, mine, &o)
	default:
		if o.Status = r.unsent(); o.Status == outcome.Valid {
			o.Action = outcome.None
		}
	}
	if len(row.Found.Related) > 0 {
		o.Warnings = append(o.Warnings, relatedWarning(row.Found.Related))
	}
	return o, nil
}

// dropOwn leaves, of the contacts that are equal to a row in the key with a clearly different name, those that are not the
// row's own: by an id, or by what an earlier run knows, a row has its contact whatever that is called.
func (r *run) dropOwn(row *check.Row, mine *ledger.Attempt) {
	t := r.territories[row.Org]
	if len(row.Found.Related) == 0 || t == nil {
		return
	}
	var own []int64
	if mine != nil {
		own = append(own, mine.Target)
		if mine.Result != nil {
			own = append(own, mine.Result.Receipt.ContactID)
		}
	}
	if r.Sync != nil {
		id, _ := r.aim(t, row)
		own = append(own, id)
	}
	if m, _, _ := t.before.Of(row); m.HasContact() {
		own = append(own, m.ID)
	}
	row.Found.Related = slices.DeleteFunc(row.Found.Related, func(id int64) bool { return slices.Contains(own, id) })
}

// knownOutcome tells of a row whose contact is there as an earlier run knows.
func (r *run) knownOutcome(row *check.Row, o *outcome.Outcome) {
	t := r.territories[row.Org]
	id := r.knownElsewhere(t, row)
	o.Receipt.ContactID = max(0, id)
	o.Warnings = append(o.Warnings, r.earlierNotes(row)...)
	if t.listed[id] {
		o.Warnings = append(o.Warnings, contact.Problem{
			Code: outcome.CodeExistsChanged, Message: "created by an earlier run as contact " + strconv.FormatInt(id, 10) + ", and changed by somebody since",
			Fix: "nothing, if the change is right: import never changes a contact",
		})
		return
	}
	o.Warnings = append(o.Warnings, contact.Problem{
		Code: outcome.CodeExistsRecent, Message: "created by an earlier run a moment ago; the organisation's listing does not show it yet",
	})
}

func foundWarnings(row *check.Row) []contact.Problem {
	var w []contact.Problem
	if n := len(row.Found.Same); n > 1 {
		w = append(w, contact.Problem{
			Code: outcome.CodeExistsSeveral, Message: fmt.Sprintf("%d contacts of the organisation fit this row: %s", n, ids(row.Found.Same)),
			Fix: "decide in the portal which one stays",
		})
	}
	if len(row.Found.Differs) > 0 {
		fields := make([]string, len(row.Found.Differs))
		for i, f := range row.Found.Differs {
			fields[i] = string(f)
		}
		w = append(w, contact.Problem{
			Code: outcome.CodeExistsDiffers, Field: row.Found.Differs[0],
			Message: "the organisation's contact differs in " + strings.Join(fields, ", "), Fix: "import never changes a contact",
		})
	}
	return w
}

func relatedWarning(related []int64) contact.Problem {
	return contact.Problem{
		Code:    outcome.CodeExistsRelated,
		Message: "the organisation has another contact with the same key and a clearly different name: " + ids(related),
	}
}

func unseenProblem(org int64, err error) contact.Problem {
	p := contact.Problem{
		Code: outcome.CodeOrgUnseen, Field: contact.Org, Value: strconv.FormatInt(org, 10),
		Message: "this organisation can't be read with this application token",
		Fix:     "check the number, or use a token of an organisation above it",
	}
	var refusal *outcome.Refusal
	if errors.As(err, &refusal) {
		p.Message += fmt.Sprintf(" (HTTP %d)", refusal.HTTPStatus)
	}
	return p
}

func ids(list []int64) string {
	const shown = 20
	var b strings.Builder
	for i, id := range list {
		if i == shown {
			fmt.Fprintf(&b, " and %d more", len(list)-shown)
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(strconv.FormatInt(id, 10))
	}
	return b.String()
}
