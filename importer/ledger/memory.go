package ledger

import (
	"cmp"
	"context"
	"iter"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
)

// Memory is a ledger that lasts as long as the process: for runs against the simulator, and for tests. It is plain, so that
// the suite and the model can hold those in files to it.
type Memory struct {
	key    contact.Key
	mu     sync.Mutex
	closed bool
	runs   []*memoryRun
	byID   map[string]*memoryRun
	scopes map[Scope]bool
	locked map[Scope]Holder
}

var _ Ledger = (*Memory)(nil)

type memoryRun struct {
	Run
	number    int // from 0, in the order in which they began
	continues map[string]bool
	baselines map[Scope][]int64
	hashes    map[Scope]map[int64]contact.FieldHashes
	last      map[int]*Attempt // of each row
}

// NewMemory returns an empty ledger.
func NewMemory() *Memory {
	key, _ := contact.NewKey(make([]byte, contact.KeySize)) // an error tells of another length only
	return &Memory{key: key, byID: map[string]*memoryRun{}, scopes: map[Scope]bool{}, locked: map[Scope]Holder{}}
}

// Key implements [Ledger]. It is the same for all: what is made under it is secret as long as it stays in memory.
func (m *Memory) Key() contact.Key { return m.key }

func (m *Memory) with(ctx context.Context, f func() error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return errClosed
	}
	return f()
}

func (m *Memory) withRun(ctx context.Context, id string, f func(*memoryRun) error) error {
	return m.with(ctx, func() error {
		r, err := m.run(id)
		if err != nil {
			return err
		}
		return f(r)
	})
}

func (m *Memory) run(id string) (*memoryRun, error) {
	r := m.byID[id]
	if r == nil {
		return nil, runError(id, ErrUnknownRun)
	}
	return r, nil
}

// Begin implements [Ledger].
func (m *Memory) Begin(ctx context.Context, r Run, continues ...string) error {
	return m.with(ctx, func() error {
		if m.byID[r.ID] != nil {
			return runError(r.ID, errRunExists)
		}
		r.Started = moment(r.Started)
		r.Finished, r.ExitCode, r.Reason, r.Closed, r.Removed = time.Time{}, StillOpen, "", false, time.Time{}
		run := &memoryRun{
			Run: r, number: len(m.runs), continues: map[string]bool{}, baselines: map[Scope][]int64{},
			hashes: map[Scope]map[int64]contact.FieldHashes{}, last: map[int]*Attempt{},
		}
		if err := m.continues(run, continues); err != nil {
			return err
		}
		m.runs = append(m.runs, run)
		m.byID[r.ID] = run
		return nil
	})
}

// Continue implements [Ledger].
func (m *Memory) Continue(ctx context.Context, run string, earlier ...string) error {
	return m.withRun(ctx, run, func(r *memoryRun) error { return m.continues(r, earlier) })
}

func (m *Memory) continues(r *memoryRun, earlier []string) error {
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

// Finish implements [Ledger].
func (m *Memory) Finish(ctx context.Context, run string, exit int, reason string, at time.Time) error {
	return m.withRun(ctx, run, func(r *memoryRun) error {
		r.ExitCode, r.Reason, r.Finished, r.Closed = exit, reason, moment(at), closes(exit)
		for id := range r.continues {
			m.byID[id].Closed = m.byID[id].Closed || r.Closed
		}
		return nil
	})
}

// Runs implements [Ledger].
func (m *Memory) Runs(ctx context.Context) (runs []Run, err error) {
	err = m.with(ctx, func() error {
		for _, r := range m.runs {
			runs = append(runs, r.Run)
		}
		return nil
	})
	return runs, err
}

// Continued implements [Ledger].
func (m *Memory) Continued(ctx context.Context) (continued map[string][]string, err error) {
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

// Baseline implements [Ledger].
func (m *Memory) Baseline(ctx context.Context, run string, s Scope, ids []int64) error {
	return m.withRun(ctx, run, func(r *memoryRun) error {
		m.scopes[s] = true
		r.baselines[s] = ascending(ids)
		return nil
	})
}

// BaselineOf implements [Ledger].
func (m *Memory) BaselineOf(ctx context.Context, run string, s Scope) (ids []int64, ok bool, err error) {
	err = m.withRun(ctx, run, func(r *memoryRun) error {
		ids, ok = r.baselines[s]
		ids = slices.Clone(ids)
		return nil
	})
	return ids, ok, err
}

// Intend implements [Ledger].
func (m *Memory) Intend(ctx context.Context, i Intent) error {
	err := i.check()
	if err == nil {
		err = m.withRun(ctx, i.Run, func(r *memoryRun) error {
			if last := r.last[i.Seq]; last != nil && last.Attempt > i.Attempt {
				return errAttemptOrder
			}
			m.scopes[i.Row.Scope] = true
			i.At, i.Before = moment(i.At), slices.Clone(i.Before)
			if len(i.Before) == 0 {
				i.Before = nil
			}
			r.last[i.Seq] = &Attempt{Intent: i}
			return nil
		})
	}
	if err != nil {
		return intendError(&i, err)
	}
	return nil
}

// Record implements [Ledger].
func (m *Memory) Record(ctx context.Context, run string, seq int, res Result) error {
	err := res.check()
	if err == nil {
		err = m.withRun(ctx, run, func(r *memoryRun) error {
			if r.last[seq] == nil {
				return ErrNoIntent
			}
			res.At, res.Notes = moment(res.At), cloneNotes(res.Notes)
			r.last[seq].Result = &res
			return nil
		})
	}
	if err != nil {
		return recordError(seq, err)
	}
	return nil
}

// Flush implements [Ledger]; there is nothing more durable to flush to.
func (m *Memory) Flush(ctx context.Context) error { return m.with(ctx, func() error { return nil }) }

// Lock implements [Ledger]. It keeps off whoever shares this very value.
func (m *Memory) Lock(ctx context.Context, s Scope) (func() error, error) {
	err := m.with(ctx, func() error {
		if h, held := m.locked[s]; held {
			return &HeldError{Scope: s, Holder: h}
		}
		m.scopes[s] = true
		m.locked[s] = thisProcess()
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

// Close implements [Ledger].
func (m *Memory) Close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.closed = true
	return nil
}

// Scopes implements [Ledger].
func (m *Memory) Scopes(ctx context.Context, host string) (scopes []Scope, err error) {
	err = m.with(ctx, func() error {
		for s := range m.scopes {
			if s.Host == host || host == "" {
				scopes = append(scopes, s)
			}
		}
		slices.SortFunc(scopes, func(a, b Scope) int { return cmp.Or(cmp.Compare(a.Host, b.Host), cmp.Compare(a.Org, b.Org)) })
		return nil
	})
	return scopes, err
}

// Count implements [Ledger].
func (m *Memory) Count(ctx context.Context, run string) (map[outcome.Status]int, error) {
	return countOutcomes(m.Outcomes(ctx, run))
}

// attemptsAtOnce is how many attempts are copied before the lock is given up to whoever works on them.
const attemptsAtOnce = 1024

// Outcomes implements [Ledger].
func (m *Memory) Outcomes(ctx context.Context, run string) iter.Seq2[Attempt, error] {
	return func(yield func(Attempt, error) bool) {
		var rows []int
		err := m.withRun(ctx, run, func(r *memoryRun) error {
			rows = r.rows()
			return nil
		})
		for part := range slices.Chunk(rows, attemptsAtOnce) {
			var attempts []Attempt
			err = m.withRun(ctx, run, func(r *memoryRun) error {
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
			yield(Attempt{}, err)
		}
	}
}

// rows are those of a run, ascending.
func (r *memoryRun) rows() []int { return slices.Sorted(maps.Keys(r.last)) }

// attempts are copies of the last ones of some rows.
func (r *memoryRun) attempts(rows []int) []Attempt {
	attempts := make([]Attempt, 0, len(rows))
	for _, seq := range rows {
		if a := r.last[seq]; a != nil {
			attempts = append(attempts, a.clone())
		}
	}
	return attempts
}

// clone shares nothing with the attempt that somebody could change.
func (a *Attempt) clone() Attempt {
	c := *a
	c.Before = slices.Clone(a.Before)
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
