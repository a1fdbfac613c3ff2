package sqlite_test

import (
	"errors"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"github.com/contactsync/contactsync/importer/ledger/dbfile"
	"github.com/contactsync/contactsync/importer/ledger/sqlite"
)

// TestLookLeavesNoTrace: looking at a ledger that a killed process has left neither makes nor changes a file, and shows what is
// in its log too. (Beside a process that writes: the script check_ledger.)
func TestLookLeavesNoTrace(t *testing.T) {
	t.Parallel()
	open := filepath.Join(t.TempDir(), "ledger.db")
	filled(t, open, 3)
	writing, err := sqlite.Open(t.Context(), open)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = writing.Close() }()
	if _, err := writing.Lock(t.Context(), childScope); err != nil {
		t.Fatal(err)
	}
	killed := filepath.Join(t.TempDir(), "ledger.db") // with its log, and the name of who had the lock
	for name, text := range files(t, filepath.Dir(open)) {
		if err := os.WriteFile(filepath.Join(filepath.Dir(killed), name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	before := files(t, filepath.Dir(killed))
	if before["ledger.db-wal"] == "" || before["ledger.db-shm"] == "" {
		t.Fatal("there is no log")
	}
	l, err := sqlite.Look(t.Context(), killed)
	if err != nil {
		t.Fatal(err)
	}
	if runs, err := l.Runs(t.Context()); err != nil || len(runs) != 1 {
		t.Errorf("%d runs, %v", len(runs), err)
	}
	if h, held := l.HolderOf(childScope); held {
		t.Errorf("a dead process has the lock: %s", h)
	}
	if version, newest := l.Schema(); version != newest {
		t.Errorf("version %d of %d", version, newest)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if !maps.Equal(before, files(t, filepath.Dir(killed))) {
		t.Error("looking left a trace")
	}

	if err := os.Remove(killed + "-shm"); err != nil {
		t.Fatal(err)
	}
	before = files(t, filepath.Dir(killed))
	if _, err := sqlite.Look(t.Context(), killed); !errors.Is(err, dbfile.ErrLogUnread) {
		t.Errorf("a log without its index: %v", err)
	}
	if !maps.Equal(before, files(t, filepath.Dir(killed))) {
		t.Error("a log without its index: looking left a trace")
	}
	none, err := sqlite.Look(t.Context(), filepath.Join(t.TempDir(), "none", "ledger.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = none.Close() }()
	if runs, err := none.Runs(t.Context()); err != nil || len(runs) != 0 {
		t.Errorf("no ledger: %d runs, %v", len(runs), err)
	}
}
