package cli_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/contactsync/contactsync/cmd/internal/cli"
	"github.com/contactsync/contactsync/importer/ledger/memory"
	"github.com/contactsync/contactsync/importer/simulator"
)

// session is one run of the program, with a person at a terminal unless a test takes the terminal away.
type session struct {
	cli.Env
	server         *simulator.Server
	dir            string
	stdout, stderr bytes.Buffer
	variables      map[string]string
}

const goodRows = "Name,E-mail\nAnn Lee,ann.lee@example.com\nBob Ray,bob.ray@example.com\n"

// newSession prepares an import of the text with the default options.
func newSession(t *testing.T, input string, args ...string) *session {
	t.Helper()
	s := &session{server: simulator.New(simulator.Options{Seed: 1}), dir: t.TempDir()}
	t.Cleanup(s.server.Close)
	file := filepath.Join(s.dir, "contacts.csv")
	if err := os.WriteFile(file, []byte(input), 0o600); err != nil {
		t.Fatal(err)
	}
	s.variables = map[string]string{
		"EMNIFY_APPLICATION_TOKEN": "any", "EMNIFY_API_URL": "https://api.test", "TERM": "xterm",
		"CONTACTSYNC_TYPE": "Technical", "CONTACTSYNC_REPORT_DIR": filepath.Join(s.dir, "report"),
	}
	s.Env = cli.Env{
		Args:      append([]string{"import", file}, args...),
		LookupEnv: func(name string) (string, bool) { v, ok := s.variables[name]; return v, ok },
		Stdin:     strings.NewReader(""), Stdout: &s.stdout, Stderr: &s.stderr,
		StdinTTY: true, StdoutTTY: true, StderrTTY: true, Width: 80, StderrWidth: 80,
		Transport: s.server.RoundTripper(), Ledger: memory.New(), Version: "test",
	}
	return s
}

func (s *session) run(t *testing.T, want int) {
	t.Helper()
	if got := cli.Main(s.Env); got != want {
		t.Errorf("exit code %d, want %d\n%s%s", got, want, &s.stderr, &s.stdout)
	}
}

func (s *session) sent(method string) int {
	n := 0
	for _, r := range s.server.Requests() {
		if r.Method == method && strings.HasSuffix(r.Path, "/contact") {
			n++
		}
	}
	return n
}

// rows returns how many rows of the report ended so; -1 if there is no report.
func (s *session) rows(t *testing.T, status string) int {
	t.Helper()
	sum, err := countedIn(filepath.Join(s.dir, "report"))
	if errors.Is(err, os.ErrNotExist) {
		return -1
	}
	if err != nil {
		t.Fatal(err)
	}
	return sum.Rows[status]
}

// manyRows are as many contacts.
func manyRows(n int) string {
	var b strings.Builder
	b.WriteString("Name,E-mail\n")
	for i := range n {
		c := string(rune('a'+i/26%26)) + string(rune('a'+i%26))
		b.WriteString("N" + c + ",n" + c + "@example.com\n")
	}
	return b.String()
}
