package source_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/contactsync/contactsync/importer/source"
	"github.com/contactsync/contactsync/importer/source/spool"
)

// watched is a file that tells whether it was closed.
type watched struct {
	*os.File
	closed *bool
}

func (w watched) Close() error {
	*w.closed = true
	return w.File.Close()
}

// TestPrivateCopy shows of which files a copy is kept, that none is left behind, and that whatever has no copy stays open
// and gives the same rows when another file has its name.
func TestPrivateCopy(t *testing.T) {
	t.Parallel()
	const rows = 2000
	text := "Name,Email\n" + strings.Repeat("Ann,a@example.com\n", rows)
	size := int64(len(text))
	readOnly := func(t *testing.T) (*os.File, error) {
		name := filepath.Join(t.TempDir(), "x")
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		return os.Open(name)
	}
	tests := []struct {
		name   string
		temp   func(t *testing.T) (*os.File, error) // nil: one that works
		room   int64                                // -1: not known
		copied bool
	}{
		{"room not known", nil, -1, true},
		{"half of the room is enough", nil, 2 * size, true},
		{"half of the room is not enough", nil, 2*size - 2, false},
		{"no room at all", nil, 0, false},
		{"no folder", func(*testing.T) (*os.File, error) { return nil, errors.New("read-only file system") }, -1, false},
		{"the copy can't be written", readOnly, -1, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			folder, closed := t.TempDir(), false
			name := filepath.Join(t.TempDir(), "a.csv")
			if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			env := source.Env{
				Open: func(name string) (io.ReadCloser, error) {
					f, err := os.Open(name)
					return watched{f, &closed}, err
				},
				TempFile: func() (*os.File, error) {
					if test.temp != nil {
						return test.temp(t)
					}
					return os.CreateTemp(folder, "x")
				},
				Room: func(*os.File) (int64, bool) { return test.room, test.room >= 0 },
			}
			in, err := source.Open(env, name, source.Options{})
			if err != nil {
				t.Fatal(err)
			}
			if closed != test.copied {
				t.Errorf("the file is closed: %v, want %v, since it was copied: %v", closed, test.copied, test.copied)
			}
			if err := os.WriteFile(name+".new", []byte("Name\nOther\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Rename(name+".new", name); err != nil {
				t.Skip("an open file can't be replaced here: ", err)
			}
			if n, err := countRows(in); n != rows || err != nil {
				t.Errorf("%d rows, %v, want %d", n, err, rows)
			}
			if got := in.Change(); got != spool.Replaced {
				t.Errorf("the change is told as %q", got)
			}
			if err := in.Close(); err != nil {
				t.Error(err)
			}
			if !closed {
				t.Error("the file is still open")
			}
			if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
				t.Errorf("left behind: %v, %v", left, err)
			}
		})
	}
}

// growing is a file to which somebody writes while it is read for the first time.
type growing struct {
	*os.File
	grow func()
}

func (g growing) Read(p []byte) (int, error) {
	n, err := g.File.Read(p)
	if n > 0 {
		g.grow()
	}
	return n, err
}

// TestAFileThatGrowsWhileItIsRead is read to where it ends then; a copy that it outgrows is given up.
func TestAFileThatGrowsWhileItIsRead(t *testing.T) {
	t.Parallel()
	for _, room := range []int64{1 << 30, 60} {
		name := filepath.Join(t.TempDir(), "a.csv")
		if err := os.WriteFile(name, []byte("Name\nAnn\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		grown := 0
		env := source.Env{
			Open: func(name string) (io.ReadCloser, error) {
				f, err := os.Open(name)
				return growing{f, func() {
					if grown++; grown < 10 {
						w, _ := os.OpenFile(name, os.O_APPEND|os.O_WRONLY, 0)
						_, _ = w.WriteString("Bob\n")
						_ = w.Close()
					}
				}}, err
			},
			TempFile: func() (*os.File, error) { return os.CreateTemp(t.TempDir(), "x") },
			Room:     func(*os.File) (int64, bool) { return room, true },
		}
		in, err := source.Open(env, name, source.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if n, err := countRows(in); n != 10 || err != nil {
			t.Errorf("room %d: %d rows, %v, want 10", room, n, err)
		}
		if got := in.Change(); got != "" { // what was read is what is there
			t.Errorf("room %d: the change is told as %q", room, got)
		}
		if err := in.Close(); err != nil {
			t.Error(err)
		}
	}
}
