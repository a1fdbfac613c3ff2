package apply_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"

	"github.com/contactsync/contactsync/importer/apply"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/importer/remote"
	"github.com/contactsync/contactsync/importer/stop"
)

// answers is an API whose every call takes a second and ends as its row's entry says.
type answers map[int]func(ctx context.Context, h remote.Hooks) (outcome.Receipt, error)

func (a answers) CreateContact(ctx context.Context, _ int64, c contact.Contact, h remote.Hooks) (outcome.Receipt, error) {
	var row int
	if _, err := fmt.Sscanf(c.Name, "row %d", &row); err != nil {
		return outcome.Receipt{}, err
	}
	if answer := a[row]; answer != nil {
		return answer(ctx, h)
	}
	return created(ctx, h)
}

func (a answers) DeleteContact(context.Context, int64, int64, remote.Hooks) (outcome.Receipt, error) {
	panic("nothing is deleted here")
}

func (a answers) UpdateContact(context.Context, int64, int64, contact.Contact, []contact.Field, remote.Hooks) (outcome.Receipt, error) {
	panic("nothing is changed here")
}

func created(ctx context.Context, h remote.Hooks) (outcome.Receipt, error) {
	return attempt(ctx, h, outcome.Receipt{Effect: outcome.EffectDone, ContactID: 7, Attempts: 1, HTTPStatus: 201}, nil)
}

// attempt sends one request that takes a second, or ends unclear if its context ends before.
func attempt(ctx context.Context, h remote.Hooks, r outcome.Receipt, err error) (outcome.Receipt, error) {
	if e := h.Before(ctx); e != nil {
		return outcome.Receipt{Effect: outcome.EffectNone}, e
	}
	defer h.After()
	select {
	case <-time.After(time.Second):
		return r, err
	case <-ctx.Done():
		return outcome.Receipt{Effect: outcome.EffectUnknown, Attempts: 1}, context.Cause(ctx)
	}
}

// book is a ledger that keeps what it is told, in order.
type book struct {
	mu      sync.Mutex
	lines   []string
	ends    map[int]outcome.Status
	codes   map[int]string
	refuses error
}

func (b *book) Intend(_ context.Context, c plan.Change, n int) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.refuses != nil {
		return b.refuses
	}
	b.lines = append(b.lines, fmt.Sprintf("intend %d.%d", c.Seq, n))
	return nil
}

func (b *book) Settle(_ context.Context, c plan.Change, o outcome.Outcome) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ends == nil {
		b.ends, b.codes = map[int]outcome.Status{}, map[int]string{}
	}
	b.lines = append(b.lines, fmt.Sprintf("settle %d", c.Seq))
	b.ends[c.Seq] = o.Status
	if len(o.Problems) > 0 {
		b.codes[c.Seq] = o.Problems[0].Code
	}
	return nil
}

func rows(n int) iter.Seq2[plan.Change, error] {
	return func(yield func(plan.Change, error) bool) {
		for i := 1; i <= n; i++ {
			c := plan.Change{Seq: i, Org: 1, Action: outcome.Create, Contact: contact.Contact{Name: fmt.Sprintf("row %d", i)}}
			if !yield(c, nil) {
				return
			}
		}
	}
}

func TestOutcomes(t *testing.T) {
	t.Parallel()
	panics := func(before bool) func(context.Context, remote.Hooks) (outcome.Receipt, error) {
		return func(ctx context.Context, h remote.Hooks) (outcome.Receipt, error) {
			if before {
				panic("before anything left")
			}
			if err := h.Before(ctx); err != nil {
				return outcome.Receipt{}, err
			}
			panic("after it left: secret@example.com")
		}
	}
	says := func(r outcome.Receipt, err error) func(context.Context, remote.Hooks) (outcome.Receipt, error) {
		return func(ctx context.Context, h remote.Hooks) (outcome.Receipt, error) { return attempt(ctx, h, r, err) }
	}
	tests := map[string]struct {
		answer func(context.Context, remote.Hooks) (outcome.Receipt, error)
		status outcome.Status
		code   string
	}{
		"created":             {nil, outcome.Created, ""},
		"created, cut body":   {says(outcome.Receipt{Effect: outcome.EffectDone}, errors.New("cut")), outcome.Created, ""},
		"refused":             {says(outcome.Receipt{Effect: outcome.EffectNone}, &outcome.Refusal{HTTPStatus: 422}), outcome.Failed, "api.refused"},
		"unclear":             {says(outcome.Receipt{Effect: outcome.EffectUnknown}, errors.New("reset")), outcome.Uncertain, "api.unclear"},
		"nothing known":       {says(outcome.Receipt{}, nil), outcome.Uncertain, "api.unclear"},
		"not sent":            {says(outcome.Receipt{Effect: outcome.EffectNone}, errors.New("no route")), outcome.Failed, "api.not_sent"},
		"panic before it":     {panics(true), outcome.Failed, "internal.error"},
		"panic after it left": {panics(false), outcome.Uncertain, "api.unclear"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var log bytes.Buffer
				b := &book{}
				r := &apply.Runner{API: answers{2: test.answer}, Ledger: b, Concurrency: 2, MaxFailures: -1, Log: zerolog.New(&log)}
				if _, err := r.Run(t.Context(), t.Context(), rows(3)); err != nil {
					t.Fatal(err)
				}
				want := map[int]outcome.Status{1: outcome.Created, 2: test.status, 3: outcome.Created}
				if diff := cmp.Diff(want, b.ends); diff != "" {
					t.Errorf("outcomes (-want +got):\n%s", diff)
				}
				if got := b.codes[2]; got != test.code {
					t.Errorf("code %q, want %q", got, test.code)
				}
				if strings.Contains(log.String(), "example.com") {
					t.Errorf("the log holds personal data: %s", log.String())
				}
			})
		})
	}
}

// TestIntentBeforeOutcome shows that each row's intent stands in the ledger before its outcome.
func TestIntentBeforeOutcome(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := &book{}
		r := &apply.Runner{API: answers{}, Ledger: b, Concurrency: 3, MaxFailures: -1}
		if _, err := r.Run(t.Context(), t.Context(), rows(20)); err != nil {
			t.Fatal(err)
		}
		at := map[string]int{}
		for i, line := range b.lines {
			at[line] = i + 1
		}
		for i := 1; i <= 20; i++ {
			in, out := at[fmt.Sprintf("intend %d.1", i)], at[fmt.Sprintf("settle %d", i)]
			if in == 0 || out == 0 || in > out {
				t.Errorf("row %d: intent is line %d, outcome line %d", i, in, out)
			}
		}
	})
}

func TestStop(t *testing.T) {
	t.Parallel()
	asked := &stop.Error{Cause: stop.CauseInterrupted, Message: "asked"}
	t.Run("answers under way are waited for, nothing new is sent", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			b := &book{}
			stop, halt := context.WithCancelCause(t.Context())
			time.AfterFunc(1500*time.Millisecond, func() { halt(asked) })
			r := &apply.Runner{API: answers{}, Ledger: b, Concurrency: 2, MaxFailures: -1}
			_, err := r.Run(stop, t.Context(), rows(100))
			if !errors.Is(err, asked) {
				t.Errorf("Run gave %v, want the cause of the stop", err)
			}
			want := map[int]outcome.Status{1: outcome.Created, 2: outcome.Created, 3: outcome.Created, 4: outcome.Created}
			if diff := cmp.Diff(want, b.ends); diff != "" {
				t.Errorf("outcomes (-want +got):\n%s", diff)
			}
		})
	})
	t.Run("abort leaves what is under way unclear", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			b := &book{}
			stop, halt := context.WithCancelCause(t.Context())
			abort, quit := context.WithCancelCause(t.Context())
			time.AfterFunc(1200*time.Millisecond, func() { halt(asked) })
			time.AfterFunc(1500*time.Millisecond, func() { quit(asked) })
			r := &apply.Runner{API: answers{}, Ledger: b, Concurrency: 1, MaxFailures: -1}
			if _, err := r.Run(stop, abort, rows(100)); !errors.Is(err, asked) {
				t.Errorf("Run gave %v, want the cause of the stop", err)
			}
			want := map[int]outcome.Status{1: outcome.Created, 2: outcome.Uncertain}
			if diff := cmp.Diff(want, b.ends); diff != "" {
				t.Errorf("outcomes (-want +got):\n%s", diff)
			}
		})
	})
	t.Run("a row that waits between two attempts is let go at once", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			b := &book{}
			stop, halt := context.WithCancelCause(t.Context())
			time.AfterFunc(time.Minute, func() { halt(asked) })
			limited := func(ctx context.Context, h remote.Hooks) (outcome.Receipt, error) {
				if err := h.Before(ctx); err != nil {
					return outcome.Receipt{Effect: outcome.EffectNone}, err
				}
				h.After() // a 429
				<-ctx.Done()
				return outcome.Receipt{Effect: outcome.EffectNone}, context.Cause(ctx)
			}
			r := &apply.Runner{API: answers{1: limited}, Ledger: b, Concurrency: 1, MaxFailures: -1}
			if _, err := r.Run(stop, t.Context(), rows(5)); !errors.Is(err, asked) {
				t.Errorf("Run gave %v, want the cause of the stop", err)
			}
			if diff := cmp.Diff(map[int]outcome.Status{1: outcome.NotAttempted}, b.ends); diff != "" {
				t.Errorf("outcomes (-want +got):\n%s", diff)
			}
		})
	})
}

func TestWhatEndsARun(t *testing.T) {
	t.Parallel()
	refuse := func(ctx context.Context, h remote.Hooks) (outcome.Receipt, error) {
		return attempt(ctx, h, outcome.Receipt{Effect: outcome.EffectNone}, &outcome.Refusal{HTTPStatus: 400})
	}
	outage := func(ctx context.Context, h remote.Hooks) (outcome.Receipt, error) {
		return attempt(ctx, h, outcome.Receipt{Effect: outcome.EffectUnknown}, &stop.Error{Cause: stop.CauseOutage, Message: "gone"})
	}
	tests := map[string]struct {
		api   answers
		book  *book
		most  int
		cause stop.Cause
		sent  int
		last  outcome.Status
	}{
		"more failures than allowed": {answers{1: refuse, 2: refuse, 3: refuse}, &book{}, 2, stop.CauseGuard, 3, outcome.Failed},
		"as many as allowed":         {answers{1: refuse, 2: refuse}, &book{}, 2, 0, 10, outcome.Created},
		"an outage":                  {answers{4: outage}, &book{}, -1, stop.CauseOutage, 4, outcome.Uncertain},
		"a ledger that can't write":  {answers{}, &book{refuses: errors.New("disk full")}, -1, stop.CauseLedger, 0, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				r := &apply.Runner{API: test.api, Ledger: test.book, Concurrency: 1, MaxFailures: test.most}
				_, err := r.Run(t.Context(), t.Context(), rows(10))
				var stop *stop.Error
				if errors.As(err, &stop); test.cause != 0 && (stop == nil || stop.Cause != test.cause) || test.cause == 0 && err != nil {
					t.Errorf("Run gave %v, want cause %d", err, test.cause)
				}
				if len(test.book.ends) != test.sent || test.book.ends[test.sent] != test.last {
					t.Errorf("outcomes %v, want %d with the last one %q", test.book.ends, test.sent, test.last)
				}
			})
		})
	}
}

// TestInputFails shows that an input that breaks ends the run after what was sent has its outcome.
func TestInputFails(t *testing.T) {
	t.Parallel()
	broken := errors.New("the input changed")
	synctest.Test(t, func(t *testing.T) {
		b := &book{}
		changes := func(yield func(plan.Change, error) bool) {
			for c := range rows(3) {
				if !yield(c, nil) {
					return
				}
			}
			yield(plan.Change{}, broken)
		}
		r := &apply.Runner{API: answers{}, Ledger: b, Concurrency: 8, MaxFailures: -1}
		if _, err := r.Run(t.Context(), t.Context(), changes); !errors.Is(err, broken) {
			t.Errorf("Run gave %v, want %v", err, broken)
		}
		if len(b.ends) != 3 {
			t.Errorf("%d outcomes, want 3", len(b.ends))
		}
	})
}
