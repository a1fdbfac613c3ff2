package sqlite_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/ledger/ledgertest"
	"github.com/contactsync/contactsync/importer/ledger/sqlite"
)

// TestDamage flips bits in, and cuts, the files that a run left when it was killed. Whatever is found there: an answer
// or an error, and no panic. What a flipped bit in a value changes can't be told.
func TestDamage(t *testing.T) {
	t.Parallel()
	for kind, files := range map[string]map[string]string{"closed": damageable(t, true), "killed": damageable(t, false)} {
		key := files[".key"]
		delete(files, ".key")
		for seed := range uint64(60) {
			t.Run(fmt.Sprintf("%s %d", kind, seed), func(t *testing.T) {
				t.Parallel()
				rnd := rand.New(rand.NewPCG(seed, 0))
				path := filepath.Join(t.TempDir(), "ledger.db")
				for name, text := range files {
					if err := os.WriteFile(path+name, damaged(rnd, text), 0o600); err != nil {
						t.Fatal(err)
					}
				}
				if err := os.WriteFile(path+".key", []byte(key), 0o600); err != nil {
					t.Fatal(err)
				}
				if l, err := sqlite.OpenReadOnly(t.Context(), path); err == nil {
					use(t, l)
				}
				if l, err := sqlite.Open(t.Context(), path); err == nil {
					use(t, l)
				}
			})
		}
	}
}

// damageable returns the files of a ledger by what is behind its name: the database, and the log if it was not closed.
func damageable(t *testing.T, closed bool) map[string]string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ledger.db")
	filled(t, path, 400)
	l := openFile(t, path)
	ledgertest.AtOnce(400, func(n int) { _ = l.Record(t.Context(), "child", n+1, ledgertest.Created(int64(n))) })
	if err := l.Baseline(t.Context(), "child", childScope, []int64{1, 2, 3}); err != nil {
		t.Fatal(err)
	}
	if closed {
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		found := files(t, filepath.Dir(path))
		return map[string]string{"": found["ledger.db"], ".key": found["ledger.db.key"]}
	}
	found := files(t, filepath.Dir(path))
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if found["ledger.db-wal"] == "" {
		t.Fatal("there is no log to damage")
	}
	return map[string]string{"": found["ledger.db"], "-wal": found["ledger.db-wal"], ".key": found["ledger.db.key"]}
}

func damaged(rnd *rand.Rand, text string) []byte {
	b := []byte(text)
	if rnd.IntN(4) == 0 {
		b = b[:rnd.IntN(len(b))]
	}
	for range rnd.IntN(1 + len(b)/200) {
		b[rnd.IntN(len(b))] ^= 1 << rnd.IntN(8)
	}
	if len(b) > 100 && rnd.IntN(2) == 0 {
		copy(b, text[:100]) // past the header, where SQLite looks first
	}
	return b
}

// use calls everything; errors are what it is about.
func use(t *testing.T, l *sqlite.Ledger) {
	ctx := t.Context()
	_, _ = l.Runs(ctx)
	_, _ = l.InDoubt(ctx, childScope)
	_, _, _ = l.BaselineOf(ctx, "child", childScope)
	for range l.Outcomes(ctx, "child") {
		continue
	}
	_ = l.Begin(ctx, ledger.Run{ID: "next"})
	ledgertest.AtOnce(20, func(n int) {
		if l.Intend(ctx, ledgertest.Intent("next", n+1, byte(n))) == nil {
			_ = l.Record(ctx, "next", n+1, ledgertest.Created(1))
			_ = l.Record(ctx, "child", n+1, ledgertest.Created(1))
		}
	})
	_ = l.Close()
}
