package survey

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/ledger/memory"
	"github.com/contactsync/contactsync/importer/plan"
)

// TestLockComesUponMore shows a run that learns, once it has waited, of another organisation: it gives the first one free
// while that is taken, and has both in the end.
func TestLockComesUponMore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx := t.Context()
		book := memory.New()
		free := func(org int64) bool {
			unlock, err := book.Lock(ctx, ledger.Scope{Host: "h", Org: org})
			return err == nil && unlock() == nil
		}
		release, err := book.Lock(ctx, ledger.Scope{Host: "h", Org: 2})
		if err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(30*time.Second, func() {
			if !free(1) {
				t.Error("the first organisation is kept while the second one is waited for")
			}
			if err := release(); err != nil {
				t.Error(err)
			}
		})
		w := plan.NewWorld(book.Key(), contact.Match{})
		add := func(org int64) { w.Add(book, ledger.Scope{Host: "h", Org: org}, "") }
		locks := NewLocks(book, nil, zerolog.Nop())
		add(1)
		begun := time.Now()
		err = locks.Take(ctx, time.Minute, w, func(context.Context) error {
			add(2)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if free(1) || free(2) {
			t.Error("an organisation is not locked")
		}
		if waited := time.Since(begun); waited < 30*time.Second || waited > time.Minute {
			t.Errorf("it waited for %s", waited)
		}
		locks.Release()
		if !free(1) || !free(2) {
			t.Error("an organisation stays locked")
		}
	})
}
