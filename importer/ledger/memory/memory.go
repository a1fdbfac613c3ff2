// Package memory keeps a ledger that lasts as long as the process: for runs against the simulator, and for tests.
package memory

import (
	"cmp"
	"context"
	"iter"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

// Ledger is a ledger in memory. It is plain, so that the suite and the model can hold those in files to it.
type Ledger struct {
	key    contact.Key
	mu     sync.Mutex
	closed bool
	runs   []*pastRun
	byID   map[string]*pastRun
	scopes map[ledger.Scope]bool
	locked map[ledger.Scope]ledger.Holder
	kept   map[contact.Hash][]byte // the rows' own ids, sealed

	notices []ledger.Notice
}

var _ ledger.Ledger = (*Ledger)(nil)

type pastRun struct {
	ledger.Run
	number    int // from 0, in the order in which they began
	continues map[string]bool
	baselines map[ledger.Scope][]int64
	held      map[ledger.Scope][]int64
	hashes    map[ledger.Scope]map[int64]contact.FieldHashes
	shape     []byte                  // of its input, sealed; nil: none is kept, empty: no row was valid
	last      map[int]*ledger.Attempt // of each row
}

// New returns an empty ledger.
func New() *Ledger {
	key, _ := contact.NewKey(make([]byte, contact.KeySize)) // an error tells of another length only
	return &Ledger{key: key, byID: map[string]*pastRun{}, scopes: map[ledger.Scope]bool{}, locked: map[ledger.Scope]ledger.Holder{}, kept: map[contact.Hash][]byte{}}
}

// Key implements [ledger.Ledger]. It is the same for all: what is made under it is secret as long as it stays in memory.
func (m *Ledger) Key() contact.Key { return m.key }

func (m *Ledger) with(ctx context.Context, f func() error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return ledger.ErrClosed
	}
	return f()
}

func (m *Ledger) withRun(ctx context.Context, id string, f func(*pastRun) error) error {
	return m.with(ctx, func() error {
		r, err := m.run(id)
		if err != nil {
			return err
		}
		return f(r)
	})
}

func (m *Ledger) run(id string) (*pastRun, error) {
	r := m.byID[id]
	if r == nil {
		return nil, ledger.RunError(id, ledger.ErrUnknownRun)
	}
	return r, nil
}

// Begin implements [ledger.Ledger].
func (m *Ledger) Begin(ctx context.Context, r ledger.Run, continues ...string) error {
	return m.with(ctx, func() error {
		if m.byID[r.ID] != nil {
			return ledger.RunError(r.ID, ledger.ErrRunExists)
		}
		r.Started = ledger.Moment(r.Started)
		r.Finished, r.ExitCode, r.Reason, r.Closed, r.Removed = time.Time{}, ledger.StillOpen, "", false, time.Time{}
		run := &pastRun{
			Run: r, number: len(m.runs), continues: map[string]bool{}, baselines: map[ledger.Scope][]int64{}, held: map[ledger.Scope][]int64{},
			hashes: map[ledger.Scope]map[int64]contact.FieldHashes{}, last: map[int]*ledger.Attempt{},
		}
		if err := m.continues(run, continues); err != nil {
			return err
		}
		m.runs = append(m.runs, run)
		m.byID[r.ID] = run
		return nil
	})
}

// Continue implements [ledger.Ledger].
func (m *Ledger) Continue(ctx context.Context, run string, earlier ...string) error {
	return m.withRun(ctx, run, func(r *pastRun) error { return m.continues(r, earlier) })
}

func (m *Ledger) continues(r *pastRun, earlier []string) error {
	for _, id := range earlier {
		if _, err := m.run(id); err != nil {
			return err
		}
	}
	for _, id := range earlier {
		r.continues[id] = true
	}
	return nil
}

// Finish implements [ledger.Ledger].
func (m *Ledger) Finish(ctx context.Context, run string, exit int, reason string, at time.Time) error {
	return m.withRun(ctx, run, func(r *pastRun) error {
		r.ExitCode, r.Reason, r.Finished, r.Closed = exit, reason, ledger.Moment(at), ledger.Closes(exit)
		for id := range r.continues {
			m.byID[id].Closed = m.byID[id].Closed || r.Closed
		}
		return nil
	})
}

// Runs implements [ledger.Ledger].
func (m *Ledger) Runs(ctx context.Context) (runs []ledger.Run, err error) {
	err = m.with(ctx, func() error {
		for _, r := range m.runs {
			runs = append(runs, r.Run)
		}
		return nil
	})
	return runs, err
}

// Continued implements [ledger.Ledger].
func (m *Ledger) Continued(ctx context.Context) (continued map[string][]string, err error) {
	err = m.with(ctx, func() error {
		continued = map[string][]string{}
		for _, r := range m.runs {
			if len(r.continues) > 0 {
				continued[r.ID] = slices.SortedFunc(maps.Keys(r.continues), func(a, b string) int { return m.byID[a].number - m.byID[b].number })
			}
		}
		return nil
	})
	return continued, err
}

// Baseline implements [ledger.Ledger].
func (m *Ledger) Baseline(ctx context.Context, run string, s ledger.Scope, ids []int64) error {
	return m.withRun(ctx, run, func(r *pastRun) error {
		m.scopes[s] = true
		r.baselines[s] = slices.Compact(slices.Sorted(slices.Values(ids)))
		return nil
	})
}

// BaselineOf implements [ledger.Ledger].
func (m *Ledger) BaselineOf(ctx context.Context, run string, s ledger.Scope) (ids []int64, ok bool, err error) {
	err = m.withRun(ctx, run, func(r *pastRun) error {
		ids, ok = r.baselines[s]
		ids = slices.Clone(ids)
		return nil
	})
	return ids, ok, err
}

// Hold implements [ledger.Ledger].
func (m *Ledger) Hold(ctx context.Context, run string, s ledger.Scope, ids []int64) error {
	return m.withRun(ctx, run, func(r *pastRun) error {
		m.scopes[s] = true
		r.held[s] = slices.Compact(slices.Sorted(slices.Values(ids)))
		return nil
	})
}

// HeldIn implements [ledger.Ledger].
func (m *Ledger) HeldIn(ctx context.Context, s ledger.Scope) (runs []string, err error) {
	err = m.with(ctx, func() error {
		for _, r := range m.runs {
			if _, noted := r.held[s]; noted {
				runs = append(runs, r.ID)
			}
		}
		return nil
	})
	return runs, err
}

// HeldBy implements [ledger.Ledger].
func (m *Ledger) HeldBy(ctx context.Context, run string, s ledger.Scope) (ids []int64, err error) {
	err = m.withRun(ctx, run, func(r *pastRun) error {
		ids = slices.Clone(r.held[s])
		return nil
	})
	return ids, err
}

// Intend implements [ledger.Ledger].
func (m *Ledger) Intend(ctx context.Context, i ledger.Intent) error {
	err := i.Check()
	if err == nil {
		err = m.withRun(ctx, i.Run, func(r *pastRun) error {
			if last := r.last[i.Seq]; last != nil && last.Attempt > i.Attempt {
				return ledger.ErrAttemptOrder
			}
			m.scopes[i.Row.Scope] = true
			i.At, i.Before, i.Told = ledger.Moment(i.At), append([]byte(nil), i.Before...), cloneNotes(i.Told)
			r.last[i.Seq] = &ledger.Attempt{Intent: i}
			return nil
		})
	}
	if err != nil {
		return ledger.IntendError(i.Seq, err)
	}
	return nil
}

// Record implements [ledger.Ledger].
func (m *Ledger) Record(ctx context.Context, run string, seq int, res ledger.Result) error {
	err := res.Check()
	if err == nil {
		err = m.withRun(ctx, run, func(r *pastRun) error {
			if r.last[seq] == nil {
				return ledger.ErrNoIntent
			}
			res.At, res.Notes = ledger.Moment(res.At), cloneNotes(res.Notes)
			r.last[seq].Result = &res
			return nil
		})
	}
	if err != nil {
		return ledger.RecordError(seq, err)
	}
	return nil
}

// Flush implements [ledger.Ledger]; there is nothing more durable to flush to.
func (m *Ledger) Flush(ctx context.Context) error { return m.with(ctx, func() error { return nil }) }

// Lock implements [ledger.Ledger]. It keeps off whoever shares this very value.
func (m *Ledger) Lock(ctx context.Context, s ledger.Scope) (func() error, error) {
	err := m.with(ctx, func() error {
		if h, held := m.locked[s]; held {
			return &ledger.HeldError{Scope: s, Holder: h}
		}
		m.scopes[s] = true
		m.locked[s] = ledger.ThisProcess()
		return nil
	})
	if err != nil {
		return nil, err
	}
	return sync.OnceValue(func() error {
		m.mu.Lock()
		defer m.mu.Unlock()
		delete(m.locked, s)
		return nil
	}), nil
}

// Close implements [ledger.Ledger].
func (m *Ledger) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	return nil
}

// Scopes implements [ledger.Ledger].
func (m *Ledger) Scopes(ctx context.Context, host string) (scopes []ledger.Scope, err error) {
	err = m.with(ctx, func() error {
		for s := range m.scopes {
			if s.Host == host || host == "" {
				scopes = append(scopes, s)
			}
		}
		slices.SortFunc(scopes, func(a, b ledger.Scope) int { return cmp.Or(cmp.Compare(a.Host, b.Host), cmp.Compare(a.Org, b.Org)) })
		return nil
	})
	return scopes, err
}

// Count implements [ledger.Ledger].
func (m *Ledger) Count(ctx context.Context, run string) (map[outcome.Status]int, error) {
	return ledger.CountOutcomes(m.Outcomes(ctx, run))
}

// attemptsAtOnce is how many attempts are copied before the lock is given up to whoever works on them.
const attemptsAtOnce = 1024

// Outcomes implements [ledger.Ledger].
func (m *Ledger) Outcomes(ctx context.Context, run string) iter.Seq2[ledger.Attempt, error] {
	return func(yield func(ledger.Attempt, error) bool) {
		var rows []int
		err := m.withRun(ctx, run, func(r *pastRun) error {
			rows = r.rows()
			return nil
		})
		for part := range slices.Chunk(rows, attemptsAtOnce) {
			var attempts []ledger.Attempt
			err = m.withRun(ctx, run, func(r *pastRun) error {
				attempts = r.attempts(part)
				return nil
			})
			if err != nil {
				break
			}
			for _, a := range attempts {
				if !yield(a, nil) {
					return
				}
			}
		}
		if err != nil {
			yield(ledger.Attempt{}, err)
		}
	}
}

// rows are those of a run, ascending.
func (r *pastRun) rows() []int { return slices.Sorted(maps.Keys(r.last)) }

// attempts are copies of the last ones of some rows.
func (r *pastRun) attempts(rows []int) []ledger.Attempt {
	attempts := make([]ledger.Attempt, 0, len(rows))
	for _, seq := range rows {
		if a := r.last[seq]; a != nil {
			attempts = append(attempts, clone(a))
		}
	}
	return attempts
}

// clone shares nothing with the attempt that somebody could change.
func clone(a *ledger.Attempt) ledger.Attempt {
	c := *a
	c.Before, c.Told = slices.Clone(a.Before), cloneNotes(a.Told)
	if a.Result != nil {
		result := *a.Result
		result.Notes = cloneNotes(a.Result.Notes)
		c.Result = &result
	}
	return c
}

func cloneNotes(notes []outcome.Note) []outcome.Note {
	notes = slices.Clone(notes)
	for i, n := range notes {
		notes[i].IDs, notes[i].Fields = slices.Clone(n.IDs), slices.Clone(n.Fields)
	}
	return notes
}
