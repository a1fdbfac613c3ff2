package sqlite

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/ledger/dbfile"
	"github.com/contactsync/contactsync/importer/outcome"
)

// TestFieldsOfAnOlderLedger: a ledger of version 3 does not tell which fields updates sent, nor what was told of rows, read as it is or brought up to
// date; from then on it does.
func TestFieldsOfAnOlderLedger(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ledger.db")
	update := testIntent(1)
	update.Action, update.Fields = outcome.Update, contact.MaskOf(contact.City)
	update.Told = []outcome.Note{{Code: outcome.CodeConflict, Fields: []contact.Field{contact.City}}}
	l := openLedger(t, path)
	for _, err := range []error{l.Begin(t.Context(), ledger.Run{ID: "r"}), l.Intend(t.Context(), update), l.Close()} {
		if err != nil {
			t.Fatal(err)
		}
	}
	downgrade(t, path, 3)
	l, err := OpenReadOnly(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	wantFields(t, l, 0, nil)
	if held, err := l.HeldIn(t.Context(), update.Row.Scope); len(held) > 0 || err != nil {
		t.Errorf("an older ledger says that %q held contacts, %v", held, err)
	}
	if kept, err := l.KeptIDs(t.Context(), []contact.Hash{{1}}); len(kept) > 0 || err != nil {
		t.Errorf("an older ledger says that it kept %v, %v", kept, err)
	}
	if notices, err := l.Notices(t.Context()); len(notices) > 0 || err != nil {
		t.Errorf("an older ledger says that somebody was told %v, %v", notices, err)
	}
	for hash, err := range l.KeptHashes(t.Context()) {
		t.Errorf("an older ledger says that it kept %x, %v", hash, err)
	}
	if sealed, kept, err := l.ShapeOf(t.Context(), "r"); kept || err != nil {
		t.Errorf("an older ledger says that it kept the shape %x, %v", sealed, err)
	}
	closeLedger(t, l)

	l = openLedger(t, path)
	wantFields(t, l, 0, nil)
	if err := l.Intend(t.Context(), update); err != nil {
		t.Fatal(err)
	}
	wantFields(t, l, update.Fields, update.Told)
	closeLedger(t, l)
}

func wantFields(t *testing.T, l *Ledger, want contact.FieldMask, told []outcome.Note) {
	t.Helper()
	for a, err := range l.Outcomes(t.Context(), "r") {
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(told, a.Told); diff != "" {
			t.Errorf("of the attempt is told (-want +got):\n%s", diff)
		}
		if a.Fields != want {
			t.Errorf("the attempt is said to send %q, want %q", a.Fields, want)
		}
	}
}

// TestPlanOfAnOlderLedger: a ledger of version 4 does not tell which plan a run did, read as it is or brought up to date; from
// then on it does.
func TestPlanOfAnOlderLedger(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ledger.db")
	l := openLedger(t, path)
	if err := l.Begin(t.Context(), ledger.Run{ID: "r", Plan: "f00d"}); err != nil {
		t.Fatal(err)
	}
	wantPlans(t, l, "f00d")
	closeLedger(t, l)
	downgrade(t, path, 4)
	l, err := OpenReadOnly(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	wantPlans(t, l, "")
	closeLedger(t, l)

	l = openLedger(t, path)
	if err := l.Begin(t.Context(), ledger.Run{ID: "s", Plan: "beef"}); err != nil {
		t.Fatal(err)
	}
	wantPlans(t, l, "", "beef")
	closeLedger(t, l)
}

func wantPlans(t *testing.T, l *Ledger, want ...string) {
	t.Helper()
	runs, err := l.Runs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range runs {
		got = append(got, r.Plan)
	}
	if !slices.Equal(got, want) {
		t.Errorf("the runs did the plans %q, want %q", got, want)
	}
}

// downgrade makes a ledger what a program whose schema was of this version had made.
func downgrade(t *testing.T, path string, version int) {
	t.Helper()
	undone := map[int]string{
		3: "ALTER TABLE attempts DROP COLUMN fields", 4: "ALTER TABLE runs DROP COLUMN plan", 5: "DROP TABLE held",
		6: "ALTER TABLE attempts DROP COLUMN told", 7: "DROP TABLE externals", 8: "DROP TABLE shapes", 9: "DROP TABLE notices",
	}
	if len(undone)+3 != len(migrations()) {
		t.Fatalf("the schema has %d versions, and it is not known what the last one brought", len(migrations()))
	}
	db, err := dbfile.Open(path, "mode=rw")
	if err != nil {
		t.Fatal(err)
	}
	for v := version; v < len(migrations()); v++ {
		if _, err := db.ExecContext(t.Context(), undone[v]); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := db.ExecContext(t.Context(), fmt.Sprintf("PRAGMA user_version = %d", version)); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}
