package survey

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rs/zerolog"

	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/plan"
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

// Locks make a run the only one of its organisations, and of its report's folder.
type Locks struct {
	book   ledger.Ledger
	folder Folder // nil: nobody else can have it
	log    zerolog.Logger

	unlock   []func() error
	homeless bool
}

// NewLocks returns those of a run that has none yet but its report's folder.
func NewLocks(book ledger.Ledger, folder Folder, log zerolog.Logger) *Locks {
	return &Locks{book: book, folder: folder, log: log}
}

// Take has the report's folder and the locks of all organisations, or none of them, after at most patience. Which
// organisations these are may depend on what other runs have written, so that more adds those to the world that the run comes
// upon once it need not wait any more; nil: nothing does.
func (l *Locks) Take(ctx context.Context, patience time.Duration, w *plan.World, more func(context.Context) error) error {
	until := time.Now().Add(patience)
	for {
		left := max(0, time.Until(until))
		waiting := func(held error) {
			l.log.Info().Str("for", held.Error()).Dur("at_most", patience).Msg("waiting for another run to end (--retry-lock)")
		}
		if err := AwaitLock(ctx, left, func() error { return l.takeAll(ctx, w) }, waiting); err != nil {
			return err
		}
		known := len(w.Orgs)
		if more != nil {
			if err := more(ctx); err != nil {
				return err
			}
		}
		if len(w.Orgs) == known {
			return nil
		}
		l.letGo()
	}
}

// takeAll has all or nothing: what waits for one lets the others have the rest. All runs take them in the same order.
func (l *Locks) takeAll(ctx context.Context, w *plan.World) error {
	err := l.ClaimFolder()
	for _, org := range w.Numbers() {
		if err != nil {
			break
		}
		var unlock func() error
		if unlock, err = l.book.Lock(ctx, w.Orgs[org].Scope); err == nil {
			l.unlock = append(l.unlock, unlock)
		}
	}
	if err != nil {
		l.letGo()
	}
	return err
}

// ClaimFolder claims the report's folder, if it is not the run's already.
func (l *Locks) ClaimFolder() error {
	if l.folder == nil {
		return nil
	}
	err := l.folder.Claim()
	l.homeless = err != nil
	return err
}

// Homeless reports whether the report's folder was let go while the run waited for a lock.
func (l *Locks) Homeless() bool { return l.homeless }

// letGo gives the report's folder and the organisations free while the run waits for one of them.
func (l *Locks) letGo() {
	l.Release()
	if l.folder != nil {
		l.folder.Release()
		l.homeless = true
	}
}

// Release gives the organisations free for other runs.
func (l *Locks) Release() {
	for _, unlock := range l.unlock {
		if err := unlock(); err != nil {
			l.log.Warn().Err(err).Msg("a lock could not be released; it ends with this process")
		}
	}
	l.unlock = nil
}
