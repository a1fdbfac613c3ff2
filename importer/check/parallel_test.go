package check

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"runtime"
	"testing"
	"testing/synctest"
	"time"
)

func TestOrderedKeepsOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const total = 1000
		next := 0
		fill := func(b *int) error {
			if next == total {
				return io.EOF
			}
			*b = next
			next++
			return nil
		}
		worker := func() func(*int) {
			r := rand.New(rand.NewPCG(1, 2))
			return func(b *int) {
				time.Sleep(time.Duration(r.IntN(10)) * time.Millisecond)
				*b *= 2
			}
		}
		want := 0
		for b, err := range ordered(t.Context(), fill, worker) {
			if err != nil {
				t.Fatal(err)
			}
			if *b != want {
				t.Fatalf("got %d, want %d", *b, want)
			}
			want += 2
		}
		if want != 2*total {
			t.Errorf("%d batches came, want %d", want/2, total)
		}
	})
}

func TestOrderedTellsAnErrorAfterWhatCameBefore(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	next := 0
	fill := func(b *int) error {
		if next == 5 {
			return broken
		}
		next++
		return nil
	}
	good := 0
	var got error
	for _, err := range ordered(t.Context(), fill, func() func(*int) { return func(*int) {} }) {
		if err != nil {
			got = err
			continue
		}
		good++
	}
	if good != 5 || !errors.Is(got, broken) {
		t.Errorf("%d batches and the error %v, want 5 and %v", good, got, broken)
	}
}

// TestOrderedEnds shows that nothing runs on after a loop that was left early, or whose context ended.
func TestOrderedEnds(t *testing.T) {
	t.Parallel()
	endless := func(*int) error { return nil }
	worker := func() func(*int) { return func(*int) { runtime.Gosched() } }
	synctest.Test(t, func(t *testing.T) { // fails if a goroutine is left
		for range ordered(t.Context(), endless, worker) {
			break
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		cause := errors.New("enough")
		defer cancel(nil)
		var got error
		n := 0
		for _, err := range ordered(ctx, endless, worker) {
			if n++; n == 3 {
				cancel(cause)
			}
			got = err
		}
		if !errors.Is(got, cause) {
			t.Errorf("the loop ended with %v, want %v", got, cause)
		}
	})
}
