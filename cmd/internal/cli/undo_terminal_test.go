package cli_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/contactsync/contactsync/importer/ledger/ledgertest"
)

// TestUndoQuestion shows the plan to the person at the terminal, with values, and asks.
func TestUndoQuestion(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer  string
		args    []string
		change  func(*session)
		asked   bool
		code    int
		deleted int
	}{
		"yes":         {answer: "y\n", asked: true, deleted: 2},
		"no":          {answer: "n\n", asked: true, code: 4},
		"end":         {answer: "", asked: true, code: 4},
		"--yes":       {args: []string{"--yes"}, deleted: 2},
		"dry run":     {args: []string{"--dry-run"}},
		"no terminal": {change: func(s *session) { s.StdinTTY = false }, deleted: 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSession(t, goodRows, "--yes")
			book := ledgertest.NewVolatile()
			s.Ledger = book
			s.run(t, 0)
			book.Restart()
			s.stdout.Reset()
			s.stderr.Reset()
			s.Args = append([]string{"undo", "last"}, c.args...)
			s.Stdin = strings.NewReader(c.answer)
			if c.change != nil {
				c.change(s)
			}
			s.run(t, c.code)
			if got := strings.Contains(s.stderr.String(), "Delete 2 contacts? [y/N, v to view all] "); got != c.asked {
				t.Errorf("asked: %v, want %v\n%s", got, c.asked, &s.stderr)
			}
			if !strings.Contains(s.stderr.String(), "Ann Lee <ann.lee@example.com>") {
				t.Errorf("the plan does not name whom it is about\n%s", &s.stderr)
			}
			deleted := 0
			for _, req := range s.server.Requests() {
				if req.Method == http.MethodDelete {
					deleted++
				}
			}
			if deleted != c.deleted {
				t.Errorf("%d deletes were sent, want %d", deleted, c.deleted)
			}
			if c.code == 4 && !strings.Contains(s.stdout.String(), "contactsync undo 20") {
				t.Errorf("the command that comes next does not name the run by its id\n%s", &s.stdout)
			}
		})
	}
}
