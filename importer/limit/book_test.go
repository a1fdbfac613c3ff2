package limit

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

const second = int64(time.Second)

// tenIn allows n in ten seconds; keepTen is that window with its slack.
func tenIn(n int) []Rate { return []Rate{{N: n, Per: 10 * time.Second}} }

const keepTen = 10*time.Second + 10*time.Millisecond

func TestBookWaits(t *testing.T) {
	t.Parallel()
	const now = 1000 * second
	tests := map[string]struct {
		n    int
		make func(*Book)
		want time.Duration
	}{
		"empty":               {1, func(*Book) {}, 0},
		"one in use of two":   {2, func(b *Book) { b.Take(1, now) }, 0},
		"one in use of one":   {1, func(b *Book) { b.Take(1, now) }, poll},
		"answered just now":   {1, func(b *Book) { b.Load(Entry{1, now}) }, keepTen},
		"answered long ago":   {1, func(b *Book) { b.Load(Entry{1, now - int64(keepTen)}) }, 0},
		"just not long ago":   {1, func(b *Book) { b.Load(Entry{1, now - int64(keepTen) + 1}) }, 1},
		"two too many":        {1, func(b *Book) { b.Load(Entry{1, now - 8*second}); b.Load(Entry{2, now - 3*second}) }, keepTen - 3*time.Second},
		"in use and answered": {2, func(b *Book) { b.Load(Entry{1, now - 8*second}); b.Take(2, now-9*second) }, keepTen - 8*time.Second},
		"not in order":        {1, func(b *Book) { b.Load(Entry{2, now - 3*second}); b.Load(Entry{1, now - 8*second}) }, keepTen - 3*time.Second},
		"answered":            {1, func(b *Book) { b.Take(1, now-9*second); b.Answer(1, now-4*second) }, keepTen - 4*time.Second},
		"answered again":      {1, func(b *Book) { b.Answer(1, now-4*second); b.Answer(1, now-2*second) }, keepTen - 2*time.Second},
		"answered earlier":    {1, func(b *Book) { b.Answer(1, now-2*second); b.Answer(1, now-4*second) }, keepTen - 2*time.Second},
		"forgotten":           {1, func(b *Book) { b.Load(Entry{1, now - 11*second}); b.Forget(now, 10*time.Second) }, 0},
	}
	for name, tt := range tests {
		var b Book
		tt.make(&b)
		if got := b.Wait(tenIn(tt.n), now); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
}

func TestBookMends(t *testing.T) {
	t.Parallel()
	const now = 100_000 * second
	tests := map[string]struct {
		make func(*Book)
		want []Entry
	}{
		"right":               {func(b *Book) { b.Load(Entry{1, now}); b.Take(2, now) }, nil},
		"ahead by a little":   {func(b *Book) { b.Load(Entry{1, now + second}); b.Take(2, now+second) }, nil},
		"answered in future":  {func(b *Book) { b.Load(Entry{1, now + 3*second}); b.Load(Entry{2, now}) }, []Entry{{1, now}}},
		"taken in the future": {func(b *Book) { b.Take(1, now+3*second) }, []Entry{{1, now}}},
		"abandoned":           {func(b *Book) { b.Take(1, now-601*second); b.Take(2, now-599*second) }, []Entry{{1, now - second}}},
	}
	for name, tt := range tests {
		var b Book
		tt.make(&b)
		got := b.Mend(now)
		if len(got) != len(tt.want) || len(got) == 1 && got[0] != tt.want[0] {
			t.Errorf("%s: %v, want %v", name, got, tt.want)
		}
		if again := b.Mend(now); len(again) != 0 {
			t.Errorf("%s: mended twice: %v", name, again)
		}
	}
}

// refusing is a store without a free slot for an hour.
type refusing struct{ asked int }

func (r *refusing) Take(context.Context, []Rate, time.Time) (int64, time.Duration, error) {
	r.asked++
	if r.asked <= 10 {
		return int64(r.asked), 0, nil
	}
	return 0, time.Hour, nil
}

func (r *refusing) GiveBack(context.Context, int64, time.Time) error { return nil }

// Answers of one's own are no reason to ask the store before it has a slot.
func TestTheStoreIsNotAskedInVain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := new(refusing)
		b := NewShared([]Rate{{N: 20, Per: time.Minute}}, store)
		var slots []*Slot
		for range 10 {
			slot, _ := b.Acquire(t.Context())
			slots = append(slots, slot)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Minute)
		defer cancel()
		done := make(chan struct{})
		go func() { defer close(done); _, _ = b.Acquire(ctx) }()
		for _, slot := range slots {
			time.Sleep(time.Minute)
			slot.Done()
		}
		<-done
		if store.asked != 11 {
			t.Errorf("asked %d times, want 11", store.asked)
		}
	})
}
