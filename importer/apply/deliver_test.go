package apply_test

import (
	"context"
	"errors"
	"iter"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"github.com/contactsync/contactsync/importer/apply"
	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/history"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/importer/remote"
	"github.com/contactsync/contactsync/importer/stop"
)

// careful is a ledger that notes nothing for a context that has ended, and tells after how many results it is full of them.
type careful struct {
	apply.Book
	results map[int]ledger.Result
	written int
	at      int
	then    func()
}

func (b *careful) Intend(ctx context.Context, _ ledger.Intent) error { return context.Cause(ctx) }

func (b *careful) Record(ctx context.Context, _ string, seq int, r ledger.Result) error {
	if b.written++; b.written == b.at {
		b.then()
	}
	b.results[seq] = r
	return context.Cause(ctx)
}

// nobody is an organisation without contacts.
type nobody struct{}

func (nobody) List(context.Context, int64, func(contact.Stored) bool) (remote.Listing, error) {
	return remote.Listing{}, nil
}

func (nobody) Contact(context.Context, int64, int64) (contact.Stored, bool, error) {
	return contact.Stored{}, false, nil
}

// given are changes as a source.
type given []plan.Change

func (g given) Changes(
	_ context.Context, wanted check.Selection, _ func(int) (plan.Attempts, bool), _ func() error,
) iter.Seq2[apply.Step, error] {
	return func(yield func(apply.Step, error) bool) {
		for _, c := range g {
			if wanted.Holds(c.Seq) && !yield(apply.Step{Change: c}, nil) {
				return
			}
		}
	}
}

func (given) Refresh(context.Context, func(int64) map[int64]bool, func(int64, []int64)) error {
	return nil
}

// TestWhatIsFoundOutIsNotedWhenTheRunIsStopped: a stop between two results of lost rows keeps none of them from the ledger,
// and the run ends as stopped, not as one whose ledger failed.
func TestWhatIsFoundOutIsNotedWhenTheRunIsStopped(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		asked := &stop.Error{Cause: stop.CauseInterrupted, Message: "asked"}
		stopping, end := context.WithCancelCause(t.Context())
		b := &careful{results: map[int]ledger.Result{}, at: 3, then: func() { end(asked) }} // two of the calls, and the first finding
		w := plan.NewWorld(contact.Key{}, contact.Match{})
		w.Rules, w.Complete = &contact.Rules{}, true
		w.Orgs[1] = &plan.Org{
			Scope: ledger.Scope{Host: "h", Org: 1}, Now: remote.NewSnapshot(1, nil), Before: history.Unread(contact.Key{}),
		}
		d := apply.New(apply.Config{
			API: answers{1: unclearAnswer, 2: unclearAnswer}, Directory: nobody{}, World: w, Concurrency: 1, MaxFailures: -1, MaxAttempts: 1,
			Outcomes: func() iter.Seq2[ledger.Attempt, error] { return func(func(ledger.Attempt, error) bool) {} },
			Recorder: &apply.Recorder{Book: b, Run: "r", Host: "h"}, Settle: time.Minute, Listed: time.Now(),
			Done: func(outcome.Status) {}, Log: zerolog.Nop(), Noun: "row",
		})
		err := d.Deliver(stopping, t.Context(), given(keyed(1, 2)))
		var ended *stop.Error
		if errors.As(err, &ended) && ended.Cause == stop.CauseLedger {
			t.Errorf("a stop is told as a ledger that failed: %v", err)
		}
		for seq := 1; seq <= 2; seq++ {
			if got := b.results[seq].Status; got != outcome.Failed {
				t.Errorf("row %d is noted as %q, want failed: it was sent as often as it may be, and is not there", seq, got)
			}
		}
	})
}
