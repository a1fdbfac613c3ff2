// Package importer puts the stages of a run in order: what takes contacts from inputs to an organisation and tells the truth
// about every row.
//
// Each stage takes values and returns values: survey → check → plan → guard and question → deliver → verify → report. A plan
// is made once, in one pass over the rows; delivering and reporting read the rows again, the same ones each time. Memory
// holds a small fixed cost for each row, never rows. What a pass learns of a row is joined with it by its number and proved
// by its content hash.
//
// The package knows no API, no flags and no terminal: they come in through the ports of [Base].
package importer

import (
	"context"
	"iter"
	"time"

	"github.com/rs/zerolog"

	"github.com/contactsync/contactsync/importer/apply"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/diff"
	"github.com/contactsync/contactsync/importer/ending"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/importer/question"
	"github.com/contactsync/contactsync/importer/remote"
	"github.com/contactsync/contactsync/importer/survey"
	"github.com/contactsync/contactsync/importer/verify"
)

// Base is what every run that leaves a report has, wired. Its fields are set before the run and not changed after.
type Base struct {
	// About names the run: id, command, version, start, report folder.
	About ledger.Run
	// Directory, API, Ledger and Host are nil or empty in a run that never leaves the machine (validate).
	Directory remote.Directory
	API       apply.API
	Ledger    ledger.Ledger
	// Host is the API's host, under which the ledger keeps what it knows.
	Host string

	// Folder is the report's folder, claimed already; nil: nobody else can have it.
	Folder survey.Folder
	// Spare are the folders that take the report, the first that can, if its own can't when all has been sent.
	Spare []string

	// Match is what contacts are matched on, TypeIDs the ids of types that the user gave.
	Match   contact.Match
	TypeIDs []contact.Type
	DryRun  bool
	// Concurrency is how many requests are under way at once, MaxAttempts how often a row is sent, over all runs that go on
	// with it, and MaxFailures how many failed rows the run bears.
	Concurrency, MaxAttempts int
	MaxFailures              plan.Limit
	// Settle is how long after the end of an attempt whose answer was lost its contact's absence may count as proof, Grace how
	// long requests under way may take to end after the run was told to stop, RetryLock how long it waits for locks that
	// another run has.
	Settle, Grace, RetryLock time.Duration

	// Progress is told how far the run is.
	Progress ending.Progress
	// Confirm shows what is to be done and asks; nil asks nothing. An error, or false, ends the run.
	Confirm func(ctx context.Context, p question.Preview) (bool, error)
	// Pace waits until the request budget lets a request leave, and tells whether it had to wait for a new window of
	// that length; nil never waits.
	Pace func(ctx context.Context) (waited bool, window time.Duration, err error)
	// Forecast tells how long so many further requests take at least under the request budget; nil: no limit.
	Forecast func(requests int) time.Duration
	// Usage tells how many requests left so far and how long they waited for the budget; nil: none.
	Usage func() (requests int, waited time.Duration)
	// ExitCode tells the exit code for how the run ended.
	ExitCode func(ending.Result) int

	Log zerolog.Logger
}

// Offline reports whether the run never leaves the machine.
func (b *Base) Offline() bool { return b.Directory == nil }

// keyOf is the one under which the ledger's hashes are made; none in a run that keeps nothing.
func keyOf(b *Base) contact.Key {
	if b.Ledger == nil {
		return contact.Key{}
	}
	return b.Ledger.Key()
}

// stagesOf are those that every run begins and ends with.
func stagesOf(b *Base, rules survey.Rules, sync *diff.Options) (*survey.Survey, *ending.Ending) {
	rules.TypeIDs = b.TypeIDs
	s := &survey.Survey{
		Directory: b.Directory, Ledger: b.Ledger, Host: b.Host, About: b.About, Locks: survey.NewLocks(b.Ledger, b.Folder, b.Log),
		RetryLock: b.RetryLock, Settle: b.Settle, MaxAttempts: b.MaxAttempts, DryRun: b.DryRun, Match: b.Match, Rules: rules,
		Sync: sync, Log: b.Log,
	}
	e := &ending.Ending{
		About: b.About, Folder: s.Locks, Spare: b.Spare, DryRun: b.DryRun, Usage: b.Usage, ExitCode: b.ExitCode,
		Passes: ending.NewPasses(b.Progress), Log: b.Log,
	}
	if b.Ledger != nil {
		e.Ledger = b.Ledger
	}
	return s, e
}

// outcomesOf are what the ledger has of this run, by row.
func outcomesOf(ctx context.Context, b *Base, begun bool) iter.Seq2[ledger.Attempt, error] {
	if !begun {
		return func(func(ledger.Attempt, error) bool) {}
	}
	return b.Ledger.Outcomes(context.WithoutCancel(ctx), b.About.ID)
}

// fewFailures is how many failed rows never stop a run, unless the user counted them: a share of few rows means little.
const fewFailures = 10

// newDelivery makes what sends so many changes.
func newDelivery(ctx context.Context, b *Base, f *survey.Found, writes int, noun string) *apply.Delivery {
	return apply.New(apply.Config{
		API: b.API, Directory: b.Directory, Recorder: recorderOf(b), World: f.World, Noun: noun,
		Outcomes:    func() iter.Seq2[ledger.Attempt, error] { return outcomesOf(ctx, b, true) },
		Concurrency: b.Concurrency, MaxFailures: b.MaxFailures.Most(writes, fewFailures), MaxAttempts: b.MaxAttempts, Settle: b.Settle, Listed: f.Listed, Pace: b.Pace,
		Done: func(s outcome.Status) { b.Progress.Row(s) }, Log: b.Log,
	})
}

func recorderOf(b *Base) *apply.Recorder {
	return &apply.Recorder{Book: b.Ledger, Run: b.About.ID, Host: b.Host}
}

// newClosing is the closing look at what a delivery has done; uncertain tells that rows are in doubt all the same.
func newClosing(ctx context.Context, b *Base, w *plan.World, d *apply.Delivery, uncertain bool) *verify.Closing {
	return &verify.Closing{
		Directory: b.Directory, Recorder: recorderOf(b), World: w, Claimed: d.Claimed,
		Outcomes: func() iter.Seq2[ledger.Attempt, error] { return outcomesOf(ctx, b, true) },
		Save: func(s ledger.Scope, hashes map[int64]contact.FieldHashes) error {
			return b.Ledger.SaveFieldHashes(ctx, b.About.ID, s, hashes)
		},
		Base:   func(int64, int64) (contact.FieldHashes, bool) { return contact.FieldHashes{}, false },
		Pauses: verify.PausesOf(b.Settle), Looks: b.MaxAttempts,
		NeedsListing: func(o *plan.Org) bool {
			return !uncertain && !d.Sent().Uncertain && (d.Sent().Lost || len(o.Before.InDoubt) > 0)
		},
		Log: b.Log,
	}
}

// askerOf asks for leave; Confirm must be there to be asked.
func askerOf(b *Base) question.Asker {
	return question.Asker{Confirm: b.Confirm, Forecast: b.Forecast, DryRun: b.DryRun}
}
