package limit

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	_ "github.com/contactsync/contactsync/importer/rapidseed"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// server counts requests as the API does: at their arrival.
type server struct {
	mu       sync.Mutex
	arrivals []time.Time
}

func (s *server) arrive() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.arrivals = append(s.arrivals, time.Now())
}

// most is the largest number of arrivals in any window of length d, both ends included. Virtual time only moves while
// nobody runs, so that the arrivals are in order.
func (s *server) most(d time.Duration) int {
	most, first := 0, 0
	for last := range s.arrivals {
		for s.arrivals[last].Sub(s.arrivals[first]) > d {
			first++
		}
		most = max(most, last-first+1)
	}
	return most
}

// send lets workers make the requests, with times on the way there and back that rnd picks up to latency.
func send(t interface{ Errorf(string, ...any) }, b *Budget, s *server, requests, workers int, latency time.Duration, rnd *rand.Rand) {
	there, back := make([]time.Duration, requests), make([]time.Duration, requests)
	for i := range requests {
		there[i], back[i] = time.Duration(rnd.Int64N(int64(latency)+1)), time.Duration(rnd.Int64N(int64(latency)+1))
	}
	work := make(chan int, requests)
	for i := range requests {
		work <- i
	}
	close(work)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := range work {
				slot, err := b.Acquire(context.Background())
				if err != nil {
					t.Errorf("acquiring: %v", err)
					return
				}
				time.Sleep(there[i])
				s.arrive()
				time.Sleep(back[i])
				slot.Done()
			}
		})
	}
	wg.Wait()
}

func TestBudgetHoldsAndWastesNothing(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		rates    []Rate
		requests int
		workers  int
		latency  time.Duration
	}{
		{"documented limit", []Rate{{2000, 5 * time.Minute}}, 10_500, 16, 400 * time.Millisecond},
		{"exactly full windows", []Rate{{2000, 5 * time.Minute}}, 6000, 16, 200 * time.Millisecond},
		{"one worker", []Rate{{50, time.Minute}}, 500, 1, 100 * time.Millisecond},
		{"no latency", []Rate{{500, time.Minute}}, 3000, 8, 0},
		{"fewer slots than workers", []Rate{{3, time.Minute}}, 30, 16, 100 * time.Millisecond},
		{"one slot", []Rate{{1, time.Minute}}, 10, 4, 100 * time.Millisecond},
		{"two long ones", []Rate{{600, time.Minute}, {2000, 5 * time.Minute}}, 8000, 32, 100 * time.Millisecond},
		{"the default", []Rate{{100, time.Second}, {1800, 5 * time.Minute}}, 9000, 16, 200 * time.Millisecond},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				rnd := rand.New(rand.NewPCG(1, 2))
				b, s, begun := New(tt.rates), &server{}, time.Now()
				send(t, b, s, tt.requests, tt.workers, tt.latency, rnd)
				took := time.Since(begun)

				for _, r := range tt.rates {
					if got := s.most(r.Per); got > r.N {
						t.Errorf("%d arrivals in a window of %s, allowed are %d", got, r.Per, r.N)
					}
				}
				best := b.Duration(tt.requests)
				// Sending: the last window's requests shared by the workers, and in each window one answer to wait for.
				long := tt.rates[len(tt.rates)-1]
				windows := (tt.requests - 1) / long.N
				last := tt.requests - windows*long.N
				sending := time.Duration(windows+1+2*last/tt.workers) * 2 * tt.latency
				if limit := best + best/100 + sending; took > limit {
					t.Errorf("took %s, the optimum is %s, with 1%% and sending %s", took, best, limit)
				}
				if took < best {
					t.Errorf("took %s, less than the optimum %s: the forecast is wrong", took, best)
				}
				for _, u := range b.Used() {
					if u.Most > u.N || u.Most < s.most(u.Per) {
						t.Errorf("used %d of %s, and %d arrived in a window", u.Most, u.Rate, s.most(u.Per))
					}
				}
				if w := b.Waited(); w > took || w < best-time.Duration(windows)*time.Duration(long.N/tt.workers+1)*2*tt.latency {
					t.Errorf("waited %s of %s, the optimum is %s", w, took, best)
				}
			})
		})
	}
}

func TestBudgetIsNeverOver(t *testing.T) {
	t.Parallel()
	// rapid can't run inside a bubble, so each case gets its own, and tells what it saw afterwards.
	rapid.Check(t, func(rt *rapid.T) {
		rates := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) Rate {
			return Rate{N: rapid.IntRange(1, 40).Draw(rt, "n"), Per: time.Duration(rapid.IntRange(1, 60_000).Draw(rt, "ms")) * time.Millisecond}
		}), 1, 3).Draw(rt, "rates")
		requests := rapid.IntRange(1, 200).Draw(rt, "requests")
		workers := rapid.IntRange(1, 20).Draw(rt, "workers")
		latency := time.Duration(rapid.IntRange(0, 30_000).Draw(rt, "latency")) * time.Millisecond
		seed := rapid.Uint64().Draw(rt, "seed")

		s := &server{}
		synctest.Test(t, func(*testing.T) {
			send(rt, New(rates), s, requests, workers, latency, rand.New(rand.NewPCG(seed, 0)))
		})
		if len(s.arrivals) != requests {
			rt.Fatalf("%d arrivals, want %d", len(s.arrivals), requests)
		}
		for _, r := range rates {
			if got := s.most(r.Per); got > r.N {
				rt.Fatalf("%d arrivals in a window of %s, allowed are %d", got, r.Per, r.N)
			}
		}
	})
}

func TestAcquireIsFair(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := New([]Rate{{1, time.Minute}})
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
			synctest.Wait() // it stands in the queue before the next one comes
		}
		wg.Wait()
		for i, got := range order {
			if got != i {
				t.Fatalf("served in the order %v", order)
			}
		}
	})
}

func TestAcquireIsCancellable(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := New([]Rate{{1, time.Hour}})
		slot, err := b.Acquire(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		cause := errors.New("a signal")
		ctx, cancel := context.WithCancelCause(t.Context())
		first, second := make(chan error, 1), make(chan error, 1)
		go func() { _, err := b.Acquire(ctx); first <- err }()
		synctest.Wait()
		go func() { _, err := b.Acquire(t.Context()); second <- err }()
		synctest.Wait()

		cancel(cause)
		if err := <-first; !errors.Is(err, cause) {
			t.Errorf("cancelled: %v, want the cause", err)
		}
		begun := time.Now()
		slot.Done()
		if err := <-second; err != nil {
			t.Errorf("the next in the queue: %v", err)
		}
		if waited := time.Since(begun); waited < time.Hour || waited > time.Hour+time.Minute {
			t.Errorf("the next in the queue waited %s after the answer, want 1h", waited)
		}
		if _, err := b.Acquire(ctx); !errors.Is(err, cause) {
			t.Errorf("with an ended context: %v, want the cause", err)
		}
	})
}

// A slot without an answer counts for as long as it takes: the request may arrive at any moment.
func TestSlotCountsUntilItsAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := New([]Rate{{1, time.Minute}})
		slot, _ := b.Acquire(t.Context())
		got := make(chan time.Time, 1)
		go func() { _, _ = b.Acquire(t.Context()); got <- time.Now() }()
		time.Sleep(10 * time.Minute)
		answered := time.Now()
		slot.Done()
		slot.Done() // the second one must not make a second slot
		if waited := (<-got).Sub(answered); waited < time.Minute {
			t.Errorf("the slot was free %s after its answer, want a minute", waited)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		if _, err := b.Acquire(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a third slot while the second is in use: %v", err)
		}
	})
}

func TestShortRatesAreSpread(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, s := New([]Rate{{100, time.Second}}), &server{}
		send(t, b, s, 1000, 16, 0, rand.New(rand.NewPCG(1, 1)))
		if got := s.most(99 * time.Millisecond); got > 16 {
			t.Errorf("%d arrivals within a tenth of the window, want it spread", got)
		}
		if got := s.most(time.Second); got > 100 {
			t.Errorf("%d arrivals in a second, allowed are 100", got)
		}
	})
}

func TestManyASecondAreNotHeldUpByTimers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, begun := New([]Rate{{1_000_000, time.Second}}), time.Now()
		send(t, b, &server{}, 20_000, 64, 0, rand.New(rand.NewPCG(1, 1)))
		if took := time.Since(begun); took > 20*time.Millisecond {
			t.Errorf("20,000 requests took %s at a million a second", took)
		}
	})
}

func TestWithoutRatesNothingWaits(t *testing.T) {
	t.Parallel()
	for name, b := range map[string]*Budget{"nil": nil, "no rates": New(nil)} {
		slot, err := b.Acquire(t.Context())
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		slot.Done()
		if b.Duration(1_000_000) != 0 || b.Waited() != 0 || b.Window() != 0 {
			t.Errorf("%s: it has a duration, a wait or a window", name)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := b.Acquire(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("%s, cancelled: %v", name, err)
		}
	}
}

func BenchmarkAcquire(b *testing.B) {
	budget := New([]Rate{{1_000_000_000, time.Second}, {1_000_000_000, time.Minute}})
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			slot, err := budget.Acquire(context.Background())
			if err != nil {
				b.Fatal(err)
			}
			slot.Done()
		}
	})
}
