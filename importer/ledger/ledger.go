// Package ledger owns what contactsync remembers between runs: the runs, what each organisation showed before a run's
// first write, the intent that is durable before a request leaves, and the result that follows its answer. It also owns
// the lock that keeps two runs from working on one organisation at the same time. The request budget is the package
// budget's.
//
// It guarantees that an intent which [Ledger.Intend] has answered with nil survives a kill and a power cut, and that a
// ledger which could not write once never says yes again: after a failed write or fsync nobody knows what is on disk.
// It decides nothing about rows, sends nothing, and holds no contact data in the clear: hashes, ids, numbers, times, and the API's
// own words with the values masked by whoever hands them in. Two exceptions: what a contact looked like before it was changed or
// deleted, for undo, and the rows' own ids, which are sealed.
//
// Here are its words and what it promises. Each package below keeps it somewhere else: sqlite in a file, memory in memory;
// ledgertest holds them all to the promise.
package ledger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
)

// Scope is what a lock covers and what recognises an organisation: the same number on two hosts (production and a
// simulator) is two organisations.
type Scope struct {
	// Host is the API's host[:port] in lower case.
	Host string
	// Org is the organisation's number.
	Org int64
}

// String names the scope for messages.
func (s Scope) String() string { return fmt.Sprintf("organisation %d at %s", s.Org, s.Host) }

// StillOpen is the exit code of a run that has not ended.
const StillOpen = -1

// Run is one run of the program.
type Run struct {
	ID      string
	Command string
	Version string
	// Job is the name that the user gave to a recurring job; may be empty.
	Job string
	// Plan is the checksum of the saved plan that the run was to do, and no other; empty: none.
	Plan    string
	Started time.Time
	// Finished is zero and ExitCode is StillOpen until Finish. Begin ignores both.
	Finished time.Time
	ExitCode int
	// Reason is why it ended before its rows did, without values of rows; empty if it did not. Begin ignores it.
	Reason    string
	ReportDir string
	DryRun    bool
	// Simulated tells that the run was a rehearsal on a simulator that has forgotten it: what it did is nobody's history.
	Simulated bool
	// Closed tells that nothing of the run is left to be gone on with: it ended 0 or 3, or a run that continued it did.
	// Begin ignores it.
	Closed bool
	// Removed is when the run was taken out of the ledger, but for what has to stay known of it; zero if it was not. Begin
	// ignores it.
	Removed time.Time
}

// RowKey recognises a row over runs, whatever file it stands in and at which line.
type RowKey struct {
	Scope Scope
	contact.Fingerprint
	// Occurrence tells rows with the same content apart: 0 for the first one in the input.
	Occurrence int
}

// Identity is what makes two attempts those of the same row. Key is no part of it: it follows from the content and
// from what the user matches on today.
type Identity struct {
	content    contact.Hash
	occurrence int
}

// Identity tells which row it is.
func (k RowKey) Identity() Identity { return Identity{k.Content, k.Occurrence} }

// Intent says that a request is about to leave.
type Intent struct {
	// Run is the id of a run that has begun.
	Run string
	// Seq is the run's data row, counted over all inputs from 1. Within a run it stands for one row: Row is the same in
	// all attempts.
	Seq    int
	Row    RowKey
	Action outcome.Action
	// Attempt counts the row's requests in this run from 1; 0 is a row that has to be noted although nothing left.
	// Intending an attempt again takes its result away.
	Attempt int
	// Unclear counts the row's earlier attempts, in whatever run, of which nobody knew at first whether they took effect.
	Unclear int
	// Target is the id of the contact that is changed or deleted; of a create 0, or the id that a contact had which is
	// made anew.
	Target int64
	// External recognises the row by its id in the system that it came from; zero if it has none.
	External contact.Hash
	// Before is the contact as the organisation showed it before it is changed or deleted, as JSON: what undoing needs.
	// It is the only contact data that the ledger holds in the clear. After is the content hash of what it is changed into.
	Before []byte
	After  contact.Hash
	// Fields are those that an update sends. Empty is: not known, as of attempts in ledgers before version 4 of the schema.
	Fields contact.FieldMask
	// Told are what the run that decided on the row has to tell of it, and that neither the row nor how it ended says: a run that
	// goes on with that one tells the same. Empty in ledgers before version 7 of the schema.
	Told []outcome.Note
	At   time.Time
}

// Shown is the contact as the organisation showed it before it is changed or deleted; false if the ledger does not hold that.
func (i *Intent) Shown() (contact.Stored, bool) {
	var shown contact.Stored
	return shown, len(i.Before) > 0 && json.Unmarshal(i.Before, &shown) == nil
}

// Result says how an attempt ended.
type Result struct {
	Status  outcome.Status
	Receipt outcome.Receipt
	Field   contact.Field
	// Code is the API's error code and token, Detail its words with all values masked.
	Code   string
	Detail string
	// Found tells that the answer was lost, and that a listing told what had become of the attempt.
	Found bool
	// Notes are what else is to be told of the row.
	Notes []outcome.Note
	At    time.Time
}

// Attempt is an intent and, once it is known, how it ended.
type Attempt struct {
	Intent
	// Result is nil while the attempt is open: its request may have left, and nobody knows what became of it.
	Result *Result
	// Origin is the run that made the attempt, if it is not Run: see [Ledger.Resume].
	Origin string
}

// Status is how the row ended as far as the attempt knows; uncertain while it is open.
func (a *Attempt) Status() outcome.Status {
	if a.Result == nil {
		return outcome.Uncertain
	}
	return a.Result.Status
}

// IsUnclear reports whether nobody knows if the attempt took effect.
func (a *Attempt) IsUnclear() bool { return a.Result == nil || a.Result.Status == outcome.Uncertain }

// UnclearAttempts counts the row's attempts, this one included, of which nobody knew at first whether they took effect.
func (a *Attempt) UnclearAttempts() int {
	if a.IsUnclear() || a.Result.Found {
		return a.Unclear + 1
	}
	return a.Unclear
}

// Ref names an attempt's row in a run.
type Ref struct {
	Run string
	Seq int
}

// Ref names the attempt's row.
func (a *Attempt) Ref() Ref { return Ref{a.Run, a.Seq} }

// Resumed says that what an earlier run, one that this run continues, knows of a row is this run's too, under the number
// that the row has now.
type Resumed struct {
	Seq  int
	From Ref
}

// Ledger is all that is asked of a ledger, in one place for those who implement it and for the suite that holds them to it;
// who only uses some of it says what in an interface of its own. Its methods are safe for concurrent use. Times are kept in UTC to the
// microsecond. After a failed write every method that would write fails with that first error, wrapped in [ErrBroken].
type Ledger interface {
	// Key is what all hashes are made under that are handed to the ledger, and that it hands out. It is the same as long
	// as the ledger lasts; no key (the zero value) has only one that is read and was written before there were keys.
	Key() contact.Key
	// Begin notes a new run, durably, and the runs that it continues. Its id must be new.
	Begin(ctx context.Context, r Run, continues ...string) error
	// Continue notes, durably, that a run which has begun goes on with earlier ones.
	Continue(ctx context.Context, run string, earlier ...string) error
	// Resume takes over, durably, what earlier runs know of rows of this one: their last attempt. The row must have no attempt
	// of this run yet.
	Resume(ctx context.Context, run string, rows []Resumed) error
	// Finish notes how a run ended, and why where that is not what its rows tell, durably, with all results that were
	// recorded before. One that ended 0 or 3 closes the runs that it continued.
	Finish(ctx context.Context, run string, exit int, reason string, at time.Time) error
	// Runs returns all runs in the order in which they began.
	Runs(ctx context.Context) ([]Run, error)
	// Continued returns, for each run that continues others, the ids of those, in the order in which they began.
	Continued(ctx context.Context) (map[string][]string, error)

	// Baseline notes, durably, the ids that an organisation's listing showed before the run's first write. Called
	// again for the same run and scope it replaces what was there.
	Baseline(ctx context.Context, run string, s Scope, ids []int64) error
	// BaselineOf returns what Baseline noted, ascending, each id once; ok is false if nothing was noted.
	BaselineOf(ctx context.Context, run string, s Scope) (ids []int64, ok bool, err error)

	// Hold notes, durably, which contacts of an organisation the rows of a run are about. Called again for the same run and scope
	// it replaces what was there. HeldIn returns the runs that noted any, in the order in which they began, and HeldBy what one
	// of them noted, ascending, each id once.
	Hold(ctx context.Context, run string, s Scope, ids []int64) error
	HeldIn(ctx context.Context, s Scope) (runs []string, err error)
	HeldBy(ctx context.Context, run string, s Scope) (ids []int64, err error)

	// KeepShape keeps, durably, the shape of the input of a run that is about to end well, sealed; nothing stands for an input without
	// a valid row. Called again it replaces what was there. ShapeOf returns what is kept of a run; ok is false if nothing is.
	KeepShape(ctx context.Context, run string, sealed []byte) error
	ShapeOf(ctx context.Context, run string) (sealed []byte, ok bool, err error)

	// Intend notes an intent; when it returns nil the intent is durable and its request may leave. Callers share
	// commits. It heeds ctx only until its intent is part of a commit: an error of ctx means that there is no intent,
	// nil that there is one, also if ctx has been cancelled meanwhile. A caller that does not send after a nil records
	// that (EffectNone).
	Intend(ctx context.Context, i Intent) error
	// Record notes how the row's last attempt ended; it replaces an earlier result. It rides with the next commit and
	// need not be durable when it returns: a result that a crash takes leaves an open intent, which is the careful side.
	Record(ctx context.Context, run string, seq int, r Result) error
	// Flush makes every result durable that was recorded before.
	Flush(ctx context.Context) error

	// InDoubt returns, over all runs, the rows of a scope of which nobody knows whether the request took effect: those
	// whose last attempt is open or ended uncertain, by run and row.
	InDoubt(ctx context.Context, s Scope) ([]Attempt, error)
	// History yields, over all runs, the last attempt of each row of a scope in each run, by run and row, so that of two
	// attempts of the same content the later one counts. An error comes last. Memory does not grow with the number of
	// rows.
	History(ctx context.Context, s Scope) iter.Seq2[Attempt, error]
	// Scopes returns the organisations of a host in which something was ever attempted, or that were locked, ascending; an
	// empty host stands for all.
	Scopes(ctx context.Context, host string) ([]Scope, error)
	// SaveFieldHashes notes, durably, how contacts looked after the run had written them: hashes of the fields of each by
	// its id. FieldHashes returns what was noted last of each contact of a scope, FieldHashesOf what a run noted.
	SaveFieldHashes(ctx context.Context, run string, s Scope, hashes map[int64]contact.FieldHashes) error
	FieldHashes(ctx context.Context, s Scope) (map[int64]contact.FieldHashes, error)
	FieldHashesOf(ctx context.Context, run string, s Scope) (map[int64]contact.FieldHashes, error)
	// Remove takes runs out, durably: their attempts, but for the last one of each row to be kept, which loses what the
	// contact looked like before unless it is unclear; their listings, but for those that what is still to be found out is
	// held against; what contacts looked like, where a later run has noted it anew; and which of them rows were about, where a later
	// run of the same job has noted that; and the shapes of inputs, where a later run of the same job has one of an input with a valid
	// row. The runs themselves stay known as
	// removed: what is kept names them, and one that is open can still be gone on with, as far as it is kept.
	Remove(ctx context.Context, runs []string, keep []Ref, at time.Time) error
	// RenameJob gives the runs of a job another name, durably, and the notices of them; where there are runs of that name already,
	// all are one job's from then on, whose input has another shape than either's: those are kept no longer. ForgetIDs takes the
	// rows' own ids out of the attempts of a job's runs, durably.
	RenameJob(ctx context.Context, from, to string) error
	// Ids that no attempt has any more are kept no longer, and neither are they once Remove has taken out the attempts.
	ForgetIDs(ctx context.Context, job string) error
	// KeepIDs keeps rows' own ids, sealed, durably, beside the hashes by which attempts know them; of one that is kept the first
	// stays. KeptIDs returns those that are kept of some hashes, and KeptHashes yields the hashes of all, in no order; an error
	// comes last.
	KeepIDs(ctx context.Context, ids []KeptID) error
	KeptIDs(ctx context.Context, hashes []contact.Hash) (map[contact.Hash][]byte, error)
	KeptHashes(ctx context.Context) iter.Seq2[contact.Hash, error]
	// SaveNotices notes, durably, how something ended that somebody is told of; one of the same ID takes the other's place. What
	// nobody asks for any more goes ([KeepNotices]). Notices returns them in the order in which they came.
	SaveNotices(ctx context.Context, notices ...Notice) error
	Notices(ctx context.Context) ([]Notice, error)
	// Outcomes yields the last attempt of each row of a run by Seq; an error comes last. Memory does not grow with the
	// number of rows.
	Outcomes(ctx context.Context, run string) iter.Seq2[Attempt, error]
	// Count returns how many rows of a run ended how, as far as the ledger knows: rows of which something was sent, or was
	// to be sent. A row whose last attempt is open counts as uncertain, which is what it is. A status that no row has is
	// missing.
	Count(ctx context.Context, run string) (map[outcome.Status]int, error)

	// Lock keeps every other run off a scope until unlock is called or the process dies. It does not wait: the error
	// is a *HeldError if somebody has the lock. Calling unlock again does nothing.
	Lock(ctx context.Context, s Scope) (unlock func() error, err error)
	// Close flushes and lets go of the ledger. Locks are let go by their own unlock.
	Close() error
}

var (
	// ErrReadOnly answers every write to a ledger that was opened for reading.
	ErrReadOnly = errors.New("the ledger was opened for reading only")
	// ErrBroken is wrapped by the error of a ledger that could not write. It stays: what a failed fsync left on disk
	// can't be found out by trying again.
	ErrBroken = errors.New("the ledger can't be written")
	// ErrUnknownRun is wrapped when a run is meant that never began.
	ErrUnknownRun = errors.New("the ledger knows no such run")
	// ErrNoIntent is wrapped when a result is recorded of a row that has no intent.
	ErrNoIntent = errors.New("the ledger holds no intent of this row")
	// ErrClosed answers every call to a ledger that was closed.
	ErrClosed = errors.New("the ledger is closed")
	// ErrRunExists is wrapped when a run begins whose id is taken.
	ErrRunExists = errors.New("the ledger has a run of this id already")
	// ErrAttemptOrder is wrapped when an attempt is noted behind a later one of its row.
	ErrAttemptOrder = errors.New("a later attempt of this row stands in the ledger")
)

// Holder is who has a lock.
type Holder struct {
	PID   int       `json:"pid"`
	Host  string    `json:"host"`
	Since time.Time `json:"since"`
}

// String names the holder for messages.
func (h Holder) String() string {
	if h.PID == 0 {
		return "another run"
	}
	return fmt.Sprintf("process %d on %s since %s", h.PID, h.Host, h.Since.UTC().Format(time.RFC3339))
}

// TakenOverError says that somebody else has taken the lock of an organisation while this run had it.
type TakenOverError struct{ Scope Scope }

func (e *TakenOverError) Error() string {
	return fmt.Sprintf("another run has taken the lock of %s, although this one had it: its lock file was deleted, or lies where locks do not hold", e.Scope)
}

// HeldError says that another run works on the organisation.
type HeldError struct {
	Scope  Scope
	Holder Holder
}

func (e *HeldError) Error() string { return fmt.Sprintf("%s is locked by %s", e.Scope, e.Holder) }

// Hint says what to do now.
func (e *HeldError) Hint() string {
	return "run the same command again when that run has ended, or let it wait with --retry-lock 10m"
}
