package emnify

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/rs/zerolog"

	"github.com/contactsync/contactsync/importer/plan"
)

// breakAfter is how many failures in a row, whosever they are, open the breaker.
const breakAfter = 20

// defaultWindow stands for the budget's where there is none: the documented one.
const defaultWindow = 5 * time.Minute

// gateLimits bound how long the gate holds everybody back.
type gateLimits struct {
	window     time.Duration
	maxProbes  int
	maxBackoff time.Duration
}

// gate is the link that holds everybody back: for one pause after a 429, and while the API is down. After a pause one
// request goes ahead as a probe, and the others follow when it was accepted. When waiting makes no sense any more the
// gate closes for good, with the error that ends the run.
type gate struct {
	next   http.RoundTripper
	limits gateLimits
	waits  *waits
	log    zerolog.Logger

	mu      sync.Mutex
	changed chan struct{} // closed and made anew at each change that a waiting request may have to see
	closed  *plan.StopError
	until   time.Time // nobody passes before
	single  bool      // one at a time passes, until one is accepted
	probing bool      // that one is under way
	pause   int       // numbers the pauses after a 429: answers to requests from before one belong to it
	held    time.Duration

	limitedSince time.Time // the first 429 since a request was accepted
	afterLimit   backoff.BackOff

	failures int
	broken   bool
	probes   int // those that failed since it broke
	probeGap *backoff.ExponentialBackOff
}

func newGate(next http.RoundTripper, limits gateLimits, w *waits, log zerolog.Logger) *gate {
	if limits.window <= 0 {
		limits.window = defaultWindow
	}
	return &gate{
		next: next, limits: limits, waits: w, log: log,
		changed:    make(chan struct{}),
		afterLimit: w.upTo(2*firstWait, limits.window),
		probeGap:   doubling(limits.maxBackoff/8, limits.maxBackoff),
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
	seen = sightingOf(callOf(req), resp, err, g.limits.window)
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
		g.afterLimit.Reset()
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
	giveUp := g.limitedSince.Add(2 * g.limits.window)
	if !now.Before(giveUp) {
		g.close(quotaStop(now, 2*g.limits.window, seen.answer))
		return
	}
	wait := g.afterLimit.NextBackOff()
	if seen.retryAfter > 0 {
		wait = seen.retryAfter
	}
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
	longest := g.probeGap.NextBackOff()
	wait := g.waits.between(longest*3/4, longest)
	g.hold(now, now.Add(wait))
	g.log.Warn().Int(logFailures, g.failures).Int(logProbe, g.probes+1).Int64(logPause, wait.Milliseconds()).Str(logError, seen.answer).
		Msg("the API seems to be down: sending pauses, then one request probes it")
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
func (g *gate) close(stop *plan.StopError) {
	if g.closed == nil {
		g.closed = stop
	}
}

func (g *gate) heldBack() time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.held
}
