package limit

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// TestAwaitWindow: who asks goes on at once while there is a slot, and else with the first one of the next window.
func TestAwaitWindow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := New([]Rate{{N: 3, Per: time.Minute}, {N: 100, Per: time.Second}})
		begun := time.Now()
		await := func(want bool, at time.Duration) {
			t.Helper()
			waited, err := b.AwaitWindow(t.Context())
			if err != nil || waited != want || time.Since(begun).Round(time.Second) != at {
				t.Fatalf("waited %t until %s (%v), want %t until %s", waited, time.Since(begun), err, want, at)
			}
		}
		var slots []*Slot
		for range 3 {
			await(false, 0)
			slot, err := b.Acquire(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			slots = append(slots, slot)
			time.Sleep(100 * time.Millisecond)
		}
		time.AfterFunc(9700*time.Millisecond, func() {
			for _, s := range slots {
				s.Done()
			}
		})
		await(true, 70*time.Second) // a minute after the answers
		if _, err := b.Acquire(t.Context()); err != nil {
			t.Fatal(err)
		}
		await(false, 70*time.Second)

		enough := errors.New("enough")
		for range 2 {
			_, _ = b.Acquire(t.Context())
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(enough) })
		if _, err := b.AwaitWindow(ctx); !errors.Is(err, enough) {
			t.Errorf("got %v, want the cause of the context", err)
		}
	})
}

// TestForecast: what the window holds already counts, and so does the time that has passed of it.
func TestForecast(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := New([]Rate{{N: 3, Per: time.Minute}})
		take := func() {
			slot, err := b.Acquire(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			slot.Done()
		}
		want := func(requests int, want time.Duration) {
			t.Helper()
			if got := b.Forecast(requests); got != want {
				t.Errorf("%d requests take %s, want %s", requests, got, want)
			}
		}
		want(3, 0)
		want(4, time.Minute)
		take()
		time.Sleep(20 * time.Second)
		want(2, 0)
		want(3, 40*time.Second)
		want(6, 100*time.Second)
		time.Sleep(2 * time.Minute)
		want(3, 0)
	})
}
