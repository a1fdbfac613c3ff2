package apply_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactsync/contactsync/importer/apply"
	"github.com/contactsync/contactsync/importer/plan"
)

// TestNotReached shows that rows which could not be sent for want of the API are no failures that a run is to be stopped
// for, and that the run tells why all the same; what else keeps a row from being sent is its own.
func TestNotReached(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err    error
		outage bool
	}{
		"nobody there": {fmt.Errorf("creating a contact: %w", plan.ErrNotSent), true},
		"its own":      {errors.New("encoding a contact"), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				fails := func(context.Context, apply.Hooks) (plan.Receipt, error) {
					return plan.Receipt{Effect: plan.EffectNone}, c.err
				}
				b, ended := &book{}, 0
				r := &apply.Runner{
					API: answers{1: fails, 2: fails}, Ledger: b, Concurrency: 1, MaxFailures: 1, Done: func(plan.Status) { ended++ },
				}
				_, err := r.Run(t.Context(), t.Context(), rows(2))
				var stop *plan.StopError
				if guard := errors.As(err, &stop) && stop.Cause == plan.CauseGuard; guard == c.outage {
					t.Errorf("Run gave %v", err)
				}
				stop = nil
				if outage := errors.As(r.Outage(), &stop) && stop.Cause == plan.CauseOutage; outage != c.outage {
					t.Errorf("the outage is %v", r.Outage())
				}
				if b.ends[1] != plan.Failed || b.ends[2] != plan.Failed || ended != 2 {
					t.Errorf("the rows ended %v, %d were told", b.ends, ended)
				}
			})
		})
	}
}

// TestAnsweredSince shows what counts as an answer: a yes or a no of the API, and nothing that left it open.
func TestAnsweredSince(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		receipt plan.Receipt
		err     error
		want    bool
	}{
		"yes":         {plan.Receipt{Effect: plan.EffectDone}, nil, true},
		"no":          {plan.Receipt{Effect: plan.EffectNone}, &plan.Refusal{HTTPStatus: 422}, true},
		"open":        {plan.Receipt{Effect: plan.EffectUnknown}, errors.New("HTTP 500"), false},
		"unreachable": {plan.Receipt{Effect: plan.EffectNone}, plan.ErrNotSent, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				begun := time.Now()
				time.Sleep(time.Second)
				r := &apply.Runner{Ledger: &book{}, Concurrency: 1, MaxFailures: -1, API: answers{
					1: func(context.Context, apply.Hooks) (plan.Receipt, error) { return c.receipt, c.err },
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
