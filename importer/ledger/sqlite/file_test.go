package sqlite_test

import (
	"database/sql"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/ledger/ledgertest"
	"github.com/contactsync/contactsync/importer/ledger/sqlite"
)

// files returns the names and contents of a folder.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, e := range entries {
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		found[e.Name()] = string(text)
	}
	return found
}

// filled makes a ledger with some rows in path, closed.
func filled(t *testing.T, path string, rows int) {
	t.Helper()
	l := openFile(t, path)
	fill(t, l, rows)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

func fill(t *testing.T, l ledger.Ledger, rows int) {
	t.Helper()
	if err := l.Begin(t.Context(), ledger.Run{ID: "child"}); err != nil {
		t.Fatal(err)
	}
	ledgertest.AtOnce(rows, func(n int) {
		if err := l.Intend(t.Context(), ledgertest.Intent("child", n+1, byte(n+1))); err != nil {
			t.Error(err)
		}
	})
}

func rows(t *testing.T, l ledger.Ledger) int {
	t.Helper()
	n := 0
	for _, err := range l.Outcomes(t.Context(), "child") {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	return n
}

func TestFilesArePrivate(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("modes mean nothing there")
	}
	outer := t.TempDir()
	dir := filepath.Join(outer, "made", "for us")
	l := openFile(t, filepath.Join(dir, "ledger ?#%41.db"))
	defer l.Close()
	fill(t, l, 1)
	unlock, err := l.Lock(t.Context(), ledger.Scope{Host: "[::1]:80/../..", Org: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	found := files(t, dir)
	if names := slices.Sorted(maps.Keys(found)); len(names) != 5 || names[0] != "ledger ?#%41.db" {
		t.Errorf("files %q", names)
	}
	for name := range found {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode() != 0o600 {
			t.Errorf("%s: mode %v, %v", name, info.Mode(), err)
		}
	}
	for _, d := range []string{dir, filepath.Dir(dir)} {
		if info, err := os.Stat(d); err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("%s: mode %v, %v", d, info.Mode(), err)
		}
	}
}

func TestReopen(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ledger.db")
	filled(t, path, 10)
	if found := files(t, filepath.Dir(path)); len(found) != 2 {
		t.Errorf("a closed ledger leaves %q", slices.Sorted(maps.Keys(found)))
	}
	l := openFile(t, path)
	defer l.Close()
	if n := rows(t, l); n != 10 {
		t.Errorf("%d rows", n)
	}
	if err := l.Record(t.Context(), "child", 4, ledgertest.Created(4)); err != nil {
		t.Error(err)
	}
	if open, err := l.InDoubt(t.Context(), childScope); err != nil || len(open) != 9 {
		t.Errorf("%d are open, %v", len(open), err)
	}
}

// TestOpenedAtOnce: several processes may meet on a ledger that does not exist yet.
func TestOpenedAtOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "new", "ledger.db")
	var group sync.WaitGroup
	for n := range 8 {
		group.Go(func() {
			l, err := sqlite.Open(t.Context(), path)
			if err != nil {
				t.Error(err)
				return
			}
			err = l.Begin(t.Context(), ledger.Run{ID: string(rune('a' + n))})
			for seq := 1; seq <= 20 && err == nil; seq++ {
				err = l.Intend(t.Context(), ledgertest.Intent(string(rune('a'+n)), seq, 1))
			}
			if err := errors.Join(err, l.Close()); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	l := openFile(t, path)
	defer l.Close()
	if runs, err := l.Runs(t.Context()); err != nil || len(runs) != 8 {
		t.Errorf("%d runs, %v", len(runs), err)
	}
}

func TestWhatIsNoLedger(t *testing.T) {
	t.Parallel()
	database := func(statements string) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			db, err := sql.Open("sqlite", path)
			if err == nil {
				_, err = db.Exec(statements)
			}
			if err := errors.Join(err, db.Close()); err != nil {
				t.Fatal(err)
			}
		}
	}
	text := func(s string) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			if err := os.WriteFile(path, []byte(s), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	for want, write := range map[string]func(*testing.T, string){
		"not a database":     text("Name,E-Mail\nJane,jane@example.com\n"),
		"it is not a data":   text("SQL"),
		"another program":    database("CREATE TABLE t (x); PRAGMA user_version = 1"),
		"of another program": database("PRAGMA application_id = 7"),
		"newer contactsync":  database("PRAGMA application_id = 0x43536c67; PRAGMA user_version = 99"),
		"directory": func(t *testing.T, path string) {
			if err := os.Mkdir(path, 0o700); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "some.db")
			write(t, path)
			var before map[string]string
			if want != "directory" {
				before = files(t, filepath.Dir(path))
			}
			_, err := sqlite.Open(t.Context(), path)
			_, readErr := sqlite.OpenReadOnly(t.Context(), path)
			for _, err := range []error{err, readErr} {
				if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) {
					t.Errorf("error %v, want %q and the path in it", err, want)
				}
			}
			if want != "directory" && !maps.Equal(before, files(t, filepath.Dir(path))) {
				t.Error("it was touched")
			}
		})
	}
}

func TestUnusablePlace(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := sqlite.Open(t.Context(), filepath.Join(dir, "file", "ledger.db")); err == nil {
		t.Error("a ledger stands in a file")
	}
	if os.Geteuid() == 0 {
		t.Skip("root may write everywhere; .ci/run runs this as somebody else too")
	}
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(dir, 0o700) }) // else nobody could remove it
	_, err := sqlite.Open(t.Context(), filepath.Join(dir, "ledger.db"))
	if err == nil || !strings.Contains(err.Error(), "--state") {
		t.Errorf("error %v", err)
	}
}
