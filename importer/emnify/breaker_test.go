package emnify

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/remote"
	"github.com/contactsync/contactsync/importer/stop"
)

// TestProbesWhileAllWait holds the pauses after 429 to the longest backoff: one request goes out in each, and none is
// shorter than three quarters of it once they have grown, whatever a Retry-After of a second promises.
func TestProbesWhileAllWait(t *testing.T) {
	t.Parallel()
	for _, longest := range []time.Duration{time.Second, 30 * time.Second} {
		for _, header := range []map[string]string{nil, {"Retry-After": "1"}} {
			t.Run(fmt.Sprint(longest, header), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					c, fake := newFake(t, func(_ sentRequest, n int) answer {
						if n < 30 {
							return answer{status: 429, header: header}
						}
						return created
					}, func(cfg *Config, _ *fakeAPI) { cfg.MaxBackoff, cfg.Patience = longest, time.Hour })
					var y tally
					y.create(c, 16, 1)
					if y.done.Load() != 16 {
						t.Fatalf("%d of 16 made: %v", y.done.Load(), y.stop.Load())
					}
					for i := 17; i < 30; i++ { // behind those that were under way at the first 429
						gap := fake.requests[i].at.Sub(fake.requests[i-1].at)
						if gap > longest || i > 22 && gap < longest*3/4 {
							t.Errorf("%s between probes %d and %d", gap, i-1, i)
						}
					}
				})
			})
		}
	}
}

func TestABreakerStopsTheRun(t *testing.T) {
	t.Parallel()
	failures := map[string]answer{
		"503":           {status: 503, after: 20 * time.Millisecond},
		"time-outs":     {status: 201, after: time.Hour},
		"broken":        {err: errBroken, after: 5 * time.Millisecond},
		"408":           {status: 408},
		"never sent":    {err: errBroken, notSent: true},
		"sent or never": {err: errBroken},
	}
	for name, a := range failures {
		for _, n := range []int{1, 16, 64} {
			t.Run(fmt.Sprintf("%s, %d workers", name, n), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					c, fake := newFake(t, always(a))
					if _, err := c.chain.(*retry).next.(*authorise).tokens.current(t.Context()); err != nil {
						t.Fatal(err)
					}
					var y tally
					y.create(c, n, 1000)
					ended := y.stop.Load()
					if ended == nil || ended.Cause != stop.CauseOutage || !strings.Contains(ended.Message, "last answer: ") {
						t.Fatalf("%v", ended)
					}
					if a.status == 503 && !strings.Contains(ended.Message, "HTTP 503, request req-1, CloudFront cf-1==") {
						t.Errorf("it says %q", ended.Message)
					}
					requests, _ := fake.counts()
					if requests < breakAfter+8 || requests > 100 {
						t.Errorf("%d requests, want 20, those under way, and 8 probes", requests)
					}
					last := fake.requests[requests-9:]
					for i := range 8 {
						gap := last[i+1].at.Sub(last[i].at)
						if i > 0 && gap > c.cfg.MaxBackoff+c.cfg.Timeout || gap == 0 {
							t.Errorf("%s between two probes", gap)
						}
					}
					before := requests
					_, err := c.CreateContact(t.Context(), 12, someone, noHooks())
					if requests, _ = fake.counts(); requests != before || !errors.As(err, &ended) {
						t.Errorf("a request left after the end: %v", err)
					}
				})
			})
		}
	}
}

func TestTheBreakerClosesAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		c, fake := newFake(t, func(sentRequest, int) answer {
			if since := time.Since(begun); since > time.Second && since < 90*time.Second {
				return answer{err: errBroken, notSent: true}
			}
			return answer{status: 201, after: 50 * time.Millisecond}
		})
		var y tally
		y.create(c, 16, 50)
		if y.done.Load() != 800 {
			t.Errorf("%d of 800 made, %d not, %d unclear, %v", y.done.Load(), y.none.Load(), y.unclear.Load(), y.stop.Load())
		}
		if n, _ := fake.counts(); n > 800+breakAfter+16+8 {
			t.Errorf("%d requests: attempts were burnt during the outage", n)
		}
	})
}

// A refusal is an answer: however many rows the API refuses, it is not down.
func TestRefusalsAreNoOutage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, _ := newFake(t, func(_ sentRequest, n int) answer {
			if n%20 == 19 {
				return answer{status: 422}
			}
			return answer{status: 500}
		})
		var y tally
		y.create(c, 1, 200)
		if y.stop.Load() != nil || y.none.Load() != 10 || y.unclear.Load() != 190 {
			t.Errorf("%v, %d refused, %d unclear", y.stop.Load(), y.none.Load(), y.unclear.Load())
		}
	})
}

func TestAPanicGivesThePassageBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, _ := newFake(t, inTurn(answer{status: 429, header: map[string]string{"Retry-After": "1"}}, created))
		panicked := 0
		hooks := remote.Hooks{Before: func(context.Context) error {
			if panicked++; panicked == 2 { // the probe after the pause
				panic("in a hook")
			}
			return nil
		}}
		func() {
			defer func() { _ = recover() }()
			_, _ = c.CreateContact(t.Context(), 12, someone, hooks)
		}()
		if receipt, err := c.CreateContact(t.Context(), 12, someone, noHooks()); err != nil || receipt.Effect != outcome.EffectDone {
			t.Errorf("the next one: %+v, %v", receipt, err)
		}
	})
}

func TestARedirectEndsTheRun(t *testing.T) {
	t.Parallel()
	c, fake := newFake(t, always(answer{status: 302, header: map[string]string{"Location": "https://user:pw@portal.example.com/login?token=x"}}))
	_, err := c.CreateContact(t.Context(), 12, someone, noHooks())
	var ended *stop.Error
	if !errors.As(err, &ended) || ended.Cause != stop.CauseRedirect || !strings.HasSuffix(ended.Message, "to https://portal.example.com/login") {
		t.Errorf("%v", err)
	}
	if _, err = c.MyOrganisation(t.Context()); !errors.As(err, &ended) || ended.Cause != stop.CauseRedirect {
		t.Errorf("afterwards: %v", err)
	}
	if n, _ := fake.counts(); n != 1 {
		t.Errorf("%d requests, want 1", n)
	}
}
