package sqlite

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger/dbfile"
	"github.com/contactsync/contactsync/importer/ledger/keyfile"
)

// plainIntent is how a program from before there were keys notes an intent.
const plainIntent = `INSERT INTO attempts
(run, seq, attempt, scope, action, content, match_key, occurrence, intended, version, traits, unclear, target, external, before, after)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)`

// oldLedger makes a ledger as version 2 of the schema had it, in which nothing is under a key.
func oldLedger(t *testing.T, path string) {
	t.Helper()
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := dbfile.Open(path, "mode=rw")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	row, external, prints := annIn(contact.Key{}), contact.HashText(contact.Key{}, "0031"), ann.FieldHashes(contact.Key{})
	run := func(statement string, args ...any) {
		t.Helper()
		if _, err := db.ExecContext(t.Context(), statement, args...); err != nil {
			t.Fatal(err)
		}
	}
	run("PRAGMA journal_mode = WAL")
	run(migrations()[0].sql)
	run(migrations()[1].sql)
	run(fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = 2", applicationID))
	run("INSERT INTO runs (no, id, command, version, job, started, report_dir, dry_run) VALUES (1, 'r', 'import', '', '', 1, '', 0)")
	run("INSERT INTO scopes (no, host, org) VALUES (1, 'h', 1)")
	for seq := 1; seq <= 3; seq++ {
		run(plainIntent, 1, seq, 1, 1, "create", row.Content[:], row.Key[:], seq,
			1, row.Version, packIdentifiers(row.Identifiers), 0, 0, external[:], nil, row.Content[:])
	}
	run("INSERT INTO shown (scope, contact_id, run, prints) VALUES (1, 7, 1, ?)", packHashes(prints[:]))
}

// plain are the bytes of the contact's hashes without a key.
func plain() [][]byte {
	row, external := annIn(contact.Key{}), contact.HashText(contact.Key{}, "0031")
	found := [][]byte{row.Content[:], row.Key[:], external[:]}
	traits, prints := row.Identifiers, ann.FieldHashes(contact.Key{})
	for _, h := range slices.Concat(traits[:], prints[:]) {
		if h != 0 {
			found = append(found, packHashes([]uint64{h}))
		}
	}
	return found
}

// checkNoPlain holds what lies in a folder to have no hash without a key.
func checkNoPlain(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		for _, hash := range plain() {
			if bytes.Contains(data, hash) {
				t.Errorf("%s holds the plain hash %x", e.Name(), hash)
			}
		}
	}
}

// TestKeyOfAnOlderLedger: a ledger that was written before there were keys is read as it is, and brought under its key by
// who writes to it next.
func TestKeyOfAnOlderLedger(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ledger.db")
	oldLedger(t, path)
	l, err := OpenReadOnly(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if !l.Key().IsZero() {
		t.Error("a ledger that is only read has been given a key")
	}
	checkAnn(t, l)
	closeLedger(t, l)
	if _, err := os.Stat(path + dbfile.KeySuffix); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a key's file: %v", err)
	}
	l = openLedger(t, path)
	checkAnn(t, l)
	checkNoPlain(t, filepath.Dir(path))
	closeLedger(t, l)
	checkNoPlain(t, filepath.Dir(path))
}

// TestKeyKeepsOlderProgramsOff: what an earlier version has open while its ledger is brought under a key writes no plain
// hashes into it.
func TestKeyKeepsOlderProgramsOff(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ledger.db")
	oldLedger(t, path)
	db, err := dbfile.Open(path, "mode=rw")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	intent, err := db.PrepareContext(t.Context(), plainIntent)
	if err != nil {
		t.Fatal(err)
	}
	defer intent.Close()
	show, err := db.PrepareContext(t.Context(), "INSERT OR REPLACE INTO shown (scope, contact_id, run, prints) VALUES (1, 8, 1, x'00')")
	if err != nil {
		t.Fatal(err)
	}
	defer show.Close()
	closeLedger(t, openLedger(t, path))
	hash := make([]byte, 16)
	if _, err := intent.ExecContext(t.Context(), 1, 9, 1, 1, "create", hash, hash, 0, 1, 2, make([]byte, identifiersSize), 0, 0, hash, nil, hash); err == nil {
		t.Error("an intent was written")
	}
	if _, err := show.ExecContext(t.Context()); err == nil {
		t.Error("hashes of fields were written")
	}
}

// TestKeyBrokenOff breaks off making a ledger and its key, and bringing an older ledger under one, before each step. What
// is left can always be opened, and nothing is ever under a key that is not there.
func TestKeyBrokenOff(t *testing.T) {
	t.Parallel()
	for what, before := range map[string]func(t *testing.T, path string){
		"a new ledger":  func(*testing.T, string) {},
		"an older one":  oldLedger,
		"its key there": func(t *testing.T, path string) { oldLedger(t, path); breakOff(t, path, "change the schema", 1) },
		"what an earlier try left": func(t *testing.T, path string) {
			oldLedger(t, path)
			writeFile(t, path+dbfile.NewKeySuffix, keyfile.Mark+"half")
		},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			for at := 1; ; at++ {
				path := filepath.Join(t.TempDir(), "ledger.db")
				before(t, path)
				step := breakOff(t, path, "", at)
				if step == "" {
					if at < 5 {
						t.Errorf("only %d steps", at-1)
					}
					return
				}
				if l, err := OpenReadOnly(t.Context(), path); err != nil {
					t.Errorf("broken off at %q it can't be read: %v", step, err)
				} else {
					closeLedger(t, l)
				}
				l, err := Open(t.Context(), path)
				if err != nil {
					t.Errorf("broken off at %q it can't be opened: %v", step, err)
					continue
				}
				if what == "a new ledger" {
					writeAnn(t, l)
				}
				checkAnn(t, l)
				closeLedger(t, l)
				checkNoPlain(t, filepath.Dir(path))
				closeLedger(t, openLedger(t, path))
				if left := leftOver(path); len(left) > 0 {
					t.Errorf("broken off at %q: %q is left", step, left)
				}
			}
		})
	}
}

func leftOver(path string) []string {
	found, _ := filepath.Glob(path + "*")
	return slices.DeleteFunc(found, func(name string) bool { return name == path || name == path+dbfile.KeySuffix })
}

// breakOff opens a ledger and breaks off at a step: the one of that name, else the one of that number. It returns which.
func breakOff(t *testing.T, path, name string, number int) (at string) {
	t.Helper()
	errCrash := errors.New("crash")
	path, err := dbfile.Make(path, 0)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	w, err := openWriter(t.Context(), opening{place: keyfile.Place{Ledger: path, Step: func(next string) error {
		n++
		if next == name || name == "" && n == number {
			at = next
			return errCrash
		}
		return nil
	}}})
	switch {
	case err == nil:
		if err := w.close(); err != nil {
			t.Fatal(err)
		}
	case !errors.Is(err, errCrash):
		t.Fatal(err)
	}
	return at
}
