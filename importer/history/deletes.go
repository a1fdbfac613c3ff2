package history

import (
	"slices"

	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

// A prune that was interrupted has deleted contacts that no row stands for any more: nothing in the input leads to them.
// The run that goes on with it finds them in the ledger and takes them over, so that its report, and undo, know of all that
// was deleted.

// Delete is the last delete of a contact that an open run of the job sent.
type Delete struct {
	ledger.Ref
	// RunIndex is where its run stands among all.
	RunIndex int32
	Status   outcome.Status
	Attempts int
	Unclear  int
}

// MayHaveDeleted reports whether a run of ours sent the delete of a contact, and no answer told what became of it.
func (o *Org) MayHaveDeleted(id int64) bool {
	return slices.ContainsFunc(o.InDoubt, func(a ledger.Attempt) bool { return a.Action == outcome.Delete && a.Target == id })
}

// noteDelete takes note of deletes of open runs, and of contacts that were made anew since.
func (o *Org) noteDelete(a ledger.Attempt) {
	for _, code := range []string{outcome.CodeTwice, outcome.CodeTwiceRemoved} {
		if a.Result != nil {
			if ids := NotedIDs(a.Result.Notes, code); len(ids) > 1 {
				o.Seconds = append(o.Seconds, ids[1:]...)
			}
		}
	}
	run := o.runs.at[a.Run]
	switch {
	case a.Action == outcome.Create && a.Target != 0 && (a.IsUnclear() || a.Result.Status == outcome.Created):
		delete(o.Deletes, a.Target)
	case a.Action != outcome.Delete:
	case !o.runs.GoesOnWith(run):
		delete(o.Deletes, a.Target)
	default:
		d := Delete{Ref: a.Ref(), RunIndex: run, Status: a.Status(), Attempts: a.Attempt, Unclear: a.UnclearAttempts()}
		if a.Result != nil {
			d.Attempts = a.Result.Receipt.Attempts
		}
		o.Deletes[a.Target] = d
	}
}
