package plan

import (
	"context"
	"iter"
	"slices"
	"time"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

// The runs before, in their order: one of the job crm that ended well, one of another job, an undo of crm and a run of crm
// that are both open.
const (
	done  = "done"
	other = "other"
	undo  = "undo"
	open  = "open"
)

// since is when what was made may not be listed yet.
func since() time.Time { return time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC) }

// earlierRuns is a ledger of what runs before did.
type earlierRuns []ledger.Attempt

func (earlierRuns) Key() contact.Key { return testKey() }

func (earlierRuns) Runs(context.Context) ([]ledger.Run, error) {
	return []ledger.Run{
		{ID: done, Job: "crm", Closed: true}, {ID: other, Job: "erp"}, {ID: undo, Job: "crm", Command: ledger.CommandUndo, ExitCode: 4},
		{ID: open, Job: "crm", ExitCode: ledger.StillOpen},
	}, nil
}

func (l earlierRuns) History(context.Context, ledger.Scope) iter.Seq2[ledger.Attempt, error] {
	return func(yield func(ledger.Attempt, error) bool) {
		for _, a := range l {
			if !yield(a, nil) {
				return
			}
		}
	}
}

func (l earlierRuns) InDoubt(context.Context, ledger.Scope) ([]ledger.Attempt, error) {
	return slices.DeleteFunc(slices.Clone([]ledger.Attempt(l)), func(a ledger.Attempt) bool { return !a.IsUnclear() }), nil
}

func (earlierRuns) BaselineOf(context.Context, string, ledger.Scope) ([]int64, bool, error) {
	return nil, false, nil
}

func (earlierRuns) HeldIn(context.Context, ledger.Scope) ([]string, error) { return nil, nil }

func (earlierRuns) ShapeOf(context.Context, string) ([]byte, bool, error) { return nil, false, nil }

func (earlierRuns) HeldBy(context.Context, string, ledger.Scope) ([]int64, error) { return nil, nil }

// did is what a run did for a contact: it ended so, with the contact of this number. An empty status is none.
func did(run string, c contact.Contact, status outcome.Status, id int64, more ...func(*ledger.Attempt)) ledger.Attempt {
	key := testKey()
	a := ledger.Attempt{Intent: ledger.Intent{Run: run, Seq: 1, Action: outcome.Create, Attempt: 1, At: since().Add(-time.Hour)}}
	a.Row = ledger.RowKey{Scope: testOrg, Fingerprint: contact.FingerprintOf(key, c, byEmail().Keys(key, testOrg.Org, c))}
	if status != "" {
		a.Result = &ledger.Result{Status: status, At: a.At, Receipt: outcome.Receipt{ContactID: id, Attempts: 1}}
	}
	if status == outcome.Updated {
		a.Action, a.Target = outcome.Update, id
	}
	for _, change := range more {
		change(&a)
	}
	return a
}

func recently(a *ledger.Attempt) { a.Result.At = since().Add(time.Second) }

func refusedByAPI(a *ledger.Attempt) { a.Result.Code = outcome.CodeRefused }

func adopting(a *ledger.Attempt) { noting(outcome.CodeAdopted)(a) }

func noting(code string) func(*ledger.Attempt) {
	return func(a *ledger.Attempt) { a.Result.Notes = []outcome.Note{{Code: code}} }
}

func deleting(a *ledger.Attempt) { a.Action, a.Target = outcome.Delete, a.Result.Receipt.ContactID }

func becoming(c contact.Contact) func(*ledger.Attempt) {
	return func(a *ledger.Attempt) { a.After = c.ContentHash(testKey(), testOrg.Org) }
}

func ofVersion1(a *ledger.Attempt) { a.Row.Version = 1 }

func knownBy(id string) func(*ledger.Attempt) {
	return func(a *ledger.Attempt) { a.External = contact.HashText(testKey(), id) }
}

func storedOtherwise(fields ...contact.Field) func(*ledger.Attempt) {
	return func(a *ledger.Attempt) {
		a.Result.Notes = []outcome.Note{{Code: outcome.CodeStoredDiffers, Fields: fields}}
	}
}

// deleted is what a run did that deleted a contact.
func deleted(run string, c contact.Contact, id int64) ledger.Attempt {
	return did(run, c, outcome.Deleted, id, deleting)
}
