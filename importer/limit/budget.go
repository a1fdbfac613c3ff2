// Package limit owns the request budget: at most N requests in any window of length D, for several N/D at once.
//
// The server counts a request when it arrives, which is some time between its slot was granted and its answer came.
// So a slot counts until D after its answer, and no window of length D ever sees more than N arrivals, whatever the
// network does in between. Nothing else is wasted: N requests may go at once, and the next N as soon as the first ones
// are D old, which makes n requests take D·(⌈n/N⌉−1) and the time that sending takes. Rates with a window up to a
// second are in addition spread evenly over it, since their purpose is to keep bursts away from the server.
//
// Slots are granted in the order in which they were asked for. The package knows nothing of HTTP, starts no goroutine,
// and forgets everything when the process ends.
package limit

import (
	"cmp"
	"container/list"
	"context"
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
	start time.Time

	mu      sync.Mutex
	rings   []*ring
	spread  []*rate.Limiter
	queue   list.List // of chan struct{}: those who wait, in the order in which they came
	granted int
	waited  time.Duration
	since   time.Time // when the queue became non-empty; meaningless while it is empty
}

// New makes a budget that keeps to all of the rates.
func New(rates []Rate) *Budget {
	b := &Budget{rates: rates, start: time.Now()}
	for _, r := range rates {
		b.rings = append(b.rings, newRing(r))
		if r.Per <= time.Second {
			b.spread = append(b.spread, newSpread(r))
		}
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
	once   sync.Once
}

// Done gives the slot back: the answer was read, or the attempt has ended without one. Until then, and for the length
// of the window afterwards, the slot counts. Further calls do nothing.
func (s *Slot) Done() {
	if s == nil || s.budget == nil {
		return
	}
	s.once.Do(s.budget.giveBack)
}

// Acquire waits for a slot. It returns early with the cause of ctx when that ends first; nothing is used up then.
func (b *Budget) Acquire(ctx context.Context) (*Slot, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if b == nil {
		return &Slot{}, nil
	}
	b.mu.Lock()
	if b.queue.Len() == 0 {
		if ok, _, _ := b.try(); ok {
			b.mu.Unlock()
			return &Slot{budget: b}, nil
		}
		b.since = time.Now()
	}
	look := make(chan struct{}, 1)
	place := b.queue.PushBack(look)
	b.mu.Unlock()

	err := b.wait(ctx, place, look)
	if err != nil {
		return nil, err
	}
	return &Slot{budget: b}, nil
}

// wait takes the place in the queue to its front and on to a slot. Only the first in the queue looks at the clock;
// look tells it to look again.
func (b *Budget) wait(ctx context.Context, place *list.Element, look <-chan struct{}) error {
	for {
		b.mu.Lock()
		var timer <-chan time.Time
		if b.queue.Front() == place {
			ok, wait, known := b.try()
			if ok {
				b.leave(place)
				b.mu.Unlock()
				return nil
			}
			if known {
				timer = time.After(wait)
			}
		}
		b.mu.Unlock()

		select {
		case <-timer:
		case <-look:
		case <-ctx.Done():
			b.mu.Lock()
			b.leave(place)
			b.mu.Unlock()
			return context.Cause(ctx)
		}
	}
}

// try grants a slot of every rate, or of none. The lock is held.
func (b *Budget) try() (ok bool, wait time.Duration, known bool) {
	now := time.Now()
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
	if !ok {
		return false, wait, known
	}
	for _, r := range b.rings {
		r.take()
	}
	for _, s := range b.spread {
		s.AllowN(now, 1)
	}
	b.granted++
	return true, 0, true
}

// leave takes the place out of the queue and lets the new first one look. The lock is held.
func (b *Budget) leave(place *list.Element) {
	b.queue.Remove(place)
	if b.queue.Len() == 0 {
		b.waited += time.Since(b.since)
	}
	b.wakeFirst()
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

func (b *Budget) giveBack() {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Since(b.start)
	for _, r := range b.rings {
		r.giveBack(now)
	}
	b.wakeFirst()
}

// Waited is the time in which at least one request stood waiting for its slot: what the rates cost the run, however
// many workers waited side by side.
func (b *Budget) Waited() time.Duration {
	if b == nil {
		return 0
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.queue.Len() > 0 {
		return b.waited + time.Since(b.since)
	}
	return b.waited
}

// Granted counts the slots handed out so far.
func (b *Budget) Granted() int {
	if b == nil {
		return 0
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.granted
}

// Duration forecasts how long that many requests take at least, beside the time that sending takes: D·(⌈n/N⌉−1). With
// several rates, the windows of the longest one and within the last of them what the shorter ones cost, or what the
// costliest takes alone.
func (b *Budget) Duration(requests int) time.Duration {
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
