package result

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/contactsync/contactsync/importer/apply"
	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
)

// What to do about requests of which no answer tells what they did.
const (
	FixUnclear = "run the same command again later, or contactsync settle: it is looked up before anything is sent"
	FixDoubted = "look for the contact in the portal; contactsync does not send this row again by itself"
)

// BrokenOff is the problem of a change whose request left before the run was killed.
func BrokenOff() []contact.Problem {
	return []contact.Problem{{
		Code: outcome.CodeUnclear, Message: "the request left, but the run ended before its answer came", Fix: FixUnclear,
		Cure: contact.CureLater,
	}}
}

// outcome tells how a row ended. ends holds that of the rows before it, and of a later one that counts in its place.
func (w *writing) outcome(ctx context.Context, row *check.Row, mine *ledger.Attempt) (outcome.Outcome, error) {
	if row.Unreadable() {
		return w.unread(row, mine), nil
	}
	do, d := w.in.Plan.Do(row.Seq), plan.AsDecided(w.in.Plan.Of(row), mine)
	if err := w.dropMadeSince(ctx, row, do, mine); err != nil {
		return outcome.Outcome{}, err
	}
	w.dropOwn(row, d, mine)
	o := outcome.Outcome{Action: outcome.None, Problems: row.Checked.Problems, Warnings: row.Checked.Warnings}
	o.Warnings = append(o.Warnings, w.sharedIDWarnings(row, d, mine)...)
	o.Warnings = append(o.Warnings, w.movedIDWarnings(row, d)...)
	switch do {
	case plan.Invalid:
		w.invalid(row, &o)
	case plan.Duplicate:
		w.duplicate(row, &o)
	case plan.Exists:
		o.Status, o.Receipt.ContactID = outcome.Exists, d.Target
		if w.in.Plan.IsSync() {
			o.Warnings = append(o.Warnings, portalWins(w.in.Plan.KeptOf(row, d))...)
			o.Warnings = append(o.Warnings, w.storedWarnings(row, d, nil)...)
			o.Warnings = append(o.Warnings, w.takeWarnings(row, d.Target, mine)...)
		} else {
			row.Found.Differs = slices.DeleteFunc(row.Found.Differs, d.Stored.Has)
			o.Warnings = append(o.Warnings, foundWarnings(row, w.in.Plan.Several(row.Seq))...)
			o.Warnings = append(o.Warnings, w.storedWarnings(row, d, nil)...)
		}
		o.Warnings = append(o.Warnings, w.earlierNotes(row)...)
	case plan.ExistsByLedger:
		w.existsByLedger(row, d, &o)
	case plan.Gone:
		o.Status, o.Receipt.ContactID = outcome.Gone, d.Target
		o.Warnings = append(o.Warnings, w.goneWarning(d))
	case plan.GoneInDispute:
		o.Status, o.Action, o.Receipt.ContactID = outcome.Failed, outcome.Create, d.Target
		o.Problems = append(o.Problems, w.goneWarning(d))
	case plan.OtherPerson:
		o.Status, o.Action = outcome.Failed, outcome.Update
		w.otherPerson(row, &o)
	case plan.Moved:
		o.Status, o.Action = outcome.Failed, outcome.Update
		w.movedID(row, &o)
	case plan.Ambiguous, plan.Conflicting:
		o.Status, o.Action = outcome.Failed, outcome.Update
		w.leftAlone(row, d, &o)
	case plan.NotVisible:
		o.Status, o.Action = outcome.Failed, outcome.Create
		o.Problems = append(o.Problems, NotVisible(row.Org, w.in.World.Orgs[row.Org].Refused))
	case plan.InDoubt:
		o.Status, o.Action = outcome.Uncertain, outcome.Create
		o.Problems = append(o.Problems, contact.Problem{
			Code:    outcome.CodeEarlierRun,
			Message: "an earlier run sent this contact, or one with the same key, and no answer told whether it was created",
			Fix:     "run the same command again later, or contactsync settle",
			Cure:    contact.CureLater,
		})
	case plan.Resumed, plan.Update, plan.Create:
		return w.written(row, d, mine, o)
	}
	return o, nil
}

func (w *writing) invalid(row *check.Row, o *outcome.Outcome) {
	o.Status = outcome.Invalid
	if first := w.in.Plan.Groups.DuplicateOf(uint32(row.Seq)); first != 0 && row.Valid() {
		o.Problems = append(o.Problems, contact.Problem{
			Code: outcome.CodeDuplicate, Message: "is the same contact as row " + w.in.Plan.Names.Of(first),
			Fix: "remove one of the two rows",
		})
	}
}

func (w *writing) duplicate(row *check.Row, o *outcome.Outcome) {
	o.Status = outcome.Duplicate
	first := w.in.Plan.Groups.DuplicateOf(uint32(row.Seq))
	if s := w.ends[first].status(); s != "" {
		o.Status = s
		o.Problems = append(o.Problems, contact.Problem{
			Code: outcome.CodeDuplicate, Message: "is the same contact as row " + w.in.Plan.Names.Of(first) + ", and shares its fate",
			Fix: "see what is said there", Cure: contact.CureOther,
		})
	}
}

// written tells how a row ended that was to be created or changed.
func (w *writing) written(row *check.Row, d plan.Decision, mine *ledger.Attempt, o outcome.Outcome) (outcome.Outcome, error) {
	o.Action = outcome.Create
	have := w.had(row, d, mine)
	if d.Do == plan.Update && have != nil {
		o.Action, o.Receipt.ContactID = outcome.Update, d.Target
		o.Changes = d.ChangesFrom(*have, row)
		o.Warnings = append(o.Warnings, fileWins(o.Changes)...)
	}
	if d.Do != plan.Create && have != nil {
		o.Warnings = append(o.Warnings, portalWins(d.KeptFrom(*have, row))...)
		o.Warnings = append(o.Warnings, w.storedWarnings(row, d, mine)...)
		o.Warnings = append(o.Warnings, w.overwriteWarnings(row, d, mine)...)
	}
	if mine != nil {
		o.Action, o.Receipt.ContactID = mine.Action, cmp.Or(o.Receipt.ContactID, mine.Target)
	}
	switch {
	case mine != nil && mine.Row.Content != row.Keys.Content && w.unreadable.Err() == nil:
		return o, fmt.Errorf("row %d is not the row that was sent: its content has changed since", row.Seq)
	case mine != nil && mine.Result == nil:
		o.Status, o.Receipt.Attempts = outcome.Uncertain, mine.Attempt
		o.Problems = append(o.Problems, BrokenOff()...)
	case mine != nil:
		w.attempted(row, mine, &o)
	default:
		if o.Status = w.unsent(); o.Status == outcome.Valid {
			o.Action = outcome.None
		}
	}
	if d.Do == plan.Create && d.Target != 0 && o.Status != outcome.Exists {
		o.Warnings = append(o.Warnings, w.goneWarning(d))
	}
	if w.in.Plan.IsSync() && o.Receipt.ContactID != 0 {
		o.Warnings = append(o.Warnings, w.takeWarnings(row, o.Receipt.ContactID, mine)...)
	}
	if len(row.Found.Related) > 0 && d.Do != plan.Exists {
		o.Warnings = append(o.Warnings, relatedWarning(row.Found.Related))
	}
	return o, nil
}

// attempted tells what the ledger has of a row.
func (w *writing) attempted(row *check.Row, mine *ledger.Attempt, o *outcome.Outcome) {
	res := mine.Result
	o.Status, o.Receipt = res.Status, res.Receipt
	o.Receipt.ContactID = cmp.Or(o.Receipt.ContactID, mine.Target)
	if o.Status == outcome.Exists {
		o.Action = outcome.None
	}
	if res.Code != "" {
		p := contact.Problem{Code: res.Code, Field: res.Field, Message: apply.Unmask(res.Detail, row.Checked.Contact)}
		switch res.Code {
		case outcome.CodeUnclear:
			p.Fix, p.Cure = FixUnclear, contact.CureLater
			for _, n := range res.Notes {
				if n.Code == outcome.CodeSuspects {
					p.Fix = "look in the portal which of " + IDs(n.IDs) + " is the row's; then correct the row, or run the same command again"
					p.Cure = contact.CurePortal
				}
			}
		case outcome.CodeDoubted:
			p.Fix, p.Cure = FixDoubted, contact.CurePortal
		case outcome.CodeAbsent:
			p.Message = "sent without an answer, and it is proved that " + mine.Action.WasNot(mine.Target) + "; the run ended before it was sent again"
			p.Fix, p.Cure = "run the same command again", contact.CureLater
		case outcome.CodeGone:
			p.Cure = contact.CureLater
			p.Fix = "run the same command again: the row's contact is made anew, unless the row is removed or --on-conflict says otherwise"
		case outcome.CodeNotSent, outcome.CodeGaveUp, outcome.CodeHeld, outcome.CodeConflict:
			p.Fix, p.Cure = "run the same command again", contact.CureLater
		}
		o.Problems = append(o.Problems, p)
	}
	if o.Status == outcome.Created && o.Receipt.ContactID == 0 {
		o.Warnings = append(o.Warnings, contact.Problem{
			Code: outcome.CodeIDUnknown, Message: "created; the answer did not name its id, and the listing at the end could not tell it",
			Fix: "look for it in the portal",
		})
	}
	o.Warnings = append(o.Warnings, w.notedWarnings(row, res.Notes)...)
	w.tookEffect(row, o)
}

// dropOwn leaves, of the contacts that are equal to a row in the key with a clearly different name, those that are not the
// row's own: by an id, or by what an earlier run knows, a row has its contact whatever that is called.
func (w *writing) dropOwn(row *check.Row, d plan.Decision, mine *ledger.Attempt) {
	o := w.in.World.Orgs[row.Org]
	if len(row.Found.Related) == 0 || o == nil {
		return
	}
	var own []int64
	if mine != nil {
		own = append(own, mine.Target)
		if mine.Result != nil {
			own = append(own, mine.Result.Receipt.ContactID)
		}
	}
	if w.in.Plan.IsSync() {
		own = append(own, d.Target)
	}
	if known, _, _ := o.Before.Of(row); known.HasContact() {
		own = append(own, known.ID)
	}
	row.Found.Related = slices.DeleteFunc(row.Found.Related, func(id int64) bool { return slices.Contains(own, id) })
}

// existsByLedger tells of a row whose contact is there as an earlier run knows.
func (w *writing) existsByLedger(row *check.Row, d plan.Decision, o *outcome.Outcome) {
	o.Status, o.Receipt.ContactID = outcome.Exists, d.Target
	o.Warnings = append(o.Warnings, w.earlierNotes(row)...)
	if w.in.World.Orgs[row.Org].Now.Has(d.Target) {
		o.Warnings = append(o.Warnings, contact.Problem{
			Code: outcome.CodeExistsChanged, Message: "created by an earlier run as contact " + number(d.Target) + ", and changed by somebody since",
			Fix: "nothing, if the change is right; else change contact " + number(d.Target) + " in the portal: import never changes one",
		})
		return
	}
	o.Warnings = append(o.Warnings, contact.Problem{
		Code: outcome.CodeExistsRecent, Message: "created by an earlier run a moment ago; the organisation's listing does not show it yet",
	})
}

// foundWarnings tell what an import finds: the contacts that are the row's by its key, else those that are so despite what
// it has by a default.
func foundWarnings(row *check.Row, despite []int64) []contact.Problem {
	var warnings []contact.Problem
	same := row.Found.Same
	if len(same) == 0 {
		same = despite
	}
	if n := len(same); n > 1 {
		warnings = append(warnings, contact.Problem{
			Code: outcome.CodeExistsSeveral, Message: fmt.Sprintf("%d contacts of the organisation fit this row: %s", n, IDs(same)),
			Fix: "if they are one person, keep one of them and delete the others in the portal",
		})
	}
	if len(row.Found.Differs) > 0 {
		fields := make([]string, len(row.Found.Differs))
		for i, f := range row.Found.Differs {
			fields[i] = string(f)
		}
		warnings = append(warnings, contact.Problem{
			Code: outcome.CodeExistsDiffers, Field: row.Found.Differs[0],
			Message: "the organisation's contact differs in " + strings.Join(fields, ", "),
			Fix:     "import never changes a contact: sync does, or change it in the portal",
		})
	}
	return warnings
}

func relatedWarning(related []int64) contact.Problem {
	return contact.Problem{
		Code:    outcome.CodeExistsRelated,
		Message: "the organisation has another contact with the same key and a clearly different name: " + IDs(related),
		Fix:     "nothing, if these are two people; if they are one, decide in the portal which contact stays, and which name is right",
	}
}

// NotVisible is the problem of what belongs to an organisation that can't be read, and why not.
func NotVisible(org int64, err error) contact.Problem {
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

func number(id int64) string { return strconv.FormatInt(id, 10) }

// IDs lists ids of contacts, and of many the first ones.
func IDs(list []int64) string {
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
		b.WriteString(number(id))
	}
	return b.String()
}
