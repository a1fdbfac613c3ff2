package budget

import (
	"context"
	"errors"
	"time"

	"github.com/gofrs/flock"

	"github.com/contactsync/contactsync/importer/ledger/dbfile"
)

// sign shows others that this process is alive: a lock that many can share, and that dies with its process.
type sign struct {
	lock *flock.Flock
	// alone: nobody else gave a sign when this one began. It keeps others from beginning until it is shared.
	alone bool
}

var errTurn = errors.New("another process that is just beginning does not come to an end")

// announce gives the sign.
func announce(ctx context.Context, path string) (*sign, error) {
	lock, err := dbfile.NewLock(path)
	if err != nil {
		return nil, err
	}
	s := &sign{lock: lock}
	alone, err := s.lock.TryLock()
	if err != nil {
		return nil, dbfile.LinkError(path, err)
	}
	s.alone = alone
	if alone {
		return s, nil
	}
	return s, s.share(ctx)
}

// share lets others begin. Not every system can turn one kind of lock into the other; who slips in between finds no slot
// of this process, which has not begun yet.
func (s *sign) share(ctx context.Context) error {
	if s.lock.RLocked() {
		return nil
	}
	if err := s.lock.Unlock(); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, patience, errTurn)
	defer cancel()
	if _, err := s.lock.TryRLockContext(ctx, 5*time.Millisecond); err != nil {
		return errors.Join(context.Cause(ctx), s.lock.Close())
	}
	return nil
}

func (s *sign) end() error { return s.lock.Unlock() }
