package emnify

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/contactsync/contactsync/importer/limit"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/stop"
)

// brokenStore can't keep slots.
type brokenStore struct{ err error }

func (b brokenStore) Take(context.Context, []limit.Rate, time.Time) (int64, time.Duration, error) {
	return 0, 0, b.err
}
func (b brokenStore) GiveBack(context.Context, int64, time.Time) error { return b.err }

// Where the budget can't be kept nothing leaves, not even an authentication, and the run ends.
func TestABrokenBudgetEndsTheRun(t *testing.T) {
	t.Parallel()
	full := errors.New("the disk is full")
	c, fake := newFake(t, always(created), func(cfg *Config, _ *fakeAPI) {
		cfg.Budget = limit.NewShared([]limit.Rate{{N: 10, Per: time.Minute}}, brokenStore{full})
	})
	receipt, err := c.CreateContact(t.Context(), 12, someone, noHooks())
	var ended *stop.Error
	if !errors.As(err, &ended) || ended.Cause != stop.CauseLedger || !errors.Is(err, full) || receipt.Effect != outcome.EffectNone {
		t.Errorf("%+v, %v", receipt, err)
	}
	if _, err := c.List(t.Context(), 12, nil); !errors.As(err, &ended) || ended.Cause != stop.CauseLedger {
		t.Errorf("%v", err)
	}
	if n, logins := fake.counts(); n+logins != 0 {
		t.Errorf("%d requests, %d authentications", n, logins)
	}
}
