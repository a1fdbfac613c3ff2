package cli

import (
	"os"
	"path/filepath"
	"testing"
)

func TestSameFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	at := func(path string) string { return dir + "/" + path }
	for _, err := range []error{
		os.Mkdir(at("a"), 0o700),
		os.Mkdir(at("b"), 0o700),
		os.WriteFile(at("a/file"), nil, 0o600),
		os.WriteFile(at("b/file"), nil, 0o600),
		os.Link(at("a/file"), at("b/hard")),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	links := os.Symlink(filepath.Join(dir, "a"), at("b/link")) == nil
	for _, c := range []struct {
		a, b         string
		same, linked bool
	}{
		{"a/file", "a/file", true, false},
		{"a/file", "b/../a/./file", true, false},
		{"a/file", "b/hard", true, false},
		{"a/file", "b/link/file", true, true},
		{"a/file", "b/file", false, false},
		{"a/file", "a/none", false, false},
		// Of files that are not there yet, nor their folders.
		{"a/none", "a/none", true, false},
		{"a/none", "b/../a/none", true, false},
		{"a/none", "b/link/none", true, true},
		{"a/none", "b/link/../a/none", true, true},
		{"b/none", "b/link/../none", false, true}, // that is beside a, where the link leads
		{"a/none/none", "b/link/none/none", true, true},
		{"a/none", "b/none", false, false},
		{"a/none", "a/other", false, false},
		{"a/none/x", "a/x", false, false},
		{"a/none", "", false, false},
	} {
		if c.linked && !links {
			continue
		}
		a, b := at(c.a), at(c.b)
		if c.b == "" {
			b = ""
		}
		if got := sameFile(a, b); got != c.same {
			t.Errorf("sameFile(%q, %q) = %v", c.a, c.b, got)
		}
		if got := sameFile(b, a); got != c.same {
			t.Errorf("sameFile(%q, %q) = %v", c.b, c.a, got)
		}
	}
}
