package cli

import (
	"context"
	"fmt"
	"os"
	"runtime/debug"
	"time"

	"github.com/contactsync/contactsync/importer/stop"
)

// timeLimit is how long a run may take, and how much of that is over; zero: no limit.
type timeLimit struct{ whole, spent time.Duration }

// stopping turns signals and the time limit into the two contexts of a run: stop is cancelled by the first signal, or
// when the time is over, and ctx by the second signal. A run that only looks ends at once. release must be called when the run has ended.
func stopping(env Env, limit timeLimit, looks bool) (ctx, stopping context.Context, release func()) {
	ctx, quit := context.WithCancelCause(context.Background())
	stopping, halt := context.WithCancelCause(ctx)
	done := make(chan struct{})
	ended := make(chan struct{})
	var timeout <-chan time.Time
	if limit.whole > 0 {
		timer := time.NewTimer(limit.whole - limit.spent)
		timeout = timer.C
	}
	go func() {
		defer close(ended)
		for {
			select {
			case s := <-env.Signals:
				env.end.noteSignal()
				if stopping.Err() != nil {
					quit(interrupted(s, "ended at once"))
					return
				}
				told := "no new requests; those in flight get their answers, then the report is written (again to stop at once)"
				if looks {
					told = "nothing was sent; ending without a report"
				}
				fmt.Fprintf(env.Stderr, "contactsync: %s: %s\n", s, told)
				halt(interrupted(s, "ended"))
			case <-timeout:
				halt(&stop.Error{
					Cause: stop.CauseOutOfTime, Message: fmt.Sprintf("the %s of --max-duration are over", limit.whole),
					Hint: "run the same command again: it goes on where it stopped",
				})
			case <-done:
				return
			}
		}
	}()
	return ctx, stopping, func() {
		close(done)
		<-ended
		quit(nil)
	}
}

// unlessInterrupted does what comes before a run, and may wait for a standard input that never ends. No row has been
// looked at yet, so that a signal ends it at once; what still reads ends with the process.
func unlessInterrupted[T any](env Env, do func() (T, error)) (T, error) {
	type result struct {
		value T
		err   error
		crash *crash
	}
	done := make(chan result, 1)
	go func() {
		var r result
		defer func() { // a panic is told by whoever waits
			if cause := recover(); cause != nil {
				r.crash = &crash{cause, debug.Stack()}
			}
			done <- r
		}()
		r.value, r.err = do()
	}()
	select {
	case r := <-done:
		if r.crash != nil {
			panic(r.crash)
		}
		return r.value, r.err
	case s := <-env.Signals:
		env.end.noteSignal()
		var none T
		return none, interrupted(s, "ended, before anything was sent,")
	}
}

// crash is a panic that another goroutine goes on with.
type crash struct {
	cause any
	stack []byte // of the goroutine that panicked
}

// String is what the Go runtime says of it.
func (c *crash) String() string { return fmt.Sprintf("%v\n%s", c.cause, c.stack) }

func interrupted(s os.Signal, how string) error {
	return &stop.Error{
		Cause: stop.CauseInterrupted, Message: fmt.Sprintf("%s by a signal (%s)", how, s),
		Hint: "run the same command again: it goes on where it stopped",
	}
}
