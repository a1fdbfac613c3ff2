// Package limit owns the request budget: at most N requests in any window of length D, for several N/D at once.
//
// The server counts a request when it arrives, which is some time between its slot was granted and its answer came.
// So a slot counts until D after its answer, and no window of length D ever sees more than N arrivals, whatever the
// network does in between. Nothing else is wasted: N requests may go at once, and the next N as soon as the first ones
// are D old, which makes n requests take D·(⌈n/N⌉−1) and the time that sending takes. Rates with a window up to a
// second are in addition spread evenly over it, since their purpose is to keep bursts away from the server.
//
// Slots are granted in the order in which they were asked for. The package knows nothing of HTTP and starts no
// goroutine. What a [Budget] knows ends with its process; a [Store] carries the slots on to the next process, and shares
// them with others that run beside this one.
package limit

import (
	"cmp"
	"container/list"
	"context"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Budget hands out slots, one for each request. A nil Budget, and one without rates, grants everything at once.
// It is safe for concurrent use.
type Budget struct {
	rates []Rate
	store Store // nil: the budget is this process's own
	start time.Time

	mu     sync.Mutex
	rings  []*ring
	spread []*rate.Limiter
	queue  list.List // of chan struct{}: those who wait, in the order in which they came
	waited time.Duration
	since  time.Time // when the first in the queue began to wait; zero while it does not
	askAt  time.Time // before that the store has no slot
	failed error     // of the store, when a slot was given back
}

// New makes a budget that keeps to all of the rates.
func New(rates []Rate) *Budget { return NewShared(rates, nil) }

// NewShared makes a budget that keeps to all of the rates together with everybody who uses the same store, before it,
// after it and beside it. Its own slots it counts itself too, by a clock that nobody can set.
func NewShared(rates []Rate, store Store) *Budget {
	b := &Budget{rates: rates, store: store, start: time.Now()}
	for _, r := range rates {
		b.rings = append(b.rings, newRing(r))
		if r.Per <= time.Second {
			b.spread = append(b.spread, newSpread(r))
		}
	}
	if len(rates) == 0 {
		b.store = nil
	}
	return b
}

// newSpread makes the limiter that spreads a rate. A twentieth of the requests may go together: timers come late by up
// to a millisecond and more on a busy machine, and a rate of a million a second must not suffer from that.
func newSpread(r Rate) *rate.Limiter {
	return rate.NewLimiter(rate.Limit(float64(r.N)/r.Per.Seconds()), max(1, r.N/20))
}

// Slot is the permission for one request.
type Slot struct {
	budget *Budget
	// release gives it back to the store, where there is one. The call that had the slot may be over by then, and its
	// context with it; the slot goes back all the same.
	release func(now time.Time) error
	once    sync.Once
}

// Done gives the slot back: the answer was read, or the attempt has ended without one. Until then, and for the length
// of the window afterwards, the slot counts. Further calls do nothing. If the store can't take it back it counts there
// as a slot in use, and the next Acquire returns the error.
func (s *Slot) Done() {
	if s == nil || s.budget == nil {
		return
	}
	s.once.Do(func() { s.budget.giveBack(s.release) })
}

// Acquire waits for a slot. It returns early with the cause of ctx when that ends first; nothing is used up then. Any
// other error is the store's: without it nobody knows how much of the budget is left, so that no request may leave.
func (b *Budget) Acquire(ctx context.Context) (*Slot, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if b == nil {
		return &Slot{}, nil
	}
	b.mu.Lock()
	if b.queue.Len() == 0 && b.store == nil {
		now := time.Now()
		if ok, _, _ := b.free(now); ok {
			b.take(now)
			b.mu.Unlock()
			return &Slot{budget: b}, nil
		}
	}
	look := make(chan struct{}, 1)
	place := b.queue.PushBack(look)
	b.mu.Unlock()

	slot, err := b.wait(ctx, place, look)
	b.leave(place)
	return slot, err
}

// wait takes the place in the queue to its front and on to a slot. Only the first in the queue looks at the clock and
// asks the store; look tells it to look again.
func (b *Budget) wait(ctx context.Context, place *list.Element, look <-chan struct{}) (*Slot, error) {
	for {
		var timer <-chan time.Time
		if b.isFirst(place) {
			slot, wait, known, err := b.grant(ctx)
			if slot != nil || err != nil {
				return slot, err
			}
			if known {
				timer = time.After(wait)
			}
		}
		select {
		case <-timer:
		case <-look:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

func (b *Budget) isFirst(place *list.Element) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.queue.Front() == place
}

// grant gives the first in the queue a slot, or tells how long there is none; known is false where only an answer can
// tell. The store is asked last, so that nothing is noted there that is not used, and without the lock: nobody else
// takes slots meanwhile, and those that come back only make room.
func (b *Budget) grant(ctx context.Context) (slot *Slot, wait time.Duration, known bool, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	ok, wait, known := b.free(now)
	if b.failed != nil {
		return nil, 0, false, b.failed
	}
	if asleep := b.askAt.Sub(now); asleep > 0 {
		ok, wait = false, max(wait, asleep)
	}
	if !ok {
		b.stall(now)
		return nil, wait, known, nil
	}
	slot = &Slot{budget: b}
	if b.store != nil {
		b.mu.Unlock()
		slot.release, wait, err = b.takeStored(ctx, now)
		b.mu.Lock()
		if err != nil {
			return nil, 0, false, err
		}
		if wait > 0 {
			b.askAt = now.Add(wait)
			b.stall(now)
			return nil, wait, true, nil
		}
	}
	b.take(now)
	return slot, 0, true, nil
}

// takeStored asks the store. A call that was cancelled tells why it was.
func (b *Budget) takeStored(ctx context.Context, now time.Time) (release func(time.Time) error, wait time.Duration, err error) {
	slot, wait, err := b.store.Take(ctx, b.rates, now)
	switch {
	case err == nil:
		after := context.WithoutCancel(ctx)
		return func(now time.Time) error { return b.store.GiveBack(after, slot, now) }, wait, nil
	case ctx.Err() != nil:
		return nil, 0, context.Cause(ctx)
	default:
		return nil, 0, fmt.Errorf("taking a slot of the request budget: %w", err)
	}
}

// free tells whether every rate has a slot free at the moment now. The lock is held.
func (b *Budget) free(now time.Time) (ok bool, wait time.Duration, known bool) {
	ok, known = true, true
	for _, r := range b.rings {
		free, w, k := r.free(now.Sub(b.start))
		ok, known, wait = ok && free, known && k, max(wait, w)
	}
	for _, s := range b.spread {
		if tokens := s.TokensAt(now); tokens < 1 {
			ok = false
			// One microsecond more: what is left of a token after rounding must not make us look twice.
			wait = max(wait, time.Duration((1-tokens)/float64(s.Limit())*float64(time.Second))+time.Microsecond)
		}
	}
	return ok, wait, known
}

// take takes a slot of every rate, all of which are free. The lock is held.
func (b *Budget) take(now time.Time) {
	for _, r := range b.rings {
		r.take()
	}
	for _, s := range b.spread {
		s.AllowN(now, 1)
	}
}

// stall notes that the first in the queue waits from now on. The lock is held.
func (b *Budget) stall(now time.Time) {
	if b.since.IsZero() {
		b.since = now
	}
}

// leave takes the place out of the queue and lets the new first one look.
func (b *Budget) leave(place *list.Element) {
	b.mu.Lock()
	defer b.mu.Unlock()
	first := b.queue.Front() == place
	b.queue.Remove(place)
	if first && !b.since.IsZero() {
		b.waited += time.Since(b.since)
		b.since = time.Time{}
	}
	if first {
		b.wakeFirst()
	}
}

func (b *Budget) wakeFirst() {
	first := b.queue.Front()
	if first == nil {
		return
	}
	select {
	case first.Value.(chan struct{}) <- struct{}{}:
	default: // it has been told already
	}
}

func (b *Budget) giveBack(release func(time.Time) error) {
	now := time.Now()
	b.mu.Lock()
	for _, r := range b.rings {
		r.giveBack(now.Sub(b.start))
	}
	b.wakeFirst()
	b.mu.Unlock()
	if release == nil {
		return
	}
	if err := release(now); err != nil {
		b.mu.Lock()
		defer b.mu.Unlock()
		if b.failed == nil {
			b.failed = fmt.Errorf("giving a slot of the request budget back: %w", err)
		}
		b.wakeFirst()
	}
}

// Waited is the time in which at least one request stood waiting for its slot: what the rates cost the run, however
// many workers waited side by side.
func (b *Budget) Waited() time.Duration {
	if b == nil {
		return 0
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.since.IsZero() {
		return b.waited + time.Since(b.since)
	}
	return b.waited
}

// Used is how much of a rate was used.
type Used struct {
	Rate
	// Most is how many slots counted at once at most: of this budget, not of others who use the same store.
	Most int
}

// Used tells how much of each rate was used so far, in the order in which they were given.
func (b *Budget) Used() []Used {
	if b == nil {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	used := make([]Used, len(b.rates))
	for i, r := range b.rates {
		used[i] = Used{Rate: r, Most: b.rings[i].most}
	}
	return used
}

// forecast is how long that many requests take at least, beside the time that sending takes: D·(⌈n/N⌉−1). With
// several rates, the windows of the longest one and within the last of them what the shorter ones cost, or what the
// costliest takes alone.
func (b *Budget) forecast(requests int) time.Duration {
	if b == nil {
		return 0
	}
	var nested, alone time.Duration
	longestFirst := slices.SortedFunc(slices.Values(b.rates), func(x, y Rate) int { return cmp.Compare(y.Per, x.Per) })
	left := requests
	for _, r := range longestFirst {
		alone = max(alone, r.duration(requests))
		nested = saturated(nested, r.duration(left))
		left = min(left, (left-1)%r.N+1)
	}
	return max(nested, alone)
}

func saturated(a, b time.Duration) time.Duration {
	if a > math.MaxInt64-b {
		return math.MaxInt64
	}
	return a + b
}

// Window is the length of the longest window; 0 without rates. Whoever was told that it asks too much need not wait
// longer than that.
func (b *Budget) Window() time.Duration {
	var w time.Duration
	if b == nil {
		return w
	}
	for _, r := range b.rates {
		w = max(w, r.Per)
	}
	return w
}
