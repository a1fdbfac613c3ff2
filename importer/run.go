package importer

import (
	"context"
	"errors"
	"iter"
	"slices"
	"time"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/dedupe"
	"github.com/contactsync/contactsync/importer/history"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/stop"

	"github.com/contactsync/contactsync/mapping/lookup"
	"github.com/contactsync/contactsync/report"
)

// Pass is one walk over the input.
type Pass string

// The passes, as a person reads them.
const (
	PassCheck  Pass = "checking"
	PassSend   Pass = "sending"
	PassReport Pass = "reporting"
)

// Progress is told how far a run is. Row is called from many goroutines.
type Progress interface {
	// Start begins a pass over total rows; 0: it is not known how many.
	Start(p Pass, total int)
	// Row tells that one more row is done, with its status where it has one.
	Row(s outcome.Status)
	End()
}

// run is the state of one Run.
type run struct {
	*Job
	quit        context.Context // ends everything, the report included
	reading     context.Context // ends the first pass
	cut         bool            // it has ended so
	checker     check.Checker
	territories map[int64]*territory
	types       []contact.Type // those whose ids are known
	unlock      []func() error
	homeless    bool      // the report's folder was let go while this run waited for a lock
	locked      time.Time // when this run became the only one
	begun       bool      // the ledger knows the run
	tookOver    bool      // and what it takes over from those that it goes on with
	runs        *history.Runs
	needles     *needles              // what contacts may be the rows'; nil: any
	sought      map[contact.Hash]bool // the rows' own ids
	rough       *contact.Rules        // those of the rows, but for the types that only listings tell
	passTimes   *timed
	listedAt    time.Time // when the organisations were listed last

	deletions   []deletion
	deleted     []deletion       // by the runs that this one goes on with
	shield      *shield          // what must not be deleted
	inputTypes  map[int]bool     // of the valid rows
	associate   map[int]int64    // by row: the contact that is to be known as the row's
	carried     []ledger.Resumed // rows of which the runs that this one goes on with know how they ended
	continues   map[int32]bool   // those runs, by their index in history
	prior       map[int]prior    // by row: what was sent for it before
	seen        map[contact.Hash]bool
	leftOut     map[contact.Hash]bool // rows that earlier runs sent and in whose place another one counts now
	leftAlone   int                   // contacts that an undo had to leave alone
	twice       bool                  // a contact stands twice because of us
	unclear     bool                  // an attempt of this run was unclear
	lostAt      map[int]time.Time     // by row: when an answer of this run was lost first
	uncertain   bool                  // and could not be found out
	twinDeletes int                   // numbered behind its rows and all deletions
	held        int                   // rows that were not sent because a row with the same key is unclear

	// resend reads again what was sent for rows that stand in no input; nil: the rows do.
	resend func(wanted check.Selection) iter.Seq2[sentAgain, error]

	verdicts []verdict // by row; the first one is unused
	counts   [create + 1]int
	twins    *dedupe.Groups
	// pairsLeftOut counts the pairs of rows that are too many to be listed.
	pairsLeftOut int
	// identities tell which ids of the rows' own identify them; nil: no input has any.
	identities *dedupe.Identities
	columns    *check.Columns
	names      *check.Names
	ended      report.Counts // counted by the run itself, to be held against the report
	byOrg      map[int64]*report.Counts
	// withTypeID and withoutTypeID count rows by whether the id of their type is known.
	withTypeID, withoutTypeID int

	stopped error // why the run ended before its rows did
}

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
	// Err is why the run ended before its rows did, or could not be done or reported; nil if it was done.
	Err error
}

// Run does the job. When stop is cancelled, with a *stop.Error as cause, nothing more is sent, what is under way may
// end within the grace time, and the report is completed; a run that only looks ends soon, without one. When ctx is cancelled everything ends at once: what is under
// way is unclear, the ledger knows it, and there is no report.
func (j *Job) Run(ctx, stop context.Context) Result {
	own := *j
	own.Inputs = slices.Clone(j.Inputs) // columns that turn out to number something else are given up, in this run only
	passes := own.time()
	j = &own
	quit, end := j.quitting(ctx, stop)
	defer end()
	r := &run{Job: j, runs: &history.Runs{}, quit: quit, passTimes: passes}
	r.checker = check.Checker{Key: j.key(), Inputs: j.Inputs, Range: j.Rows, Match: j.Match, Org: j.Org}
	defer r.release()
	r.names, r.columns = check.NewNames(j.Inputs, j.Rows), check.NewColumns(j.Inputs)
	for _, in := range j.Inputs {
		in.Source.Use(in.Mapping.Used())
	}
	return r.noteEnd(r.do(stop))
}

// do is the run between what is made ready for it and what is noted of its end.
func (r *run) do(stop context.Context) Result {
	err := changedStop(r.prepare(stop))
	if err != nil && !reportable(err) {
		return Result{Err: err}
	}
	r.stopped = err
	if r.homeless && r.claimFolder() != nil {
		return Result{Err: r.stopped} // another run has the folder: the report would take the place of that one's
	}
	set, err := r.createReport()
	if err != nil {
		return Result{Err: err}
	}
	if err := r.passes(stop); err != nil {
		return Result{Err: errors.Join(err, set.Abort())}
	}
	return r.close(set)
}

// quitting is the context that ends everything. A run that only looks has nothing under way whose answer counts, and its
// report tells nothing that the same command does not tell again: there the first signal ends it as the second one does.
func (j *Job) quitting(ctx, stop context.Context) (quit context.Context, end func()) {
	if j.Directory != nil && !j.DryRun {
		return ctx, func() {}
	}
	quit, cancel := context.WithCancelCause(ctx)
	detach := context.AfterFunc(stop, func() { cancel(context.Cause(stop)) })
	return quit, func() {
		detach()
		cancel(nil)
	}
}

// reportable reports whether a run that ended so still tells of each row what is known of it. A wrong command, and a run
// that another one keeps from beginning, leave no report.
func reportable(err error) bool {
	var stop *stop.Error
	return errors.As(err, &stop)
}

// prepare makes the rules that rows are checked by, with what the platform says where the run has one.
func (r *run) prepare(stop context.Context) error {
	if err := r.useRules(lookup.Offline(), lookup.Types(r.TypeIDs, false)); err != nil {
		return err
	}
	if err := r.needType(); err != nil {
		return err
	}
	if r.offline() {
		return nil
	}
	if err := r.bindPlan(); err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(r.quit)
	defer cancel(nil)
	defer context.AfterFunc(stop, func() { cancel(context.Cause(stop)) })()
	err := r.survey(ctx)
	if err != nil && stop.Err() != nil {
		return context.Cause(stop)
	}
	return err
}

func (r *run) offline() bool { return r.Directory == nil }

// needType refuses a run whose rows can have no type at all.
func (r *run) needType() error {
	if r.DefaultType != "" {
		return nil
	}
	for _, in := range r.Inputs {
		if !in.Maps(contact.TypeField) {
			return &stop.UsageError{
				Message: in.Source.Name() + ": no column says what type the contacts are, and emnify requires one",
				Hint: "give one for all with --type, or name the column with --map type=COLUMN; the types are " +
					quotedList(r.checker.Rules.Types.Names()),
			}
		}
	}
	return nil
}

// passes makes the first two passes. Its error keeps the run from being reported; what else ended it is in stopped.
func (r *run) passes(stop context.Context) error {
	reading, end := r.readUntil(stop)
	defer end()
	r.reading = reading
	if err := r.count(); err != nil {
		return err
	}
	r.tellShort()
	if r.stopped != nil || r.offline() {
		if r.stopped == nil {
			r.stopped = r.guardInvalid()
		}
		return nil
	}
	if err := changedStop(r.apply(stop)); err != nil {
		if !reportable(err) {
			return err
		}
		r.stopped = err
	}
	return nil
}

// apply sends what is to be sent, if nothing speaks against it.
func (r *run) apply(stop context.Context) error {
	if err := r.confirmMissing(stop); err != nil {
		return err
	}
	if err := r.decide(stop); err != nil {
		return err
	}
	if r.DryRun {
		return nil
	}
	abort, cancel := context.WithCancelCause(r.quit)
	defer cancel(nil)
	defer context.AfterFunc(stop, func() {
		grace := time.AfterFunc(r.Grace, func() { cancel(context.Cause(stop)) })
		context.AfterFunc(abort, func() { grace.Stop() })
	})()
	return r.send(stop, abort)
}
