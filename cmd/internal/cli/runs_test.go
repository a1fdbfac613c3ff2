package cli_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/ledger/memory"
)

// waits never answers.
type waits struct{}

func (waits) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// historySession has a ledger with a run that was killed, one that continued it, and one under way.
func historySession(t *testing.T, args ...string) *session {
	t.Helper()
	s := newSession(t, "")
	book := memory.New()
	at := time.Date(2026, 3, 1, 2, 0, 0, 0, time.UTC)
	for _, r := range []struct {
		id        string
		exit      int
		continues []string
	}{
		{"20260301-020000-aaaaaa", ledger.StillOpen, nil},
		{"20260302-020000-bbbbbb", 0, []string{"20260301-020000-aaaaaa"}},
		{"20260303-020000-cccccc", ledger.StillOpen, nil},
	} {
		err := book.Begin(t.Context(), ledger.Run{ID: r.id, Command: "import", Job: "nightly\x1b[2J", Started: at, ReportDir: "/reports/" + r.id}, r.continues...)
		if err == nil && r.exit != ledger.StillOpen {
			err = book.Finish(t.Context(), r.id, r.exit, "", at.Add(time.Minute))
		}
		if err != nil {
			t.Fatal(err)
		}
		at = at.AddDate(0, 0, 1)
	}
	s.Ledger = book
	s.Args = append([]string{"runs"}, args...)
	return s
}

// TestRunsOnATerminal: a line for each run if there is room, else a second line with what is long; nothing is cut.
func TestRunsOnATerminal(t *testing.T) {
	t.Parallel()
	for width, lines := range map[int]int{80: 7, 300: 4} {
		s := historySession(t)
		s.Width = width
		s.run(t, 0)
		text := s.stdout.String()
		if strings.Contains(text, "\x1b") || strings.Count(text, "\n") != lines {
			t.Errorf("%d wide:\n%s", width, text)
		}
		for _, part := range []string{
			"continued by 20260302-020000-bbbbbb", "every row ended well", "no end: under way, or killed", "/reports/20260303-020000-cccccc", "open",
		} {
			if !strings.Contains(text, part) {
				t.Errorf("%d wide: no %q in\n%s", width, part, text)
			}
		}
		newest, oldest := strings.Index(text, "20260303-020000-cccccc"), strings.Index(text, "20260301-020000-aaaaaa")
		if newest < 0 || newest > oldest {
			t.Errorf("not the newest first:\n%s", text)
		}
	}
}

func TestRunsShowWhatContinuesWhat(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		"20260301": "continued by  20260302-020000-bbbbbb", "20260302-020000-bbbbbb": "continues     20260301-020000-aaaaaa",
		"last": "20260303-020000-cccccc",
	} {
		s := historySession(t, "show", id)
		s.run(t, 0)
		if text := s.stdout.String(); !strings.Contains(text, want) || strings.Contains(text, "\x1b") {
			t.Errorf("show %s: no %q in\n%s", id, want, text)
		}
	}
	s := historySession(t, "show", "20260303-020000-bbbbbb")
	s.run(t, 2)
	if !strings.Contains(s.stderr.String(), "the nearest: 20260302-020000-bbbbbb") {
		t.Error(s.stderr.String())
	}
}
