package sqlite

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"time"

	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/ledger/dbfile"
)

// batch is what one commit carries. Callers add to the next batch until a leader takes it; then nothing of it can be
// taken back.
type batch struct {
	results []*result // before the intents: a row's result comes before its next try
	intents []*intent
	tasks   []*task
	taken   bool
	done    chan struct{} // closed when the commit has ended
	err     error         // of the commit; valid once done is closed
}

// intent, result and task are what callers add. Their own err is the caller's mistake: it costs them alone.
type intent struct {
	ledger.Intent
	token string // of the lock of its scope; empty: this value has none
	err   error
}

type result struct {
	run string
	seq int
	ledger.Result
	err error
}

type task struct {
	do  func(*writer) error
	err error
}

// callerError is a mistake of one caller, found inside a transaction that goes on for the others.
type callerError struct{ error }

func (e callerError) Unwrap() error { return e.error }

func newBatch() *batch { return &batch{done: make(chan struct{})} }

func (b *batch) empty() bool { return len(b.results)+len(b.intents)+len(b.tasks) == 0 }

// join adds to the next batch.
func (l *Ledger) join(ctx context.Context, add func(*batch)) (*batch, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.write == nil:
		return nil, ledger.ErrReadOnly
	case l.broken != nil:
		return nil, l.broken
	case l.closed:
		return nil, ledger.ErrClosed
	}
	add(l.next)
	return l.next, nil
}

// await returns when the batch's commit has ended: one of those who wait for it leads, the others follow. If ctx ends
// before the batch is taken and leave takes back what was added, the answer is the cause of ctx.
func (l *Ledger) await(ctx context.Context, b *batch, leave func()) error {
	select {
	case <-b.done:
		return b.err
	case l.lead <- struct{}{}:
		return l.leadOf(b)
	case <-ctx.Done():
	}
	l.mu.Lock()
	if !b.taken {
		leave()
		l.mu.Unlock()
		return context.Cause(ctx)
	}
	l.mu.Unlock()
	<-b.done
	return b.err
}

// leadOf commits the batch unless a leader before has done it, and gives up the lead, which the caller has.
func (l *Ledger) leadOf(b *batch) error {
	defer func() { <-l.lead }()
	select {
	case <-b.done:
		return b.err
	default:
	}
	// Those whom the last commit has just answered are about to come back with their next intent. Letting them run
	// first is what makes commits full: without it every second one carries the leader alone.
	for range gatherRounds {
		runtime.Gosched()
	}
	return l.commit()
}

// gatherRounds is how often a leader lets others run before it takes the batch.
const gatherRounds = 4

// commit takes the next batch and makes it durable. The caller has the lead.
func (l *Ledger) commit() error {
	l.mu.Lock()
	b := l.next
	b.taken = true
	l.next = newBatch()
	err := l.broken
	l.mu.Unlock()

	if err == nil && !b.empty() {
		// A panic in here (a damaged file, in code that was C) leaves nobody waiting, and the ledger broken.
		err = errors.New("the commit broke off")
		defer func() { l.end(b, err) }()
		err = l.write.commit(b)
		return l.lasting(err)
	}
	l.end(b, err)
	return err
}

// lasting turns the error of a commit into the one that stays.
func (l *Ledger) lasting(err error) error {
	if err == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.broken == nil {
		l.broken = fmt.Errorf("%w: %q: %w", ledger.ErrBroken, l.path, dbfile.Explain(err))
	}
	return l.broken
}

// end answers all who wait for the batch.
func (l *Ledger) end(b *batch, err error) {
	b.err = l.lasting(err)
	l.mu.Lock()
	if err == nil {
		for _, i := range b.intents {
			if i.err == nil {
				l.owed[rowRef{i.Run, i.Seq}] = struct{}{}
			}
		}
	} else {
		for _, s := range b.results {
			l.lost[rowRef{s.run, s.seq}] = s.Result
		}
	}
	l.mu.Unlock()
	close(b.done)
}

// Intend implements [ledger.Ledger].
func (l *Ledger) Intend(ctx context.Context, i ledger.Intent) error {
	if err := i.Check(); err != nil {
		return ledger.IntendError(i.Seq, err)
	}
	op := &intent{Intent: i}
	b, err := l.join(ctx, func(b *batch) {
		op.token = l.tokens[i.Row.Scope]
		b.intents = append(b.intents, op)
	})
	if err == nil {
		err = l.await(ctx, b, func() {
			b.intents = slices.DeleteFunc(b.intents, func(o *intent) bool { return o == op })
		})
	}
	if err == nil {
		err = op.err
	}
	if err != nil {
		return ledger.IntendError(i.Seq, err)
	}
	return nil
}

// Record implements [ledger.Ledger]. It waits for a commit only where it can't know that the row has an intent: where the
// intent is not one of this value's own, or has a result already.
func (l *Ledger) Record(ctx context.Context, run string, seq int, r ledger.Result) error {
	if err := r.Check(); err != nil {
		return ledger.RecordError(seq, err)
	}
	op := &result{run: run, seq: seq, Result: r}
	b, known, err := l.joinResult(ctx, op)
	if err == nil && !known {
		// The result is in hand and must not be lost to a cancelled context: it stays in the batch.
		if err = l.await(context.WithoutCancel(ctx), b, func() {}); err == nil {
			err = op.err
		}
	}
	if err != nil {
		return ledger.RecordError(seq, err)
	}
	return nil
}

// joinResult adds a result to the next batch. known tells that the row has an open intent of this value's own. If the
// ledger is broken the result is kept for this run's report.
func (l *Ledger) joinResult(ctx context.Context, op *result) (b *batch, known bool, err error) {
	row := rowRef{op.run, op.seq}
	b, err = l.join(ctx, func(b *batch) {
		b.results = append(b.results, op)
		_, known = l.owed[row]
		delete(l.owed, row)
	})
	if errors.Is(err, ledger.ErrBroken) {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.lost[row] = op.Result
	}
	return b, known, err
}

// Flush implements [ledger.Ledger].
func (l *Ledger) Flush(ctx context.Context) error { return l.perform(ctx, nil) }

// perform does something inside a commit, behind all results that were recorded before; nil only makes that durable.
func (l *Ledger) perform(ctx context.Context, do func(*writer) error) error {
	op := &task{do: do}
	b, err := l.join(ctx, func(b *batch) {
		if do != nil {
			b.tasks = append(b.tasks, op)
		}
	})
	if err != nil {
		return err
	}
	err = l.await(ctx, b, func() {
		b.tasks = slices.DeleteFunc(b.tasks, func(o *task) bool { return o == op })
	})
	if err != nil {
		return err
	}
	return op.err
}

// Begin implements [ledger.Ledger].
func (l *Ledger) Begin(ctx context.Context, r ledger.Run, continues ...string) error {
	return l.perform(ctx, func(w *writer) error { return w.begin(r, continues) })
}

// Continue implements [ledger.Ledger].
func (l *Ledger) Continue(ctx context.Context, run string, earlier ...string) error {
	return l.perform(ctx, func(w *writer) error { return w.continues(run, earlier) })
}

// Finish implements [ledger.Ledger].
func (l *Ledger) Finish(ctx context.Context, run string, exit int, reason string, at time.Time) error {
	return l.perform(ctx, func(w *writer) error { return w.finish(run, exit, reason, at) })
}
