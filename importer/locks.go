package importer

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/report"
)

// Folder is the report's folder, which a run has to itself. Claiming it again does nothing, unless it has been taken away
// meanwhile, and so does releasing it again.
type Folder interface {
	// Claim does not wait: the error is a *report.InUseError if another run has the folder.
	Claim() error
	Release()
}

// lockPause is how long a run waits between two looks at a lock that another one has: systems do not tell when one is let
// go, except to those who wait for a single one.
const lockPause = time.Second

// AwaitLock takes what other runs may have. While they have it, it is tried again until patience has passed, or ctx is
// cancelled: then the error is the context's cause. take has all that is wanted or nothing, so that two runs that wait can't
// wait for each other. waiting is told once what is waited for.
func AwaitLock(ctx context.Context, patience time.Duration, take func() error, waiting func(held error)) error {
	until := time.Now().Add(patience)
	for told := false; ; told = true {
		err := take()
		if !isHeld(err) {
			return err
		}
		left := time.Until(until)
		if left <= 0 {
			if patience > 0 {
				return fmt.Errorf("%w, and did not end within --retry-lock", err)
			}
			return err
		}
		if !told {
			waiting(err)
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(min(left, lockPause)):
		}
	}
}

// isHeld reports whether an error says that another run has what is wanted.
func isHeld(err error) bool {
	var held *ledger.HeldError
	var inUse *report.InUseError
	return errors.As(err, &held) || errors.As(err, &inUse)
}

// lock makes this run the only one of its organisations. A dry run changes nothing and waits for nobody. Which
// organisations these are may depend on what other runs have written, so that more adds those that the run comes upon
// once it need not wait any more; nil: nothing does.
func (r *run) lock(ctx context.Context, more func(context.Context) error) error {
	if r.DryRun {
		return nil
	}
	until := time.Now().Add(r.RetryLock)
	for {
		left := max(0, time.Until(until))
		if err := AwaitLock(ctx, left, func() error { return r.lockAll(ctx) }, r.tellWaiting); err != nil {
			return err
		}
		known := len(r.territories)
		if more != nil {
			if err := more(ctx); err != nil {
				return err
			}
		}
		if len(r.territories) == known {
			r.locked = time.Now()
			return nil
		}
		r.letGo()
	}
}

func (r *run) tellWaiting(held error) {
	r.Log.Info().Str("for", held.Error()).Dur("at_most", r.RetryLock).Msg("waiting for another run to end (--retry-lock)")
}

// lockAll has the report's folder and the locks of all organisations, or none of them: what waits for one lets the others
// have the rest. All runs take them in the same order.
func (r *run) lockAll(ctx context.Context) error {
	err := r.claimFolder()
	for _, org := range r.orgs() {
		if err != nil {
			break
		}
		var unlock func() error
		if unlock, err = r.Ledger.Lock(ctx, r.territories[org].scope); err == nil {
			r.unlock = append(r.unlock, unlock)
		}
	}
	if err != nil {
		r.letGo()
	}
	return err
}

func (r *run) claimFolder() error {
	if r.Folder == nil {
		return nil
	}
	err := r.Folder.Claim()
	r.homeless = err != nil
	return err
}

// letGo gives the report's folder and the organisations free while this run waits for one of them.
func (r *run) letGo() {
	r.release()
	if r.Folder != nil {
		r.Folder.Release()
		r.homeless = true
	}
}

// release gives the organisations free for other runs.
func (r *run) release() {
	for _, unlock := range r.unlock {
		if err := unlock(); err != nil {
			r.Log.Warn().Err(err).Msg("a lock could not be released; it ends with this process")
		}
	}
	r.unlock = nil
}
