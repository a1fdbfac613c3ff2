package emnify

import (
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactsync/contactsync/importer/limit"
	"github.com/contactsync/contactsync/importer/outcome"
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
					if y.done.Load() != 4 || took > tt.lasts+defaultMaxBackoff+time.Second {
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
