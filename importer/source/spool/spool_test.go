package spool

import (
	"runtime"
	"testing"
)

// TestSpoolIsPrivate looks at the file in which standard input is kept: it holds personal data.
func TestSpoolIsPrivate(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("files have no mode there; the folder is the user's own")
	}
	t.Setenv("TMPDIR", t.TempDir())
	f, err := newSpool(Env{})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); mode != 0o600 {
		t.Errorf("the mode is %o, want 600", mode)
	}
}
