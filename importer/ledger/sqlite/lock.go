package sqlite

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/gofrs/flock"

	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/ledger/dbfile"
)

// Lock implements [ledger.Ledger]. The lock is one of the operating system on a file beside the ledger: it dies with its
// process. The file stays, since taking it away would race with whoever locks it next.
func (l *Ledger) Lock(ctx context.Context, s ledger.Scope) (func() error, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if l.write == nil {
		return nil, ledger.ErrReadOnly
	}
	name := lockFile(l.path, s)
	lock, err := dbfile.NewLock(name)
	if err != nil {
		return nil, fmt.Errorf("locking %s: %w", s, dbfile.Explain(err))
	}
	got, err := lock.TryLock()
	if err != nil {
		return nil, fmt.Errorf("locking %s: %w", s, dbfile.Explain(dbfile.LinkError(name, err)))
	}
	if !got {
		return nil, &ledger.HeldError{Scope: s, Holder: whoHolds(dbfile.HolderFile(name))}
	}
	holder, err := openHolder(lock)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("locking %s: %w", s, dbfile.Explain(err)), lock.Unlock())
	}
	if err := l.takeOver(ctx, s); err != nil {
		return nil, errors.Join(fmt.Errorf("locking %s: %w", s, err), holder.Close(), lock.Unlock())
	}
	writeHolder(holder)
	l.keep(lock)
	return sync.OnceValue(func() error {
		l.forget(lock, s)
		_ = holder.Truncate(0) // the name of who had it is of no use to anybody
		return errors.Join(holder.Close(), lock.Unlock())
	}), nil
}

// keep holds on to a lock: the garbage collector closes a file that nobody holds, and the lock would be gone with it,
// although the caller who dropped unlock wants it until the process ends.
func (l *Ledger) keep(lock *flock.Flock) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.locks[lock] = struct{}{}
}

func (l *Ledger) forget(lock *flock.Flock, s ledger.Scope) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.locks, lock)
	delete(l.tokens, s)
}

// takeOver writes into the ledger that this value has the lock of a scope: a token that is drawn anew each time. The lock's
// file can be deleted, or lie where locks do not hold; then somebody else gets the lock too, and the token of who had it
// first is gone from the ledger.
func (l *Ledger) takeOver(ctx context.Context, s ledger.Scope) error {
	token := rand.Text()
	err := l.perform(ctx, func(w *writer) error {
		scope, err := w.scope(s)
		if err != nil {
			return err
		}
		return w.exec("INSERT OR REPLACE INTO holders (scope, token) VALUES (?, ?)", scope, []byte(token))
	})
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tokens[s] = token
	return nil
}

// held returns an error if somebody else has taken the lock of a scope since it was taken with this token. It runs inside
// the commit of what is to be held by it.
func (w *writer) held(s ledger.Scope, token string) error {
	scope, err := w.scope(s)
	if err != nil {
		return err
	}
	if w.holder == nil {
		if w.holder, err = w.conn.PrepareContext(context.Background(), "SELECT token FROM holders WHERE scope = ?"); err != nil {
			return err
		}
	}
	var now []byte
	err = w.holder.QueryRowContext(context.Background(), scope).Scan(&now)
	switch {
	case errors.Is(err, sql.ErrNoRows), err == nil && string(now) != token:
		return callerError{&ledger.TakenOverError{Scope: s}}
	default:
		return err
	}
}

// lockFile names a scope's lock: readable for people, and told apart by a hash where two hosts read the same.
func lockFile(path string, s ledger.Scope) string {
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
