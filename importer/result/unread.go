package result

import (
	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
)

// An input without a private copy may be written over while it is used. Then no row of it is sent any more, and the run is
// reported all the same: the rows that can still be read as ever, the others by what the plan and the ledger know of them.

// unread tells how a row ended that can't be read again.
func (w *writing) unread(row *check.Row, mine *ledger.Attempt) outcome.Outcome {
	why := row.Checked.Problems
	for i := range why {
		why[i].Cure = contact.CureLater // whatever else there may be to say of it, nobody has read it
	}
	row.Checked.Problems = nil
	o := outcome.Outcome{Action: outcome.None, Warnings: why}
	do := w.in.Plan.Do(row.Seq)
	switch do {
	case plan.Exists, plan.ExistsByLedger:
		o.Status = outcome.Exists
	case plan.Gone:
		o.Status = outcome.Gone
	case plan.Duplicate:
		o.Status = outcome.Duplicate
		if s := w.ends[w.in.Plan.Groups.DuplicateOf(uint32(row.Seq))].status(); s != "" {
			o.Status = s
		}
	case plan.Resumed, plan.Update, plan.Create:
		w.unreadWrite(row, do, mine, &o)
	case plan.InDoubt:
		o.Action, o.Status = outcome.Create, outcome.Uncertain
	case plan.NotVisible, plan.GoneInDispute:
		o.Action, o.Status = outcome.Create, outcome.Failed
	case plan.Ambiguous, plan.Conflicting:
		o.Action, o.Status = outcome.Update, outcome.Failed
	default:
		o.Status = outcome.Invalid
	}
	if o.Status.Rejected() {
		o.Problems, o.Warnings = append(why, o.Problems...), nil
	}
	return o
}

// unreadWrite tells of a row that was to be sent.
func (w *writing) unreadWrite(row *check.Row, do plan.Verb, mine *ledger.Attempt, o *outcome.Outcome) {
	o.Action = outcome.Create
	if do == plan.Update {
		o.Action = outcome.Update
	}
	if mine == nil {
		if o.Status = w.unsent(); o.Status == outcome.Valid {
			o.Action = outcome.None
		}
		return
	}
	row.Org, o.Action, o.Receipt.ContactID = mine.Row.Scope.Org, mine.Action, mine.Target
	if mine.Result == nil {
		o.Status, o.Receipt.Attempts = outcome.Uncertain, mine.Attempt
		o.Problems = BrokenOff()
		return
	}
	w.attempted(row, mine, o)
}
