package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger/dbfile"
	"github.com/contactsync/contactsync/importer/outcome"
)

var ann = contact.Contact{Name: "Ann Lee", Email: "ann.lee@example.com", Phone: "+493012345678", City: "Bonn"}

// annIn is the row of a contact as a ledger under this key has it.
func annIn(key contact.Key) RowKey {
	keys := contact.Match{Fields: []contact.Field{contact.Email}}.Keys(key, 1, ann)
	return RowKey{
		Scope:       Scope{Host: "h", Org: 1},
		Fingerprint: contact.Fingerprint{Content: keys.Content, Key: keys.Primary, Identifiers: ann.Identifiers(key), Version: contact.Version},
	}
}

// writeAnn notes a contact's creation, under the ledger's key.
func writeAnn(t *testing.T, l *SQLite) {
	t.Helper()
	ctx, row := t.Context(), annIn(l.Key())
	err := l.Begin(ctx, Run{ID: "r", Started: time.Unix(1, 0)})
	for seq := 1; seq <= 3 && err == nil; seq++ {
		row.Occurrence = seq
		err = l.Intend(ctx, Intent{
			Run: "r", Seq: seq, Attempt: 1, Action: outcome.Create, Row: row,
			External: contact.HashText(l.Key(), "0031"), After: row.Content, At: time.Unix(2, 0),
		})
	}
	if err == nil {
		err = l.SaveFieldHashes(ctx, "r", row.Scope, map[int64]contact.FieldHashes{7: ann.FieldHashes(l.Key())})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// checkAnn holds a ledger to knowing the contact by what is made under its key.
func checkAnn(t *testing.T, l *SQLite) {
	t.Helper()
	open, err := l.InDoubt(t.Context(), Scope{Host: "h", Org: 1})
	if err != nil || len(open) != 3 {
		t.Fatalf("%d are open, %v", len(open), err)
	}
	for i, a := range open {
		want := annIn(l.Key())
		want.Occurrence = i + 1
		if a.Row != want || a.External != contact.HashText(l.Key(), "0031") || a.After != want.Content {
			t.Errorf("row %d is %+v, want %+v", i, a, want)
		}
	}
	shown, err := l.FieldHashes(t.Context(), Scope{Host: "h", Org: 1})
	if err != nil || shown[7] != ann.FieldHashes(l.Key()) {
		t.Errorf("shown %v, %v", shown, err)
	}
}

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

func openLedger(t *testing.T, path string) *SQLite {
	t.Helper()
	l, err := OpenSQLite(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func closeLedger(t *testing.T, l *SQLite) {
	t.Helper()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestKeyIsMadeWithTheLedger(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ledger.db")
	l := openLedger(t, path)
	writeAnn(t, l)
	checkAnn(t, l)
	checkNoPlain(t, filepath.Dir(path))
	closeLedger(t, l)
	checkNoPlain(t, filepath.Dir(path))
	info, err := os.Stat(path + dbfile.KeySuffix)
	if err != nil || runtime.GOOS != "windows" && info.Mode() != 0o600 {
		t.Fatalf("mode %v, %v", info.Mode(), err)
	}
	for range 2 {
		l = openLedger(t, path)
		checkAnn(t, l)
		closeLedger(t, l)
	}
	if l, err = OpenSQLiteReadOnly(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	checkAnn(t, l)
	closeLedger(t, l)
	other := openLedger(t, path+".other")
	if other.Key().Check() == l.Key().Check() {
		t.Error("two ledgers have one key")
	}
	closeLedger(t, other)
}

// TestKeyMissing: without its key, or with another one, a ledger is opened neither to be written nor to be read, and
// nothing is put in the key's place.
func TestKeyMissing(t *testing.T) {
	t.Parallel()
	for what, spoil := range map[string]func(t *testing.T, key string){
		"is missing": func(t *testing.T, key string) {
			if err := os.Remove(key); err != nil {
				t.Fatal(err)
			}
		},
		"is the key of another ledger": func(t *testing.T, key string) {
			writeFile(t, key, keyMark+strings.Repeat("ab", contact.KeySize)+"\n")
		},
		"is no key":         func(t *testing.T, key string) { writeFile(t, key, keyMark+"abab\n") },
		"no key that conta": func(t *testing.T, key string) { writeFile(t, key, "") },
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "ledger.db")
			closeLedger(t, openLedger(t, path))
			key, err := os.ReadFile(path + dbfile.KeySuffix)
			if err != nil {
				t.Fatal(err)
			}
			spoil(t, path+dbfile.KeySuffix)
			spoilt, _ := os.ReadFile(path + dbfile.KeySuffix)
			for _, open := range []func(context.Context, string) (*SQLite, error){OpenSQLite, OpenSQLiteReadOnly} {
				l, err := open(t.Context(), path)
				if err == nil {
					closeLedger(t, l)
				}
				if err == nil || !strings.Contains(err.Error(), what) || !strings.Contains(err.Error(), "put this ledger's own key back") {
					t.Errorf("opened: %v", err)
				}
				if err != nil && strings.Contains(err.Error(), "abab") {
					t.Errorf("the error tells the key: %v", err)
				}
			}
			if now, _ := os.ReadFile(path + dbfile.KeySuffix); !bytes.Equal(now, spoilt) {
				t.Errorf("the key's file was changed to %q", now)
			}
			writeFile(t, path+dbfile.KeySuffix, string(key))
			closeLedger(t, openLedger(t, path))
		})
	}
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestKeyOfAnOlderLedger: a ledger that was written before there were keys is read as it is, and brought under its key by
// who writes to it next.
func TestKeyOfAnOlderLedger(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ledger.db")
	oldLedger(t, path)
	l, err := OpenSQLiteReadOnly(t.Context(), path)
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
			writeFile(t, path+dbfile.NewKeySuffix, keyMark+"half")
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
				if l, err := OpenSQLiteReadOnly(t.Context(), path); err != nil {
					t.Errorf("broken off at %q it can't be read: %v", step, err)
				} else {
					closeLedger(t, l)
				}
				l, err := OpenSQLite(t.Context(), path)
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
	w, err := openWriter(t.Context(), opening{path: path, step: func(next string) error {
		n++
		if next == name || name == "" && n == number {
			at = next
			return errCrash
		}
		return nil
	}})
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

// TestKeyIsNobodyElses: what stands in the key's place and is none is never replaced.
func TestKeyIsNobodyElses(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ledger.db")
	writeFile(t, path+dbfile.KeySuffix, "what somebody else keeps here\n")
	if _, err := OpenSQLite(t.Context(), path); err == nil || !strings.Contains(err.Error(), "move it away") {
		t.Errorf("opened: %v", err)
	}
	if text, err := os.ReadFile(path + dbfile.KeySuffix); err != nil || string(text) != "what somebody else keeps here\n" {
		t.Errorf("%q, %v", text, err)
	}
	if err := os.Rename(path+dbfile.KeySuffix, path+".moved"); err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" {
		if err := os.Symlink(path+".victim", path+dbfile.KeySuffix); err != nil {
			t.Fatal(err)
		}
		if _, err := OpenSQLite(t.Context(), path); err == nil {
			t.Error("a key was made through a link")
		}
		if err := os.Remove(path + dbfile.KeySuffix); err != nil {
			t.Fatal(err)
		}
	}
	closeLedger(t, openLedger(t, path))
}
