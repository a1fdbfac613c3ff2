package cli_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/contactsync/contactsync/cmd/internal/terminal"
	"github.com/contactsync/contactsync/importer/ledger/ledgertest"
)

// pages is a pager that notes what it was given.
type pages struct {
	command, text string
	runs          int
	lines         int // that are looked at; 0: all
	err           error
}

func (p *pages) run(_ context.Context, command string, text io.Reader) error {
	p.command = command
	p.runs++
	if p.err != nil {
		return p.err
	}
	lines := bufio.NewScanner(text)
	for n := 0; (p.lines == 0 || n < p.lines) && lines.Scan(); n++ {
		p.text += lines.Text() + "\n"
	}
	return lines.Err()
}

// TestViewAll: whoever is asked can look at all changes first, as often as they like, by the pager that they want.
func TestViewAll(t *testing.T) {
	t.Parallel()
	missing := &terminal.NoPagerError{Command: "most"}
	for name, c := range map[string]struct {
		answers      string
		pager        string // PAGER; "-": not set
		page         pages
		change       func(*session)
		code, sent   int
		asked, paged int
		command      string
		shown        bool // on the screen
		says         string
	}{
		"and then yes":         {answers: "v\ny\n", pager: "-", sent: 90, asked: 2, paged: 1, command: "less -R"},
		"and then no":          {answers: "view\nn\n", pager: "-", code: 4, asked: 2, paged: 1, command: "less -R"},
		"and nothing":          {answers: "V\n", pager: "-", code: 4, asked: 2, paged: 1, command: "less -R"},
		"twice":                {answers: "v\nv\ny", pager: "most -s", sent: 90, asked: 3, paged: 2, command: "most -s"},
		"the first page":       {answers: "v\ny\n", pager: "-", page: pages{lines: 3}, sent: 90, asked: 2, paged: 1, command: "less -R"},
		"no pager wanted":      {answers: "v\ny\n", pager: "", sent: 90, asked: 2, shown: true},
		"cat is none":          {answers: "v\ny\n", pager: "cat", sent: 90, asked: 2, shown: true},
		"a dumb terminal":      {answers: "v\ny\n", pager: "-", change: func(s *session) { s.variables["TERM"] = "dumb" }, sent: 90, asked: 2, shown: true},
		"no less there":        {answers: "v\ny\n", pager: "-", page: pages{err: missing}, sent: 90, asked: 2, paged: 1, command: "less -R", shown: true},
		"the pager is missing": {answers: "v\ny\n", pager: "most", page: pages{err: missing}, sent: 90, asked: 2, paged: 1, command: "most", shown: true, says: "the pager most can't be run"},
		"the pager fails":      {answers: "v\ny\n", pager: "-", page: pages{err: errors.New("no more files")}, sent: 90, asked: 2, paged: 1, command: "less -R", says: "no more files"},
		"events instead":       {answers: "v\n", pager: "-", change: func(s *session) { s.Args = append(s.Args, "--log-format", "json") }, code: 4, asked: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSession(t, manyRows(90))
			s.Args[0], s.Stdin = "sync", strings.NewReader(c.answers)
			s.variables["NO_COLOR"] = "1" //nolint:misspell // no-color.org
			if c.pager != "-" {
				s.variables["PAGER"] = c.pager
			}
			page := c.page
			s.Page = page.run
			if c.change != nil {
				c.change(s)
			}
			s.run(t, c.code)
			text := s.stderr.String()
			if got := strings.Count(text, "Create 90 contacts? "); got != c.asked {
				t.Errorf("asked %d times, want %d", got, c.asked)
			}
			if page.runs != c.paged || page.command != c.command {
				t.Errorf("paged %d times by %q, want %d times by %q", page.runs, page.command, c.paged, c.command)
			}
			if got := s.sent("POST"); got != c.sent {
				t.Errorf("%d contacts were sent, want %d", got, c.sent)
			}
			want := c.paged * 90
			if page.err != nil {
				want = 0
			} else if page.lines > 0 {
				want = page.lines
			}
			if got := strings.Count(page.text, "+ create (row "); got != want {
				t.Errorf("the pager shows %d changes, want %d:\n%s", got, want, page.text)
			}
			if got := strings.Contains(text, "+ create (row 90) Ndl <ndl@example.com>\n"); got != c.shown {
				t.Errorf("the screen shows all: %v, want %v\n%s", got, c.shown, text)
			}
			if !strings.Contains(text, c.says) {
				t.Errorf("it does not say %q:\n%s", c.says, text)
			}
		})
	}
}

// TestViewAllOfUndo: the plan of an undo is looked at alike, those who are left alone too.
func TestViewAllOfUndo(t *testing.T) {
	t.Parallel()
	s := newSession(t, manyRows(50), "--yes")
	book := ledgertest.NewVolatile()
	s.Ledger = book
	s.run(t, 0)
	book.Restart()
	var page pages
	s.Args, s.Stdin, s.Page = []string{"undo", "last"}, strings.NewReader("v\nn\n"), page.run
	s.variables["NO_COLOR"] = "1" //nolint:misspell // no-color.org
	s.run(t, 4)
	for i := range 50 {
		if want := fmt.Sprintf(" N%c%c <", 'a'+i/26, 'a'+i%26); !strings.Contains(page.text, want) {
			t.Errorf("the pager does not show %q:\n%s", want, page.text)
		}
	}
}

// TestViewAllOfAdoption: whose contacts come to be the job's, and are given back, is shown one by one.
func TestViewAllOfAdoption(t *testing.T) {
	t.Parallel()
	s := newSession(t, manyRows(30), "--yes")
	book := ledgertest.NewVolatile()
	s.Ledger = book
	s.run(t, 0)
	for _, c := range []struct {
		args         []string
		answers      string
		code         int
		want, person string
	}{
		{[]string{"sync", s.Args[1], "--job", "crm", "--adopt"}, "v\ny\n", 0, "\n> adopt contact ", " (row 30) Nbd <nbd@example.com>\n"},
		{[]string{"undo", "last"}, "v\nn\n", 4, "\n> give back contact ", " Nbd <nbd@example.com>\n"},
	} {
		book.Restart()
		var page pages
		s.Args, s.Stdin, s.Page = c.args, strings.NewReader(c.answers), page.run
		s.variables["NO_COLOR"] = "1" //nolint:misspell // no-color.org
		s.run(t, c.code)
		if got := strings.Count("\n"+page.text, c.want); got != 30 || !strings.Contains(page.text, c.person) {
			t.Errorf("%q: the pager shows %d of %q, want 30:\n%s", c.args, got, c.want, page.text)
		}
	}
}
