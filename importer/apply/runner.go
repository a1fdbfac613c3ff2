// Package apply sends what is to be sent: many changes at once, each with its intent recorded before a request of it
// leaves and its outcome recorded after, and a stop that loses nothing.
//
// It decides what an answer means for a row, never what is to be done for one. What is known not to have happened is
// repeated by the client. What may have happened is never repeated blindly: [Runner.Run] returns such rows as lost, and
// [Settler] finds out what became of them.
package apply

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime/debug"
	"sync"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/sync/errgroup"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/importer/remote"
	"github.com/contactsync/contactsync/importer/settle"
	"github.com/contactsync/contactsync/importer/stop"
)

// API is what the runner needs of the service. A call returns its receipt beside an error too: a *outcome.Refusal is the
// API's no to this row, a *stop.Error ends the run, and of anything else the receipt's effect tells what is known.
type API interface {
	CreateContact(ctx context.Context, org int64, c contact.Contact, h remote.Hooks) (outcome.Receipt, error)
	UpdateContact(ctx context.Context, org, id int64, c contact.Contact, fields []contact.Field, h remote.Hooks) (outcome.Receipt, error)
	DeleteContact(ctx context.Context, org, id int64, h remote.Hooks) (outcome.Receipt, error)
}

// Ledger is what the runner needs of the ledger. Intend returns when the intent is durable; an error means that it may
// not be, and that nothing may be sent. Settle follows its intent.
type Ledger interface {
	Intend(ctx context.Context, c plan.Change, attempt int) error
	Settle(ctx context.Context, c plan.Change, o outcome.Outcome) error
}

// Runner sends changes, several at a time.
type Runner struct {
	API    API
	Ledger Ledger
	// Concurrency is how many changes are under way at once; at least 1.
	Concurrency int
	// MaxFailures is how many failed rows the run bears; one more stops it. Negative: any number.
	MaxFailures int
	// Doubt is asked, when an answer says that a contact was created and names its number, why that can't be the new
	// contact's: empty if it can. Such an answer proves nothing, and the row is lost. Called from many goroutines; nil
	// doubts nothing.
	Doubt func(c plan.Change, id int64) string
	// Done is told each row's end; called from many goroutines. May be nil. A row whose answer was lost has not ended.
	Done func(outcome.Status)
	Log  zerolog.Logger

	mu       sync.Mutex
	failed   int
	held     map[contact.Hash]bool
	answered time.Time   // when the API last said yes or no to a change
	outage   *stop.Error // why rows failed, or stay unclear, that say nothing about themselves
}

// Pending is what a pass leaves to be seen to.
type Pending struct {
	// Lost are the rows of which an answer was lost.
	Lost []settle.InDoubt
	// Held are the rows, by Seq, that were not sent because a row with the same key is lost: while nobody knows whether
	// that one was made, this one might make it twice.
	Held []int
}

// Run sends the changes in order, Concurrency at a time, until they end, stop is cancelled or something ends the run.
//
// When stop is cancelled no further request leaves, and requests that are under way may end; abort cancels those too.
// Run returns when nothing of it runs any more: nil if every change was sent and has its outcome in the ledger, else
// why the run ended early. What was not sent has no outcome in the ledger, or NotAttempted. Run is called again, with
// the rows that are to be sent once more, when what is pending has been seen to; failures are counted through.
func (r *Runner) Run(stop, abort context.Context, changes iter.Seq2[plan.Change, error]) (Pending, error) {
	stop, halt := context.WithCancelCause(stop)
	defer halt(nil)
	all := &round{runner: r, halt: halt}
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
		if r.holds(change.Key) {
			all.pending.Held = append(all.pending.Held, change.Seq)
			continue
		}
		group.Go(func() error {
			all.row(stop, abort, change)
			return nil
		})
	}
	_ = group.Wait() // the workers tell what ends the run through halt
	if stop.Err() != nil {
		return all.pending, context.Cause(stop)
	}
	return all.pending, failed
}

// holds reports whether rows with this key have to wait.
func (r *Runner) holds(key contact.Hash) bool {
	if key == (contact.Hash{}) {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.held[key]
}

// Hold keeps rows with this key from being sent until Release is called with it.
func (r *Runner) Hold(key contact.Hash) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.held == nil {
		r.held = map[contact.Hash]bool{}
	}
	r.held[key] = true
}

// Release lets rows with this key be sent again.
func (r *Runner) Release(key contact.Hash) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.held, key)
}

// round is one call of Run.
type round struct {
	runner  *Runner
	halt    context.CancelCauseFunc
	pending Pending // Held is the feeder's, Lost is guarded by the runner's mutex
}

// row sends one change and records how it ended. It has no error: what must end the run is told to halt.
func (r *round) row(stopping, abort context.Context, c plan.Change) {
	if stopping.Err() != nil {
		return
	}
	ctx, call := newCall(stopping, abort)
	defer call.end()
	receipt, err := r.send(ctx, call, c)
	doubt := r.doubt(c, &receipt)
	became, ends := classify(c, receipt, err, stopping.Err() != nil)
	if ends != nil {
		r.halt(ends)
	}
	if doubt != "" {
		problem := settle.Doubted(doubt)
		doubt, became.Problems = problem.Message, []contact.Problem{problem}
	}
	became.Receipt.Attempts += c.Attempts
	if err := r.record(abort, call, c, became); err != nil {
		r.halt(ledgerStop(err))
		return
	}
	// A row on which we failed ourselves is a person's to look at, not ours to go on with.
	if became.Status == outcome.Uncertain && !errors.Is(err, errPanic) {
		r.lose(call, c, became.Receipt, doubt)
		return
	}
	if became.Status == outcome.Uncertain {
		r.runner.Hold(c.Key)
	}
	if became.Status == outcome.Failed && errors.Is(err, stop.ErrNotSent) {
		r.runner.Excuse(became.Status, unreached(err))
		return
	}
	r.runner.noteAnswer(became.Receipt.Effect, err)
	if err := r.runner.Count(became.Status); err != nil {
		r.halt(err)
	}
}

// doubt takes from a receipt what can't be believed of it, and tells why.
func (r *round) doubt(c plan.Change, receipt *outcome.Receipt) string {
	if c.Action != outcome.Create || receipt.ContactID == 0 || receipt.Effect != outcome.EffectDone || r.runner.Doubt == nil {
		return ""
	}
	why := r.runner.Doubt(c, receipt.ContactID)
	if why != "" {
		receipt.ContactID, receipt.Effect = 0, outcome.EffectUnknown
	}
	return why
}

// lose notes that the row's answer was lost, or can't be believed.
func (r *round) lose(call *call, c plan.Change, receipt outcome.Receipt, doubt string) {
	r.runner.Hold(c.Key)
	r.runner.mu.Lock()
	defer r.runner.mu.Unlock()
	r.pending.Lost = append(r.pending.Lost, settle.InDoubt{
		Seq: c.Seq, Org: c.Org, Action: c.Action, Target: c.Target, Was: c.Was, Becomes: c.Becomes, Fingerprint: c.Fingerprint, Attempts: c.Unclear + 1, Ended: call.endedAt(), Receipt: receipt,
		Doubt: doubt,
	})
}

// record notes how a row ended, even if the run has been told to end: the answer is in hand. A row of which nothing
// left has no intent yet: if it was not attempted there is nothing to note, if it failed it needs one.
func (r *round) record(ctx context.Context, call *call, c plan.Change, o outcome.Outcome) error {
	ctx = context.WithoutCancel(ctx)
	if call.attempts() == 0 {
		if o.Status == outcome.NotAttempted {
			return nil
		}
		if err := r.runner.Ledger.Intend(ctx, c, c.Attempts); err != nil {
			return err
		}
	}
	return r.runner.Ledger.Settle(ctx, c, o)
}

// send makes the call. A panic becomes the call's error, with the stack in the log: the other rows go on.
func (r *round) send(ctx context.Context, call *call, c plan.Change) (receipt outcome.Receipt, err error) {
	defer func() {
		if p := recover(); p != nil {
			// The panic's value may hold the contact, the stack does not.
			r.runner.Log.Error().Int("row", c.Seq).Str("panic", fmt.Sprintf("%T", p)).Bytes("stack", debug.Stack()).
				Msg("a worker panicked; its row is reported, the others go on")
			receipt, err = outcome.Receipt{Effect: call.effect(), Attempts: call.attempts()}, errPanic
		}
	}()
	return r.call(ctx, c, remote.Hooks{
		Before: func(ctx context.Context) error {
			attempt, err := call.begin()
			if err != nil {
				return err
			}
			if err := r.runner.Ledger.Intend(ctx, c, c.Attempts+attempt); err != nil {
				call.refused()
				return ledgerStop(err)
			}
			call.leave()
			return nil
		},
		After: call.answered,
	})
}

func (r *round) call(ctx context.Context, c plan.Change, h remote.Hooks) (outcome.Receipt, error) {
	switch c.Action {
	case outcome.Update:
		receipt, err := r.runner.API.UpdateContact(ctx, c.Org, c.Target, c.Contact, c.Fields, h)
		receipt.ContactID = c.Target
		return receipt, err
	case outcome.Delete:
		receipt, err := r.runner.API.DeleteContact(ctx, c.Org, c.Target, h)
		receipt.ContactID = c.Target
		return receipt, err
	default:
		return r.runner.API.CreateContact(ctx, c.Org, c.Contact, h)
	}
}

// Count takes note of how a row ended. Its error ends the run: more rows have failed than it bears.
func (r *Runner) Count(s outcome.Status) error {
	if r.Done != nil {
		r.Done(s)
	}
	if s != outcome.Failed && s != outcome.Uncertain || r.MaxFailures < 0 {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failed++
	if r.failed <= r.MaxFailures {
		return nil
	}
	return &stop.Error{
		Cause: stop.CauseGuard, Passes: []stop.Pass{{Flag: "max-failures", Figure: "100%"}},
		Message: fmt.Sprintf("more than %d rows failed (--max-failures)", r.MaxFailures),
		Hint: "read why in the report; if so many failures are all right, run the same command with a higher " +
			"--max-failures: it goes on where it stopped",
	}
}

var errPanic = errors.New("contactsync itself failed on this row; the log has the details")

func ledgerStop(err error) error {
	var ended *stop.Error
	if errors.As(err, &ended) {
		return err
	}
	return &stop.Error{
		Cause:   stop.CauseLedger,
		Message: "the ledger could not be written, so nothing more may be sent",
		Hint:    "make room or mend what the message names, then run the same command again: it goes on where it stopped",
		Err:     err,
	}
}
