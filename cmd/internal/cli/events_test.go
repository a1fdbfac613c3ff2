package cli_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/contactsync/contactsync/cmd/internal/cli"
)

// events are the lines of standard error, each of which must be a JSON object.
func (s *session) events(t *testing.T) []map[string]any {
	t.Helper()
	var all []map[string]any
	for line := range strings.Lines(s.stderr.String()) {
		var e map[string]any
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("this line is no JSON: %q", line)
		}
		all = append(all, e)
	}
	if len(all) == 0 || all[len(all)-1]["event"] != "run.finished" {
		t.Fatalf("the end is not told:\n%s", &s.stderr)
	}
	return all
}

// TestQuestionAsEvent: on a terminal the question is still put, as one line of JSON, and no contact stands before it.
func TestQuestionAsEvent(t *testing.T) {
	t.Parallel()
	s := newSession(t, goodRows, "--log-format", "json")
	s.Stdin = strings.NewReader("y\n")
	s.run(t, 0)
	asked := false
	for _, e := range s.events(t) {
		asked = asked || e["message"] == "Create 2 contacts? [y/N]"
	}
	if !asked || s.sent("POST") != 2 {
		t.Errorf("asked %v, sent %d:\n%s", asked, s.sent("POST"), &s.stderr)
	}
	if strings.Contains(s.stderr.String(), "Ann Lee") {
		t.Errorf("a value stands in the log:\n%s", &s.stderr)
	}
}

// TestQuietNeverAsks: what may say nothing can't ask, and does not go on unasked.
func TestQuietNeverAsks(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args       []string
		code, sent int
	}{
		"must ask": {args: []string{"--quiet"}, code: 2},
		"--yes":    {args: []string{"--quiet", "--yes"}, sent: 2},
		"dry run":  {args: []string{"--quiet", "--dry-run"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSession(t, goodRows, c.args...)
			s.run(t, c.code)
			said := s.stdout.String() + s.stderr.String()
			if s.sent("POST") != c.sent || (said == "") != (c.code == 0) {
				t.Errorf("sent %d, want %d; said:\n%s", s.sent("POST"), c.sent, said)
			}
		})
	}
}

// TestCrashIsTold: a crash has its last line too, and the Go runtime then says nothing of its own.
func TestCrashIsTold(t *testing.T) {
	t.Parallel()
	for _, asJSON := range []bool{true, false} {
		s := newSession(t, goodRows)
		if asJSON {
			s.variables["CONTACTSYNC_LOG_FORMAT"] = "json"
		}
		muted := false
		s.Mute = func() { muted = true }
		lookup := s.LookupEnv
		s.LookupEnv = func(name string) (string, bool) {
			if name == "EMNIFY_API_URL" {
				panic("a mistake of ours")
			}
			return lookup(name)
		}
		crashed := crashOf(s)
		if crashed != "a mistake of ours" || muted != asJSON {
			t.Errorf("JSON %v: crashed with %v, muted %v", asJSON, crashed, muted)
		}
		if !asJSON {
			if s.stderr.Len() > 0 {
				t.Errorf("said:\n%s", &s.stderr)
			}
			continue
		}
		all := s.events(t)
		last := all[len(all)-1]
		if last["exit_code"] != 134.0 || last["reason"] != "contactsync crashed: a mistake of ours" {
			t.Errorf("the end is told as %v", last)
		}
		stack, _ := all[len(all)-2]["stack"].(string)
		if !strings.Contains(stack, "TestCrashIsTold") {
			t.Errorf("the stack does not show where it was: %q", stack)
		}
	}
}

// TestCrashWhileOpening: a panic on the goroutine that opens inputs, since that may wait, is told as any other.
func TestCrashWhileOpening(t *testing.T) {
	t.Parallel()
	s := newSession(t, goodRows)
	s.Args = []string{"import", "--log-format", "json", "-"}
	s.Stdin = crashing{}
	if crashOf(s) == nil {
		t.Fatal("nothing crashed")
	}
	all := s.events(t)
	stack, _ := all[len(all)-2]["stack"].(string)
	if all[len(all)-1]["reason"] != "contactsync crashed: a mistake of ours" || !strings.Contains(stack, "crashing") {
		t.Errorf("told:\n%s", &s.stderr)
	}
}

// crashing is a standard input whose reader makes a mistake.
type crashing struct{}

func (crashing) Read([]byte) (int, error) { panic("a mistake of ours") }

func crashOf(s *session) (cause any) {
	defer func() { cause = recover() }()
	cli.Main(s.Env)
	return nil
}
