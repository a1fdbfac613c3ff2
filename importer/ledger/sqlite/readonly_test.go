package sqlite_test

import (
	"errors"
	"maps"
	"path/filepath"
	"testing"
	"time"

	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/ledger/ledgertest"
	"github.com/contactsync/contactsync/importer/ledger/sqlite"
)

func openToRead(t *testing.T, path string) *sqlite.Ledger {
	t.Helper()
	l, err := sqlite.OpenReadOnly(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	})
	return l
}

func TestReadOnlyRefusesWrites(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ledger.db")
	filled(t, path, 1)
	for _, path := range []string{path, path + ".none"} {
		l := openToRead(t, path)
		_, lockErr := l.Lock(t.Context(), childScope)
		for what, err := range map[string]error{
			"begin": l.Begin(t.Context(), ledger.Run{ID: "x"}), "finish": l.Finish(t.Context(), "child", 0, "", time.Time{}),
			"baseline": l.Baseline(t.Context(), "child", childScope, nil), "flush": l.Flush(t.Context()),
			"hold":   l.Hold(t.Context(), "child", childScope, nil),
			"shape":  l.KeepShape(t.Context(), "child", nil),
			"rename": l.RenameJob(t.Context(), "a", "b"), "forget": l.ForgetIDs(t.Context(), "a"), "keep": l.KeepIDs(t.Context(), nil),
			"intend": l.Intend(t.Context(), ledgertest.Intent("child", 2, 2)),
			"record": l.Record(t.Context(), "child", 1, ledgertest.Created(1)), "lock": lockErr,
		} {
			if !errors.Is(err, ledger.ErrReadOnly) {
				t.Errorf("%s: %v", what, err)
			}
		}
	}
}

func TestReadOnlyLeavesNoTrace(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ledger.db")
	l := openToRead(t, path)
	if open, err := l.InDoubt(t.Context(), childScope); err != nil || len(open) != 0 {
		t.Errorf("no file: %d open, %v", len(open), err)
	}
	if runs, err := l.Runs(t.Context()); err != nil || len(runs) != 0 {
		t.Errorf("no file: %d runs, %v", len(runs), err)
	}
	if found := files(t, filepath.Dir(path)); len(found) != 0 {
		t.Error("a file was made")
	}

	filled(t, path, 1500)
	before := files(t, filepath.Dir(path))
	l = openToRead(t, path)
	if n := rows(t, l); n != 1500 {
		t.Errorf("%d rows", n)
	}
	if open, err := l.InDoubt(t.Context(), childScope); err != nil || len(open) != 256 {
		t.Errorf("%d open, %v", len(open), err) // 256 different contents
	}
	if !maps.Equal(before, files(t, filepath.Dir(path))) {
		t.Error("reading left a trace")
	}
}

// TestReadOnlyBesideWriter: a dry run sees what a run has noted, and disturbs it in nothing.
func TestReadOnlyBesideWriter(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ledger.db")
	filled(t, path, 10)
	early := openToRead(t, path)
	if n := rows(t, early); n != 10 {
		t.Fatalf("%d rows", n)
	}
	writer := openFile(t, path)
	late := openToRead(t, path)
	for seq := 11; seq <= 200; seq++ {
		if err := writer.Intend(t.Context(), ledgertest.Intent("child", seq, byte(seq))); err != nil {
			t.Fatal(err)
		}
		if seq%20 > 0 {
			continue
		}
		for when, l := range map[string]ledger.Ledger{"before": early, "after": late} {
			if n := rows(t, l); n != seq {
				t.Fatalf("opened %s the writer it sees %d rows of %d", when, n, seq)
			}
		}
	}
	if err := writer.Close(); err != nil {
		t.Error(err)
	}
	if n := rows(t, early) + rows(t, late); n != 400 {
		t.Errorf("%d rows after the writer has gone", n)
	}
	again := openFile(t, path)
	if n := rows(t, again); n != 200 {
		t.Errorf("%d rows", n)
	}
	if err := again.Close(); err != nil {
		t.Error(err)
	}
	if n := rows(t, openToRead(t, path)); n != 200 {
		t.Errorf("%d rows", n)
	}
}

func TestReadOnlyAfterKill(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ledger.db")
	cmd, lines := start(t, path)
	s := said{map[int]bool{}, map[int]bool{}}
	for lines.Scan() {
		s.hear(lines.Text())
		if len(s.intents) == 200 {
			_ = cmd.Process.Kill() // fails where it is dead already
		}
	}
	if n := rows(t, openToRead(t, path)); n < len(s.intents) {
		t.Errorf("%d rows of %d", n, len(s.intents))
	}
	s.check(t, path)
}
