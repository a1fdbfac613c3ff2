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
)

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
		p.Cure = contact.CureCommand
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
func (w *writing) sharedIDWarnings(row *check.Row, d plan.Decision, mine *ledger.Attempt) []contact.Problem {
	other := w.in.Plan.SharedWith(row)
	if other == 0 {
		return nil
	}
	p := contact.Problem{
		Code: outcome.CodeSharedID, Field: contact.ExternalID, Column: w.idColumns(row), Value: row.Checked.ExternalID,
		Message: "row " + w.in.Plan.Names.Of(other) + " has the same id and is another contact: the id identifies neither, and the row is matched without it",
		Fix:     "give each row an id of its own, or map another column",
	}
	kept := w.in.Plan.KeptFor(row)
	if mine != nil {
		kept = toldBy(mine, outcome.CodeSharedID)
	}
	if d.Do == plan.Create && len(kept) > 0 {
		p.Message += "; what was known by it stays: contact " + IDs(kept)
	}
	return []contact.Problem{p}
}

// idColumns names the columns that the id of a row's own is made of.
func (w *writing) idColumns(row *check.Row) string {
	return strings.Join(w.in.Plan.Inputs[row.Input].Mapping.Fields[contact.ExternalID].Columns, "+")
}

// fileWins and portalWins tell of fields that somebody has changed in the portal, and whose value counts.
func fileWins(changes []outcome.FieldChange) []contact.Problem {
	return conflictWarnings(changes, "the file's value is taken", "nothing, if the file is right; if the portal is, correct the row, or leave such fields alone with --on-conflict remote")
}

func portalWins(changes []outcome.FieldChange) []contact.Problem {
	return conflictWarnings(changes, "the portal's value stays", "nothing, if the portal is right; if the file is, change it in the portal, or take the file's with --on-conflict file")
}

func conflictWarnings(changes []outcome.FieldChange, what, fix string) []contact.Problem {
	var warnings []contact.Problem
	for _, c := range changes {
		if c.Conflict {
			warnings = append(warnings, contact.Problem{
				Code: outcome.CodeConflict, Field: c.Field, Value: c.New, Fix: fix,
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
			Fix:  "keep one of them, delete the others in the portal, and run the same command again; or map an external_id",
			Cure: contact.CurePortal,
		})
		return
	case d.Do == plan.Ambiguous:
		owner := p.Names.Of(uint32(p.Owner(row.Org, d.Target)))
		o.Problems = append(o.Problems, contact.Problem{
			Code: outcome.CodeAmbiguous, Message: fmt.Sprintf("contact %d is already that of row %s", d.Target, owner),
			Fix: "if the two rows are one person, remove one of them; if they are two, give each an external_id, or an e-mail address and a name of its own",
		})
		return
	}
	o.Receipt.ContactID = d.Target // whoever decides needs it in the portal
	for _, c := range p.KeptOf(row, d) {
		o.Problems = append(o.Problems, contact.Problem{
			Code: outcome.CodeConflict, Field: c.Field, Value: c.New,
			Message: fmt.Sprintf("somebody has changed this in the portal to %q since", c.Old),
			Fix:     "decide which value is right: --on-conflict file takes the file's, remote the portal's",
			Cure:    contact.CureCommand,
		})
	}
}
