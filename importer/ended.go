package importer

import (
	"context"
	"errors"
	"time"

	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/stop"
)

// longestReason bounds what the ledger keeps of why a run ended; the message itself has been told.
const longestReason = 1000

// begin notes the run, so that one whose process is killed before it writes anything is in the history all the same. A dry
// run is not in it.
func (r *run) begin(ctx context.Context) error {
	if r.DryRun || r.begun {
		return nil
	}
	if err := r.Ledger.Begin(ctx, r.About); err != nil {
		return ledger.Unwritable(err)
	}
	r.begun = true
	return nil
}

// noteEnd tells the ledger how a run ended, and why: also of one that had to end before it wrote anything, so that the
// history has no gap where somebody looks for what went wrong. A run that was never to begin, since its command is wrong or
// another run goes on, is none, and neither is a dry run.
func (r *run) noteEnd(result Result) Result {
	if r.offline() || r.DryRun || !r.begun && neverBegan(result.Err) {
		return result
	}
	ctx := context.WithoutCancel(r.quit)
	var err error
	if !r.begun {
		err = r.Ledger.Begin(ctx, r.About)
	}
	if err == nil {
		at := result.Summary.Finished
		if at.IsZero() {
			at = time.Now()
		}
		err = r.Ledger.Finish(ctx, r.About.ID, r.ExitCode(result), ReasonOf(result.Err), at)
	}
	switch {
	case err == nil:
	case r.begun, result.Err == nil:
		result.Err = errors.Join(result.Err, ledger.Unwritable(err))
	default: // it has sent nothing, and why it ended is told already
		r.Log.Warn().Err(err).Msg("the ledger could not note that this run has ended")
	}
	return result
}

func neverBegan(err error) bool {
	var usage *stop.UsageError
	var held *ledger.HeldError
	return errors.As(err, &usage) || errors.As(err, &held)
}

// ReasonOf is the text of what ended a run. Such texts hold no values of rows: they go to logs too.
func ReasonOf(err error) string {
	if err == nil {
		return ""
	}
	text := []rune(err.Error())
	return string(text[:min(len(text), longestReason)])
}
