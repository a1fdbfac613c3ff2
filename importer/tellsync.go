package importer

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"

	"github.com/contactsync/contactsync/report"
)

// syncedOutcome tells of a row whose contact is as the file says.
func (r *run) syncedOutcome(row *check.Row, o *outcome.Outcome) {
	t := r.territories[row.Org]
	id, _ := r.aim(t, row)
	o.Receipt.ContactID = id
	compared := r.compared(t, row, id)
	o.Warnings = append(o.Warnings, conflictWarnings(compared.Kept, "the portal's value stays")...)
	o.Warnings = append(o.Warnings, storedWarnings(id, compared.Stored)...)
}

// storedWarnings tell of fields that are not sent again, since the service stores something else for them.
func storedWarnings(id int64, fields []contact.Field) []contact.Problem {
	if len(fields) == 0 {
		return nil
	}
	return noteWarnings([]outcome.Note{{Code: outcome.CodeStoredDiffers, IDs: []int64{id}, Fields: fields}})
}

// updatedOutcome tells of a row that is to be updated, before it is known how that ended.
func (r *run) updatedOutcome(row *check.Row, o *outcome.Outcome) {
	t := r.territories[row.Org]
	id, _ := r.aim(t, row)
	compared := r.compared(t, row, id)
	o.Action, o.Receipt.ContactID, o.Changes = outcome.Update, id, compared.Changes
	o.Warnings = append(o.Warnings, conflictWarnings(compared.Changes, "the file's value is taken")...)
	o.Warnings = append(o.Warnings, conflictWarnings(compared.Kept, "the portal's value stays")...)
	o.Warnings = append(o.Warnings, storedWarnings(id, compared.Stored)...)
}

// strangerOutcome tells of a row whose id leads to somebody else's contact, both of them.
func (r *run) strangerOutcome(row *check.Row, o *outcome.Outcome) {
	id := r.linked(row)
	have, _ := r.checker.Existing[row.Org].ByID(id)
	o.Receipt.ContactID = id
	o.Problems = append(o.Problems, contact.Problem{
		Code: outcome.CodeOtherPerson, Field: contact.ExternalID, Column: r.columnOf(row, contact.ExternalID), Value: row.Checked.ExternalID,
		Message: fmt.Sprintf("this id is known as that of contact %d, %s, and the row is %s", id, described(&have), described(&row.Checked.Contact)),
		Fix: "correct the id, or leave it empty, and the row is matched without it; if that contact really is to become the row's person, " +
			"run once with --trust-ids",
	})
}

// described names a person by name and address.
func described(c *contact.Contact) string {
	reach := cmp.Or(c.Email, c.Phone, c.Mobile)
	switch {
	case c.Name == "":
		return reach
	case reach == "":
		return strconv.Quote(c.Name)
	}
	return fmt.Sprintf("%q (%s)", c.Name, reach)
}

// sharedWarnings tells of an id that is nobody's.
func (r *run) sharedWarnings(row *check.Row) []contact.Problem {
	other := r.sharedWith(row)
	if other == 0 {
		return nil
	}
	p := contact.Problem{
		Code: outcome.CodeSharedID, Field: contact.ExternalID, Column: r.columnOf(row, contact.ExternalID), Value: row.Checked.ExternalID,
		Message: "row " + r.names.Of(other) + " has the same id and is another contact: the id identifies neither, and the row is matched without it",
		Fix:     "give each row an id of its own, or map another column",
	}
	if kept := r.keptFor(row); r.verdicts[row.Seq] == create && len(kept) > 0 {
		p.Message += "; what was known by it stays: contact " + ids(kept)
	}
	return []contact.Problem{p}
}

// columnOf names the columns that a row's field is made of.
func (r *run) columnOf(row *check.Row, f contact.Field) string {
	return strings.Join(r.Inputs[row.Input].Mapping.Fields[f].Columns, "+")
}

func conflictWarnings(changes []outcome.FieldChange, what string) []contact.Problem {
	var w []contact.Problem
	for _, c := range changes {
		if c.Conflict {
			w = append(w, contact.Problem{
				Code: outcome.CodeConflict, Field: c.Field, Value: c.New, Fix: "see --on-conflict",
				Message: fmt.Sprintf("somebody has changed this in the portal to %q since; %s", c.Old, what),
			})
		}
	}
	return w
}

// undecided tells why a row of a sync is left alone.
func (r *run) undecided(row *check.Row, o *outcome.Outcome) {
	t := r.territories[row.Org]
	id, several := r.aim(t, row)
	switch {
	case len(several) > 0:
		o.Problems = append(o.Problems, contact.Problem{
			Code: outcome.CodeAmbiguous, Message: "several contacts fit this row and can't be told apart: " + ids(several),
			Fix: "delete all but one in the portal, or map an external_id",
		})
		return
	case r.verdicts[row.Seq] == ambiguous:
		o.Problems = append(o.Problems, contact.Problem{
			Code: outcome.CodeAmbiguous, Message: fmt.Sprintf("contact %d is already that of row %s", id, r.names.Of(uint32(t.targets[id]))),
			Fix: "remove one of the two rows",
		})
		return
	}
	o.Receipt.ContactID = id // whoever decides needs it in the portal
	for _, c := range r.compared(t, row, id).Kept {
		o.Problems = append(o.Problems, contact.Problem{
			Code: outcome.CodeConflict, Field: c.Field, Value: c.New,
			Message: fmt.Sprintf("somebody has changed this in the portal to %q since", c.Old),
			Fix:     "decide which value is right: --on-conflict file takes the file's, remote the portal's",
		})
	}
}

// tellDelete reports a contact that was to be deleted. It has no row, and comes last.
func (r *run) tellDelete(set *report.Set, d deletion, mine *ledger.Attempt) error {
	out := report.Row{Input: -1, OrgID: d.org, Action: outcome.Delete, Status: outcome.NotAttempted, ContactID: d.id}
	switch {
	case mine != nil && mine.Result == nil:
		out.Status, out.Attempts = outcome.Uncertain, mine.Attempt
		out.Problems = []contact.Problem{{
			Code: outcome.CodeUnclear, Message: "the request left, but the run ended before its answer came", Fix: fixUnclear,
		}}
	case mine != nil:
		res := mine.Result
		out.Status, out.Attempts, out.HTTPStatus = res.Status, res.Receipt.Attempts, res.Receipt.HTTPStatus
		out.RequestID, out.CloudFrontID = res.Receipt.RequestID, res.Receipt.CloudFrontID
		if res.Code != "" {
			out.Problems = []contact.Problem{{Code: res.Code, Message: res.Detail, Fix: "run the same command again"}}
		}
		if res.Status == outcome.Gone {
			out.Warnings = []contact.Problem{{
				Code: outcome.CodeGone, Message: "contact " + strconv.FormatInt(d.id, 10) + " was to be deleted, and somebody has deleted it already",
				Fix: "nothing, if that was right",
			}}
		}
	case r.DryRun && r.stopped == nil:
		out.Status = outcome.Planned
	case r.stopped == nil:
		// A row that failed keeps it: it may be about this contact.
		out.Action, out.Status = outcome.None, outcome.Exists
		out.Warnings = []contact.Problem{{
			Code: outcome.CodeProtected, Message: "contact " + strconv.FormatInt(d.id, 10) + " stays: a row that did not end well may be about it",
			Fix: "mend that row, then run the same command again",
		}}
	}
	r.countEnd(d.org, out.Status)
	return set.Write(out)
}
