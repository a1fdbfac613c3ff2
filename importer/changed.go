package importer

import (
	"context"
	"errors"
	"time"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/stop"

	"github.com/contactsync/contactsync/importer/source"
)

// An input without a private copy may be written over while it is used. Then no row of it is sent any more, and the run is
// reported all the same: the rows that can still be read as ever, the others by what the run and its ledger know of them.

// changedStop makes the error that ends a run of one that says that an input can't be read again; others stay.
func changedStop(err error) error {
	var changed *source.ChangedError
	if !errors.As(err, &changed) {
		return err
	}
	return &stop.Error{
		Cause: stop.CauseInputChanged, Message: "an input is no longer what was read first", Hint: changed.Hint(), Err: changed,
	}
}

// endsAt reports whether an error ends the reading of the input in a way that the rows read so far can be told of: it can't
// be read again, or the run was told to stop. It notes that the run ends for it.
func (r *run) endsAt(err error) bool {
	var changed *source.ChangedError
	switch {
	case errors.As(err, &changed):
		err = changedStop(changed)
	case err != nil && r.reading != nil && r.reading.Err() != nil && r.quit.Err() == nil:
		r.cut = true
	default:
		return false
	}
	if r.stopped == nil {
		r.stopped = err
	}
	if r.shield != nil && r.shield.refused == "" {
		r.shield.refused = "the input was not read to its end" // rows that keep contacts may stand behind
	}
	return true
}

// readUntil is the context of the passes that only look at the input: once stop is cancelled, what was read is told of, and
// not a million rows that nothing will be done for. A run that ended before it read anything has the grace time to tell of
// as many rows as it can.
func (r *run) readUntil(stop context.Context) (reading context.Context, end func()) {
	reading, cancel := context.WithCancelCause(r.quit)
	wait := time.Duration(0)
	if stop.Err() != nil {
		wait = r.Grace
	}
	detach := context.AfterFunc(stop, func() {
		timer := time.AfterFunc(wait, func() { cancel(context.Cause(stop)) })
		context.AfterFunc(reading, func() { timer.Stop() })
	})
	return reading, func() {
		detach()
		cancel(nil)
	}
}

// unreadOutcome tells how a row ended that can't be read again, by its verdict and what the ledger has of it.
func (r *run) unreadOutcome(row *check.Row, mine *ledger.Attempt, ends []fate) outcome.Outcome {
	why := row.Checked.Problems
	row.Checked.Problems = nil
	o := outcome.Outcome{Action: outcome.None, Warnings: why}
	switch r.verdicts[row.Seq] {
	case exists, known:
		o.Status = outcome.Exists
	case gone:
		o.Status = outcome.Gone
	case twin:
		o.Status = outcome.Duplicate
		if s := ends[r.twins.DuplicateOf(uint32(row.Seq))].status(); s != "" {
			o.Status = s
		}
	case carried, update, create:
		r.unreadWrite(row, mine, &o)
	case blocked:
		o.Action, o.Status = outcome.Create, outcome.Uncertain
	case unseen:
		o.Action, o.Status = outcome.Create, outcome.Failed
	case ambiguous, conflicting:
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
func (r *run) unreadWrite(row *check.Row, mine *ledger.Attempt, o *outcome.Outcome) {
	o.Action = outcome.Create
	if r.verdicts[row.Seq] == update {
		o.Action = outcome.Update
	}
	if mine == nil {
		if o.Status = r.unsent(); o.Status == outcome.Valid {
			o.Action = outcome.None
		}
		return
	}
	row.Org, o.Action, o.Receipt.ContactID = mine.Row.Scope.Org, mine.Action, mine.Target
	if mine.Result == nil {
		o.Status, o.Receipt.Attempts = outcome.Uncertain, mine.Attempt
		o.Problems = []contact.Problem{{
			Code: outcome.CodeUnclear, Message: "the request left, but the run ended before its answer came", Fix: fixUnclear,
		}}
		return
	}
	r.resultOutcome(row, mine, o)
}
