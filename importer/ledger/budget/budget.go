// Package budget keeps the request budget of an API host in a file beside the ledger, for all processes that share that.
package budget

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/contactsync/contactsync/importer/ledger/dbfile"
	"github.com/contactsync/contactsync/importer/limit"
)

// Slots keeps the request budget of one API host in a file beside the ledger, so that it survives its process and is
// shared by all that run on the same ledger. It is a [limit.Store].
//
// The file need not survive a power cut, so that nothing waits for the disk. One that is damaged, or was written by
// another version, is replaced: what is forgotten with it are requests of the last few minutes, and the worst that can
// come of that is that the API answers 429 to some, which costs a wait and no row.
type Slots struct {
	path  string
	turn  chan struct{} // full while somebody uses what follows
	file  *file
	alive func() error // ends the sign that this process is alive

	book    limit.Book
	version int64         // of the file, as the book shows it; 0 after an error: the book must be read anew
	pending []limit.Entry // answers that the book has and the file has not
	written time.Time     // when the file was last written to
	inUse   int           // slots of this value without an answer
	dropped limit.Entry   // the greatest number and moment of what the book has forgotten and the file may forget
	drops   int           // how many those are
	closed  bool
}

var _ limit.Store = (*Slots)(nil)

const (
	// maxPending and maxDelay bound what is kept back of answers, which is cheaper to write with the next slot.
	maxPending = 64
	maxDelay   = 100 * time.Millisecond
	// purgeEvery is how many forgotten slots are taken out of the file together.
	purgeEvery = 256
	// patience is how long others may keep the file busy.
	patience = 10 * time.Second
)

var errClosed = errors.New("the request budget is closed")

// Open opens the budget of an API host that belongs to the ledger in the file path, making what is not there.
func Open(ctx context.Context, path string, host string) (*Slots, error) {
	path += dbfile.BudgetSuffix
	s, err := open(ctx, path, host)
	if err != nil {
		return nil, fmt.Errorf("opening the request budget %q: %w", path, dbfile.Explain(err))
	}
	return s, nil
}

func open(ctx context.Context, path, host string) (_ *Slots, err error) {
	if err := dbfile.MakeFolder(filepath.Dir(path)); err != nil {
		return nil, err
	}
	sign, err := announce(ctx, path+".lock")
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, sign.end())
		}
	}()
	s := &Slots{path: path, turn: make(chan struct{}, 1), alive: sign.end}
	if s.file, err = openFile(ctx, path, host); err != nil {
		return nil, err
	}
	if sign.alone {
		// Nobody is left who could answer for what is in use, so it has been answered by now at the latest.
		err = s.file.change(ctx, func(ctx context.Context) error { return s.file.answerAll(ctx, time.Now().UnixNano()) })
	}
	if err == nil {
		err = sign.share(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, s.file.close())
	}
	return s, nil
}

// Take implements [limit.Store].
func (s *Slots) Take(ctx context.Context, rates []limit.Rate, now time.Time) (slot int64, wait time.Duration, err error) {
	begun := time.Now()
	if err := s.use(ctx); err != nil {
		return 0, 0, err
	}
	defer s.unuse()
	err = s.file.change(ctx, func(ctx context.Context) error {
		// Others may have written while this one waited for its turn: what they wrote is not from the future.
		at := now.Add(time.Since(begun)).UnixNano()
		if err := s.refresh(ctx, rates); err != nil {
			return err
		}
		if err := s.tidy(ctx, at); err != nil {
			return err
		}
		if wait = s.book.Wait(rates, at); wait > 0 {
			return nil
		}
		slot = s.file.last + 1
		return s.file.take(ctx, slot, at)
	})
	if err != nil {
		s.version = 0
		return 0, 0, fmt.Errorf("noting a request in %q: %w", s.path, dbfile.Explain(err))
	}
	s.wrote()
	if wait > 0 {
		return 0, wait, nil
	}
	s.inUse++
	s.file.last = slot
	s.book.Take(slot, s.file.taken)
	return slot, 0, nil
}

// GiveBack implements [limit.Store]. The answer reaches the file with the next slot that is taken, or at once where that
// may take long: as long as it has not, the slot counts as one in use.
func (s *Slots) GiveBack(ctx context.Context, slot int64, now time.Time) error {
	if err := s.use(context.WithoutCancel(ctx)); err != nil { // the answer is in hand and must not be lost
		return err
	}
	defer s.unuse()
	s.inUse = max(s.inUse-1, 0)
	s.pending = append(s.pending, limit.Entry{Slot: slot, At: now.UnixNano()})
	s.book.Answer(slot, now.UnixNano())
	if s.inUse > 0 && len(s.pending) < maxPending && time.Since(s.written) < maxDelay {
		return nil
	}
	return s.flush(ctx)
}

// Close gives back what is left to be given back, and ends the use of the file.
func (s *Slots) Close() error {
	if err := s.use(context.Background()); err != nil {
		return nil // closed already
	}
	defer s.unuse()
	s.closed = true
	err := s.flush(context.Background())
	return errors.Join(err, s.file.close(), s.alive())
}

func (s *Slots) use(ctx context.Context) error {
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	if s.closed {
		<-s.turn
		return errClosed
	}
	return nil
}

func (s *Slots) unuse() { <-s.turn }

// flush writes the answers that are pending.
func (s *Slots) flush(ctx context.Context) error {
	if len(s.pending) == 0 {
		return nil
	}
	err := s.file.change(context.WithoutCancel(ctx), func(ctx context.Context) error { return s.file.answer(ctx, s.pending) })
	if err != nil {
		s.version = 0
		return fmt.Errorf("noting an answer in %q: %w", s.path, dbfile.Explain(err))
	}
	s.wrote()
	return nil
}

func (s *Slots) wrote() {
	s.pending, s.written = s.pending[:0], time.Now()
	if s.drops >= purgeEvery {
		s.drops, s.dropped = 0, limit.Entry{}
	}
}

// refresh brings the book up to date if others have written since. It runs inside a change.
func (s *Slots) refresh(ctx context.Context, rates []limit.Rate) error {
	for _, r := range rates {
		if r.Per > s.file.window {
			if err := s.file.widen(ctx, r.Per); err != nil {
				return err
			}
			s.version = 0
		}
	}
	version, err := s.file.version(ctx)
	if err != nil || version == s.version {
		return err
	}
	s.version = 0
	book, err := s.file.read(ctx)
	if err != nil {
		return err
	}
	for _, e := range s.pending {
		book.Answer(e.Slot, e.At)
	}
	s.book, s.version = book, version
	return nil
}

// tidy writes what is pending, what the clock or a death has made wrong, and forgets what no window holds any more. It
// runs inside a change.
func (s *Slots) tidy(ctx context.Context, at int64) error {
	if err := s.file.answer(ctx, s.pending); err != nil {
		return err
	}
	if err := s.file.mend(ctx, s.book.Mend(at)); err != nil {
		return err
	}
	for _, e := range s.book.Forget(at, s.file.window) {
		s.dropped = limit.Entry{Slot: max(s.dropped.Slot, e.Slot), At: max(s.dropped.At, e.At)}
		s.drops++
	}
	if s.drops < purgeEvery {
		return nil
	}
	return s.file.forget(ctx, s.dropped)
}
