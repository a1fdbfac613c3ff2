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

// Memory is a ledger that lasts as long as the process: for runs against the simulator, and for tests. It keeps a row
// in about a hundred bytes and the texts of its result.
type Memory struct {
	key    contact.Key
	mu     sync.Mutex
	closed bool
	runs   []*memoryRun
	byID   map[string]*memoryRun
	scopes []Scope
	scope  map[Scope]uint32
	locked map[Scope]Holder
	hashes map[hashesOf]map[int64]contact.FieldHashes
	// images are kept apart: few attempts have one.
	images map[imageOf][]byte
	texts  texts
}

var _ Ledger = (*Memory)(nil)

type memoryRun struct {
	Run
	continues []string
	baselines map[Scope][]int64
	attempts  []record
	last      map[int32]*page // by Seq / pageRows
}

// pageRows is how many rows share one page of the index from a row to its last attempt: rows are dense where anything
// was sent, and a page costs less than the same rows in a map.
const pageRows = 1024

// page holds, for each row, 1 + the index of its last attempt; 0: the row has none.
type page [pageRows]uint32

// record is an attempt without pointers, so that a million of them cost the garbage collector nothing.
type record struct {
	row       identity
	key       [16]byte
	at        int64
	settled   int64
	contactID int64
	text      textRef // request ids, field, code, detail and notes, in this order
	traits    contact.Identifiers
	target    int64
	external  contact.Hash
	after     contact.Hash
	scope     uint32
	origin    uint32 // 1 + the number of the run that made the attempt; 0: its own
	version   int32
	unclear   int32
	seq       int32
	attempt   int32
	attempts  int32
	http      int32
	action    uint8
	status    uint8 // 0: open
	effect    uint8
	found     bool
	fields    contact.FieldMask
}

// NewMemory returns an empty ledger.
func NewMemory() *Memory {
	key, _ := contact.NewKey(make([]byte, contact.KeySize)) // an error tells of another length only
	return &Memory{key: key, byID: map[string]*memoryRun{}, scope: map[Scope]uint32{}, locked: map[Scope]Holder{}, hashes: map[hashesOf]map[int64]contact.FieldHashes{}, images: map[imageOf][]byte{}}
}

// Key implements [Ledger]. It is the same for all: what is made under it is secret as long as it stays in memory.
func (m *Memory) Key() contact.Key { return m.key }

// Begin implements [Ledger].
func (m *Memory) Begin(ctx context.Context, r Run, continues ...string) error {
	return m.with(ctx, func() error {
		if m.byID[r.ID] != nil {
			return runError(r.ID, errRunExists)
		}
		for _, id := range continues {
			if m.byID[id] == nil {
				return runError(id, ErrUnknownRun)
			}
		}
		r.Started = unstamp(stamp(r.Started))
		r.Finished, r.ExitCode, r.Reason, r.Closed, r.Removed = time.Time{}, StillOpen, "", false, time.Time{}
		run := &memoryRun{Run: r, continues: continues, baselines: map[Scope][]int64{}, last: map[int32]*page{}}
		m.runs = append(m.runs, run)
		m.byID[r.ID] = run
		return nil
	})
}

// Continue implements [Ledger].
func (m *Memory) Continue(ctx context.Context, run string, earlier ...string) error {
	return m.withRun(ctx, run, func(r *memoryRun) error {
		for _, id := range earlier {
			if m.byID[id] == nil {
				return runError(id, ErrUnknownRun)
			}
		}
		r.continues = append(r.continues, earlier...)
		return nil
	})
}

// Finish implements [Ledger].
func (m *Memory) Finish(ctx context.Context, run string, exit int, reason string, at time.Time) error {
	return m.withRun(ctx, run, func(r *memoryRun) error {
		r.ExitCode, r.Reason, r.Finished = exit, reason, unstamp(stamp(at))
		r.Closed = closes(exit)
		if r.Closed {
			for _, id := range r.continues {
				m.byID[id].Closed = true
			}
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

// Baseline implements [Ledger].
func (m *Memory) Baseline(ctx context.Context, run string, s Scope, ids []int64) error {
	return m.withRun(ctx, run, func(r *memoryRun) error {
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
	if err := i.check(); err != nil {
		return intendError(&i, err)
	}
	err := m.withRun(ctx, i.Run, func(r *memoryRun) error {
		rec := record{
			row: i.Row.identity(), key: i.Row.Key, at: stamp(i.At), scope: m.scopeNumber(i.Row.Scope),
			seq: int32(i.Seq), attempt: int32(i.Attempt), action: actionCode(i.Action),
			traits: i.Row.Identifiers, version: int32(i.Row.Version), unclear: int32(i.Unclear), target: i.Target,
			external: i.External, after: i.After, fields: i.Fields,
		}
		if len(i.Before) > 0 {
			m.images[imageOf{i.Run, i.Seq, i.Attempt}] = slices.Clone(i.Before)
		}
		slot := r.slot(i.Seq)
		if *slot == 0 || r.attempts[*slot-1].attempt < rec.attempt {
			r.attempts = append(r.attempts, rec)
			*slot = uint32(len(r.attempts))
			return nil
		}
		if r.attempts[*slot-1].attempt > rec.attempt {
			return errAttemptOrder
		}
		r.attempts[*slot-1] = rec
		return nil
	})
	if err != nil {
		return intendError(&i, err)
	}
	return nil
}

// Record implements [Ledger].
func (m *Memory) Record(ctx context.Context, run string, seq int, res Result) error {
	err := res.check()
	if err == nil {
		err = m.withRun(ctx, run, func(r *memoryRun) error { return m.record(r, seq, &res) })
	}
	if err != nil {
		return recordError(seq, err)
	}
	return nil
}

func (m *Memory) record(r *memoryRun, seq int, res *Result) error {
	index := r.index(seq)
	if index == 0 {
		return ErrNoIntent
	}
	rec := &r.attempts[index-1]
	rec.status, rec.effect = statusCode(res.Status), uint8(res.Receipt.Effect)
	rec.contactID, rec.attempts, rec.http = res.Receipt.ContactID, int32(res.Receipt.Attempts), int32(res.Receipt.HTTPStatus)
	rec.settled = stamp(res.At)
	rec.found = res.Found
	rec.text = m.texts.add(res.Receipt.RequestID, res.Receipt.CloudFrontID, string(res.Field), res.Code, res.Detail,
		packNotes(res.Notes))
	return nil
}

// Flush implements [Ledger]; there is nothing more durable to flush to.
func (m *Memory) Flush(ctx context.Context) error { return m.with(ctx, func() error { return nil }) }

// InDoubt implements [Ledger].
func (m *Memory) InDoubt(ctx context.Context, s Scope) (doubtful []Attempt, err error) {
	err = m.with(ctx, func() error {
		number, ok := m.scope[s]
		if !ok {
			return nil
		}
		for _, a := range m.lastOf(number, m.unclearRows(number)) {
			if a.IsUnclear() {
				doubtful = append(doubtful, a)
			}
		}
		slices.SortStableFunc(doubtful, func(a, b Attempt) int {
			return cmp.Or(cmp.Compare(m.order(a.Run), m.order(b.Run)), cmp.Compare(a.Seq, b.Seq))
		})
		return nil
	})
	return doubtful, err
}

// unclearRows returns the rows of which some run's last attempt is unclear.
func (m *Memory) unclearRows(scope uint32) map[identity]bool {
	rows := map[identity]bool{}
	for _, run := range m.runs {
		for rec := range run.lastRecords() {
			if rec.scope == scope && (rec.status == 0 || rec.status == statusCode(outcome.Uncertain)) {
				rows[rec.row] = true
			}
		}
	}
	return rows
}

// lastOf returns the last attempt of each of these rows: that of the latest run that tried it.
func (m *Memory) lastOf(scope uint32, rows map[identity]bool) []Attempt {
	last := map[identity]Attempt{}
	if len(rows) == 0 {
		return nil
	}
	for _, run := range m.runs {
		for rec := range run.lastRecords() {
			if rec.scope == scope && rows[rec.row] {
				last[rec.row] = m.attempt(run, rec)
			}
		}
	}
	return slices.Collect(maps.Values(last))
}

func (m *Memory) order(run string) int { return slices.Index(m.runs, m.byID[run]) }

// Outcomes implements [Ledger].
func (m *Memory) Outcomes(ctx context.Context, run string) iter.Seq2[Attempt, error] {
	return func(yield func(Attempt, error) bool) {
		for from := 1; ; {
			var batch []Attempt
			err := m.withRun(ctx, run, func(r *memoryRun) error {
				batch = m.outcomes(r, from)
				return nil
			})
			if err != nil {
				yield(Attempt{}, err)
				return
			}
			for _, a := range batch {
				if !yield(a, nil) {
					return
				}
			}
			if len(batch) == 0 {
				return
			}
			from = batch[len(batch)-1].Seq + 1
		}
	}
}

// outcomes returns the last attempts of the next page that has a row from on, so that the lock is not held while the
// caller works on them.
func (m *Memory) outcomes(r *memoryRun, from int) []Attempt {
	var batch []Attempt
	for _, number := range slices.Sorted(maps.Keys(r.last)) {
		if int(number) < from/pageRows {
			continue
		}
		for _, index := range r.last[number] {
			if index != 0 && int(r.attempts[index-1].seq) >= from {
				batch = append(batch, m.attempt(r, &r.attempts[index-1]))
			}
		}
		if len(batch) > 0 {
			break
		}
	}
	return batch
}

// Lock implements [Ledger]. It keeps off whoever shares this very value.
func (m *Memory) Lock(ctx context.Context, s Scope) (func() error, error) {
	err := m.with(ctx, func() error {
		if h, held := m.locked[s]; held {
			return &HeldError{Scope: s, Holder: h}
		}
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
