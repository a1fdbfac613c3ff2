package ledgertest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"sync"
	"time"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/ledger/memory"
)

// errDead answers every call to a [Volatile] whose process was killed.
var errDead = errors.New("the process was killed")

// Volatile is a ledger in memory that can be killed: what was promised to be durable survives, of the rest a part. It
// stands for a process and its disk in simulations of crashes.
type Volatile struct {
	key     contact.Key // which is the same for all that are in memory
	mu      sync.Mutex
	now     *memory.Ledger
	durable []operation
	pending []operation
	dead    bool
	intents int

	// OnWrite is called before each write; true kills the process, before the write or, if after is true too, when the
	// write is done. Nil never does. It is called under a lock and must not use the ledger.
	OnWrite func() (kill, after bool)
	// Survivors says how many of so many writes that were not durable yet survive a kill; nil: none.
	Survivors func(pending int) int
	// NormalForm is the version of the normal form with which intents are noted, as an older program would; 0: as they say.
	NormalForm int
	// WithoutImages takes from intents what the contact looked like before, as an older program's prune did later.
	WithoutImages bool
	// WithoutFields takes from intents which fields an update sends, which an older program did not note.
	WithoutFields bool
}

var _ ledger.Ledger = (*Volatile)(nil)

// operation is a write that can be done again.
type operation func(context.Context, *memory.Ledger) error

// NewVolatile returns an empty ledger.
func NewVolatile() *Volatile {
	now := memory.New()
	return &Volatile{key: now.Key(), now: now}
}

// Key implements [ledger.Ledger].
func (v *Volatile) Key() contact.Key { return v.key }

// Kill ends the process: every call fails until Restart.
func (v *Volatile) Kill() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.dead = true
}

// Dead reports whether the process was killed.
func (v *Volatile) Dead() bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.dead
}

// Restart gives a new process what the killed one had made durable. Locks died with it.
func (v *Volatile) Restart() {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.Survivors != nil && len(v.pending) > 0 {
		v.durable = append(v.durable, v.pending[:v.Survivors(len(v.pending))]...)
	}
	v.now, v.pending, v.dead = memory.New(), nil, false
	for _, do := range v.durable {
		// Under a context of its own: the one that it was first done under is over.
		if err := do(context.Background(), v.now); err != nil {
			panic(fmt.Sprintf("a write that went well fails when it is done again: %v", err))
		}
	}
}

// Intents counts the intents that were ever made durable.
func (v *Volatile) Intents() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.intents
}

// write does a write. A durable one takes those before it along.
func (v *Volatile) write(ctx context.Context, durable bool, do operation) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.dead {
		return errDead
	}
	kill, after := false, false
	if v.OnWrite != nil {
		kill, after = v.OnWrite()
	}
	if kill && !after {
		v.dead = true
		return errDead
	}
	if err := do(context.WithoutCancel(ctx), v.now); err != nil {
		return err
	}
	v.pending = append(v.pending, do)
	if durable {
		v.durable, v.pending = append(v.durable, v.pending...), nil
	}
	if kill {
		v.dead = true
		return errDead
	}
	return nil
}

func (v *Volatile) memory() (*memory.Ledger, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.dead {
		return nil, errDead
	}
	return v.now, nil
}

// Continue implements [ledger.Ledger].
func (v *Volatile) Continue(ctx context.Context, run string, earlier ...string) error {
	return v.write(ctx, true, func(ctx context.Context, m *memory.Ledger) error { return m.Continue(ctx, run, earlier...) })
}

// Begin implements [ledger.Ledger].
func (v *Volatile) Begin(ctx context.Context, r ledger.Run, continues ...string) error {
	return v.write(ctx, true, func(ctx context.Context, m *memory.Ledger) error { return m.Begin(ctx, r, continues...) })
}

// Resume implements [ledger.Ledger].
func (v *Volatile) Resume(ctx context.Context, run string, rows []ledger.Resumed) error {
	rows = slices.Clone(rows)
	return v.write(ctx, true, func(ctx context.Context, m *memory.Ledger) error { return m.Resume(ctx, run, rows) })
}

// Finish implements [ledger.Ledger].
func (v *Volatile) Finish(ctx context.Context, run string, exit int, reason string, at time.Time) error {
	return v.write(ctx, true, func(ctx context.Context, m *memory.Ledger) error { return m.Finish(ctx, run, exit, reason, at) })
}

// Baseline implements [ledger.Ledger].
func (v *Volatile) Baseline(ctx context.Context, run string, s ledger.Scope, ids []int64) error {
	ids = slices.Clone(ids)
	return v.write(ctx, true, func(ctx context.Context, m *memory.Ledger) error { return m.Baseline(ctx, run, s, ids) })
}

// Hold implements [ledger.Ledger].
func (v *Volatile) Hold(ctx context.Context, run string, s ledger.Scope, ids []int64) error {
	ids = slices.Clone(ids)
	return v.write(ctx, true, func(ctx context.Context, m *memory.Ledger) error { return m.Hold(ctx, run, s, ids) })
}

// HeldIn implements [ledger.Ledger].
func (v *Volatile) HeldIn(ctx context.Context, s ledger.Scope) ([]string, error) {
	m, err := v.memory()
	if err != nil {
		return nil, err
	}
	return m.HeldIn(ctx, s)
}

// HeldBy implements [ledger.Ledger].
func (v *Volatile) HeldBy(ctx context.Context, run string, s ledger.Scope) ([]int64, error) {
	m, err := v.memory()
	if err != nil {
		return nil, err
	}
	return m.HeldBy(ctx, run, s)
}

// KeepShape implements [ledger.Ledger].
func (v *Volatile) KeepShape(ctx context.Context, run string, sealed []byte) error {
	return v.write(ctx, true, func(ctx context.Context, m *memory.Ledger) error { return m.KeepShape(ctx, run, sealed) })
}

// ShapeOf implements [ledger.Ledger].
func (v *Volatile) ShapeOf(ctx context.Context, run string) (sealed []byte, ok bool, err error) {
	m, err := v.memory()
	if err != nil {
		return nil, false, err
	}
	return m.ShapeOf(ctx, run)
}

// Intend implements [ledger.Ledger].
func (v *Volatile) Intend(ctx context.Context, i ledger.Intent) error {
	if v.NormalForm != 0 {
		i.Row.Version = v.NormalForm
	}
	if v.WithoutImages {
		i.Before = nil
	}
	if v.WithoutFields {
		i.Fields = 0
	}
	err := v.write(ctx, true, func(ctx context.Context, m *memory.Ledger) error { return m.Intend(ctx, i) })
	if err == nil {
		v.mu.Lock()
		defer v.mu.Unlock()
		v.intents++
	}
	return err
}

// Record implements [ledger.Ledger].
func (v *Volatile) Record(ctx context.Context, run string, seq int, r ledger.Result) error {
	r.Notes = slices.Clone(r.Notes)
	return v.write(ctx, false, func(ctx context.Context, m *memory.Ledger) error { return m.Record(ctx, run, seq, r) })
}

// Flush implements [ledger.Ledger].
func (v *Volatile) Flush(ctx context.Context) error {
	return v.write(ctx, true, func(ctx context.Context, m *memory.Ledger) error { return m.Flush(ctx) })
}

// SaveFieldHashes implements [ledger.Ledger].
func (v *Volatile) SaveFieldHashes(ctx context.Context, run string, s ledger.Scope, hashes map[int64]contact.FieldHashes) error {
	return v.write(ctx, true, func(ctx context.Context, m *memory.Ledger) error { return m.SaveFieldHashes(ctx, run, s, hashes) })
}

// Runs implements [ledger.Ledger].
func (v *Volatile) Runs(ctx context.Context) ([]ledger.Run, error) {
	m, err := v.memory()
	if err != nil {
		return nil, err
	}
	return m.Runs(ctx)
}

// BaselineOf implements [ledger.Ledger].
func (v *Volatile) BaselineOf(ctx context.Context, run string, s ledger.Scope) ([]int64, bool, error) {
	m, err := v.memory()
	if err != nil {
		return nil, false, err
	}
	return m.BaselineOf(ctx, run, s)
}

// InDoubt implements [ledger.Ledger].
func (v *Volatile) InDoubt(ctx context.Context, s ledger.Scope) ([]ledger.Attempt, error) {
	m, err := v.memory()
	if err != nil {
		return nil, err
	}
	return m.InDoubt(ctx, s)
}

// Scopes implements [ledger.Ledger].
func (v *Volatile) Scopes(ctx context.Context, host string) ([]ledger.Scope, error) {
	m, err := v.memory()
	if err != nil {
		return nil, err
	}
	return m.Scopes(ctx, host)
}

// FieldHashes implements [ledger.Ledger].
func (v *Volatile) FieldHashes(ctx context.Context, s ledger.Scope) (map[int64]contact.FieldHashes, error) {
	m, err := v.memory()
	if err != nil {
		return nil, err
	}
	return m.FieldHashes(ctx, s)
}

// FieldHashesOf implements [ledger.Ledger].
func (v *Volatile) FieldHashesOf(ctx context.Context, run string, s ledger.Scope) (map[int64]contact.FieldHashes, error) {
	m, err := v.memory()
	if err != nil {
		return nil, err
	}
	return m.FieldHashesOf(ctx, run, s)
}

// Remove implements [ledger.Ledger].
func (v *Volatile) Remove(ctx context.Context, runs []string, keep []ledger.Ref, at time.Time) error {
	runs, keep = slices.Clone(runs), slices.Clone(keep)
	return v.write(ctx, true, func(ctx context.Context, m *memory.Ledger) error { return m.Remove(ctx, runs, keep, at) })
}

// RenameJob implements [ledger.Ledger].
func (v *Volatile) RenameJob(ctx context.Context, from, to string) error {
	return v.write(ctx, true, func(ctx context.Context, m *memory.Ledger) error { return m.RenameJob(ctx, from, to) })
}

// ForgetIDs implements [ledger.Ledger].
func (v *Volatile) ForgetIDs(ctx context.Context, job string) error {
	return v.write(ctx, true, func(ctx context.Context, m *memory.Ledger) error { return m.ForgetIDs(ctx, job) })
}

// KeepIDs implements [ledger.Ledger].
func (v *Volatile) KeepIDs(ctx context.Context, ids []ledger.KeptID) error {
	ids = slices.Clone(ids)
	return v.write(ctx, true, func(ctx context.Context, m *memory.Ledger) error { return m.KeepIDs(ctx, ids) })
}

// SaveNotices implements [ledger.Ledger].
func (v *Volatile) SaveNotices(ctx context.Context, notices ...ledger.Notice) error {
	notices = slices.Clone(notices)
	return v.write(ctx, true, func(ctx context.Context, m *memory.Ledger) error { return m.SaveNotices(ctx, notices...) })
}

// Notices implements [ledger.Ledger].
func (v *Volatile) Notices(ctx context.Context) ([]ledger.Notice, error) {
	m, err := v.memory()
	if err != nil {
		return nil, err
	}
	return m.Notices(ctx)
}

// KeptIDs implements [ledger.Ledger].
func (v *Volatile) KeptIDs(ctx context.Context, hashes []contact.Hash) (map[contact.Hash][]byte, error) {
	m, err := v.memory()
	if err != nil {
		return nil, err
	}
	return m.KeptIDs(ctx, hashes)
}

// KeptHashes implements [ledger.Ledger].
func (v *Volatile) KeptHashes(ctx context.Context) iter.Seq2[contact.Hash, error] {
	m, err := v.memory()
	if err != nil {
		return func(yield func(contact.Hash, error) bool) { yield(contact.Hash{}, err) }
	}
	return m.KeptHashes(ctx)
}

// Continued implements [ledger.Ledger].
func (v *Volatile) Continued(ctx context.Context) (map[string][]string, error) {
	m, err := v.memory()
	if err != nil {
		return nil, err
	}
	return m.Continued(ctx)
}

// Lock implements [ledger.Ledger].
func (v *Volatile) Lock(ctx context.Context, s ledger.Scope) (func() error, error) {
	m, err := v.memory()
	if err != nil {
		return nil, err
	}
	return m.Lock(ctx, s)
}

// Close implements [ledger.Ledger]; the next process finds what this one has flushed.
func (v *Volatile) Close() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if !v.dead {
		v.durable, v.pending = append(v.durable, v.pending...), nil
	}
	return v.now.Close()
}
