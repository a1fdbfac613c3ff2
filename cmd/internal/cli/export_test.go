package cli_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/contactsync/contactsync/importer/simulator"
)

// exportSession is a session at a terminal with one contact whose name would steer it.
func exportSession(t *testing.T, args ...string) *session {
	t.Helper()
	s := newSession(t, "")
	s.server = simulator.New(simulator.Options{Seed: 1, Bare: true, Contacts: []simulator.Contact{
		{Type: 3, Name: "Ann\x1b[2J\u202eeeL", City: "Köln", Email: "ann.lee@example.com"},
	}})
	t.Cleanup(s.server.Close)
	s.Transport = s.server.RoundTripper()
	s.Args = append([]string{"export"}, args...)
	return s
}

// TestExportOnATerminal: values are what was asked for and are shown, but none of them steers the terminal. In a pipe
// they are data.
func TestExportOnATerminal(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"csv", "jsonl"} {
		s := exportSession(t, "--format", format)
		s.run(t, 0)
		text := s.stdout.String()
		if strings.ContainsAny(text, "\x1b\u202e") || !strings.Contains(text, "Köln") || !strings.Contains(text, "ann.lee@example.com") || !strings.HasSuffix(text, "\n") {
			t.Errorf("%s on a terminal: %q", format, text)
		}
	}
	s := exportSession(t)
	s.StdoutTTY = false
	s.run(t, 0)
	if !strings.Contains(s.stdout.String(), "Ann\x1b[2J\u202eeeL") {
		t.Errorf("in a pipe: %q", s.stdout.String())
	}
}

func TestExportKeepsWorkbooksOffTheTerminal(t *testing.T) {
	t.Parallel()
	s := exportSession(t, "--format", "xlsx")
	s.run(t, 2)
	if s.stdout.Len() > 0 || !strings.Contains(s.stderr.String(), "--output") || len(s.server.Requests()) > 0 {
		t.Errorf("%q, %q, %d requests", s.stdout.String(), s.stderr.String(), len(s.server.Requests()))
	}
}

// TestExportRefusesACell: a workbook that can't hold a value is not written, and the value is not told.
func TestExportRefusesACell(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "contacts.xlsx")
	s := exportSession(t, "--format", "xlsx", "--output", path)
	s.run(t, 1)
	if _, err := os.Stat(path); err == nil || !strings.Contains(s.stderr.String(), "U+001B") || !strings.Contains(s.stderr.String(), "jsonl") ||
		strings.Contains(s.stderr.String(), "Ann") {
		t.Errorf("%v: %q", err, s.stderr.String())
	}
	if names, err := os.ReadDir(filepath.Dir(path)); len(names) != 0 || err != nil {
		t.Errorf("left behind: %v, %v", names, err)
	}
}

func TestExportInterrupted(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "contacts.csv")
	s := exportSession(t, "--output", path)
	signals := make(chan os.Signal, 1)
	signals <- syscall.SIGTERM
	s.Signals, s.Transport = signals, waits{}
	s.run(t, 4)
	if _, err := os.Stat(path); err == nil || !strings.Contains(s.stderr.String(), "signal") {
		t.Errorf("%v: %q", err, s.stderr.String())
	}
}
