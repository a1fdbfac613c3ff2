package apply_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactsync/contactsync/importer/apply"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/remote"
	"github.com/contactsync/contactsync/importer/stop"
)

// TestNotReached shows that rows which could not be sent for want of the API are no failures that a run is to be stopped
// for, and that the run tells why all the same; what else keeps a row from being sent is its own.
func TestNotReached(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err    error
		outage bool
	}{
		"nobody there": {fmt.Errorf("creating a contact: %w", stop.ErrNotSent), true},
		"its own":      {errors.New("encoding a contact"), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				fails := func(context.Context, remote.Hooks) (outcome.Receipt, error) {
					return outcome.Receipt{Effect: outcome.EffectNone}, c.err
				}
				b, done := &book{}, 0
				r := &apply.Runner{
					API: answers{1: fails, 2: fails}, Ledger: b, Concurrency: 1, MaxFailures: 1, Done: func(outcome.Status) { done++ },
				}
				_, err := r.Run(t.Context(), t.Context(), rows(2))
				var ended *stop.Error
				if guard := errors.As(err, &ended) && ended.Cause == stop.CauseGuard; guard == c.outage {
					t.Errorf("Run gave %v", err)
				}
				ended = nil
				if outage := errors.As(r.Outage(), &ended) && ended.Cause == stop.CauseOutage; outage != c.outage {
					t.Errorf("the outage is %v", r.Outage())
				}
				if b.ends[1] != outcome.Failed || b.ends[2] != outcome.Failed || done != 2 {
					t.Errorf("the rows done %v, %d were told", b.ends, done)
				}
			})
		})
	}
}

// TestAnsweredSince shows what counts as an answer: a yes or a no of the API, and nothing that left it open.
func TestAnsweredSince(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		receipt outcome.Receipt
		err     error
		want    bool
	}{
		"yes":         {outcome.Receipt{Effect: outcome.EffectDone}, nil, true},
		"no":          {outcome.Receipt{Effect: outcome.EffectNone}, &outcome.Refusal{HTTPStatus: 422}, true},
		"open":        {outcome.Receipt{Effect: outcome.EffectUnknown}, errors.New("HTTP 500"), false},
		"unreachable": {outcome.Receipt{Effect: outcome.EffectNone}, stop.ErrNotSent, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				begun := time.Now()
				time.Sleep(time.Second)
				r := &apply.Runner{Ledger: &book{}, Concurrency: 1, MaxFailures: -1, API: answers{
					1: func(context.Context, remote.Hooks) (outcome.Receipt, error) { return c.receipt, c.err },
				}}
				if _, err := r.Run(t.Context(), t.Context(), rows(1)); err != nil {
					t.Fatal(err)
				}
				if got := r.AnsweredSince(begun); got != c.want {
					t.Errorf("answered: %v, want %v", got, c.want)
				}
				if r.AnsweredSince(time.Now()) {
					t.Error("answered after it was answered")
				}
			})
		})
	}
}
