package history_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/history"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/ledger/memory"
	"github.com/contactsync/contactsync/importer/outcome"
	_ "github.com/contactsync/contactsync/importer/rapidseed"
)

// TestRemovedRunsLeaveWhatIsKnown: whatever runs of several jobs have done, once they are removed whose contacts are, who has
// them, by which ids they are known and what was deleted is as it was.
func TestRemovedRunsLeaveWhatIsKnown(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		book, at := memory.New(), time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
		scope := ledger.Scope{Host: "h", Org: 1}
		must := func(err error) {
			if err != nil {
				t.Fatal(err)
			}
		}
		made := int64(2)
		runs := rapid.IntRange(1, 6).Draw(t, "runs")
		for n := range runs {
			id := fmt.Sprint(n)
			job := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "job")
			must(book.Begin(t.Context(), ledger.Run{ID: id, Job: job, Started: at}))
			for seq := range rapid.IntRange(0, 4).Draw(t, "rows") {
				a := drawAttempt(t, load(t, book, scope, job), id, seq+1, scope, &made)
				must(book.Intend(t.Context(), a.Intent))
				must(book.Record(t.Context(), id, seq+1, *a.Result))
			}
			if rapid.Bool().Draw(t, "notes what it has") {
				must(book.Hold(t.Context(), id, scope, rapid.SliceOfN(rapid.Int64Range(1, made), 0, 4).Draw(t, "held")))
			}
			must(book.Finish(t.Context(), id, 0, "", at))
		}
		before := knownTo(t, book, scope, made)
		_, err := history.RemoveRuns(t.Context(), book, at.Add(time.Hour), at.Add(time.Hour))
		must(err)
		if diff := cmp.Diff(before, knownTo(t, book, scope, made)); diff != "" {
			t.Fatalf("known (-before +once the runs are removed):\n%s", diff)
		}
	})
}

// TestRemovedRunsGiveBackNoID: an id that a contact had before a newer one is nobody's, also when the newer one has gone to another
// contact and the runs that said so are removed.
func TestRemovedRunsGiveBackNoID(t *testing.T) {
	t.Parallel()
	book, at, scope := memory.New(), time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), ledger.Scope{Host: "h", Org: 1}
	for n, known := range []struct {
		contact  int64
		external byte
	}{{3, 1}, {3, 2}, {4, 2}, {3, 0}} {
		id := fmt.Sprint(n)
		a := ledger.Attempt{
			Intent: ledger.Intent{Run: id, Seq: 1, Attempt: 1, Target: known.contact, Action: outcome.None, External: contact.Hash{known.external}},
			Result: &ledger.Result{Status: outcome.Exists, Receipt: outcome.Receipt{ContactID: known.contact}},
		}
		a.Row.Scope, a.Row.Content = scope, contact.Hash{1} // else each is kept as the last of its content
		for _, err := range []error{
			book.Begin(t.Context(), ledger.Run{ID: id, Job: "a", Started: at}), book.Intend(t.Context(), a.Intent),
			book.Record(t.Context(), id, 1, *a.Result), book.Finish(t.Context(), id, 0, "", at),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := history.RemoveRuns(t.Context(), book, at.Add(time.Hour), at.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	o := load(t, book, scope, "a")
	if by, known := o.KnownBy(3); known {
		t.Errorf("contact 3 is known by the id %d again", by[0])
	}
	if by, known := o.KnownBy(4); !known || by != (contact.Hash{2}) {
		t.Errorf("contact 4 is known by %d, %v", by[0], known)
	}
}

// drawAttempt is something that a run has done to one of the contacts, of which 1 and 2 are somebody's who has no job. made
// is the number of the one that was made last.
func drawAttempt(t *rapid.T, o *history.Org, run string, seq int, s ledger.Scope, made *int64) ledger.Attempt {
	id := rapid.Int64Range(1, *made).Draw(t, "contact")
	a := ledger.Attempt{
		Intent: ledger.Intent{Run: run, Seq: seq, Attempt: 1, Target: id},
		Result: &ledger.Result{Status: outcome.Exists, Receipt: outcome.Receipt{ContactID: id}},
	}
	a.Row.Scope, a.Row.Content = s, contact.Hash{byte(rapid.IntRange(1, 5).Draw(t, "content"))}
	if rapid.Bool().Draw(t, "has an id") {
		a.External = contact.Hash{byte(rapid.IntRange(1, 3).Draw(t, "external"))}
	}
	what := rapid.IntRange(0, 5).Draw(t, "what")
	switch {
	case what == 0 || o.Deleted[id]:
		*made++
		a.Action, a.Target, a.Result.Status, a.Result.Receipt.ContactID = outcome.Create, 0, outcome.Created, *made
		return a
	case what == 1:
		a.Action, a.Result.Status = outcome.Delete, outcome.Deleted
		return a
	case what == 2:
		a.Action, a.Result.Status = outcome.Update, outcome.Updated
	default:
		a.Action = outcome.None
	}
	code := map[bool]string{false: outcome.CodeAdopted}[o.Belongs(id)]
	switch alone := len(o.Others(id)) == 0; {
	case !o.Belongs(id) && !alone && rapid.Bool().Draw(t, "shares"):
		code = outcome.CodeShared
	case o.Belongs(id) && !alone:
		code = outcome.CodeLetGo
	case o.Belongs(id) && rapid.Bool().Draw(t, "gives back"):
		code = outcome.CodeGivenBack
	}
	if code != "" {
		a.Result.Notes = []outcome.Note{{Code: code}}
	}
	return a
}

// owned is what a job knows of a contact.
type owned struct {
	Belongs, Had, Deleted bool
	Others, Holders       []string
	External              contact.Hash
}

// tester is a test, or a drawn part of one.
type tester interface {
	Context() context.Context
	Fatal(args ...any)
}

func load(t tester, book *memory.Ledger, s ledger.Scope, job string) *history.Org {
	runs, err := history.LoadRuns(t.Context(), book, ledger.Run{ID: "this", Job: job}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	o, err := runs.Load(t.Context(), book, s, nil)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func knownTo(t *rapid.T, book *memory.Ledger, s ledger.Scope, made int64) map[string]map[int64]owned {
	known := map[string]map[int64]owned{}
	for _, job := range []string{"a", "b", "c"} {
		o := load(t, book, s, job)
		known[job] = map[int64]owned{}
		for id := int64(1); id <= made; id++ {
			external, is := o.KnownBy(id)
			if !is {
				external = contact.Hash{}
			}
			known[job][id] = owned{
				o.Belongs(id), o.Had(id), o.Deleted[id], slices.Clone(o.Others(id)), append([]string{}, o.Holders(id)...), external,
			}
		}
	}
	return known
}
