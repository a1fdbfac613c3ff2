// Package ending is how a run ends: its report, whatever has become of the report's folder, its summary, and what the ledger
// keeps of why it ended.
package ending

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/rs/zerolog"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/source"
	"github.com/contactsync/contactsync/importer/stop"
	"github.com/contactsync/contactsync/report"
)

// Result is how a run ended.
type Result struct {
	// Rows counts how the rows ended, Summary is what summary.json holds; both are zero if there is no report.
	Rows    report.Counts
	Summary report.Summary
	// Tally is what the rows' problems were; nil without a report.
	Tally *report.Tally
	// ReportDir is where the report is; empty without one.
	ReportDir string
	// Twice tells that a contact stands twice because a request of ours took effect late.
	Twice bool
	// Unmapped counts the values in columns that go nowhere.
	Unmapped int
	// LeftAlone counts the contacts that an undo did not take back, since somebody has changed them.
	LeftAlone int
	// Shape is what the ledger keeps of the input's shape if the run ended well; nil: nothing.
	Shape []byte
	// Err is why the run ended before its rows did, or could not be done or reported; nil if it was done.
	Err error
}

// ReportError says that the report could not be written. What was sent stands in the ledger.
type ReportError struct{ Err error }

func (e *ReportError) Error() string { return "writing the report: " + e.Err.Error() }

// Unwrap returns the cause.
func (e *ReportError) Unwrap() error { return e.Err }

// Hint says what to do now.
func (e *ReportError) Hint() string {
	return "make the report folder writable, or give another --report-dir, and run the same command again"
}

// MovedReportError says that the report stands elsewhere, since its own folder could not take it any more. It does not
// unwrap to the cause: a folder that is another run's by now kept this run from nothing, unlike one that was so from the start.
type MovedReportError struct {
	From, To string
	Err      error
}

func (e *MovedReportError) Error() string {
	return fmt.Sprintf("the report is in %q, since it could not be written to %q any more: %s", e.To, e.From, e.Err)
}

// Hint says what to do now.
func (e *MovedReportError) Hint() string {
	return "all rows stand in it; for the next run make the report folder writable, or give another --report-dir"
}

// Ledger is where a run's end is noted.
type Ledger interface {
	Begin(ctx context.Context, r ledger.Run, continues ...string) error
	KeepShape(ctx context.Context, run string, sealed []byte) error
	Finish(ctx context.Context, run string, exit int, reason string, at time.Time) error
}

// Ending ends one run. Its fields are set before the run and not changed after.
type Ending struct {
	About ledger.Run
	// Ledger is nil in a run that keeps nothing.
	Ledger Ledger
	// Folder has the report's folder, or does not.
	Folder Folder
	// Spare are the folders that take the report, the first that can, if its own can't when all has been sent.
	Spare  []string
	DryRun bool
	// Usage tells how many requests left so far and how long they waited for the budget; nil: none.
	Usage func() (requests int, waited time.Duration)
	// ExitCode tells the exit code for how the run ended.
	ExitCode func(Result) int
	Passes   *Passes
	Log      zerolog.Logger
}

// Folder is the report's folder as a run has it, or had it.
type Folder interface {
	// ClaimFolder claims it, if it is not the run's already.
	ClaimFolder() error
	// Homeless reports whether it was let go while the run waited for a lock.
	Homeless() bool
}

// Create makes the report's folder, after an earlier report has been moved away. stopped is why the run ends already, if it
// does; where another run has the folder by now, the report would take the place of that one's, and that is why there is none.
func (r *Ending) Create(inputs []check.Input, stopped error) (*report.Set, error) {
	if r.Folder.Homeless() && r.Folder.ClaimFolder() != nil {
		return nil, stopped
	}
	o := report.Options{Dir: r.About.ReportDir, RunID: r.About.ID}
	for _, in := range inputs {
		d := in.Source.Detected()
		o.Inputs = append(o.Inputs, report.Input{
			Name: in.Source.Name(), Header: in.Source.RawHeader(), Delimiter: d.Delimiter, Newline: d.Newline,
			Encode: func(w io.Writer) (io.WriteCloser, error) { return in.Source.Encode(w), nil },
		})
	}
	set, err := report.Create(o)
	if err != nil {
		return nil, &ReportError{Err: err}
	}
	return set, nil
}

// Counted is what the last pass has counted.
type Counted struct {
	Rows report.Counts
	// Late tells that a contact stands twice because of us.
	Late                bool
	Unmapped, LeftAlone int
	// Held counts rows that were not sent because a row with the same key is in doubt.
	Held int
	// Shape is what is to be kept of the input's if the run ends well; nil: nothing.
	Shape []byte
	// Stopped is why the run ended before its rows did; nil if it did not.
	Stopped error
	// Summary adds what only this kind of run has.
	Summary func(*report.Summary)
}

// Complete makes the last pass and completes the report. stopped is why the run ended, before that pass.
func (r *Ending) Complete(quit context.Context, set *report.Set, stopped error, last func() (Counted, error)) Result {
	moved, err := r.house(set)
	if err != nil {
		return unreported(quit, set, stopped, err)
	}
	n, err := last()
	if err != nil {
		return unreported(quit, set, cmp.Or(n.Stopped, stopped), err)
	}
	result := Result{
		Err: errors.Join(n.Stopped, moved), ReportDir: set.Dir(), Rows: n.Rows, Twice: n.Late, LeftAlone: n.LeftAlone,
		Tally: set.Tally(), Unmapped: n.Unmapped, Shape: n.Shape,
	}
	if unsent := n.Rows.Of(outcome.NotAttempted); n.Stopped == nil && !r.DryRun && n.Held == 0 && unsent > 0 {
		return unreported(quit, set, nil, fmt.Errorf("%d rows were not sent, and nothing says why", unsent))
	}
	result.Summary = r.summary(r.ExitCode(result), n)
	if moved != nil {
		result.Summary.Stopped = result.Err.Error()
	}
	if err := set.Close(result.Summary); err != nil {
		return unreported(quit, set, n.Stopped, err)
	}
	return result
}

// house sees to it that the report has a folder to be written to, whatever has become of its own while the run sent: one
// that was taken away is made again, and for one that is another run's by now, or is closed, there are the spare ones.
// moved says that one of those has the report.
func (r *Ending) house(set *report.Set) (moved, err error) {
	if err := set.Prepare(); err != nil {
		return nil, err
	}
	own := r.Folder.ClaimFolder()
	if own == nil {
		own = set.Reopen(set.Dir())
	}
	if own == nil {
		return nil, nil
	}
	for _, spare := range r.Spare {
		from := set.Dir()
		if set.Reopen(spare) == nil {
			return &MovedReportError{From: from, To: spare, Err: own}, nil
		}
	}
	return nil, own
}

// unreported is the result of a run whose report could not be made.
func unreported(quit context.Context, set *report.Set, stopped, err error) Result {
	err = errors.Join(err, set.Abort())
	var changed *source.ChangedError
	if !errors.As(err, &changed) && quit.Err() == nil {
		err = &ReportError{Err: err}
	}
	return Ended(stopped, err)
}

func (r *Ending) summary(exit int, n Counted) report.Summary {
	about := r.About
	s := report.Summary{
		Simulated: about.Simulated, RunID: about.ID, Command: about.Command, Version: about.Version,
		Started: about.Started, Finished: time.Now(), ExitCode: exit, Rows: n.Rows, PassSeconds: r.Passes.seconds(),
	}
	if n.Stopped != nil {
		s.Stopped = n.Stopped.Error()
	}
	if r.Usage != nil {
		requests, waited := r.Usage()
		s.Requests, s.RateWaitSeconds = requests, waited.Seconds()
	}
	n.Summary(&s)
	return s
}

// longestReason bounds what the ledger keeps of why a run ended; the message itself has been told.
const longestReason = 1000

// Note tells the ledger how a run ended, and why: also of one that had to end before it wrote anything, so that the
// history has no gap where somebody looks for what went wrong. A run that was never to begin, since its command is wrong or
// another run goes on, is none, and neither is a dry run. begun tells that the ledger knows the run.
func (r *Ending) Note(quit context.Context, begun bool, result Result) Result {
	if r.Ledger == nil || r.DryRun || !begun && neverBegan(result.Err) {
		return result
	}
	ctx := context.WithoutCancel(quit)
	var err error
	if !begun {
		err = r.Ledger.Begin(ctx, r.About)
	}
	code := r.ExitCode(result)
	if err == nil && result.Shape != nil && ledger.Closes(code) {
		err = r.Ledger.KeepShape(ctx, r.About.ID, result.Shape) // before the end: without one it counts for nothing
	}
	if err == nil {
		at := result.Summary.Finished
		if at.IsZero() {
			at = time.Now()
		}
		err = r.Ledger.Finish(ctx, r.About.ID, code, ReasonOf(result.Err), at)
	}
	switch {
	case err == nil:
	case begun, result.Err == nil:
		result.Err = errors.Join(result.Err, ledger.Unwritable(err))
	default: // it has sent nothing, and why it ended is told already
		r.Log.Warn().Err(err).Msg("the ledger could not note that this run has ended")
	}
	return result
}

func neverBegan(err error) bool {
	var usage *stop.UsageError
	var held *ledger.HeldError
	return errors.As(err, &usage) || errors.As(err, &held)
}

// ReasonOf is the text of what ended a run. Such texts hold no values of rows: they go to logs too.
func ReasonOf(err error) string {
	if err == nil {
		return ""
	}
	text := []rune(err.Error())
	return string(text[:min(len(text), longestReason)])
}

// Ended is how a run ended without a report: why it did, and what kept it from being reported.
func Ended(errs ...error) Result { return Result{Err: errors.Join(errs...)} }
