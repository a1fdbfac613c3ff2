// Package limittest holds a store of request slots in memory, for tests of whatever shares a budget.
package limittest

import (
	"context"
	"sync"
	"time"

	"github.com/contactsync/contactsync/importer/limit"
)

// Store is a [limit.Store] that lasts as long as the value does. The zero value is empty.
type Store struct {
	mu   sync.Mutex
	last int64
	book limit.Book
	skew time.Duration
	open map[int64]bool // slots in use
}

var _ limit.Store = (*Store)(nil)

// Take implements [limit.Store].
func (s *Store) Take(ctx context.Context, rates []limit.Rate, now time.Time) (int64, time.Duration, error) {
	if ctx.Err() != nil {
		return 0, 0, context.Cause(ctx)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	at := s.stamp(now)
	s.book.Mend(at)
	var longest time.Duration
	for _, r := range rates {
		longest = max(longest, r.Per)
	}
	s.book.Forget(at, max(longest, time.Hour))
	if wait := s.book.Wait(rates, at); wait > 0 {
		return 0, wait, nil
	}
	s.last++
	s.book.Take(s.last, at)
	if s.open == nil {
		s.open = map[int64]bool{}
	}
	s.open[s.last] = true
	return s.last, 0, nil
}

// GiveBack implements [limit.Store].
func (s *Store) GiveBack(_ context.Context, slot int64, now time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.book.Answer(slot, s.stamp(now))
	delete(s.open, slot)
	return nil
}

// Reopen is what happens to the slots in use when a further process opens the store.
func (s *Store) Reopen(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for slot := range s.open {
		s.book.Answer(slot, s.stamp(now))
	}
	clear(s.open)
}

// SetSkew sets the wall clock that the store is told off by d.
func (s *Store) SetSkew(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.skew = d
}

func (s *Store) stamp(now time.Time) int64 { return now.Add(s.skew).UnixNano() }
