package emnify

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/rs/zerolog"

	"github.com/contactsync/contactsync/importer/stop"
)

// breakAfter is how many failures in a row, whosever they are, open the breaker.
const breakAfter = 20

// serviceWindow is the window in which the service counts an address's requests (2000 in 5 minutes, as it documents).
// Others behind the address may have used it up, whatever our own budget is: 429 for so long is nothing unusual, and no
// Retry-After needs to be longer.
const serviceWindow = 5 * time.Minute

// breakerLimits bound how long the breaker holds everybody back.
type breakerLimits struct {
	maxProbes  int
	maxBackoff time.Duration
	patience   time.Duration
}

// breaker is the link that holds everybody back: for one pause after a 429, and while the API is down. After a pause, which
// is no longer than the longest backoff unless the API asks for more, one request goes ahead as a probe, and the others
// follow when it was accepted. When waiting makes no sense any more, and after a patience of nothing but 429, the breaker
// lets nobody pass any more, and gives the error that ends the run.
type breaker struct {
	next   http.RoundTripper
	limits breakerLimits
	waits  *waits
	log    zerolog.Logger

	mu      sync.Mutex
	changed chan struct{} // closed and made anew at each change that a waiting request may have to see
	ended   *stop.Error   // why nobody passes any more
	until   time.Time     // nobody passes before
	single  bool          // one at a time passes, until one is accepted
	probing bool          // that one is under way
	pause   int           // numbers the pauses after a 429: answers to requests from before one belong to it

	limitedSince time.Time // the first 429 since a request was accepted
	limitGap     *backoff.ExponentialBackOff

	failures int
	broken   bool
	probes   int // those that failed since it broke
	probeGap *backoff.ExponentialBackOff
}

func newBreaker(next http.RoundTripper, limits breakerLimits, w *waits, log zerolog.Logger) *breaker {
	return &breaker{
		next: next, limits: limits, waits: w, log: log,
		changed:  make(chan struct{}),
		limitGap: doubling(2*firstWait, limits.maxBackoff),
		probeGap: doubling(limits.maxBackoff/8, limits.maxBackoff),
	}
}

// pass is one request's passage.
type pass struct {
	probe bool
	pause int
}

func (b *breaker) RoundTrip(req *http.Request) (*http.Response, error) {
	t, err := b.enter(req.Context())
	if err != nil {
		return nil, err
	}
	seen := observation{kind: nothing} // what a panic below leaves behind
	defer func() { b.leave(t, seen) }()

	resp, err := b.next.RoundTrip(req)
	seen = observe(callOf(req), resp, err, serviceWindow)
	if seen.kind == redirected {
		return nil, seen.stop
	}
	return resp, err
}

// enter waits until the request may pass.
func (b *breaker) enter(ctx context.Context) (pass, error) {
	for {
		if ctx.Err() != nil {
			return pass{}, context.Cause(ctx)
		}
		b.mu.Lock()
		if b.ended != nil {
			defer b.mu.Unlock()
			return pass{}, b.ended
		}
		var timer <-chan time.Time
		switch wait := time.Until(b.until); {
		case wait > 0:
			timer = time.After(wait)
		case !b.single:
			defer b.mu.Unlock()
			return pass{pause: b.pause}, nil
		case !b.probing:
			b.probing = true
			defer b.mu.Unlock()
			return pass{probe: true, pause: b.pause}, nil
		}
		changed := b.changed
		b.mu.Unlock()

		select {
		case <-timer:
		case <-changed:
		case <-ctx.Done():
		}
	}
}

// leave takes note of how the request ended.
func (b *breaker) leave(t pass, seen observation) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if t.probe {
		b.probing = false
	}
	switch seen.kind {
	case accepted:
		b.accept(t)
	case limited:
		b.failures, b.broken = 0, false
		b.limit(t, seen)
	case failed:
		b.fail(t, seen)
	case redirected:
		b.end(seen.stop)
	case nothing:
	}
	close(b.changed)
	b.changed = make(chan struct{})
}

func (b *breaker) accept(t pass) {
	b.failures = 0
	b.limitedSince = time.Time{}
	if b.broken {
		b.broken = false
		b.log.Info().Msg("the API answers again")
		if now := time.Now(); t.pause == b.pause && b.until.After(now) {
			b.until = now
		}
	}
	if t.pause == b.pause { // it left after the last pause, so that pause was long enough
		b.single = false
		b.limitGap.Reset()
	}
}

// limit begins a pause after a 429. One pause for everybody: those who were under way when it began were told the same.
func (b *breaker) limit(t pass, seen observation) {
	now := time.Now()
	if t.pause != b.pause {
		if end := now.Add(seen.retryAfter); seen.retryAfter > 0 && end.After(b.until) {
			b.hold(now, end)
		}
		return
	}
	if b.limitedSince.IsZero() {
		b.limitedSince = now
	}
	giveUp := b.limitedSince.Add(b.limits.patience)
	if !now.Before(giveUp) {
		b.end(quotaStop(now, b.limits.patience, seen.answer))
		return
	}
	// A short Retry-After that comes again and again was wrong: our own wait grows beside it.
	wait := max(b.spread(b.limitGap), seen.retryAfter)
	b.pause++
	b.single = true
	end := now.Add(wait)
	if end.After(giveUp) {
		end = giveUp
	}
	b.hold(now, end)
	b.log.Info().Int64(logPause, end.Sub(now).Milliseconds()).Msg("the API answered 429 (too many requests): everybody waits")
}

// fail counts a failure, and the probes of an open breaker.
func (b *breaker) fail(t pass, seen observation) {
	now := time.Now()
	b.failures++
	switch {
	case b.broken && t.probe:
		b.probes++
		if b.probes >= b.limits.maxProbes {
			b.end(outageStop(b.failures, b.probes, seen.answer))
			return
		}
	case b.broken || b.failures < breakAfter:
		return
	default:
		b.broken, b.single, b.probes = true, true, 0
		b.probeGap.Reset()
	}
	wait := b.spread(b.probeGap)
	b.hold(now, now.Add(wait))
	b.log.Warn().Int(logFailures, b.failures).Int(logProbe, b.probes+1).Int64(logPause, wait.Milliseconds()).Str(logError, seen.answer).
		Msg("the API seems to be down: sending pauses, then one request probes it")
}

// spread draws the next wait from the last quarter of its length: the one probe that follows needs to be told apart from
// those of other machines only, and a wait from nothing on would make them too many.
func (b *breaker) spread(lengths *backoff.ExponentialBackOff) time.Duration {
	longest := lengths.NextBackOff()
	return b.waits.between(longest*3/4, longest)
}

// hold lets nobody pass before end.
func (b *breaker) hold(now, end time.Time) {
	if end.After(latest(now, b.until)) {
		b.until = end
	}
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// end ends the run: the first reason stays.
func (b *breaker) end(stop *stop.Error) {
	if b.ended == nil {
		b.ended = stop
	}
}
