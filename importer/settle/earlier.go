package settle

import (
	"context"
	"encoding/json"
	"time"

	"github.com/rs/zerolog"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/history"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/stop"
)

// Earlier finds out what became of the attempts that earlier runs left in doubt in one organisation.
type Earlier struct {
	Settler   *Settler
	Org       int64
	Runs      *history.Runs
	Before    *history.Org
	Baselines *history.Baselines
	// Locked is when this run became the only one: what was open before ended before that.
	Locked time.Time
	Log    zerolog.Logger
}

// Found is an attempt of an earlier run with what was found out of it.
type Found struct {
	// Attempt has the new result.
	Attempt ledger.Attempt
	// Late tells that a contact stands twice because of it.
	Late bool
}

// Find tells record of each attempt that something was found out of, in their order; its error ends the search. An error of
// Find itself is a *stop.Error: rows that stay in doubt because the API is not there are no outcome of a run. Where the API
// answers, and it can't be found out all the same, they stay in doubt.
func (e *Earlier) Find(ctx context.Context, record func(Found) error) error {
	if len(e.Before.InDoubt) == 0 {
		return nil
	}
	e.Log.Info().Int64("org", e.Org).Int("rows", len(e.Before.InDoubt)).Dur("settle", e.Settler.Wait).
		Msg("an earlier run left rows unclear: what became of them is found out first")
	var lost []InDoubt
	attempts := map[ledger.Ref]ledger.Attempt{}
	for _, a := range e.Before.InDoubt {
		attempts[a.Ref()] = a
		if a.Action == outcome.Update || a.Action == outcome.Delete {
			if err := e.reread(ctx, a, record); err != nil {
				return err
			}
			continue
		}
		before, err := e.Baselines.Before(ctx, a)
		if err != nil {
			return err
		}
		lost = append(lost, e.inDoubt(a, before))
	}
	all, err := WithUnnamed(ctx, lost, nil, e.Before, e.Baselines)
	if err != nil {
		return err
	}
	findings, err := e.Settler.Settle(ctx, e.Org, all, e.Before.Witnesses, e.Before.Owned)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if stop.Of(err) != nil {
		return err
	}
	if err != nil {
		e.Log.Warn().Err(err).Msg("what earlier runs left unclear can't be found out now")
		return nil
	}
	for _, f := range OfLost(findings) {
		if err := e.tell(attempts[ledger.Ref{Run: f.InDoubt.Run, Seq: f.InDoubt.Seq}], f, record); err != nil {
			return err
		}
	}
	return nil
}

// inDoubt makes one of an attempt that the ledger knows. Of one that was open when its process died it is only known
// that it ended before this process got the lock.
func (e *Earlier) inDoubt(a ledger.Attempt, before func(int64) bool) InDoubt {
	l := InDoubt{
		Run: a.Run, Seq: a.Seq, Org: a.Row.Scope.Org, Attempts: a.UnclearAttempts(), Ended: e.Locked, Before: before,
		Fingerprint: a.Row.Fingerprint, Receipt: outcome.Receipt{Attempts: a.Attempt}, Doubt: doubtOf(a),
	}
	if a.Result != nil {
		l.Receipt = a.Result.Receipt
		if a.Result.At.Before(l.Ended) { // else our clock has been set back since
			l.Ended = a.Result.At
		}
	}
	return l
}

// tell tells what was found out, as the earlier run has the row. What that knew already is nothing new.
func (e *Earlier) tell(a ledger.Attempt, f Finding, record func(Found) error) error {
	result := Result(f, time.Now())
	if !e.Runs.IsOpen(e.Runs.Index(a.Run)) {
		result = ofClosed(result, f)
	}
	if result.Status == outcome.Uncertain && a.Result != nil && len(result.Notes) == 0 {
		return nil
	}
	a.Result = &result
	return record(Found{Attempt: a, Late: len(f.Seconds) > 0})
}

// reread finds out what became of a change or delete whose answer was lost: by reading its contact.
func (e *Earlier) reread(ctx context.Context, a ledger.Attempt, record func(Found) error) error {
	l := e.inDoubt(a, nil)
	l.Action, l.Target, l.Becomes = a.Action, a.Target, a.After
	var before contact.Stored
	if err := json.Unmarshal(a.Before, &before); err == nil {
		l.Was = e.Settler.Describe(before).Content
	} else if a.Action == outcome.Delete {
		l.Was = a.Row.Content // of a second contact, which was equal to its row
	}
	f, err := e.Settler.Reread(ctx, l)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if stop.Of(err) != nil {
		return err
	}
	if err != nil {
		e.Log.Warn().Err(err).Msg("what became of an earlier run's change can't be found out now")
		return nil
	}
	return e.tell(a, f, record)
}
