package result

import (
	"fmt"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/report"
)

// Contacts that a sync deletes, or that it keeps from being deleted, have no row: their lines come last.

// deletes are those that the report tells: the run's own and those that it has taken over, in the order of
// their numbers. A run that ended before it wrote has taken over nothing.
func (w *writing) deletes() []plan.Delete {
	p := w.in.Plan
	if !w.in.TookOver {
		return p.Deletes
	}
	return append(append([]plan.Delete(nil), p.Deletes...), p.Deleted...)
}

// write writes the line of a contact that no row has, with what it goes by: as it was when its delete was sent, which may be an
// earlier run's, and the own id of the row that had it.
func (w *writing) write(set *report.Set, out report.Row, mine *ledger.Attempt) error {
	have, _ := w.in.World.ByID(out.OrgID, out.ContactID)
	out.ContactName, out.ContactEmail = have.Name, have.Email
	if mine != nil {
		if shown, known := mine.Shown(); known {
			out.ContactName, out.ContactEmail = shown.Called()
		}
	}
	if hash, known := w.in.World.Orgs[out.OrgID].Before.KnownBy(out.ContactID); known {
		id, err := w.in.OwnID(hash)
		if err != nil {
			return err
		}
		out.ExternalID = id
	}
	w.counts.add(out.OrgID, out.Status)
	return set.Write(out)
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
	out.Warnings = w.changedWarnings(d, mine, "; the file no longer has the contact, which counts", "nothing, if that is right; else put its row back, or keep such contacts with --on-conflict remote")
	switch {
	case mine != nil && mine.Result == nil:
		out.Status, out.Attempts, out.Problems = outcome.Uncertain, mine.Attempt, BrokenOff()
	case mine != nil:
		res := mine.Result
		out.Status, out.Attempts, out.HTTPStatus = res.Status, res.Receipt.Attempts, res.Receipt.HTTPStatus
		out.RequestID, out.CloudFrontID = res.Receipt.RequestID, res.Receipt.CloudFrontID
		if res.Code != "" {
			out.Problems = []contact.Problem{{Code: res.Code, Field: res.Field, Message: res.Detail, Fix: "run the same command again"}}
		}
		if res.Status == outcome.Gone {
			out.Warnings = append(out.Warnings, contact.Problem{
				Code: outcome.CodeGone, Message: "contact " + number(d.ID) + " was to be deleted, and somebody has deleted it already",
				Fix: "nothing, if that was right",
			})
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
	return w.write(set, out, mine)
}

// writeKept reports a contact that would have been deleted, and stays, since somebody has changed it.
func (w *writing) writeKept(set *report.Set, d plan.Delete) error {
	out := report.Row{Input: -1, OrgID: d.Org, Action: outcome.None, Status: outcome.Exists, ContactID: d.ID}
	if w.in.Plan.DisputesKept() {
		out.Action, out.Status = outcome.Delete, outcome.Failed
		out.Problems = w.changedWarnings(d, nil, ", and the file no longer has the contact",
			"decide which is right: --on-conflict file deletes the contact, remote keeps it; or put its row back")
	} else {
		out.Warnings = w.changedWarnings(d, nil, "; the file no longer has the contact, which stays", "delete it in the portal, if that is right, or put its row back")
	}
	return w.write(set, out, nil)
}

// changedWarnings tells what somebody has changed in a contact that no row has any more: what it says now, which is all that is
// known. What to do is the same for all of the fields, and told once.
func (w *writing) changedWarnings(d plan.Delete, mine *ledger.Attempt, what, fix string) []contact.Problem {
	var sent *contact.Stored
	if mine != nil {
		if shown, known := mine.Shown(); known {
			sent = &shown
		}
	}
	since, have := w.in.Plan.SinceOf(d, sent)
	var warnings []contact.Problem
	for f := range since.Fields.All() {
		now := have.Value(f)
		p := contact.Problem{Code: outcome.CodeConflict, Field: f, Value: now, Fix: fix, Message: "somebody has changed this in the portal since" + what}
		if now == "" {
			p.Message = "somebody has emptied this in the portal since" + what
		}
		if len(warnings) > 0 {
			p.Fix = ""
		}
		warnings = append(warnings, p)
	}
	if since.Changed && len(warnings) == 0 {
		warnings = append(warnings, contact.Problem{
			Code: outcome.CodeConflict, Fix: fix, Message: fmt.Sprintf("somebody has changed contact %d in the portal since a run of ours created it%s", d.ID, what),
		})
	}
	return warnings
}

// writeWaiting reports a contact that is not deleted yet.
func (w *writing) writeWaiting(set *report.Set, d plan.Waiting) error {
	return w.write(set, report.Row{
		Input: -1, OrgID: d.Org, Action: outcome.None, Status: outcome.Exists, ContactID: d.ID,
		Warnings: []contact.Problem{{
			Code: outcome.CodePruneWaits, Fix: "nothing, if that is right; put its row back, and the wait ends",
			Message: fmt.Sprintf("the file no longer has contact %d, for %d of the %d nights after which it is deleted (--prune-after)", d.ID, d.Nights, w.in.Plan.PruneAfter()),
		}},
	}, nil)
}
