package importer

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/plan"
)

// stopAt asks for the end of the run at the first row of a pass, and counts the rows behind it.
type stopAt struct {
	pass   Pass
	stop   func()
	now    Pass
	behind int
}

func (s *stopAt) Start(p Pass, _ int) { s.now = p }
func (s *stopAt) End()                {}
func (s *stopAt) Row(plan.Status) {
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
	for _, pass := range []Pass{PassCheck, PassReport} {
		t.Run(string(pass), func(t *testing.T) {
			t.Parallel()
			match, err := contact.ParseMatch("type,email")
			if err != nil {
				t.Fatal(err)
			}
			asked := &plan.StopError{Cause: plan.CauseInterrupted, Message: "asked"}
			stop, halt := context.WithCancelCause(t.Context())
			progress := &stopAt{pass: pass, stop: func() { halt(asked) }}
			job := &Job{
				About:    ledger.Run{ID: "r", Started: time.Now(), ReportDir: filepath.Join(t.TempDir(), "report")},
				Inputs:   []Input{benchInput(t, export(rows, false))},
				Settings: Settings{DefaultType: "Technical", Match: match, MaxInvalid: plan.HalfOfRows()},
				Progress: progress, ExitCode: func(Result) int { return 0 },
			}
			result := job.Run(t.Context(), stop)
			if !errors.Is(result.Err, asked) {
				t.Errorf("ended with %v", result.Err)
			}
			var unwritten *ReportError
			if errors.As(result.Err, &unwritten) {
				t.Errorf("it is told as a report that could not be written: %v", result.Err)
			}
			if progress.behind > rows/2 {
				t.Errorf("%d of %d rows were read after the stop", progress.behind, rows)
			}
		})
	}
}
