package cli_test

import (
	"strings"
	"testing"
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
