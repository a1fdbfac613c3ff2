// Package importer is the run: the sequence of steps that takes contacts from inputs to an organisation and tells the
// truth about every row.
//
// A run is three passes over one stream of checked rows that is the same each time: the first one counts and compares,
// and everything that can stop a run before anything is sent is decided at its end; the second one sends; the third one
// reports. Memory holds a small fixed cost for each row, never rows. What a pass learns of a row is joined with it by
// its number and proved by its content hash.
//
// The package knows no API, no flags and no terminal: they come in through the ports of [Job].
package importer

import (
	"context"
	"time"

	"github.com/rs/zerolog"

	"github.com/contactsync/contactsync/importer/apply"
	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/dedupe"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/importer/remote"
)

// ContactWriter takes the contacts of the rows that were accepted, in input order.
type ContactWriter interface {
	Write(c contact.Contact, org int64, externalID string) error
}

// Settings are what the user decided.
type Settings struct {
	// Org is the organisation of rows that name none; 0 is the caller's own.
	Org int64
	// DefaultType and DefaultCountry are those of rows that name none, as the user wrote them; empty: none.
	DefaultType    string
	DefaultCountry string
	// TypeIDs are the ids that the user gave; they go before those learned from the organisation.
	TypeIDs []contact.Type
	Match   contact.Match
	// OnDuplicate says which of several rows that are the same contact counts; empty is the first one.
	OnDuplicate dedupe.OnDuplicate
	Lenient     contact.FieldSet
	Rows        check.Range
	DryRun      bool
	Concurrency int
	// MaxAttempts is how often a row is sent, over all runs that go on with it.
	MaxAttempts int
	// Settle is how long after the end of an attempt whose answer was lost its contact's absence may count as proof.
	Settle time.Duration
	// Sync is what a sync decides beyond an import; nil: an import.
	Sync *Sync
	// Recreate makes contacts anew that an earlier run made and that somebody has deleted since.
	Recreate bool
	// RemoveTwins deletes the second contact that a late commit of a request of ours made, instead of only telling of it.
	RemoveTwins bool
	// Grace is how long requests under way may take to end after the run was told to stop.
	Grace time.Duration
	// RetryLock is how long the run waits for locks that another one has.
	RetryLock   time.Duration
	MaxInvalid  plan.Limit
	MaxCreates  plan.Limit
	MaxFailures plan.Limit
}

// Job is one run, wired. Its fields are set before Run and not changed after.
type Job struct {
	// About names the run: id, command, version, start, report folder.
	About  ledger.Run
	Inputs []check.Input
	Settings

	// Directory, API, Ledger and Host are nil or empty in a run that never leaves the machine (validate).
	Directory remote.Directory
	API       apply.API
	Ledger    ledger.Ledger
	// Host is the API's host, under which the ledger keeps what it knows.
	Host string

	// Folder is the report's folder, claimed already; nil: nobody else can have it.
	Folder Folder
	// Spare are the folders that take the report, the first that can, if its own can't when all has been sent.
	Spare []string

	// Planning keeps the plan; the zero value does not.
	Planning Planning

	// Accepted takes the accepted contacts, normalised; nil: nobody wants them.
	Accepted ContactWriter

	// Progress is told how far the run is.
	Progress Progress
	// Confirm shows what is to be done and asks; nil asks nothing. An error, or false, ends the run.
	Confirm func(ctx context.Context, p Preview) (bool, error)
	// Pace waits until the request budget lets a request leave, and tells whether it had to wait for a new window of
	// that length; nil never waits.
	Pace func(ctx context.Context) (waited bool, window time.Duration, err error)
	// Forecast tells how long so many further requests take at least under the request budget; nil: no limit.
	Forecast func(requests int) time.Duration
	// Usage tells how many requests left so far and how long they waited for the budget; nil: none.
	Usage func() (requests int, waited time.Duration)
	// ExitCode tells the exit code for how the run ended.
	ExitCode func(Result) int

	Log zerolog.Logger
}

// key is the one under which the ledger's hashes are made; none in a run that keeps nothing.
func (j *Job) key() contact.Key {
	if j.Ledger == nil {
		return contact.Key{}
	}
	return j.Ledger.Key()
}
