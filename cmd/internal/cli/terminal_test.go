package cli_test

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
	"unicode"

	"github.com/contactsync/contactsync/cmd/internal/cli"
	"github.com/contactsync/contactsync/importer/simulator"
)

func TestQuestion(t *testing.T) {
	t.Parallel()
	nobody := func(s *session) { s.StdinTTY = false }
	for name, c := range map[string]struct {
		answer     string
		args       []string
		change     func(*session)
		asked      bool
		code, sent int
	}{
		"yes":               {answer: "y\n", asked: true, sent: 2},
		"yes in full":       {answer: " YES \r\n", asked: true, sent: 2},
		"no":                {answer: "n\n", asked: true, code: 4},
		"just return":       {answer: "\n", asked: true, code: 4},
		"end of input":      {answer: "", asked: true, code: 4},
		"--yes":             {args: []string{"--yes"}, sent: 2},
		"dry run":           {args: []string{"--dry-run"}},
		"no terminal":       {change: nobody, sent: 2},
		"question unseen":   {change: func(s *session) { s.StderrTTY = false }, sent: 2},
		"nothing to create": {args: []string{"--map", "email=Name", "--map", "name="}, code: 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSession(t, goodRows, c.args...)
			s.Stdin = strings.NewReader(c.answer)
			if c.change != nil {
				c.change(s)
			}
			s.run(t, c.code)
			if got := strings.Contains(s.stderr.String(), "Create 2 contacts? [y/N, v to view all] "); got != c.asked {
				t.Errorf("asked: %v, want %v\n%s", got, c.asked, &s.stderr)
			}
			if got := s.sent("POST"); got != c.sent {
				t.Errorf("%d contacts were sent, want %d", got, c.sent)
			}
			if c.code == 4 && s.rows(t, "not_attempted") != 2 {
				t.Error("the report does not say that nothing was attempted")
			}
		})
	}
}

func TestPreview(t *testing.T) {
	t.Parallel()
	s := newSession(t, "First Name,Last Name,E-mail,Company\nAnn,Lee,ann.lee@example.com,Acme\n", "--rate", "2/1m")
	s.Stdin = strings.NewReader("n\n")
	synctest.Test(t, func(t *testing.T) {
		s.server = simulator.New(simulator.Options{Seed: 1})
		defer s.server.Close()
		s.Transport = s.server.RoundTripper()
		s.run(t, 4)
	})
	for _, want := range []string{
		`Organisation 5417 "Example Networks", 6 contacts in all`,
		"name                   <- First Name + Last Name, else Company", "email                  <- E-mail",
		"First contact:", "Ann Lee", "ann.lee@example.com", "1 row: 1 to create, 0 there already, 0 duplicate, 0 invalid",
		"Sending takes at least 1m",
	} {
		if !strings.Contains(s.stderr.String(), want) {
			t.Errorf("the preview lacks %q:\n%s", want, &s.stderr)
		}
	}
}

var colours = regexp.MustCompile(`\x1b\[\d+m`)

func TestColour(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		variable, value string
		pipe, want      bool
	}{
		"terminal":          {want: true},
		"NO_COLOR":          {variable: "NO_COLOR", value: "1"}, //nolint:misspell // no-color.org
		"NO_COLOR is empty": {variable: "NO_COLOR", want: true}, //nolint:misspell // as it says itself
		"dumb terminal":     {variable: "TERM", value: "dumb"},
		"pipe":              {pipe: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSession(t, goodRows, "--yes", "--log-level", "debug")
			s.variables[c.variable] = c.value
			s.StdoutTTY, s.StderrTTY = !c.pipe, !c.pipe
			s.run(t, 0)
			for stream, text := range map[string]string{"standard output": s.stdout.String(), "standard error": s.stderr.String()} {
				if got := colours.MatchString(text); got != c.want {
					t.Errorf("colour on %s: %v, want %v:\n%q", stream, got, c.want, text)
				}
			}
		})
	}
}

// TestPlanOnTerminal: the lines of a plan have colours where a person wants them, and no terminal breaks them within a word.
func TestPlanOnTerminal(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		variable, value string
		change          func(*session)
		want            string
	}{
		"terminal":   {want: "\x1b[32m+ create (row 1) Ann Lee\x1b[0m\n\x1b[32m  <ann.lee@example.com>\x1b[0m\n"},
		"NO_COLOR":   {variable: "NO_COLOR", value: "1", want: "\n+ create (row 1) Ann Lee\n  <ann.lee@example.com>\n"}, //nolint:misspell // no-color.org
		"dumb":       {variable: "TERM", value: "dumb", want: "\n+ create (row 1) Ann Lee\n  <ann.lee@example.com>\n"},
		"pipe":       {change: func(s *session) { s.StderrTTY = false }, want: "\n+ create (row 1)\n+ create (row 2)\n"},
		"wide":       {change: func(s *session) { s.StderrWidth = 47 }, want: "\x1b[32m+ create (row 1) Ann Lee <ann.lee@example.com>\x1b[0m\n"},
		"other pipe": {change: func(s *session) { s.StdoutTTY, s.Width = false, 0 }, want: "\x1b[32m+ create (row 1) Ann Lee\x1b[0m\n"},
	} {
		s := newSession(t, goodRows, "--dry-run")
		s.Args[0], s.StderrWidth = "sync", 30
		s.variables[c.variable] = c.value
		if c.change != nil {
			c.change(s)
		}
		s.run(t, 0)
		if !strings.Contains(s.stderr.String(), c.want) {
			t.Errorf("%s: no line %q:\n%q", name, c.want, &s.stderr)
		}
	}
}

func TestNarrowTerminal(t *testing.T) {
	t.Parallel()
	s := newSession(t, "Name,E-mail,A column with a very long name that goes nowhere\nAnn Lee,ann@@example.com,x\nBob Ray,bob.ray@example.com,\n", "--yes")
	s.Width = 40
	s.variables["NO_COLOR"] = "1" //nolint:misspell // no-color.org
	s.run(t, 3)
	lines := strings.Split(strings.TrimRight(s.stdout.String(), "\n"), "\n")
	for _, line := range lines[:len(lines)-1] { // the command is there to be copied
		if n := len([]rune(line)); n > s.Width && strings.Contains(strings.TrimSpace(line), " ") {
			t.Errorf("%d cells wide: %q", n, line)
		}
	}
	if last := lines[len(lines)-1]; !strings.HasPrefix(last, "contactsync import ") || !strings.HasSuffix(last, "rejects.csv") {
		t.Errorf("the last line is %q", last)
	}
}

// nasty are values that steer a terminal, or make it show something else than there is.
var nasty = []string{
	"\x1b[2J", "\x1b]0;title\x07", "\x9b31m", "\u009b31m", "a\rb", "a\bb", "a\x7fb", "\u202egnp.exe", "\u2066x\u2069", "\u200fx",
	"\u061cx", "\u2028x", "\ufeffx", "\U000e0041x", "a\x00b", "\xff\xfe", "\x1bc", "\x1bP1;1|x\x1b\\",
}

func TestControlCharactersNeverReachTheTerminal(t *testing.T) {
	t.Parallel()
	var input strings.Builder
	input.WriteString("Name,E-mail,\"Evil \x1b[31m \u202e header\"\nAnn Lee,ann.lee@example.com,\n")
	for _, v := range nasty {
		input.WriteString(`"N` + v + `","` + v + `@@example.com","` + v + "\"\n")
	}
	for _, args := range [][]string{
		{"import", "--yes", "--show-values", "--encoding", "utf-8"}, {"validate", "--show-values", "--encoding", "utf-8"}, {"inspect", "--encoding", "utf-8"},
	} {
		for _, cell := range []string{"Name", "E-mail"} {
			s := newSession(t, strings.Replace(input.String(), cell, cell+" \u202e", 1))
			s.Args = append(slices.Clone(args), s.Args[1])
			s.StderrTTY = false           // a bar steers the terminal, and means to
			s.variables["NO_COLOR"] = "1" //nolint:misspell // no-color.org
			if code := cli.Main(s.Env); code == 1 {
				t.Errorf("%q: exit code 1\n%s", args, &s.stderr)
			}
			for _, r := range s.stdout.String() + s.stderr.String() {
				if r != '\n' && (unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) || r == unicode.ReplacementChar) {
					t.Errorf("%q: %U is printed:\n%q\n%q", args[0], r, &s.stdout, &s.stderr)
					break
				}
			}
		}
	}
}

func TestMessagesShowNoControlCharacters(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{
		"file": {"validate", "no\x1b[31msuch\u202e.csv"}, "flag": {"validate", "--\x1b[31mflag"}, "command": {"\x1b[31m"},
		"value": {"validate", "--rows", "\x1b[31m", "x"}, "type": {"validate", "--type", "\x1b[31m", "contacts.csv"},
		"address": {"import", "--api-url", "x\x1b[31m", "contacts.csv"}, "map": {"validate", "--map", "name=\x1b[31m", "contacts.csv"},
	} {
		s := newSession(t, goodRows)
		for i, a := range args {
			if a == "contacts.csv" {
				args[i] = filepath.Join(s.dir, a)
			}
		}
		s.Args = args
		if code := cli.Main(s.Env); code != 1 && code != 2 {
			t.Errorf("%s: exit code %d", name, code)
		}
		if text := s.stderr.String(); strings.ContainsAny(text, "\x1b\u202e") || text == "" {
			t.Errorf("%s: %q", name, text)
		}
	}
}

// closed is a pipe that nobody reads any more.
type closed struct{}

func (closed) Write([]byte) (int, error) { return 0, syscall.EPIPE }

func TestNobodyListens(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*session){
		"standard output": func(s *session) { s.Stdout = closed{} },
		"standard error":  func(s *session) { s.Stderr = closed{} },
		"both, a terminal that has gone": func(s *session) {
			s.Stdout, s.Stderr = closed{}, closed{}
		},
	} {
		s := newSession(t, goodRows, "--yes", "--log-level", "debug")
		change(s)
		if code := cli.Main(s.Env); code != 0 || s.rows(t, "created") != 2 {
			t.Errorf("%s: exit code %d, %d rows created", name, code, s.rows(t, "created"))
		}
	}
}

func TestLogLineTakesTheBarsPlace(t *testing.T) {
	t.Parallel()
	s := newSession(t, goodRows, "--yes", "--concurrency", "1", "--max-backoff", "1ms")
	fault, err := simulator.ParseFault("429=at:2@POST")
	if err != nil {
		t.Fatal(err)
	}
	s.server.SetFaults(fault)
	s.run(t, 0)
	text := s.stderr.String()
	if !strings.Contains(text, "sending 1 created") || !strings.Contains(text, "/2, ") {
		t.Errorf("no progress with counts: %q", text)
	}
	at := strings.Index(text, "the API answered 429")
	if at < 0 {
		t.Fatalf("no log line: %q", text)
	}
	line := text[strings.LastIndexAny(text[:at], "\r\n")+1 : at]
	if strings.Contains(line, "sending") || !strings.HasPrefix(line, "\x1b[2K") {
		t.Errorf("the log line begins with %q", line)
	}
}

// blocked is a standard input on which nothing comes.
type blocked struct{ io.Reader }

func TestInterruptedBeforeTheRun(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"validate", "import", "inspect"} {
		s := newSession(t, goodRows)
		in, out := io.Pipe()
		signals := make(chan os.Signal, 1)
		signals <- syscall.SIGINT
		s.Args, s.Stdin, s.Signals = []string{command, "-"}, blocked{in}, signals
		s.run(t, 4)
		if s.server.Count() > 0 || s.rows(t, "total") >= 0 {
			t.Errorf("%s: something was done", command)
		}
		_ = out.Close()
	}
}

func TestSignals(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		signals   int
		args      []string
		reported  bool
		uncertain bool // may be
	}{
		"first":                 {signals: 1, reported: true},
		"first, no grace":       {signals: 1, args: []string{"--grace", "1ms"}, reported: true, uncertain: true},
		"second, while waiting": {signals: 2, args: []string{"--grace", "1h"}},
		"time is over":          {args: []string{"--max-duration", "10s"}, reported: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSession(t, manyRows(100), append(c.args, "--yes", "--concurrency", "2", "--timeout", "10m")...)
			synctest.Test(t, func(t *testing.T) {
				s.server = simulator.New(simulator.Options{Seed: 1, Latency: time.Second})
				defer s.server.Close()
				s.Transport = s.server.RoundTripper()
				signals := make(chan os.Signal, 2)
				s.Signals = signals
				go func() {
					time.Sleep(10 * time.Second)
					for range c.signals {
						signals <- syscall.SIGTERM
					}
				}()
				s.run(t, 4)
			})
			total, created := s.rows(t, "total"), s.rows(t, "created")
			if !c.reported {
				if total >= 0 {
					t.Error("a run that ends at once writes no report")
				}
				return
			}
			if total != 100 || s.rows(t, "not_attempted") == 0 || created == 0 {
				t.Errorf("%d rows, %d created, %d not attempted", total, created, s.rows(t, "not_attempted"))
			}
			if n := len(s.server.Contacts(5417)) - 6; n != created && !c.uncertain {
				t.Errorf("%d rows created, and there are %d contacts", created, n)
			}
			if !strings.Contains(s.stdout.String(), "contactsync import --") {
				t.Errorf("no next command:\n%s", &s.stdout)
			}
		})
	}
}
