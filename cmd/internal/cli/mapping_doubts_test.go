package cli_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
)

// doubtfulRows have two columns that could be the contact's address.
const doubtfulRows = "Name,Mail,E-mail\nA,a@example.com,k@example.com\nB,b@example.com,l@example.com\n" +
	"C,c@example.com,m@example.com\nD,d@example.com,n@example.com\nE,e@example.com,o@example.com\n"

func TestDoubtIsShownToWhoeverCanJudge(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*session)
		args   []string
		code   int
	}{
		"a person answers yes":     {},
		"a person wants no asking": {args: []string{"--yes"}, code: 2},
		"nobody is there":          {change: func(s *session) { s.StdinTTY = false }, code: 2},
	} {
		s := newSession(t, doubtfulRows, c.args...)
		s.Stdin = strings.NewReader("y\n")
		if c.change != nil {
			c.change(s)
		}
		s.run(t, c.code)
		if text := s.stderr.String(); !strings.Contains(text, "--map email=Mail") {
			t.Errorf("%s: nothing says what settles it:\n%s", name, text)
		}
		if sent := s.sent("POST"); c.code != 0 && sent > 0 || c.code == 0 && sent != 5 {
			t.Errorf("%s: %d contacts were sent", name, sent)
		}
	}
}

// Where rows go is a question of its own: the other doubts are settled by the yes to what is to be done.
func TestWhereRowsGoIsAsked(t *testing.T) {
	t.Parallel()
	const rows = "Name,E-mail,emnify organisation\nA,a@example.com,5460\nB,b@example.com,\n"
	for name, c := range map[string]struct {
		answers, args string
		code, sent    int
		there         string // what was sent to the organisation that the first row names
	}{
		"yes and yes":            {answers: "y\ny\n", sent: 2, there: "POST"},
		"no":                     {answers: "n\n", code: 2},
		"nothing":                {code: 2},
		"yes, and no to the run": {answers: "y\nn\n", code: 4},
		"told by hand":           {answers: "y\n", args: "--map org_id=", sent: 2},
		"nobody wants to answer": {answers: "y\ny\n", args: "--yes", code: 2},
	} {
		s := newSession(t, rows, strings.Fields(c.args)...)
		s.Stdin = iotest.OneByteReader(strings.NewReader(c.answers))
		s.run(t, c.code)
		if c.args == "" && !strings.Contains(s.stderr.String(), `send each row to the organisation that "emnify organisation" names?`) {
			t.Errorf("%s: not asked:\n%s", name, &s.stderr)
		}
		if text := s.stderr.String(); c.code == 2 && (!strings.Contains(text, "--map org_id='emnify organisation'") || !strings.Contains(text, "--map org_id= ")) {
			t.Errorf("%s: nothing says what settles it:\n%s", name, text)
		}
		if sent := s.sent("POST"); sent != c.sent {
			t.Errorf("%s: %d contacts were sent, want %d", name, sent, c.sent)
		}
		var there string
		for _, r := range s.server.Requests() {
			if r.Method == http.MethodPost && strings.Contains(r.Path, "/5460/") {
				there = r.Method
			}
		}
		if there != c.there {
			t.Errorf("%s: the organisation of the first row got %q, want %q", name, there, c.there)
		}
	}
}
