package memory

import (
	"context"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

// Resume implements [ledger.Ledger].
func (m *Ledger) Resume(ctx context.Context, run string, rows []ledger.Resumed) error {
	return m.withRun(ctx, run, func(r *pastRun) error {
		for _, row := range rows {
			if err := m.resume(r, row); err != nil {
				return ledger.IntendError(row.Seq, err)
			}
		}
		return nil
	})
}

func (m *Ledger) resume(to *pastRun, row ledger.Resumed) error {
	from, err := m.run(row.From.Run)
	if err != nil {
		return err
	}
	last := from.last[row.From.Seq]
	if last == nil {
		return ledger.ErrNoIntent
	}
	if to.last[row.Seq] != nil {
		return ledger.ErrAttemptOrder
	}
	a := clone(last)
	if a.Origin == "" {
		a.Origin = a.Run
	}
	a.Run, a.Seq = to.ID, row.Seq
	to.last[row.Seq] = &a
	return nil
}

// InDoubt implements [ledger.Ledger].
func (m *Ledger) InDoubt(ctx context.Context, s ledger.Scope) (doubtful []ledger.Attempt, err error) {
	last := map[ledger.Identity]ledger.Ref{}
	for a, err := range m.History(ctx, s) {
		if err != nil {
			return nil, err
		}
		last[a.Row.Identity()] = a.Ref()
	}
	for a, err := range m.History(ctx, s) {
		if err != nil {
			return nil, err
		}
		if a.IsUnclear() && last[a.Row.Identity()] == a.Ref() {
			doubtful = append(doubtful, a)
		}
	}
	return doubtful, nil
}

// History implements [ledger.Ledger].
func (m *Ledger) History(ctx context.Context, s ledger.Scope) iter.Seq2[ledger.Attempt, error] {
	return func(yield func(ledger.Attempt, error) bool) {
		runs, err := m.Runs(ctx)
		if err != nil {
			yield(ledger.Attempt{}, err)
			return
		}
		for _, r := range runs {
			for a, err := range m.Outcomes(ctx, r.ID) {
				if err == nil && a.Row.Scope != s {
					continue
				}
				if !yield(a, err) || err != nil {
					return
				}
			}
		}
	}
}

// SaveFieldHashes implements [ledger.Ledger].
func (m *Ledger) SaveFieldHashes(ctx context.Context, run string, s ledger.Scope, hashes map[int64]contact.FieldHashes) error {
	return m.withRun(ctx, run, func(r *pastRun) error {
		m.scopes[s] = true
		if r.hashes[s] == nil {
			r.hashes[s] = map[int64]contact.FieldHashes{}
		}
		maps.Copy(r.hashes[s], hashes)
		return nil
	})
}

// FieldHashes implements [ledger.Ledger].
func (m *Ledger) FieldHashes(ctx context.Context, s ledger.Scope) (hashes map[int64]contact.FieldHashes, err error) {
	err = m.with(ctx, func() error {
		hashes = map[int64]contact.FieldHashes{}
		for _, r := range m.runs {
			maps.Copy(hashes, r.hashes[s])
		}
		return nil
	})
	return hashes, err
}

// FieldHashesOf implements [ledger.Ledger].
func (m *Ledger) FieldHashesOf(ctx context.Context, run string, s ledger.Scope) (hashes map[int64]contact.FieldHashes, err error) {
	err = m.with(ctx, func() error {
		if r := m.byID[run]; r != nil {
			hashes = maps.Clone(r.hashes[s])
		}
		return nil
	})
	return hashes, err
}

// Remove implements [ledger.Ledger].
func (m *Ledger) Remove(ctx context.Context, runs []string, keep []ledger.Ref, at time.Time) error {
	return m.with(ctx, func() error {
		kept := make(map[ledger.Ref]bool, len(keep))
		for _, row := range keep {
			kept[row] = true
		}
		leaving := map[string]bool{}
		for _, id := range runs {
			if _, err := m.run(id); err != nil {
				return err
			}
			leaving[id] = true
		}
		for id := range leaving {
			m.byID[id].remove(kept, at)
		}
		m.forgetListings(leaving)
		m.forgetHashes(leaving)
		m.forgetHeld(leaving)
		m.forgetShapes(leaving)
		m.forgetUnused()
		return nil
	})
}

func (r *pastRun) remove(kept map[ledger.Ref]bool, at time.Time) {
	maps.DeleteFunc(r.last, func(_ int, a *ledger.Attempt) bool { return !kept[a.Ref()] })
	for _, a := range r.last {
		if !a.IsUnclear() {
			a.Before = nil
			a.Result.Receipt.RequestID, a.Result.Receipt.CloudFrontID, a.Result.Detail = "", "", ""
		}
	}
	r.ReportDir, r.Removed = "", ledger.Moment(at)
	clear(r.continues)
}

// forgetListings removes the listings of runs that nothing is held against any more.
func (m *Ledger) forgetListings(leaving map[string]bool) {
	needed := map[string]map[ledger.Scope]bool{}
	need := func(run string, s ledger.Scope) {
		if needed[run] == nil {
			needed[run] = map[ledger.Scope]bool{}
		}
		needed[run][s] = true
	}
	for _, r := range m.runs {
		for _, a := range r.last {
			if a.Origin != "" {
				need(a.Origin, a.Row.Scope)
			}
			if a.IsUnclear() || a.Result.Status == outcome.Created && a.Result.Receipt.ContactID == 0 {
				need(r.ID, a.Row.Scope)
			}
		}
	}
	for id := range leaving {
		maps.DeleteFunc(m.byID[id].baselines, func(s ledger.Scope, _ []int64) bool { return !needed[id][s] })
	}
}

// forgetHashes removes what contacts looked like where a later run has noted it anew.
func (m *Ledger) forgetHashes(leaving map[string]bool) {
	for i, r := range m.runs {
		if !leaving[r.ID] {
			continue
		}
		for s, hashes := range r.hashes {
			maps.DeleteFunc(hashes, func(id int64, _ contact.FieldHashes) bool {
				return slices.ContainsFunc(m.runs[i+1:], func(later *pastRun) bool {
					_, again := later.hashes[s][id]
					return again
				})
			})
		}
	}
}

// forgetHeld removes what the rows of runs were about where a later run of the same job has noted it anew.
func (m *Ledger) forgetHeld(leaving map[string]bool) {
	for i, r := range m.runs {
		if !leaving[r.ID] {
			continue
		}
		maps.DeleteFunc(r.held, func(s ledger.Scope, _ []int64) bool {
			return slices.ContainsFunc(m.runs[i+1:], func(later *pastRun) bool {
				_, again := later.held[s]
				return again && later.Job == r.Job
			})
		})
	}
}
