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

// gateLimits bound how long the gate holds everybody back.
type gateLimits struct {
	maxProbes  int
	maxBackoff time.Duration
	patience   time.Duration
}

// gate is the link that holds everybody back: for one pause after a 429, and while the API is down. After a pause, which
// is no longer than the longest backoff unless the API asks for more, one request goes ahead as a probe, and the others
// follow when it was accepted. When waiting makes no sense any more, and after a patience of nothing but 429, the gate
// closes for good, with the error that ends the run.
type gate struct {
	next   http.RoundTripper
	limits gateLimits
	waits  *waits
	log    zerolog.Logger

	mu      sync.Mutex
	changed chan struct{} // closed and made anew at each change that a waiting request may have to see
	closed  *stop.Error
	until   time.Time // nobody passes before
	single  bool      // one at a time passes, until one is accepted
	probing bool      // that one is under way
	pause   int       // numbers the pauses after a 429: answers to requests from before one belong to it
	held    time.Duration

	limitedSince time.Time // the first 429 since a request was accepted
	limitGap     *backoff.ExponentialBackOff

	failures int
	broken   bool
	probes   int // those that failed since it broke
	probeGap *backoff.ExponentialBackOff
}

func newGate(next http.RoundTripper, limits gateLimits, w *waits, log zerolog.Logger) *gate {
	return &gate{
		next: next, limits: limits, waits: w, log: log,
		changed:  make(chan struct{}),
		limitGap: doubling(2*firstWait, limits.maxBackoff),
		probeGap: doubling(limits.maxBackoff/8, limits.maxBackoff),
	}
}

// ticket is one request's passage.
type ticket struct {
	probe bool
	pause int
}

func (g *gate) RoundTrip(req *http.Request) (*http.Response, error) {
	t, err := g.enter(req.Context())
	if err != nil {
		return nil, err
	}
	seen := sighting{kind: nothing} // what a panic below leaves behind
	defer func() { g.leave(t, seen) }()

	resp, err := g.next.RoundTrip(req)
	seen = sightingOf(callOf(req), resp, err, serviceWindow)
	if seen.kind == redirected {
		return nil, seen.stop
	}
	return resp, err
}

// enter waits until the request may pass.
func (g *gate) enter(ctx context.Context) (ticket, error) {
	for {
		if ctx.Err() != nil {
			return ticket{}, context.Cause(ctx)
		}
		g.mu.Lock()
		if g.closed != nil {
			defer g.mu.Unlock()
			return ticket{}, g.closed
		}
		var timer <-chan time.Time
		switch wait := time.Until(g.until); {
		case wait > 0:
			timer = time.After(wait)
		case !g.single:
			defer g.mu.Unlock()
			return ticket{pause: g.pause}, nil
		case !g.probing:
			g.probing = true
			defer g.mu.Unlock()
			return ticket{probe: true, pause: g.pause}, nil
		}
		changed := g.changed
		g.mu.Unlock()

		select {
		case <-timer:
		case <-changed:
		case <-ctx.Done():
		}
	}
}

// leave takes note of how the request ended.
func (g *gate) leave(t ticket, seen sighting) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if t.probe {
		g.probing = false
	}
	switch seen.kind {
	case accepted:
		g.accept(t)
	case limited:
		g.failures, g.broken = 0, false
		g.limit(t, seen)
	case failed:
		g.fail(t, seen)
	case redirected:
		g.close(seen.stop)
	case nothing:
	}
	close(g.changed)
	g.changed = make(chan struct{})
}

func (g *gate) accept(t ticket) {
	g.failures = 0
	g.limitedSince = time.Time{}
	if g.broken {
		g.broken = false
		g.log.Info().Msg("the API answers again")
		if now := time.Now(); t.pause == g.pause && g.until.After(now) {
			g.held -= g.until.Sub(now)
			g.until = now
		}
	}
	if t.pause == g.pause { // it left after the last pause, so that pause was long enough
		g.single = false
		g.limitGap.Reset()
	}
}

// limit begins a pause after a 429. One pause for everybody: those who were under way when it began were told the same.
func (g *gate) limit(t ticket, seen sighting) {
	now := time.Now()
	if t.pause != g.pause {
		if end := now.Add(seen.retryAfter); seen.retryAfter > 0 && end.After(g.until) {
			g.hold(now, end)
		}
		return
	}
	if g.limitedSince.IsZero() {
		g.limitedSince = now
	}
	giveUp := g.limitedSince.Add(g.limits.patience)
	if !now.Before(giveUp) {
		g.close(quotaStop(now, g.limits.patience, seen.answer))
		return
	}
	// A short Retry-After that comes again and again was wrong: our own wait grows beside it.
	wait := max(g.spread(g.limitGap), seen.retryAfter)
	g.pause++
	g.single = true
	end := now.Add(wait)
	if end.After(giveUp) {
		end = giveUp
	}
	g.hold(now, end)
	g.log.Info().Int64(logPause, end.Sub(now).Milliseconds()).Msg("the API answered 429 (too many requests): everybody waits")
}

// fail counts a failure, and the probes of an open breaker.
func (g *gate) fail(t ticket, seen sighting) {
	now := time.Now()
	g.failures++
	switch {
	case g.broken && t.probe:
		g.probes++
		if g.probes >= g.limits.maxProbes {
			g.close(outageStop(g.failures, g.probes, seen.answer))
			return
		}
	case g.broken || g.failures < breakAfter:
		return
	default:
		g.broken, g.single, g.probes = true, true, 0
		g.probeGap.Reset()
	}
	wait := g.spread(g.probeGap)
	g.hold(now, now.Add(wait))
	g.log.Warn().Int(logFailures, g.failures).Int(logProbe, g.probes+1).Int64(logPause, wait.Milliseconds()).Str(logError, seen.answer).
		Msg("the API seems to be down: sending pauses, then one request probes it")
}

// spread draws the next wait from the last quarter of its length: the one probe that follows needs to be told apart from
// those of other machines only, and a wait from nothing on would make them too many.
func (g *gate) spread(lengths *backoff.ExponentialBackOff) time.Duration {
	longest := lengths.NextBackOff()
	return g.waits.between(longest*3/4, longest)
}

// hold lets nobody pass before end.
func (g *gate) hold(now, end time.Time) {
	if begin := latest(now, g.until); end.After(begin) {
		g.held += end.Sub(begin)
		g.until = end
	}
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// close ends the run: the first reason stays.
func (g *gate) close(stop *stop.Error) {
	if g.closed == nil {
		g.closed = stop
	}
}

func (g *gate) heldBack() time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.held
}
