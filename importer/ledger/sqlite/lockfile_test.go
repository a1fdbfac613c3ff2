//go:build !windows

package sqlite_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/ledger/budget"
)

// TestLocksFollowNoLink puts other people's files in the place of what is written beside a ledger: nothing of them may
// change, and the run is told what is wrong.
func TestLocksFollowNoLink(t *testing.T) {
	t.Parallel()
	const theirs = "not ours\n"
	for name, put := range map[string]func(victim, place string) error{
		"a link":          os.Symlink,
		"a hard link":     os.Link,
		"a dangling link": func(victim, place string) error { return os.Symlink(victim+".missing", place) },
		"a pipe":          func(_, place string) error { return syscall.Mkfifo(place, 0o600) },
		"a folder":        func(_, place string) error { return os.Mkdir(place, 0o700) },
	} {
		for _, what := range []string{"lock", "budget", "budget's lock"} {
			if name == "a hard link" && what != "lock" { // nothing is written to one, and the other holds no such text
				continue
			}
			t.Run(what+" is "+name, func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				path := filepath.Join(dir, "ledger.db")
				victim := filepath.Join(t.TempDir(), "victim")
				if err := os.WriteFile(victim, []byte(theirs), 0o644); err != nil {
					t.Fatal(err)
				}
				place := path + "-budget"
				try := func() error {
					s, err := budget.Open(t.Context(), path, "example.com")
					if err == nil {
						err = s.Close()
					}
					return err
				}
				switch what {
				case "budget's lock":
					place += ".lock"
				case "lock":
					place = lockOf(t, path)
					if err := os.Remove(place); err != nil {
						t.Fatal(err)
					}
					try = func() error {
						l := openFile(t, path)
						defer func() { _ = l.Close() }()
						unlock, err := l.Lock(t.Context(), ledger.Scope{Host: "example.com", Org: 1})
						if err == nil {
							err = unlock()
						}
						return err
					}
				}
				if err := put(victim, place); err != nil {
					t.Fatal(err)
				}
				err := try()
				if err == nil || !strings.Contains(err.Error(), "it is a link or no regular file") && !strings.Contains(err.Error(), "something else than a lock") {
					t.Errorf("error %v", err)
				}
				if text, err := os.ReadFile(victim); err != nil || string(text) != theirs {
					t.Errorf("the victim holds %q (%v)", text, err)
				}
				if _, err := os.Lstat(victim + ".missing"); err == nil {
					t.Error("a file was made at the end of a dangling link")
				}
			})
		}
	}
}

// TestALinkThatComesLater swaps the lock for a link while it is held: what is written when it ends goes to the file that
// was locked.
func TestALinkThatComesLater(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ledger.db")
	place := lockOf(t, path)
	victim := filepath.Join(t.TempDir(), "victim")
	if err := os.WriteFile(victim, []byte("not ours\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	l := openFile(t, path)
	defer func() { _ = l.Close() }()
	unlock, err := l.Lock(t.Context(), ledger.Scope{Host: "example.com", Org: 1})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(place); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(victim, place); err != nil {
		t.Fatal(err)
	}
	if err := unlock(); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(victim); err != nil || string(text) != "not ours\n" {
		t.Errorf("the victim holds %q (%v)", text, err)
	}
}

// lockOf locks and unlocks once, and tells in which file.
func lockOf(t *testing.T, path string) string {
	t.Helper()
	l := openFile(t, path)
	defer func() { _ = l.Close() }()
	unlock, err := l.Lock(t.Context(), ledger.Scope{Host: "example.com", Org: 1})
	if err != nil {
		t.Fatal(err)
	}
	if err := unlock(); err != nil {
		t.Fatal(err)
	}
	locks, err := filepath.Glob(path + ".*.lock")
	if err != nil || len(locks) != 1 {
		t.Fatalf("locks %q (%v)", locks, err)
	}
	return locks[0]
}
