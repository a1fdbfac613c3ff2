package importer

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rs/zerolog"

	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/ledger/memory"
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
		r := &run{
			Job:  &Job{Ledger: book, Host: "h", Log: zerolog.Nop(), Settings: Settings{RetryLock: time.Minute}},
			quit: ctx, territories: map[int64]*territory{},
		}
		r.addTerritory(1, "")
		begun := time.Now()
		err = r.lock(ctx, func(context.Context) error {
			r.addTerritory(2, "")
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
		r.release()
		if !free(1) || !free(2) {
			t.Error("an organisation stays locked")
		}
	})
}
