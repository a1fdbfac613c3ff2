// Package apply sends what is to be sent: many changes at once, each with its intent recorded before a request of it
// leaves and its outcome recorded after, and a stop that loses nothing.
//
// It decides what an answer means for a row, never what is to be done for one, and it repeats nothing: repeating is the
// client's matter, and only where a request is known not to have happened.
package apply

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime/debug"
	"sync"

	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/plan"
)

// Change is what is to be done for one row.
type Change struct {
	// Seq is the run's data row, counted over all inputs from 1.
	Seq int
	// Org is the organisation's number.
	Org    int64
	Action plan.Action
	// Contact is what is sent. Content and Key are its hashes, under which the ledger knows the row in later runs.
	Contact contact.Contact
	Content contact.Hash
	Key     contact.Hash
}

// Hooks are called around each request of a call.
type Hooks struct {
	// Before is called when the request has its place in the budget, right before it leaves. Its error keeps the
	// request from leaving and ends the call.
	Before func(ctx context.Context) error
	// After is called when the request has got its answer or has failed.
	After func()
}

// API is what the runner needs of the service. A call returns its receipt beside an error too: a *plan.Refusal is the
// API's no to this row, a *plan.StopError ends the run, and of anything else the receipt's effect tells what is known.
type API interface {
	CreateContact(ctx context.Context, org int64, c contact.Contact, h Hooks) (plan.Receipt, error)
}

// Ledger is what the runner needs of the ledger. Intend returns when the intent is durable; an error means that it may
// not be, and that nothing may be sent. Settle follows its intent.
type Ledger interface {
	Intend(ctx context.Context, c Change, attempt int) error
	Settle(ctx context.Context, c Change, o plan.Outcome) error
}

// Runner sends changes, several at a time.
type Runner struct {
	API    API
	Ledger Ledger
	// Concurrency is how many changes are under way at once; at least 1.
	Concurrency int
	// MaxFailures is how many failed rows the run bears; one more stops it. Negative: any number.
	MaxFailures int
	// Done is told each row's end; called from many goroutines. May be nil.
	Done func(plan.Status)
	Log  zerolog.Logger
}

// Run sends the changes in order, Concurrency at a time, until they end, stop is cancelled or something ends the run.
//
// When stop is cancelled no further request leaves, and requests that are under way may end; abort cancels those too.
// Run returns when nothing of it runs any more: nil if every change was sent and has its outcome in the ledger, else
// why the run ended early. What was not sent has no outcome in the ledger, or NotAttempted.
func (r *Runner) Run(stop, abort context.Context, changes iter.Seq2[Change, error]) error {
	stop, halt := context.WithCancelCause(stop)
	defer halt(nil)
	run := &run{Runner: r, stop: stop, halt: halt, abort: abort}
	var group errgroup.Group
	group.SetLimit(max(1, r.Concurrency))
	var failed error
	for change, err := range changes {
		if err != nil {
			failed = err
			break
		}
		if stop.Err() != nil {
			break
		}
		group.Go(func() error {
			run.row(change)
			return nil
		})
	}
	_ = group.Wait() // the workers tell what ends the run through halt
	if stop.Err() != nil {
		return context.Cause(stop)
	}
	return failed
}

// run is one call of Run.
type run struct {
	*Runner
	stop, abort context.Context
	halt        context.CancelCauseFunc

	mu     sync.Mutex
	failed int
}

// row sends one change and records how it ended. It has no error: what must end the run is told to halt.
func (r *run) row(c Change) {
	if r.stop.Err() != nil {
		return
	}
	call := newCall(r.stop, r.abort)
	defer call.end()
	receipt, err := r.send(call, c)
	outcome := r.classify(c, receipt, err)
	if err := r.record(call, c, outcome); err != nil {
		r.halt(ledgerStop(err))
		return
	}
	r.count(outcome.Status)
}

// record notes how a row ended, even if the run has been told to end: the answer is in hand. A row of which nothing
// left has no intent yet: if it was not attempted there is nothing to note, if it failed it needs one.
func (r *run) record(call *call, c Change, o plan.Outcome) error {
	ctx := context.WithoutCancel(r.abort)
	if call.attempts() == 0 {
		if o.Status == plan.NotAttempted {
			return nil
		}
		if err := r.Ledger.Intend(ctx, c, 0); err != nil {
			return err
		}
	}
	return r.Ledger.Settle(ctx, c, o)
}

// send makes the call. A panic becomes the call's error, with the stack in the log: the other rows go on.
func (r *run) send(call *call, c Change) (receipt plan.Receipt, err error) {
	defer func() {
		if p := recover(); p != nil {
			// The panic's value may hold the contact, the stack does not.
			r.Log.Error().Int("row", c.Seq).Str("panic", fmt.Sprintf("%T", p)).Bytes("stack", debug.Stack()).
				Msg("a worker panicked; its row is reported, the others go on")
			receipt, err = plan.Receipt{Effect: call.effect(), Attempts: call.attempts()}, errPanic
		}
	}()
	return r.API.CreateContact(call.ctx, c.Org, c.Contact, Hooks{
		Before: func(ctx context.Context) error {
			attempt, err := call.begin()
			if err != nil {
				return err
			}
			if err := r.Ledger.Intend(ctx, c, attempt); err != nil {
				call.refused()
				return ledgerStop(err)
			}
			call.leave()
			return nil
		},
		After: call.answered,
	})
}

func (r *run) count(s plan.Status) {
	if r.Done != nil {
		r.Done(s)
	}
	if s != plan.Failed || r.MaxFailures < 0 {
		return
	}
	r.mu.Lock()
	r.failed++
	over := r.failed > r.MaxFailures
	r.mu.Unlock()
	if over {
		r.halt(&plan.StopError{
			Cause:   plan.CauseGuard,
			Message: fmt.Sprintf("more than %d rows failed (--max-failures)", r.MaxFailures),
			Hint: "read why in the report; if so many failures are all right, run the same command with a higher " +
				"--max-failures: it goes on where it stopped",
		})
	}
}

var errPanic = errors.New("contactsync itself failed on this row; the log has the details")

func ledgerStop(err error) error {
	var stop *plan.StopError
	if errors.As(err, &stop) {
		return err
	}
	return &plan.StopError{
		Cause:   plan.CauseLedger,
		Message: "the ledger could not be written, so nothing more may be sent",
		Hint:    "make room or mend what the message names, then run the same command again: it goes on where it stopped",
		Err:     err,
	}
}
