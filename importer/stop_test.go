package importer

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/dedupe"
	"github.com/contactsync/contactsync/importer/diff"
	"github.com/contactsync/contactsync/importer/ending"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/ledger/memory"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/importer/remote"
	"github.com/contactsync/contactsync/importer/stop"
	"github.com/contactsync/contactsync/importer/survey"
	"github.com/contactsync/contactsync/mapping/lookup"
)

// stopAt asks for the end of the run at the first row of a pass, and counts the rows behind it.
type stopAt struct {
	pass   ending.Pass
	stop   func()
	now    ending.Pass
	behind int
}

func (s *stopAt) Start(p ending.Pass, _ int) { s.now = p }
func (s *stopAt) End()                       {}
func (s *stopAt) Row(outcome.Status) {
	if s.now == s.pass {
		s.stop()
		s.behind++
	}
}

// TestLookingStopsSoon shows that a run which sends nothing ends when it is told to, in whichever pass it is, and does not
// read on to the end of the file.
func TestLookingStopsSoon(t *testing.T) {
	t.Parallel()
	const rows = 20_000
	for _, pass := range []ending.Pass{ending.PassCheck, ending.PassReport} {
		t.Run(string(pass), func(t *testing.T) {
			t.Parallel()
			match, err := contact.ParseMatch("type,email")
			if err != nil {
				t.Fatal(err)
			}
			asked := &stop.Error{Cause: stop.CauseInterrupted, Message: "asked"}
			stop, halt := context.WithCancelCause(t.Context())
			progress := &stopAt{pass: pass, stop: func() { halt(asked) }}
			job := &Import{
				Base: Base{
					About: ledger.Run{ID: "r", Started: time.Now(), ReportDir: filepath.Join(t.TempDir(), "report")},
					Match: match, Progress: progress, ExitCode: func(ending.Result) int { return 0 },
				},
				Inputs: []check.Input{benchInput(t, export(rows, false))},
				Rules:  survey.Rules{DefaultType: "Technical"}, Limits: plan.Limits{Invalid: plan.Half()},
			}
			result := job.Run(t.Context(), stop)
			if !errors.Is(result.Err, asked) {
				t.Errorf("ended with %v", result.Err)
			}
			var unwritten *ending.ReportError
			if errors.As(result.Err, &unwritten) {
				t.Errorf("it is told as a report that could not be written: %v", result.Err)
			}
			if progress.behind > rows/2 {
				t.Errorf("%d of %d rows were read after the stop", progress.behind, rows)
			}
		})
	}
}

// emptyOrganisation has no contacts.
type emptyOrganisation struct{}

func (emptyOrganisation) MyOrganisation(context.Context) (remote.Organisation, error) {
	return remote.Organisation{ID: 12, Name: "Empty"}, nil
}

func (emptyOrganisation) Countries(context.Context) ([]lookup.CountryRow, error) {
	return []lookup.CountryRow{{ID: 74, Name: "Germany", ISO: "DE"}}, nil
}

func (emptyOrganisation) List(context.Context, int64, func(contact.Stored) bool) (remote.Listing, error) {
	return remote.Listing{}, nil
}

func (emptyOrganisation) Contact(context.Context, int64, int64) (contact.Stored, bool, error) {
	return contact.Stored{}, false, nil
}

// TestARunThatWritesStopsSoon shows that a run which is told to stop while it looks at its rows reads no further, and tells
// of those that it has read; one that was told before that tells of all, if they are few.
func TestARunThatWritesStopsSoon(t *testing.T) {
	t.Parallel()
	const rows = 20_000
	for _, c := range []struct {
		name  string
		on    dedupe.OnDuplicate
		early bool
		grace time.Duration
		some  bool
	}{
		{name: "the first one counts", on: dedupe.KeepFirst, grace: time.Hour, some: true},
		{name: "the last one counts", on: dedupe.KeepLast, grace: time.Hour},
		{name: "merged", on: dedupe.KeepMerged, grace: time.Hour},
		{name: "before, with time", early: true, grace: time.Hour},
		{name: "before, without", early: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			match, err := contact.ParseMatch("type,email")
			if err != nil {
				t.Fatal(err)
			}
			asked := &stop.Error{Cause: stop.CauseInterrupted, Message: "asked"}
			stop, halt := context.WithCancelCause(t.Context())
			progress := &stopAt{pass: ending.PassCheck, stop: func() { halt(asked) }}
			if c.early {
				halt(asked)
			}
			book := memory.New()
			job := &Import{
				Base: Base{
					About:     ledger.Run{ID: "r", Command: "import", Started: time.Now(), ReportDir: filepath.Join(t.TempDir(), "report")},
					Directory: emptyOrganisation{}, Ledger: book, Host: "h",
					Match: match, TypeIDs: []contact.Type{{ID: 3, Name: "Technical"}}, Grace: c.grace,
					Progress: progress, ExitCode: func(ending.Result) int { return 4 },
				},
				Inputs:      []check.Input{benchInput(t, export(rows, false))},
				OnDuplicate: c.on, Rules: survey.Rules{DefaultType: "Technical"},
				Limits: plan.Limits{Invalid: plan.Half()}, Sync: &diff.Options{Prune: true},
			}
			result := job.Run(t.Context(), stop)
			if !errors.Is(result.Err, asked) {
				t.Fatalf("ended with %v", result.Err)
			}
			if result.Rows.Of(outcome.NotAttempted)+result.Rows.Of(outcome.Invalid) != result.Rows.Total || result.Summary.ExitCode != 4 {
				t.Errorf("%+v, exit code %d", result.Rows, result.Summary.ExitCode)
			}
			if _, err := os.Stat(filepath.Join(result.ReportDir, "summary.json")); err != nil {
				t.Error(err)
			}
			switch n := result.Rows.Total; {
			case c.early && c.grace > 0 && n != rows:
				t.Errorf("%d of %d rows are told of", n, rows)
			case (!c.early || c.grace == 0) && n > rows/2:
				t.Errorf("%d of %d rows were read after the stop", n, rows)
			case c.some && n == 0:
				t.Error("the rows that were read are not told of")
			}
			runs, err := book.Runs(t.Context())
			if err != nil || len(runs) != 1 || runs[0].ExitCode != 4 || runs[0].Reason != "asked" {
				t.Errorf("the history has %+v, %v", runs, err)
			}
		})
	}
}
