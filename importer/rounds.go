package importer

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/contactsync/contactsync/importer/apply"
	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/settle"
	"github.com/contactsync/contactsync/importer/stop"
)

// rounds sends the rows that are to be sent, finds out what became of those whose answers were lost, and sends those
// that are not there once more, until nothing is left that could be sent.
func (r *run) rounds(stopping, abort context.Context, runner *apply.Runner, w *recorder) error {
	r.Progress.Start(PassSend, r.writes())
	defer r.Progress.End()
	err := r.rowRounds(stopping, abort, runner, w)
	if err == nil {
		err = runner.Outage() // before anything is deleted: nobody knows how some rows end
	}
	if err == nil && len(r.deletions) > 0 {
		if err = r.deleteRounds(stopping, abort, runner); err == nil {
			err = runner.Outage()
		}
	}
	return err
}

// rowRounds is what is done for rows.
func (r *run) rowRounds(stopping, abort context.Context, runner *apply.Runner, w *recorder) error {
	pending, err := runner.Run(stopping, abort, r.changes(stopping, check.Those(r.toSend)))
	for err == nil && len(pending.Lost)+len(pending.Held) > 0 {
		again := map[int]bool{}
		if err = r.settleRound(stopping, runner, pending.Lost, again); err != nil {
			break
		}
		if len(again) == 0 && len(pending.Lost) == 0 {
			// Nothing was found out in this round, so what holds these rows back stays.
			return r.leaveHeld(runner, w, pending.Held)
		}
		for _, seq := range pending.Held {
			again[seq] = true
		}
		pending, err = runner.Run(stopping, abort, r.changes(stopping, check.RowsOf(again)))
	}
	return err
}

// settleRound finds out what became of the lost rows and adds to again those that are to be sent once more. It waits
// once for all of them.
func (r *run) settleRound(stopping context.Context, runner *apply.Runner, lost []settle.InDoubt, again map[int]bool) error {
	disputed, err := r.disputes(context.WithoutCancel(r.quit))
	if err != nil {
		return err
	}
	lost = append(lost, disputed...)
	byOrg := map[int64][]settle.InDoubt{}
	for _, l := range lost {
		r.noteLost(l)
		l.Run = r.About.ID
		t := r.territories[l.Org]
		if l.Action != outcome.Create {
			if err := r.rereadLost(stopping, runner, l, again); err != nil {
				return err
			}
			continue
		}
		l.Before = func(id int64) bool { return t.listed[id] }
		byOrg[l.Org] = append(byOrg[l.Org], l)
	}
	for _, org := range slices.Sorted(maps.Keys(byOrg)) {
		findings, err := r.find(stopping, r.territories[org], byOrg[org])
		if err != nil {
			return err
		}
		for _, v := range findings {
			if err := r.settleVerdict(runner, v, again); err != nil {
				return err
			}
		}
	}
	return nil
}

// noteLost takes note of when a row's answer was lost first.
func (r *run) noteLost(l settle.InDoubt) {
	r.unclear = true
	if r.lostAt == nil {
		r.lostAt = map[int]time.Time{}
	}
	if _, ok := r.lostAt[l.Seq]; !ok {
		r.lostAt[l.Seq] = l.Ended
	}
}

// find asks the organisation what became of lost rows. Where that can't be found out all of them stay unknown, and the
// run goes on.
func (r *run) find(stopping context.Context, t *territory, lost []settle.InDoubt) ([]settle.Finding, error) {
	r.Log.Info().Int64("org", t.scope.Org).Int("rows", len(lost)).Dur("settle", r.Settle).
		Msg("answers were lost: what became of these rows is found out by listing")
	t.mu.Lock()
	ours := slices.Clone(t.nameless)
	t.mu.Unlock()
	all, err := settle.WithUnnamed(stopping, lost, ours, t.before, t.baselines)
	var findings []settle.Finding
	if err == nil {
		findings, err = r.settler(t).Settle(stopping, t.scope.Org, all, t.witnesses, r.claimed(t))
	}
	if stopping.Err() != nil {
		return nil, context.Cause(stopping)
	}
	if err == nil || stop.IsLocal(err) {
		return settle.OfLost(findings), err
	}
	r.Log.Warn().Int64("org", t.scope.Org).Err(err).Msg("what became of rows whose answers were lost can't be found out")
	findings = make([]settle.Finding, len(lost))
	for i, l := range lost {
		findings[i] = settle.Finding{InDoubt: l, Unasked: stop.Of(err)}
	}
	return findings, nil
}

// claimed are the contacts that are known to be somebody's: those that runs of this ledger made.
func (r *run) claimed(t *territory) map[int64]bool {
	claimed := maps.Clone(t.before.Owned)
	if claimed == nil {
		claimed = map[int64]bool{}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, w := range t.witnesses {
		claimed[w.ID] = true
	}
	for id := range t.naming.disputed { // whose it is its content tells
		delete(claimed, id)
	}
	return claimed
}

// settleVerdict writes what was found out of a row into the ledger. A row that is not there is sent once more, unless it
// has been sent often enough.
func (r *run) settleVerdict(runner *apply.Runner, v settle.Finding, again map[int]bool) error {
	seq := v.InDoubt.Seq
	result := settle.Result(v, time.Now())
	attempts := v.InDoubt.Receipt.Attempts
	excuse := v.Unasked
	switch {
	case v.Presence == settle.Absent && attempts >= r.MaxAttempts:
		if !runner.AnsweredSince(r.lostAt[seq]) { // not this row only: nothing was answered
			excuse = unanswered(attempts)
		}
		result.Status, result.Code = outcome.Failed, outcome.CodeGaveUp
		result.Detail = fmt.Sprintf("sent %d times, each time without an answer; it is known that %s", attempts, v.InDoubt.Action.WasNot(v.InDoubt.Target))
	case v.Presence == settle.Absent:
		again[seq] = true
		r.prior[seq] = prior{attempts: attempts, unclear: v.InDoubt.Attempts}
	case v.Presence == settle.Present:
		t := r.territories[v.InDoubt.Org]
		t.before.Owned[v.ID] = true
		t.mu.Lock()
		delete(t.naming.disputed, v.ID)
		t.mu.Unlock()
	default:
		r.uncertain = true
	}
	if err := r.Ledger.Record(context.WithoutCancel(r.quit), r.About.ID, seq, result); err != nil {
		return ledger.Unwritable(err)
	}
	if v.Presence != settle.Unknown {
		runner.Release(v.InDoubt.Key)
	}
	switch {
	case again[seq]:
		return nil
	case excuse != nil:
		runner.Excuse(result.Status, excuse)
		return nil
	}
	return runner.Count(result.Status)
}

func unanswered(attempts int) *stop.Error {
	return &stop.Error{
		Cause: stop.CauseOutage, Message: fmt.Sprintf("the API answered no request for some of the rows, each of which was sent %d times", attempts),
		Hint: "run the same command again when the API is back; it goes on where this run stopped",
	}
}

// leaveHeld notes the rows that were not sent because nobody knows what became of a row with the same key.
func (r *run) leaveHeld(runner *apply.Runner, w *recorder, held []int) error {
	ctx := context.WithoutCancel(r.quit)
	left := map[int]bool{}
	for _, seq := range held {
		left[seq] = true
	}
	for c, err := range r.changes(ctx, check.RowsOf(left)) {
		if err != nil {
			return err
		}
		if err := r.Ledger.Intend(ctx, w.intent(c, c.Attempts)); err != nil {
			return ledger.Unwritable(err)
		}
		err = r.Ledger.Record(ctx, r.About.ID, c.Seq, ledger.Result{
			Status: outcome.NotAttempted, Code: outcome.CodeHeld, At: time.Now(),
			Detail:  "not sent: nobody knows yet what became of a row with the same key",
			Receipt: outcome.Receipt{Effect: outcome.EffectNone, Attempts: c.Attempts},
		})
		if err != nil {
			return ledger.Unwritable(err)
		}
		r.held++
		if err := runner.Count(outcome.NotAttempted); err != nil {
			return err
		}
	}
	return nil
}

// rereadLost finds out what became of a change or delete by reading its contact.
func (r *run) rereadLost(stopping context.Context, runner *apply.Runner, l settle.InDoubt, again map[int]bool) error {
	v, err := r.settler(r.territories[l.Org]).Reread(stopping, l)
	if stopping.Err() != nil {
		return context.Cause(stopping)
	}
	if err != nil {
		r.Log.Warn().Int64("org", l.Org).Err(err).Msg("what became of a change whose answer was lost can't be found out")
		v.Unasked = stop.Of(err)
	}
	return r.settleVerdict(runner, v, again)
}

// deleteRounds deletes what no row has any more. Rows that failed, or of which nobody knows how they ended, keep their
// contacts.
func (r *run) deleteRounds(stopping, abort context.Context, runner *apply.Runner) error {
	if err := r.protectFailed(); err != nil {
		return err
	}
	if r.shield.refused != "" {
		return nil
	}
	pending, err := runner.Run(stopping, abort, r.deletes(r.stillDeletes))
	for err == nil && len(pending.Lost) > 0 {
		again := map[int]bool{}
		if err = r.settleRound(stopping, runner, pending.Lost, again); err != nil || len(again) == 0 {
			break
		}
		pending, err = runner.Run(stopping, abort, r.deletes(func(d deletion) bool { return again[d.seq] }))
	}
	return err
}

// protectFailed keeps the contacts of rows that did not end well.
func (r *run) protectFailed() error {
	failed := map[int]bool{}
	for a, err := range r.outcomes() {
		if err != nil {
			return ledger.Unreadable(err)
		}
		if a.IsUnclear() || a.Result.Status == outcome.Failed || a.Result.Status == outcome.NotAttempted {
			failed[a.Seq] = true
		}
	}
	if len(failed) == 0 {
		return nil
	}
	for row, err := range r.checker.Rows(r.quit, check.RowsOf(failed)) {
		if err != nil {
			return err
		}
		r.shield.protect(row, r.names.Of(uint32(row.Seq)), r.linked(row) != 0)
	}
	return nil
}

// stillDeletes reports whether nothing has come up that keeps a contact from being deleted.
func (r *run) stillDeletes(d deletion) bool {
	c, _ := r.checker.Existing[d.org].ByID(d.id)
	return !r.shield.covers(c, c.ContentHash(r.key(), d.org), nil)
}
