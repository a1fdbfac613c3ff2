package result

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/report"
)

// storedWarnings tell of fields that are not sent again, since the service stores something else for them.
func storedWarnings(d plan.Decision) []contact.Problem {
	if d.Stored.Empty() {
		return nil
	}
	return NoteWarnings([]outcome.Note{{Code: outcome.CodeStoredDiffers, IDs: []int64{d.Target}, Fields: d.Stored.Fields()}})
}

// goneWarning tells of a row whose contact somebody has deleted, and what is done about that.
func (w *writing) goneWarning(d plan.Decision) contact.Problem {
	p := contact.Problem{
		Code: outcome.CodeGone, Message: "known from an earlier run as contact " + number(d.Target) + ", and deleted by somebody since",
		Fix: "nothing, if that was right; --recreate makes it anew",
	}
	switch {
	case !w.in.Plan.IsSync():
		p.Message = "created by an earlier run as contact " + number(d.Target) + ", and deleted by somebody since"
	case d.Do == plan.GoneInDispute:
		p.Fix = "decide which is right: --on-conflict file makes it anew, remote leaves it gone; else remove the row"
	case d.Do == plan.Create:
		p.Message += "; the file has it, and it is made anew"
		p.Fix = "nothing, if that is right; else remove the row, or leave what is deleted with --on-conflict remote"
	}
	return p
}

// otherPerson tells of a row whose id leads to somebody else's contact, both of them.
func (w *writing) otherPerson(row *check.Row, o *outcome.Outcome) {
	id := w.in.Plan.Linked(row)
	have, _ := w.in.World.ByID(row.Org, id)
	o.Receipt.ContactID = id
	o.Problems = append(o.Problems, contact.Problem{
		Code: outcome.CodeOtherPerson, Field: contact.ExternalID, Column: w.idColumns(row), Value: row.Checked.ExternalID,
		Message: fmt.Sprintf("this id is known as that of contact %d, %s, and the row is %s, whom no other contact fits", id, described(&have), described(&row.Checked.Contact)),
		Fix: "correct the id, or leave it empty, and the row is matched without it; if that contact really is to become the row's person, " +
			"run once with --trust-ids",
	})
}

// movedID tells of a row whose id leads to one contact, and its key to others, all of them.
func (w *writing) movedID(row *check.Row, o *outcome.Outcome) {
	id := w.in.Plan.Linked(row)
	have, _ := w.in.World.ByID(row.Org, id)
	o.Receipt.ContactID = id
	o.Problems = append(o.Problems, contact.Problem{
		Code: outcome.CodeMovedID, Field: contact.ExternalID, Column: w.idColumns(row), Value: row.Checked.ExternalID,
		Message: fmt.Sprintf("this id is known as that of contact %d, %s, and by its key the row, %s, is contact %s: one of the two means somebody else now",
			id, described(&have), described(&row.Checked.Contact), IDs(row.Found.Same)),
		Fix: fmt.Sprintf("correct the id, or leave it empty; if the id is right and has been given anew, run once with --accept-moved-ids, "+
			"and it is that of contact %s; if contact %d really is to become the row's person, with --trust-ids", IDs(row.Found.Same), id),
	})
}

// movedIDWarnings tells of an id that goes over to the contact that the row's key names.
func (w *writing) movedIDWarnings(row *check.Row, d plan.Decision) []contact.Problem {
	if !w.in.Plan.IsSync() || d.Do != plan.Exists && d.Do != plan.Update {
		return nil
	}
	from := w.in.Plan.MovedFrom(row)
	if from == 0 {
		return nil
	}
	have, _ := w.in.World.ByID(row.Org, from)
	return []contact.Problem{{
		Code: outcome.CodeMovedID, Field: contact.ExternalID, Column: w.idColumns(row), Value: row.Checked.ExternalID,
		Message: fmt.Sprintf("this id was known as that of contact %d, %s, and is that of contact %d from now on, which the row's key names (--accept-moved-ids)",
			from, described(&have), d.Target),
		Fix: "nothing, if the ids have been given anew",
	}}
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

// sharedIDWarnings tells of an id that is nobody's.
func (w *writing) sharedIDWarnings(row *check.Row, d plan.Decision) []contact.Problem {
	other := w.in.Plan.SharedWith(row)
	if other == 0 {
		return nil
	}
	p := contact.Problem{
		Code: outcome.CodeSharedID, Field: contact.ExternalID, Column: w.idColumns(row), Value: row.Checked.ExternalID,
		Message: "row " + w.in.Plan.Names.Of(other) + " has the same id and is another contact: the id identifies neither, and the row is matched without it",
		Fix:     "give each row an id of its own, or map another column",
	}
	if kept := w.in.Plan.KeptFor(row); d.Do == plan.Create && len(kept) > 0 {
		p.Message += "; what was known by it stays: contact " + IDs(kept)
	}
	return []contact.Problem{p}
}

// idColumns names the columns that the id of a row's own is made of.
func (w *writing) idColumns(row *check.Row) string {
	return strings.Join(w.in.Plan.Inputs[row.Input].Mapping.Fields[contact.ExternalID].Columns, "+")
}

func conflictWarnings(changes []outcome.FieldChange, what string) []contact.Problem {
	var warnings []contact.Problem
	for _, c := range changes {
		if c.Conflict {
			warnings = append(warnings, contact.Problem{
				Code: outcome.CodeConflict, Field: c.Field, Value: c.New, Fix: "see --on-conflict",
				Message: fmt.Sprintf("somebody has changed this in the portal to %q since; %s", c.Old, what),
			})
		}
	}
	return warnings
}

// leftAlone tells why a row of a sync is left alone.
func (w *writing) leftAlone(row *check.Row, d plan.Decision, o *outcome.Outcome) {
	p := w.in.Plan
	switch several := p.Several(row.Seq); {
	case len(several) > 0:
		o.Problems = append(o.Problems, contact.Problem{
			Code: outcome.CodeAmbiguous, Message: "several contacts fit this row and can't be told apart: " + IDs(several),
			Fix: "delete all but one in the portal, or map an external_id",
		})
		return
	case d.Do == plan.Ambiguous:
		owner := p.Names.Of(uint32(p.Owner(row.Org, d.Target)))
		o.Problems = append(o.Problems, contact.Problem{
			Code: outcome.CodeAmbiguous, Message: fmt.Sprintf("contact %d is already that of row %s", d.Target, owner),
			Fix: "remove one of the two rows",
		})
		return
	}
	o.Receipt.ContactID = d.Target // whoever decides needs it in the portal
	for _, c := range p.KeptOf(row, d) {
		o.Problems = append(o.Problems, contact.Problem{
			Code: outcome.CodeConflict, Field: c.Field, Value: c.New,
			Message: fmt.Sprintf("somebody has changed this in the portal to %q since", c.Old),
			Fix:     "decide which value is right: --on-conflict file takes the file's, remote the portal's",
		})
	}
}

// deletes are those that the report tells: the run's own and those that it has taken over, in the order of
// their numbers. A run that ended before it wrote has taken over nothing.
func (w *writing) deletes() []plan.Delete {
	p := w.in.Plan
	if !w.in.TookOver {
		return p.Deletes
	}
	return append(append([]plan.Delete(nil), p.Deletes...), p.Deleted...)
}

// called is what a contact went by that was to be deleted: as it was when its delete was sent, which may be an earlier run's.
func (w *writing) called(d plan.Delete, mine *ledger.Attempt) (name, address string) {
	if mine != nil {
		if shown, known := mine.Shown(); known {
			return shown.Called()
		}
	}
	have, _ := w.in.World.ByID(d.Org, d.ID)
	return have.Name, have.Email
}

// writeUnseen reports an organisation of which nothing could be deleted, since it can't be seen any more.
func (w *writing) writeUnseen(set *report.Set, u plan.Unseen) error {
	p := NotVisible(u.Org, w.in.World.Orgs[u.Org].Refused)
	them := "contacts"
	if len(u.IDs) == 1 {
		them = "contact"
	}
	p.Message += fmt.Sprintf("; the job made or adopted %d %s there that no row is known to be about, and would have deleted what is left of them: %s",
		len(u.IDs), them, IDs(u.IDs))
	p.Fix = "use a token that sees the organisation, or delete them in the portal"
	w.counts.add(u.Org, outcome.Failed)
	return set.Write(report.Row{
		Input: -1, OrgID: u.Org, Action: outcome.Delete, Status: outcome.Failed, Problems: []contact.Problem{p},
	})
}

// writeDelete reports a contact that was to be deleted. It has no row, and comes last.
func (w *writing) writeDelete(set *report.Set, d plan.Delete, mine *ledger.Attempt) error {
	out := report.Row{Input: -1, OrgID: d.Org, Action: outcome.Delete, Status: outcome.NotAttempted, ContactID: d.ID}
	out.ContactName, out.ContactEmail = w.called(d, mine)
	switch {
	case mine != nil && mine.Result == nil:
		out.Status, out.Attempts, out.Problems = outcome.Uncertain, mine.Attempt, BrokenOff()
	case mine != nil:
		res := mine.Result
		out.Status, out.Attempts, out.HTTPStatus = res.Status, res.Receipt.Attempts, res.Receipt.HTTPStatus
		out.RequestID, out.CloudFrontID = res.Receipt.RequestID, res.Receipt.CloudFrontID
		if res.Code != "" {
			out.Problems = []contact.Problem{{Code: res.Code, Message: res.Detail, Fix: "run the same command again"}}
		}
		if res.Status == outcome.Gone {
			out.Warnings = []contact.Problem{{
				Code: outcome.CodeGone, Message: "contact " + number(d.ID) + " was to be deleted, and somebody has deleted it already",
				Fix: "nothing, if that was right",
			}}
		}
	case w.in.DryRun && w.counts.Stopped == nil:
		out.Status = outcome.Planned
	case w.counts.Stopped == nil:
		// A row that failed keeps it: it may be about this contact.
		out.Action, out.Status = outcome.None, outcome.Exists
		out.Warnings = []contact.Problem{{
			Code: outcome.CodeProtected, Message: "contact " + number(d.ID) + " stays: a row that did not end well may be about it",
			Fix: "mend that row, then run the same command again",
		}}
	}
	w.counts.add(d.Org, out.Status)
	return set.Write(out)
}
