package cli_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/ledger/sqlite"
)

// TestUpgradeHistory shows that the history of each earlier version can be read as it stands, is the same when the ledger
// has been brought up to date, and takes up why a run ended from then on.
func TestUpgradeHistory(t *testing.T) {
	t.Parallel()
	found, err := filepath.Glob(filepath.Join("testdata", "upgrade", "*", "*", "ledger.db"))
	if err != nil || len(found) == 0 {
		t.Fatalf("no version has left a ledger behind: %v", err)
	}
	for _, from := range found {
		t.Run(filepath.ToSlash(filepath.Dir(from)), func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "past")
			copyFolder(t, filepath.Dir(from), dir)
			path := filepath.Join(dir, "ledger.db")
			runs := func(l *sqlite.Ledger, err error) []ledger.Run {
				t.Helper()
				if err != nil {
					t.Fatal(err)
				}
				runs, err := l.Runs(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if err := l.Close(); err != nil {
					t.Fatal(err)
				}
				return runs
			}
			before := runs(sqlite.OpenReadOnly(t.Context(), path))
			if len(before) == 0 {
				t.Fatal("the ledger tells of no run")
			}
			after := runs(sqlite.Open(t.Context(), path))
			if diff := cmp.Diff(before, after); diff != "" {
				t.Errorf("the history is another one after the upgrade (-before +after):\n%s", diff)
			}
			l, err := sqlite.Open(t.Context(), path)
			if err != nil {
				t.Fatal(err)
			}
			at := time.Now()
			if err := l.Begin(t.Context(), ledger.Run{ID: "new", Started: at}); err != nil {
				t.Fatal(err)
			}
			if err := l.Finish(t.Context(), "new", 6, "stopped by a guard", at); err != nil {
				t.Fatal(err)
			}
			if err := l.Close(); err != nil {
				t.Fatal(err)
			}
			after = runs(sqlite.OpenReadOnly(t.Context(), path))
			if last := after[len(after)-1]; last.ID != "new" || last.Reason != "stopped by a guard" {
				t.Errorf("the run that was added is told as %+v", last)
			}
		})
	}
}
