package sqlite

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/ledger/dbfile"
	"github.com/contactsync/contactsync/importer/ledger/keyfile"
	"github.com/contactsync/contactsync/importer/outcome"
)

var ann = contact.Contact{Name: "Ann Lee", Email: "ann.lee@example.com", Phone: "+493012345678", City: "Bonn"}

// annIn is the row of a contact as a ledger under this key has it.
func annIn(key contact.Key) ledger.RowKey {
	keys := contact.Match{Fields: []contact.Field{contact.Email}}.Keys(key, 1, ann)
	return ledger.RowKey{
		Scope:       ledger.Scope{Host: "h", Org: 1},
		Fingerprint: contact.Fingerprint{Content: keys.Content, Key: keys.Primary, Identifiers: ann.Identifiers(key), Version: contact.Version},
	}
}

// writeAnn notes a contact's creation, under the ledger's key.
func writeAnn(t *testing.T, l *Ledger) {
	t.Helper()
	ctx, row := t.Context(), annIn(l.Key())
	err := l.Begin(ctx, ledger.Run{ID: "r", Started: time.Unix(1, 0)})
	for seq := 1; seq <= 3 && err == nil; seq++ {
		row.Occurrence = seq
		err = l.Intend(ctx, ledger.Intent{
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
func checkAnn(t *testing.T, l *Ledger) {
	t.Helper()
	open, err := l.InDoubt(t.Context(), ledger.Scope{Host: "h", Org: 1})
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
	shown, err := l.FieldHashes(t.Context(), ledger.Scope{Host: "h", Org: 1})
	if err != nil || shown[7] != ann.FieldHashes(l.Key()) {
		t.Errorf("shown %v, %v", shown, err)
	}
}

func openLedger(t *testing.T, path string) *Ledger {
	t.Helper()
	l, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func closeLedger(t *testing.T, l *Ledger) {
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
	if l, err = OpenReadOnly(t.Context(), path); err != nil {
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
			writeFile(t, key, keyfile.Mark+strings.Repeat("ab", contact.KeySize)+"\n")
		},
		"is no key":         func(t *testing.T, key string) { writeFile(t, key, keyfile.Mark+"abab\n") },
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
			for _, open := range []func(context.Context, string) (*Ledger, error){Open, OpenReadOnly} {
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

// TestKeyIsNobodyElses: what stands in the key's place and is none is never replaced.
func TestKeyIsNobodyElses(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ledger.db")
	writeFile(t, path+dbfile.KeySuffix, "what somebody else keeps here\n")
	if _, err := Open(t.Context(), path); err == nil || !strings.Contains(err.Error(), "move it away") {
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
		if _, err := Open(t.Context(), path); err == nil {
			t.Error("a key was made through a link")
		}
		if err := os.Remove(path + dbfile.KeySuffix); err != nil {
			t.Fatal(err)
		}
	}
	closeLedger(t, openLedger(t, path))
}
