package emnify

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactsync/contactsync/importer/limit"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/remote"
	"github.com/contactsync/contactsync/importer/stop"
)

// create makes contacts with n workers until each has made its share or the run has ended, and counts how they went.
type tally struct {
	done, none, unclear atomic.Int64
	stop                atomic.Pointer[stop.Error]
}

func (y *tally) create(c *Client, n, each int) {
	workers(n, func(int) {
		for range each {
			receipt, err := c.CreateContact(background(), 12, someone, noHooks())
			switch receipt.Effect {
			case outcome.EffectDone:
				y.done.Add(1)
			case outcome.EffectNone:
				y.none.Add(1)
			case outcome.EffectUnknown:
				y.unclear.Add(1)
			}
			var stop *stop.Error
			if errors.As(err, &stop) {
				y.stop.Store(stop)
				return
			}
		}
	})
}

func TestOnePauseForEverybody(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		retryAfter string
		least      time.Duration
		most       time.Duration
	}{
		"seconds":            {"40", 40 * time.Second, 41 * time.Second},
		"more than a window": {"1000000000", 5 * time.Minute, 5*time.Minute + time.Second},
		"more than a number": {"99999999999999999999999", 5 * time.Minute, 5*time.Minute + time.Second},
		"zero":               {"0", 0, 2 * time.Second},
		"negative":           {"-1", 0, 2 * time.Second},
		"words":              {"soon", 0, 2 * time.Second},
		"none":               {"", 0, 2 * time.Second},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var limited time.Time
				c, fake := newFake(t, func(_ sentRequest, n int) answer {
					if n == 20 {
						limited = time.Now()
						return answer{status: 429, header: map[string]string{"Retry-After": tt.retryAfter}}
					}
					return answer{status: 201, after: 10 * time.Millisecond}
				})
				var y tally
				y.create(c, 16, 10)
				if y.done.Load() != 160 {
					t.Fatalf("%d of 160 made, %d unclear", y.done.Load(), y.unclear.Load())
				}
				var next time.Time
				for _, r := range fake.requests {
					if r.at.After(limited) && (next.IsZero() || r.at.Before(next)) {
						next = r.at
					}
				}
				if pause := next.Sub(limited); pause < tt.least || pause > tt.most {
					t.Errorf("everybody waited %s, want %s to %s", pause, tt.least, tt.most)
				}
				if got := c.Paused(); got < tt.least || got > tt.most {
					t.Errorf("paused %s, want %s to %s", got, tt.least, tt.most)
				}
			})
		})
	}
}

// Many workers get their 429 at the same moment: that is one pause and not one after the other, and afterwards one
// request goes ahead.
func TestManyLimitedAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		c, fake := newFake(t, func(sentRequest, int) answer {
			if time.Since(begun) < 3*time.Second {
				return answer{status: 429, after: 100 * time.Millisecond, header: map[string]string{"Retry-After": "60"}}
			}
			return answer{status: 201, after: 100 * time.Millisecond}
		})
		var y tally
		y.create(c, 16, 5)
		if y.done.Load() != 80 {
			t.Fatalf("%d of 80 made", y.done.Load())
		}
		if n, _ := fake.counts(); n > 80+16 {
			t.Errorf("%d requests for 80 contacts: the pauses were not shared", n)
		}
		if took := time.Since(begun); took > 62*time.Second {
			t.Errorf("took %s, one pause is a minute", took)
		}
		alone := 0
		for _, r := range fake.requests {
			if at := r.at.Sub(begun); at > 59*time.Second && at < 60*time.Second+150*time.Millisecond {
				alone++
			}
		}
		if alone != 1 {
			t.Errorf("%d requests went ahead after the pause, want 1", alone)
		}
	})
}

// Sixteen answers of one moment lengthen the wait once and not sixteen times.
func TestTheWaitGrowsOnceForEachPause(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, _ := newFake(t, func(_ sentRequest, n int) answer {
			if n < 64 {
				return answer{status: 429, after: time.Duration(10+n) * time.Millisecond}
			}
			return answer{status: 201}
		})
		begun := time.Now()
		var y tally
		y.create(c, 64, 1)
		if took := time.Since(begun); y.done.Load() != 64 || took > 2*firstWait+80*time.Millisecond {
			t.Errorf("%d of 64 made after %s", y.done.Load(), took)
		}
	})
}

func TestTheServersLimitIsLowerThanOurs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var times []time.Time
		c, fake := newFake(t, func(sentRequest, int) answer {
			now, recent := time.Now(), 0
			for _, at := range times {
				if now.Sub(at) < time.Minute {
					recent++
				}
			}
			if recent >= 20 {
				return answer{status: 429}
			}
			times = append(times, now)
			return answer{status: 201, after: 50 * time.Millisecond}
		}, func(cfg *Config, _ *fakeAPI) { cfg.Budget = limit.New([]limit.Rate{{N: 200, Per: time.Minute}}) })
		var y tally
		y.create(c, 16, 10)
		if y.done.Load() != 160 {
			t.Errorf("%d of 160 made, %d unclear, %v", y.done.Load(), y.unclear.Load(), y.stop.Load())
		}
		if n, _ := fake.counts(); n > 500 {
			t.Errorf("%d requests for 160 contacts", n)
		}
	})
}

func TestQuota(t *testing.T) {
	t.Parallel()
	for _, header := range []map[string]string{nil, {"Retry-After": "200"}, {"Retry-After": "1000000"}} {
		t.Run(fmt.Sprint(header), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c, fake := newFake(t, always(answer{status: 429, header: header}),
					func(cfg *Config, _ *fakeAPI) {
						cfg.Budget = limit.New([]limit.Rate{{N: 1800, Per: 5 * time.Minute}, {N: 100, Per: time.Second}})
					})
				begun := time.Now()
				var y tally
				y.create(c, 16, 1)
				ended := y.stop.Load()
				if ended == nil || ended.Cause != stop.CauseQuota || y.none.Load() != 16 {
					t.Fatalf("%v, %d not made, %d unclear", ended, y.none.Load(), y.unclear.Load())
				}
				if took := time.Since(begun); took < 10*time.Minute || took > 10*time.Minute+time.Second {
					t.Errorf("stopped after %s, want twice the service's window", took)
				}
				// The bubble's time begins on the first of January 2000.
				if !strings.Contains(ended.Message, "2000-02-01 00:00 UTC") || !strings.Contains(ended.Message, "HTTP 429, request req-1") {
					t.Errorf("it says %q", ended.Message)
				}
				if n, _ := fake.counts(); n > 16+30 {
					t.Errorf("%d requests while nothing was accepted", n)
				}
			})
		})
	}
}

// TestPatience holds how long 429 is borne to the patience, and not to the windows of the budget: whoever sends slowly is
// as little to blame for what others behind the address have used up.
func TestPatience(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		patience time.Duration
		lasts    time.Duration // how long the API answers 429
		stops    time.Duration // 0: not at all
		month    bool          // whether the quota of the month is named
	}{
		"the service's window":                  {0, 5 * time.Minute, 0, false},
		"nearly the patience":                   {0, 9*time.Minute + 20*time.Second, 0, false},
		"longer than the patience":              {0, time.Hour, 10 * time.Minute, true},
		"a patience of one window":              {5 * time.Minute, time.Hour, 5 * time.Minute, false},
		"a longer one":                          {5*time.Minute + time.Second, time.Hour, 5*time.Minute + time.Second, true},
		"a patience shorter than the backoff":   {3 * time.Second, time.Hour, 3 * time.Second, false},
		"short of a patience that is very long": {time.Hour, 59 * time.Minute, 0, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				begun := time.Now()
				c, _ := newFake(t, func(sentRequest, int) answer {
					if time.Since(begun) < tt.lasts {
						return answer{status: 429}
					}
					return created
				}, func(cfg *Config, _ *fakeAPI) {
					cfg.Budget, cfg.Patience = limit.New([]limit.Rate{{N: 5, Per: time.Second}}), tt.patience
				})
				var y tally
				y.create(c, 4, 1)
				ended, took := y.stop.Load(), time.Since(begun)
				if tt.stops == 0 {
					if y.done.Load() != 4 || took > tt.lasts+DefaultMaxBackoff+time.Second {
						t.Errorf("%d of 4 made after %s: %v", y.done.Load(), took, ended)
					}
					return
				}
				if ended == nil || ended.Cause != stop.CauseQuota || took < tt.stops || took > tt.stops+time.Second {
					t.Fatalf("%v after %s, want the end after %s", ended, took, tt.stops)
				}
				if got := strings.Contains(ended.Message, "quota of the month"); got != tt.month {
					t.Errorf("it says %q", ended.Message)
				}
			})
		})
	}
}

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
