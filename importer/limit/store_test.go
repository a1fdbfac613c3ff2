package limit_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactsync/contactsync/importer/limit"
	"github.com/contactsync/contactsync/importer/limit/limittest"
)

// failingStore fails when it is told to.
type failingStore struct {
	limittest.Store
	take, giveBack error
}

func (f *failingStore) Take(ctx context.Context, rates []limit.Rate, now time.Time) (int64, time.Duration, error) {
	if f.take != nil {
		return 0, 0, f.take
	}
	return f.Store.Take(ctx, rates, now)
}

func (f *failingStore) GiveBack(ctx context.Context, slot int64, now time.Time) error {
	if f.giveBack != nil {
		return f.giveBack
	}
	return f.Store.GiveBack(ctx, slot, now)
}

func TestAStoreThatFails(t *testing.T) {
	t.Parallel()
	full := errors.New("the disk is full")
	rates := []limit.Rate{{N: 2, Per: time.Minute}}
	t.Run("take", func(t *testing.T) {
		t.Parallel()
		store := &failingStore{take: full}
		b := limit.NewShared(rates, store)
		for range 3 { // nothing of the budget is used up by it
			if _, err := b.Acquire(t.Context()); !errors.Is(err, full) {
				t.Errorf("%v", err)
			}
		}
		store.take = nil
		for range 2 {
			if _, err := b.Acquire(t.Context()); err != nil {
				t.Error(err)
			}
		}
	})
	t.Run("give back", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			store := &failingStore{giveBack: full}
			b := limit.NewShared(rates, store)
			first, _ := b.Acquire(t.Context())
			second, _ := b.Acquire(t.Context())
			waiting := make(chan error, 1)
			go func() { _, err := b.Acquire(t.Context()); waiting <- err }()
			synctest.Wait()
			first.Done()
			if err := <-waiting; !errors.Is(err, full) {
				t.Errorf("who waited is told %v", err)
			}
			store.giveBack = nil
			second.Done()
			if _, err := b.Acquire(t.Context()); !errors.Is(err, full) {
				t.Errorf("the next one is told %v", err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
			defer cancel()
			next := limit.NewShared([]limit.Rate{{N: 1, Per: time.Minute}}, store)
			if _, err := next.Acquire(ctx); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("the slot that could not be given back does not count any more: %v", err)
			}
		})
	})
	t.Run("cancelled", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			signal := errors.New("a signal")
			store := new(limittest.Store)
			other := limit.NewShared(rates, store)
			for range 2 {
				_, _ = other.Acquire(t.Context())
			}
			ctx, cancel := context.WithCancelCause(t.Context())
			got := make(chan error, 1)
			b := limit.NewShared(rates, store)
			go func() { _, err := b.Acquire(ctx); got <- err }()
			time.Sleep(time.Minute)
			cancel(signal)
			if err := <-got; !errors.Is(err, signal) {
				t.Errorf("%v", err)
			}
			if b.Waited() != time.Minute {
				t.Errorf("waited %s", b.Waited())
			}
		})
	})
}
