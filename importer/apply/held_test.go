package apply_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/contactsync/contactsync/importer/apply"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/importer/remote"
	"github.com/contactsync/contactsync/importer/stop"
)

func unclearAnswer(ctx context.Context, h remote.Hooks) (outcome.Receipt, error) {
	return attempt(ctx, h, outcome.Receipt{Effect: outcome.EffectUnknown, Attempts: 1}, errors.New("reset"))
}

// keyed makes a change for each key, numbered from 1; key 0 is none.
func keyed(keys ...byte) []plan.Change {
	var changes []plan.Change
	for i, key := range keys {
		c := plan.Change{Seq: i + 1, Org: 1, Action: outcome.Create, Contact: contact.Contact{Name: fmt.Sprintf("row %d", i+1)}}
		if key != 0 {
			c.Key = contact.Hash{key}
		}
		changes = append(changes, c)
	}
	return changes
}

func each(changes []plan.Change) iter.Seq2[plan.Change, error] {
	return func(yield func(plan.Change, error) bool) {
		for _, c := range changes {
			if !yield(c, nil) {
				return
			}
		}
	}
}

// TestRowsWithoutAKeyHoldNobody shows that two rows with nothing to be matched on do not wait for each other.
func TestRowsWithoutAKeyHoldNobody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &book{}
		r := &apply.Runner{API: answers{1: unclearAnswer}, Ledger: b, Concurrency: 1, MaxFailures: -1}
		pending, err := r.Run(t.Context(), t.Context(), each(keyed(0, 0, 0)))
		if err != nil || len(pending.Held) != 0 || len(pending.Lost) != 1 || len(b.ends) != 3 {
			t.Errorf("pending %+v, outcomes %v, %v", pending, b.ends, err)
		}
	})
}

// TestAttemptsAreCountedThrough shows that what was sent for a row before goes on to be counted: in the intent, in the
// outcome, and in what is lost.
func TestAttemptsAreCountedThrough(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &receipts{book: &book{}}
		changes := keyed(1, 2)
		changes[0].Attempts, changes[0].Unclear = 4, 2
		changes[1].Attempts = 3
		r := &apply.Runner{API: answers{1: unclearAnswer}, Ledger: b, Concurrency: 1, MaxFailures: -1}
		pending, err := r.Run(t.Context(), t.Context(), each(changes))
		if err != nil || len(pending.Lost) != 1 || pending.Lost[0].Attempts != 3 || pending.Lost[0].Receipt.Attempts != 5 {
			t.Errorf("pending %+v, %v; want 3 unclear attempts of 5", pending, err)
		}
		if diff := cmp.Diff(map[int]int{1: 5, 2: 4}, b.attempts); diff != "" {
			t.Errorf("attempts (-want +got):\n%s", diff)
		}
		if want := []string{"intend 1.5", "settle 1", "intend 2.4", "settle 2"}; !cmp.Equal(want, b.lines) {
			t.Errorf("the ledger was told %q, want %q", b.lines, want)
		}
	})
}

// receipts is a book that keeps the attempts of each outcome too.
type receipts struct {
	*book
	attempts map[int]int
}

func (r *receipts) Settle(ctx context.Context, c plan.Change, o outcome.Outcome) error {
	r.mu.Lock()
	if r.attempts == nil {
		r.attempts = map[int]int{}
	}
	r.attempts[c.Seq] = o.Receipt.Attempts
	r.mu.Unlock()
	return r.book.Settle(ctx, c, o)
}

// TestCount shows which ends count as failures, over all calls of Run, and that a lost row counts only when it is told.
func TestCount(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var done []outcome.Status
		r := &apply.Runner{
			API: answers{1: unclearAnswer, 2: unclearAnswer}, Ledger: &book{}, Concurrency: 1, MaxFailures: 1,
			Done: func(s outcome.Status) { done = append(done, s) },
		}
		pending, err := r.Run(t.Context(), t.Context(), each(keyed(1, 2, 3)))
		if err != nil || len(pending.Lost) != 2 || !cmp.Equal(done, []outcome.Status{outcome.Created}) {
			t.Fatalf("pending %+v, done %q, %v", pending, done, err)
		}
		for _, s := range []outcome.Status{outcome.Created, outcome.NotAttempted, outcome.Uncertain} {
			if err := r.Count(s); err != nil {
				t.Errorf("Count(%s) gave %v", s, err)
			}
		}
		var ended *stop.Error
		if err := r.Count(outcome.Failed); !errors.As(err, &ended) || ended.Cause != stop.CauseGuard {
			t.Errorf("the second failure gave %v, want a guard", err)
		}
	})
}

// TestPanicIsNotLookedUp shows that a row on which we failed ourselves is uncertain for a person to look at: it is neither
// lost nor does it hold others back, and it counts as a failure.
func TestPanicIsNotLookedUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &book{}
		panics := func(ctx context.Context, h remote.Hooks) (outcome.Receipt, error) {
			if err := h.Before(ctx); err != nil {
				return outcome.Receipt{}, err
			}
			panic("after it left")
		}
		r := &apply.Runner{API: answers{1: panics}, Ledger: b, Concurrency: 1, MaxFailures: 0}
		pending, err := r.Run(t.Context(), t.Context(), each(keyed(1, 1)))
		var stop *stop.Error
		if len(pending.Lost)+len(pending.Held) != 0 || b.ends[1] != outcome.Uncertain || !errors.As(err, &stop) {
			t.Errorf("pending %+v, outcomes %v, %v", pending, b.ends, err)
		}
	})
}

// TestTheIntentIsDurableFirst shows that no request leaves before its intent has been taken, and none without.
func TestTheIntentIsDurableFirst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &slowBook{book: &book{}}
		sent := 0
		call := func(ctx context.Context, h remote.Hooks) (outcome.Receipt, error) {
			if err := h.Before(ctx); err != nil {
				return outcome.Receipt{Effect: outcome.EffectNone}, err
			}
			defer h.After()
			b.mu.Lock()
			defer b.mu.Unlock()
			if sent++; sent > len(b.lines) {
				t.Errorf("%d requests have left, and %d intents were taken", sent, len(b.lines))
			}
			return outcome.Receipt{Effect: outcome.EffectDone, ContactID: int64(sent), Attempts: 1}, nil
		}
		r := &apply.Runner{API: answers{1: call, 2: call, 3: call}, Ledger: b, Concurrency: 3, MaxFailures: -1}
		if _, err := r.Run(t.Context(), t.Context(), rows(3)); err != nil || sent != 3 {
			t.Errorf("%d requests left, %v", sent, err)
		}
	})
}

// slowBook takes a while to make an intent durable.
type slowBook struct{ *book }

func (s *slowBook) Intend(ctx context.Context, c plan.Change, n int) error {
	time.Sleep(time.Second)
	return s.book.Intend(ctx, c, n)
}

// TestHeldRows shows that no row is sent while one with its key is lost, that others are, and what is lost is told with
// all that settling needs.
func TestHeldRows(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &book{}
		changes := keyed(1, 2, 1, 1, 0)
		r := &apply.Runner{API: answers{1: unclearAnswer}, Ledger: b, Concurrency: 1, MaxFailures: -1}
		begun := time.Now()
		pending, err := r.Run(t.Context(), t.Context(), each(changes))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]int{3, 4}, pending.Held); diff != "" {
			t.Errorf("held rows (-want +got):\n%s", diff)
		}
		if len(pending.Lost) != 1 || pending.Lost[0].Seq != 1 || pending.Lost[0].Attempts != 1 || pending.Lost[0].Key != changes[0].Key ||
			!pending.Lost[0].Ended.Equal(begun.Add(time.Second)) {
			t.Errorf("lost: %+v", pending.Lost)
		}
		if len(b.ends) != 3 {
			t.Errorf("%d rows have an outcome, want 3: %v", len(b.ends), b.ends)
		}
		if again, err := r.Run(t.Context(), t.Context(), each(changes[2:3])); err != nil || !slices.Equal(again.Held, []int{3}) {
			t.Errorf("while the row is lost: %+v, %v", again, err)
		}
		r.Release(changes[0].Key)
		if again, err := r.Run(t.Context(), t.Context(), each(changes[2:4])); err != nil || len(again.Held)+len(again.Lost) != 0 || len(b.ends) != 5 {
			t.Errorf("when it is found out: %+v, %v, %v", again, err, b.ends)
		}
	})
}
