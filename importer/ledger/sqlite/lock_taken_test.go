package sqlite_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/ledger/budget"
	"github.com/contactsync/contactsync/importer/ledger/dbfile"
	"github.com/contactsync/contactsync/importer/ledger/ledgertest"
	"github.com/contactsync/contactsync/importer/ledger/sqlite"
)

// TestLockTakenOver: a run whose lock file was deleted writes no intent any more once another one has taken the lock. What
// it knows of its rows it still writes, and other organisations are none of it.
func TestLockTakenOver(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ledger.db")
	first, second := openFile(t, path), openFile(t, path)
	defer first.Close()
	defer second.Close()
	other := ledgertest.Intent("r", 4, 4)
	other.Row.Scope.Org++
	scope := ledgertest.Intent("r", 1, 1).Row.Scope
	lock := func(l *sqlite.Ledger, s ledger.Scope) {
		t.Helper()
		unlock, err := l.Lock(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = unlock() }) // the file that it was on is gone
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(first.Begin(t.Context(), ledger.Run{ID: "r"}))
	lock(first, scope)
	lock(first, other.Row.Scope)
	must(first.Intend(t.Context(), ledgertest.Intent("r", 1, 1)))

	names, err := filepath.Glob(path + ".*.lock")
	if err != nil || len(names) != 2 {
		t.Fatalf("locks %q, %v", names, err)
	}
	for _, name := range names {
		must(os.Remove(name))
	}
	must(first.Intend(t.Context(), ledgertest.Intent("r", 2, 2))) // nobody else is there yet
	lock(second, scope)
	var taken *ledger.TakenOverError
	if err := first.Intend(t.Context(), ledgertest.Intent("r", 3, 3)); !errors.As(err, &taken) || taken.Scope != scope {
		t.Errorf("an intent after the lock was taken: %v", err)
	}
	must(first.Record(t.Context(), "r", 1, ledgertest.Created(1)))
	must(first.Intend(t.Context(), other))
	must(first.Flush(t.Context()))
	must(second.Begin(t.Context(), ledger.Run{ID: "s"}))
	must(second.Intend(t.Context(), ledgertest.Intent("s", 1, 3)))
	open, err := second.InDoubt(t.Context(), scope)
	if err != nil || len(open) != 2 || open[0].Seq != 2 || open[1].Run != "s" {
		t.Errorf("open are %+v, %v", open, err)
	}
}

// TestHardLinks: a ledger that has two names has two locks and two logs. It is refused by either, to be read too, and so is
// a request budget.
func TestHardLinks(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ledger.db")
	filled(t, path, 1)
	link := filepath.Join(t.TempDir(), "link.db")
	if err := os.Link(path, link); err != nil {
		t.Skip(err)
	}
	for _, path := range []string{path, link} {
		if l, err := sqlite.Open(t.Context(), path); !errors.Is(err, dbfile.ErrLinked) {
			t.Errorf("%s: %v", path, err)
			_ = l.Close()
		}
		if l, err := sqlite.OpenReadOnly(t.Context(), path); !errors.Is(err, dbfile.ErrLinked) {
			t.Errorf("%s, to be read: %v", path, err)
			_ = l.Close()
		}
	}
	if err := os.Remove(link); err != nil {
		t.Fatal(err)
	}
	if err := openFile(t, path).Close(); err != nil {
		t.Error(err)
	}
	place := path + "-budget"
	if err := os.WriteFile(place, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Link(place, link); err != nil {
		t.Fatal(err)
	}
	if s, err := budget.Open(t.Context(), path, "h"); !errors.Is(err, dbfile.ErrLinked) {
		t.Errorf("the budget: %v", err)
		_ = s.Close()
	}
}
