package ledger

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/gofrs/flock"
)

// Lock implements [Ledger]. The lock is one of the operating system on a file beside the ledger: it dies with its
// process. The file stays, since taking it away would race with whoever locks it next.
func (l *SQLite) Lock(ctx context.Context, s Scope) (func() error, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if l.write == nil {
		return nil, ErrReadOnly
	}
	name := lockFile(l.path, s)
	lock, err := newLock(name)
	if err != nil {
		return nil, fmt.Errorf("locking %s: %w", s, explain(err))
	}
	got, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("locking %s: %w", s, explain(plainly(name, err)))
	}
	if !got {
		return nil, &HeldError{Scope: s, Holder: whoHolds(holderFile(name))}
	}
	holder, err := openHolder(lock)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("locking %s: %w", s, explain(err)), lock.Unlock())
	}
	writeHolder(holder)
	l.keep(lock)
	return sync.OnceValue(func() error {
		l.forget(lock)
		_ = holder.Truncate(0) // the name of who had it is of no use to anybody
		return errors.Join(holder.Close(), lock.Unlock())
	}), nil
}

// keep holds on to a lock: the garbage collector closes a file that nobody holds, and the lock would be gone with it,
// although the caller who dropped unlock wants it until the process ends.
func (l *SQLite) keep(lock *flock.Flock) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.locks[lock] = struct{}{}
}

func (l *SQLite) forget(lock *flock.Flock) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.locks, lock)
}

// lockFile names a scope's lock: readable for people, and told apart by a hash where two hosts read the same.
func lockFile(path string, s Scope) string {
	host := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '.' || r == '-' {
			return r
		}
		return '_'
	}, s.Host)
	org := strconv.FormatInt(s.Org, 10)
	sum := sha256.Sum256([]byte(s.Host + "\x00" + org))
	return fmt.Sprintf("%s.%.100s-%s-%x.lock", path, host, org, sum[:4])
}
