package importer

import (
	"context"
	"encoding/json"
	"time"

	"github.com/contactsync/contactsync/importer/apply"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

// inherit finds out, before anything is compared or sent, what became of the attempts that earlier runs left unclear.
func (r *run) inherit(ctx context.Context) error {
	for _, org := range r.orgs() {
		t := r.territories[org]
		if len(t.before.InDoubt) == 0 {
			continue
		}
		r.Log.Info().Int64("org", org).Int("rows", len(t.before.InDoubt)).Dur("settle", r.Settle).
			Msg("an earlier run left rows unclear: what became of them is found out first")
		if err := r.inheritOrg(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) inheritOrg(ctx context.Context, t *territory) error {
	var lost []apply.Lost
	attempts := map[ledger.Ref]ledger.Attempt{}
	for _, a := range t.before.InDoubt {
		attempts[a.Ref()] = a
		if a.Action == outcome.Update || a.Action == outcome.Delete {
			if err := r.inheritChange(ctx, t, a); err != nil {
				return err
			}
			continue
		}
		before, err := t.baselines.Before(ctx, a)
		if err != nil {
			return err
		}
		lost = append(lost, r.lostOf(a, before))
	}
	all, err := r.withNameless(ctx, t, lost)
	if err != nil {
		return err
	}
	verdicts, err := r.settler(t).Settle(ctx, t.scope.Org, all, t.before.Witnesses, t.before.Owned)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if stopOf(err) != nil {
		return err // rows that stay unclear because the API is not there are no outcome of a run
	}
	if err != nil {
		r.Log.Warn().Err(err).Msg("what earlier runs left unclear can't be found out now")
		return nil
	}
	for _, v := range ofLost(verdicts) {
		if err := r.inheritVerdict(ctx, t, attempts[ledger.Ref{Run: v.Lost.Run, Seq: v.Lost.Seq}], v); err != nil {
			return ledger.Unwritable(err)
		}
	}
	if err := r.Ledger.Flush(ctx); err != nil {
		return ledger.Unwritable(err)
	}
	return nil
}

// lostOf makes a lost attempt of one that the ledger knows. Of one that was open when its process died it is only known
// that it ended before this process got the lock.
func (r *run) lostOf(a ledger.Attempt, before func(int64) bool) apply.Lost {
	l := apply.Lost{
		Run: a.Run, Seq: a.Seq, Org: a.Row.Scope.Org, Attempts: a.UnclearAttempts(), Ended: r.locked, Before: before,
		Fingerprint: a.Row.Fingerprint,
		Receipt:     outcome.Receipt{Attempts: a.Attempt}, Doubt: doubted(a),
	}
	if a.Result != nil {
		l.Receipt = a.Result.Receipt
		if a.Result.At.Before(l.Ended) { // else our clock has been set back since
			l.Ended = a.Result.At
		}
	}
	return l
}

// inheritVerdict writes what was found out into the ledger, where the earlier run has the row.
func (r *run) inheritVerdict(ctx context.Context, t *territory, a ledger.Attempt, v apply.Verdict) error {
	open := r.runs.IsOpen(r.runs.Index(a.Run))
	result := settled(v)
	if !open {
		closeVerdict(&result, v)
	}
	if result.Status == outcome.Uncertain && a.Result != nil && len(result.Notes) == 0 {
		return nil
	}
	if err := r.Ledger.Record(ctx, a.Run, a.Seq, result); err != nil {
		return err
	}
	if t.settled == nil {
		t.settled = map[outcome.Status]int{}
	}
	t.settled[result.Status]++
	a.Result = &result
	r.needles.noteKnown(a)
	t.before.Learn(a, time.Now().Add(-r.Settle))
	if len(v.Twins) > 0 {
		r.twice = true
	}
	if len(result.Notes) > 0 {
		t.notes[a.Row.Content] = result.Notes
	}
	return nil
}

// settled is the result that a verdict makes.
func settled(v apply.Verdict) ledger.Result {
	result := ledger.Result{Status: outcome.Uncertain, Receipt: v.Lost.Receipt, At: time.Now()}
	result.Receipt.Effect = outcome.EffectUnknown
	switch v.Finding {
	case apply.Present:
		result.Status, result.Found = v.Lost.Action.Done(), true
		result.Receipt.Effect, result.Receipt.ContactID = outcome.EffectDone, v.ID
		if v.Differs {
			result.Notes = append(result.Notes, outcome.Note{Code: outcome.CodeStoredDiffers, IDs: []int64{v.ID}})
		}
		if len(v.Twins) > 0 {
			result.Notes = append(result.Notes, outcome.Note{Code: outcome.CodeTwice, IDs: append([]int64{v.ID}, v.Twins...)})
		}
	case apply.Absent:
		result.Status, result.Found, result.Code = outcome.NotAttempted, true, outcome.CodeAbsent
		result.Receipt.Effect = outcome.EffectNone
	case apply.Unknown:
		result.Code, result.Detail = outcome.CodeUnclear, "the request left, but no answer tells whether "+v.Lost.Action.Was(v.Lost.Target)
		if v.Lost.Action != outcome.Create {
			result.Receipt.ContactID = v.Lost.Target
		}
		if v.Lost.Doubt != "" {
			result.Code, result.Detail = outcome.CodeDoubted, v.Lost.Doubt
		}
		if len(v.Suspects) > 0 {
			result.Notes = append(result.Notes, outcome.Note{Code: outcome.CodeSuspects, IDs: v.Suspects})
		}
	}
	return result
}

// closeVerdict makes an end of what a run left unclear that is closed: nothing goes on with it any more. What is
// matches exists; that it is ours is only said of a single contact that is equal in everything. What merely has a number
// or a name in common may be somebody else: the row stays unclear.
func closeVerdict(result *ledger.Result, v apply.Verdict) {
	switch {
	case v.Finding == apply.Present && v.Differs:
		result.Status = outcome.Exists
	case v.Finding == apply.Unknown && len(v.Matches) > 0:
		result.Status, result.Found, result.Code, result.Detail = outcome.Exists, true, "", ""
		result.Receipt.ContactID = v.Matches[0]
	}
}

// inheritChange finds out what became of a change or delete whose answer was lost: by reading its contact.
func (r *run) inheritChange(ctx context.Context, t *territory, a ledger.Attempt) error {
	l := r.lostOf(a, nil)
	l.Action, l.Target, l.Becomes = a.Action, a.Target, a.After
	var before contact.Stored
	if err := json.Unmarshal(a.Before, &before); err == nil {
		l.Was = r.describer(t)(before).Content
	} else if a.Action == outcome.Delete {
		l.Was = a.Row.Content // of a twin, which was equal to its row
	}
	v, err := r.settler(t).Reread(ctx, l)
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if stopOf(err) != nil {
		return err
	}
	if err != nil {
		r.Log.Warn().Err(err).Msg("what became of an earlier run's change can't be found out now")
		return nil
	}
	if err := r.inheritVerdict(ctx, t, a, v); err != nil {
		return ledger.Unwritable(err)
	}
	return nil
}

// settler finds out what became of lost attempts in one organisation.
func (r *run) settler(t *territory) *apply.Settler {
	s := &apply.Settler{Directory: r.Directory, Describe: r.describer(t), Wait: r.Settle, Looks: r.MaxAttempts}
	if t.listed != nil { // else the run has not looked at it yet, and begins with what it will show then
		s.Saw = t.sight
	}
	return s
}

// describer brings contacts that the organisation shows to the normal form of the rows.
func (r *run) describer(t *territory) func(contact.Stored) apply.Candidate {
	rules := r.checker.Rules
	return func(s contact.Stored) apply.Candidate {
		c := rules.Normalise(s)
		return apply.Candidate{ID: s.ID, Fingerprint: contact.FingerprintOf(r.key(), c, r.Match.Keys(r.key(), t.scope.Org, c))}
	}
}
