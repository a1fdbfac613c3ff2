package emnify

import (
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// firstWait is the upper end of the first wait; each further one doubles it.
const firstWait = 500 * time.Millisecond

// waits makes the waits between attempts, and what else is drawn, from one source of randomness.
type waits struct {
	mu  sync.Mutex
	rnd *rand.Rand
}

func newWaits(rnd *rand.Rand) *waits {
	if rnd == nil {
		rnd = rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))
	}
	return &waits{rnd: rnd}
}

// between picks a duration from low to high.
func (w *waits) between(low, high time.Duration) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	return low + time.Duration(w.rnd.Int64N(int64(max(high-low, 0))+1))
}

// draw picks a number that was not picked before.
func (w *waits) draw() uint64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.rnd.Uint64()
}

// upTo makes waits that double from the first one to longest, each with full jitter: anything from nothing to its length.
func (w *waits) upTo(longest time.Duration) backoff.BackOff {
	return &fullJitter{lengths: doubling(firstWait, longest), waits: w}
}

func doubling(first, longest time.Duration) *backoff.ExponentialBackOff {
	b := &backoff.ExponentialBackOff{InitialInterval: min(first, longest), Multiplier: 2, MaxInterval: longest}
	b.Reset()
	return b
}

// fullJitter draws from the whole of each length, which spreads those who failed together best.
type fullJitter struct {
	lengths *backoff.ExponentialBackOff
	waits   *waits
}

func (f *fullJitter) NextBackOff() time.Duration { return f.waits.between(0, f.lengths.NextBackOff()) }
func (f *fullJitter) Reset()                     { f.lengths.Reset() }

// retryAfter reads how long the API wants to be left alone: seconds or a date, at most longest. A date counts from the
// answer's own, since the server's clock need not be ours. 0: it does not say, or says nothing that makes sense.
func retryAfter(h http.Header, now time.Time, longest time.Duration) time.Duration {
	text := strings.TrimSpace(h.Get("Retry-After"))
	if text == "" {
		return 0
	}
	if isDigits(text) {
		seconds, err := strconv.ParseInt(text, 10, 64)
		if err != nil || seconds > int64(longest/time.Second) {
			return longest
		}
		return time.Duration(seconds) * time.Second
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	if sent, err := http.ParseTime(h.Get("Date")); err == nil {
		now = sent
	}
	return min(max(at.Sub(now), 0), longest)
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
