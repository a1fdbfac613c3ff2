package limit_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/contactsync/contactsync/importer/limit"
	"github.com/contactsync/contactsync/importer/limit/limittest"
	"github.com/contactsync/contactsync/importer/wait"
)

// arrivals counts requests as the API does: when they arrive.
type arrivals struct {
	mu sync.Mutex
	at []time.Time
}

func (a *arrivals) arrive() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.at = append(a.at, time.Now())
}

// most is the largest number in any window of length d, both ends included.
func (a *arrivals) most(d time.Duration) int {
	most, first := 0, 0
	for last := range a.at {
		for a.at[last].Sub(a.at[first]) > d {
			first++
		}
		most = max(most, last-first+1)
	}
	return most
}

// process sends requests with some workers until ctx ends, which kills it: what had left arrives all the same, and
// nobody gives a slot back any more. each is asked before every request.
func process(ctx context.Context, b *limit.Budget, workers int, latency time.Duration, seed uint64, a *arrivals, more func() bool) error {
	var group sync.WaitGroup
	failed := make(chan error, workers)
	for i := range workers {
		group.Go(func() {
			rnd := rand.New(rand.NewPCG(seed, uint64(i)))
			for more() {
				slot, err := b.Acquire(ctx)
				if err != nil {
					if ctx.Err() == nil {
						failed <- err
					}
					return
				}
				_ = wait.Sleep(ctx, time.Duration(rnd.Int64N(int64(latency)+1)))
				a.arrive()
				_ = wait.Sleep(ctx, time.Duration(rnd.Int64N(int64(latency)+1)))
				if ctx.Err() != nil {
					return
				}
				slot.Done()
			}
		})
	}
	group.Wait()
	close(failed)
	return <-failed
}

func always() bool { return true }

// upTo lets that many requests through, over all workers.
func upTo(n int) func() bool {
	var mu sync.Mutex
	return func() bool {
		mu.Lock()
		defer mu.Unlock()
		n--
		return n >= 0
	}
}

func hold(t *testing.T, a *arrivals, rates []limit.Rate) {
	t.Helper()
	for _, r := range rates {
		if got := a.most(r.Per); got > r.N {
			t.Errorf("%d arrivals in a window of %s, allowed are %d", got, r.Per, r.N)
		}
	}
}

func defaultRates() []limit.Rate {
	return []limit.Rate{{N: 1800, Per: 5 * time.Minute}, {N: 100, Per: time.Second}}
}

func TestFortyRestartsInFiveMinutes(t *testing.T) {
	t.Parallel()
	for name, rates := range map[string][]limit.Rate{
		"default": defaultRates(), "documented": {{N: 2000, Per: 5 * time.Minute}}, "small": {{N: 30, Per: time.Minute}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				store, seen, rnd := new(limittest.Store), new(arrivals), rand.New(rand.NewPCG(3, 4))
				begun := time.Now()
				for restart := range 40 {
					ctx, kill := context.WithTimeout(t.Context(), time.Duration(rnd.Int64N(int64(15*time.Second))))
					if err := process(ctx, limit.NewShared(rates, store), 16, 400*time.Millisecond, uint64(restart), seen, always); err != nil {
						t.Fatal(err)
					}
					kill()
					store.Reopen(time.Now())
				}
				if took := time.Since(begun); took > 10*time.Minute {
					t.Fatalf("the test took %s", took)
				}
				hold(t, seen, rates)
				if len(seen.at) < rates[0].N {
					t.Errorf("%d requests, which proves nothing", len(seen.at))
				}
			})
		})
	}
}

// What two processes do on one store they do together.
func TestTwoBudgetsOnOneStore(t *testing.T) {
	t.Parallel()
	for name, rates := range map[string][]limit.Rate{
		"default": defaultRates(), "long": {{N: 500, Per: time.Minute}}, "few": {{N: 5, Per: 10 * time.Second}}, "one": {{N: 1, Per: time.Second}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				store, seen := new(limittest.Store), new(arrivals)
				requests := 4*rates[0].N + 1
				more, begun := upTo(requests), time.Now()
				var both sync.WaitGroup
				for seed := range uint64(2) {
					both.Go(func() {
						if err := process(t.Context(), limit.NewShared(rates, store), 8, 300*time.Millisecond, seed, seen, more); err != nil {
							t.Error(err)
						}
					})
				}
				both.Wait()
				took := time.Since(begun)
				hold(t, seen, rates)
				best := limit.New(rates).Duration(requests)
				// Each window ends with an answer to wait for, and with a look at whether the other has had its own.
				if slack := best/100 + 5*2*(300+50)*time.Millisecond + 20*time.Second*time.Duration(rates[0].N)/1800; took > best+slack {
					t.Errorf("together they took %s, alone one would take %s", took, best)
				}
			})
		})
	}
}

func TestAloneTheStoreCostsNothing(t *testing.T) {
	t.Parallel()
	for name, rates := range map[string][]limit.Rate{
		"default": defaultRates(), "long": {{N: 2000, Per: 5 * time.Minute}}, "one": {{N: 1, Per: time.Minute}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				times := map[bool]time.Duration{}
				for _, shared := range []bool{false, true} {
					b, seen, begun := limit.New(rates), new(arrivals), time.Now()
					if shared {
						b = limit.NewShared(rates, new(limittest.Store))
					}
					if err := process(t.Context(), b, 16, 200*time.Millisecond, 1, seen, upTo(5*rates[0].N)); err != nil {
						t.Fatal(err)
					}
					times[shared] = time.Since(begun)
					hold(t, seen, rates)
					if shared && b.Waited() > times[shared] {
						t.Errorf("waited %s of %s", b.Waited(), times[shared])
					}
				}
				best := limit.New(rates).Duration(5 * rates[0].N)
				if diff := times[true] - times[false]; diff > best/100 || -diff > best/100 {
					t.Errorf("with a store %s, without %s, the optimum is %s", times[true], times[false], best)
				}
			})
		})
	}
}

// A wall clock that is set must not let more through, and may cost a window for each time it is set back.
func TestTheWallClockIsSet(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		rates := []limit.Rate{{N: 200, Per: time.Minute}}
		store, seen, begun := new(limittest.Store), new(arrivals), time.Now()
		ctx, stop := context.WithCancel(t.Context())
		var clock sync.WaitGroup
		jumps := []time.Duration{time.Hour, -time.Hour, 24 * time.Hour, 0, -365 * 24 * time.Hour, 3 * time.Second, -time.Second}
		clock.Go(func() {
			for _, to := range jumps {
				_ = wait.Sleep(ctx, 47*time.Second)
				store.SetSkew(to)
			}
		})
		const requests = 2000
		if err := process(t.Context(), limit.NewShared(rates, store), 8, 300*time.Millisecond, 1, seen, upTo(requests)); err != nil {
			t.Fatal(err)
		}
		took := time.Since(begun)
		stop()
		clock.Wait()
		hold(t, seen, rates)
		if most := limit.New(rates).Duration(requests) + time.Duration(len(jumps))*61*time.Second + 30*time.Second; took > most {
			t.Errorf("took %s, with a window for each jump it would be %s", took, most)
		}
	})
}

func TestAClockSetBackDoesNotLockOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		rates := []limit.Rate{{N: 1, Per: time.Minute}}
		store := new(limittest.Store)
		store.SetSkew(100 * 24 * time.Hour)
		slot, err := limit.NewShared(rates, store).Acquire(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		slot.Done()
		store.SetSkew(0)
		begun := time.Now()
		if _, err := limit.NewShared(rates, store).Acquire(t.Context()); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(begun); took < time.Minute || took > 61*time.Second {
			t.Errorf("the next process waited %s", took)
		}
	})
}

// The other process died with its slot in use, and nobody begins anew who could say so.
func TestAnAbandonedSlotComesBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		rates := []limit.Rate{{N: 1, Per: time.Minute}}
		store, begun := new(limittest.Store), time.Now()
		dead, err := limit.NewShared(rates, store).Acquire(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		b := limit.NewShared(rates, store)
		got := make(chan time.Duration, 1)
		go func() {
			_, err := b.Acquire(t.Context())
			if err != nil {
				t.Error(err)
			}
			got <- time.Since(begun)
		}()
		if took := <-got; took < 11*time.Minute || took > 10*time.Minute+62*time.Second {
			t.Errorf("the slot was free after %s", took)
		}
		dead.Done() // it lived after all
	})
}

func TestSharedIsFair(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := limit.NewShared([]limit.Rate{{N: 1, Per: time.Minute}}, new(limittest.Store))
		var order []int
		var wg sync.WaitGroup
		for i := range 20 {
			wg.Go(func() {
				slot, err := b.Acquire(t.Context())
				if err != nil {
					t.Errorf("acquiring: %v", err)
					return
				}
				order = append(order, i)
				slot.Done()
			})
			synctest.Wait()
		}
		wg.Wait()
		for i, got := range order {
			if got != i {
				t.Fatalf("served in the order %v", order)
			}
		}
	})
}

// Several processes at once, each killed and begun anew at any moment; only when all are dead may what they left be
// taken for answered.
func TestSharedIsNeverOver(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		rates := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) limit.Rate {
			return limit.Rate{N: rapid.IntRange(1, 30).Draw(rt, "n"), Per: time.Duration(rapid.IntRange(1, 60_000).Draw(rt, "ms")) * time.Millisecond}
		}), 1, 3).Draw(rt, "rates")
		rounds := rapid.IntRange(1, 5).Draw(rt, "rounds")
		processes := rapid.IntRange(1, 3).Draw(rt, "processes")
		latency := time.Duration(rapid.IntRange(0, 20_000).Draw(rt, "latency")) * time.Millisecond
		seed := rapid.Uint64().Draw(rt, "seed")
		seen := new(arrivals)
		synctest.Test(t, func(t *testing.T) {
			store, rnd := new(limittest.Store), rand.New(rand.NewPCG(seed, 1))
			for range rounds {
				var all sync.WaitGroup
				for range processes {
					life, own := time.Duration(rnd.Int64N(int64(time.Minute))), rnd.Uint64()
					all.Go(func() {
						ctx, kill := context.WithTimeout(t.Context(), life)
						defer kill()
						if err := process(ctx, limit.NewShared(rates, store), 4, latency, own, seen, upTo(300)); err != nil {
							rt.Error(err)
						}
					})
				}
				all.Wait()
				store.Reopen(time.Now())
			}
		})
		for _, r := range rates {
			if got := seen.most(r.Per); got > r.N {
				rt.Fatalf("%d arrivals in a window of %s, allowed are %d", got, r.Per, r.N)
			}
		}
	})
}
