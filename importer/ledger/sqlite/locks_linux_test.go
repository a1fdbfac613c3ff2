package sqlite_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/contactsync/contactsync/importer/ledger/budget"
	"github.com/contactsync/contactsync/importer/ledger/dbfile"
	"github.com/contactsync/contactsync/importer/ledger/sqlite"
)

// heldLocks counts the locks that this process has on a file, as the kernel tells.
func heldLocks(t *testing.T, path string) int {
	t.Helper()
	text, err := os.ReadFile("/proc/locks")
	if err != nil {
		t.Skip(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	inode := fmt.Sprintf(":%d ", info.Sys().(*syscall.Stat_t).Ino)
	n := 0
	for line := range strings.Lines(string(text)) {
		if strings.Contains(line, "POSIX") && strings.Contains(line, inode) && strings.Contains(line, fmt.Sprintf(" %d ", os.Getpid())) {
			n++
		}
	}
	return n
}

// TestNobodyDropsSQLitesLocks: closing any descriptor of a file drops all locks that the process has on it. Whatever else is
// done with the ledger while it is open leaves those of SQLite alone.
func TestNobodyDropsSQLitesLocks(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ledger.db")
	filled(t, path, 3)
	l := openFile(t, path)
	defer l.Close()
	if _, err := l.Lock(t.Context(), childScope); err != nil {
		t.Fatal(err)
	}
	before := heldLocks(t, path)
	if before == 0 {
		t.Skip("the system tells of no locks")
	}
	for what, do := range map[string]func() error{
		"opened to be written": func() error { return opened(sqlite.Open(t.Context(), path)) },
		"opened to be read":    func() error { return opened(sqlite.OpenReadOnly(t.Context(), path)) },
		"its files listed":     func() error { _ = dbfile.Files(path); return nil },
		"its budget opened": func() error {
			s, err := budget.Open(context.Background(), path, "h")
			if err != nil {
				return err
			}
			return s.Close()
		},
		"locked once more": func() error {
			if _, err := l.Lock(t.Context(), childScope); err == nil {
				t.Error("the lock was had twice")
			}
			return nil
		},
	} {
		if err := do(); err != nil {
			t.Fatal(what, err)
		}
		if after := heldLocks(t, path); after < before {
			t.Fatalf("%s: %d locks, %d before", what, after, before)
		}
	}
}

func opened(l *sqlite.Ledger, err error) error {
	if err != nil {
		return err
	}
	return l.Close()
}
