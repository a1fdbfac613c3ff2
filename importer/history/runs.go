// Package history is what earlier runs know of an organisation and of the rows that are sent there: read from the ledger once,
// and a value from then on.
package history

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

// Ledger is what reading the history needs of the ledger.
type Ledger interface {
	Key() contact.Key
	Runs(ctx context.Context) ([]ledger.Run, error)
	History(ctx context.Context, s ledger.Scope) iter.Seq2[ledger.Attempt, error]
	InDoubt(ctx context.Context, s ledger.Scope) ([]ledger.Attempt, error)
	BaselineOf(ctx context.Context, run string, s ledger.Scope) (ids []int64, ok bool, err error)
	HeldIn(ctx context.Context, s ledger.Scope) (runs []string, err error)
	HeldBy(ctx context.Context, run string, s ledger.Scope) (ids []int64, err error)
	ShapeOf(ctx context.Context, run string) (sealed []byte, ok bool, err error)
}

// Runs are all earlier runs, as far as this one can go on with them.
type Runs struct {
	// Recently is since when a contact that we made may not be listed yet. It stays what it was at first: a row must not be
	// judged otherwise later in the same run.
	Recently time.Time

	list []ledger.Run
	at   map[string]int32
	job  string // of this run

	good   bool        // a run of the job that wrote has ended well, on an input with a valid row
	shaped *ledger.Run // the last of them of which the shape of its input is known; nil: of none
	shape  string
}

// LoadRuns reads which runs there were before this one. What they made since recently may not be listed yet.
func LoadRuns(ctx context.Context, book Ledger, this ledger.Run, recently time.Time) (*Runs, error) {
	all, err := book.Runs(ctx)
	if err != nil {
		return nil, ledger.Unreadable(err)
	}
	all = slices.DeleteFunc(all, func(earlier ledger.Run) bool { return earlier.ID == this.ID }) // this one is none
	h := runsOf(all, this.Job)
	h.Recently = recently
	return h, h.loadShape(ctx, book)
}

// loadShape finds out whether the job has a good run behind it, and the shape of the input of the last one of which that is known. A
// run that ended well because nobody minds an input without a valid row is none that another one is held to.
func (h *Runs) loadShape(ctx context.Context, book Ledger) error {
	if !h.HasJob() {
		return nil
	}
	for i, r := range slices.Backward(h.list) {
		if r.Job != h.job || !isGood(r) {
			continue
		}
		sealed, known, err := book.ShapeOf(ctx, r.ID)
		if err != nil {
			return ledger.Unreadable(err)
		}
		if known && len(sealed) == 0 {
			continue
		}
		h.good = true
		if !known {
			continue
		}
		if h.shape, known = ledger.OpenShape(book.Key(), r.ID, sealed); !known {
			return ledger.Unreadable(fmt.Errorf("what it keeps of the input of run %s is damaged", r.ID))
		}
		h.shaped = &h.list[i]
		return nil
	}
	return nil
}

// LastShape is the last good run of this job of which the shape of its input is known, with that; false: there is none.
func (h *Runs) LastShape() (ledger.Run, string, bool) {
	if h.shaped == nil {
		return ledger.Run{}, "", false
	}
	return *h.shaped, h.shape, true
}

func runsOf(list []ledger.Run, job string) *Runs {
	h := &Runs{list: list, at: make(map[string]int32, len(list)), job: job}
	for i, r := range list {
		h.at[r.ID] = int32(i)
	}
	return h
}

// Run is the run of this index.
func (h *Runs) Run(index int32) ledger.Run { return h.list[index] }

// Index is where a run stands in their order: a later run has a greater one.
func (h *Runs) Index(id string) int32 { return h.at[id] }

// rehearsed reports whether an attempt is that of a simulated run: its simulator has forgotten it, and so do all runs.
func (h *Runs) rehearsed(a ledger.Attempt) bool { return h.list[h.at[a.Run]].Simulated }

// HasJob reports whether this run is one of a recurring job.
func (h *Runs) HasJob() bool { return h.job != "" }

// IsNew reports whether no run of this job is known.
func (h *Runs) IsNew() bool {
	return !slices.ContainsFunc(h.list, func(earlier ledger.Run) bool { return earlier.Job == h.job && !earlier.Simulated })
}

// None reports whether no run of any job, or of none, is known.
func (h *Runs) None() bool {
	return !slices.ContainsFunc(h.list, func(earlier ledger.Run) bool { return !earlier.Simulated })
}

// Jobs are the names of the jobs of which runs are known.
func (h *Runs) Jobs() []string {
	jobs := JobsOf(h.list)
	names := make([]string, len(jobs))
	for i, j := range jobs {
		names[i] = j.Name
	}
	return names
}

// HasGoodRun reports whether a run of this job that wrote has ended well, on an input with a valid row: with all rows, or with some
// that have to be seen to.
func (h *Runs) HasGoodRun() bool { return h.good }

func isGood(r ledger.Run) bool {
	return !r.DryRun && !r.Simulated && r.Command != ledger.CommandUndo && (r.ExitCode == 0 || r.ExitCode == 3)
}

// DoneBy is the last run before this one that was to do a saved plan, or that made it and did it at once, and of which nothing
// is left to be gone on with; false: there is none. A plan is named by its checksum and the run that made it.
func (h *Runs) DoneBy(checksum, maker string) (ledger.Run, bool) {
	for _, r := range slices.Backward(h.list) {
		if r.Closed && !r.DryRun && !r.Simulated && (r.ID == maker || r.Plan != "" && r.Plan == checksum) {
			return r, true
		}
	}
	return ledger.Run{}, false
}

// IsOpen reports whether a run can still be gone on with.
func (h *Runs) IsOpen(index int32) bool { return !h.list[index].Closed }

// GoesOnWith reports whether a run is open and one of the same job that this run may go on with. An undo is gone on with by
// the same undo only.
func (h *Runs) GoesOnWith(index int32) bool {
	earlier := h.list[index]
	return !earlier.Closed && earlier.Job == h.job && earlier.Command != ledger.CommandUndo
}

// NotedIDs returns the contacts that the first note of this code is about; nil if there is none.
func NotedIDs(notes []outcome.Note, code string) []int64 {
	for _, n := range notes {
		if n.Code == code {
			return n.IDs
		}
	}
	return nil
}
