package history

import (
	"context"
	"iter"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

// book is a ledger that holds these runs and attempts, in the order in which it would yield them.
type book struct {
	runs      []ledger.Run
	attempts  []ledger.Attempt
	baselines map[string][]int64
	held      map[string][]int64
	shapes    map[string][]byte // by run
	broken    error             // of runs, history, baselines and what is held
	noDoubts  error             // of what is in doubt
	asked     []ledger.Ref      // the runs, with the organisations, whose baselines were asked for
}

func (b *book) Key() contact.Key { return testKey() }

// testKey is the key of the tests' ledger.
var testKey = sync.OnceValue(func() contact.Key {
	key, err := contact.NewKey(make([]byte, contact.KeySize))
	if err != nil {
		panic(err)
	}
	return key
})

func (b *book) Runs(context.Context) ([]ledger.Run, error) { return slices.Clone(b.runs), b.broken }

func (b *book) History(context.Context, ledger.Scope) iter.Seq2[ledger.Attempt, error] {
	return func(yield func(ledger.Attempt, error) bool) {
		for _, a := range b.attempts {
			if !yield(a, nil) {
				return
			}
		}
		if b.broken != nil {
			yield(ledger.Attempt{}, b.broken)
		}
	}
}

func (b *book) InDoubt(context.Context, ledger.Scope) ([]ledger.Attempt, error) {
	return slices.DeleteFunc(slices.Clone(b.attempts), func(a ledger.Attempt) bool { return !a.IsUnclear() }), b.noDoubts
}

func (b *book) BaselineOf(_ context.Context, run string, s ledger.Scope) ([]int64, bool, error) {
	b.asked = append(b.asked, ledger.Ref{Run: run, Seq: int(s.Org)})
	ids, ok := b.baselines[run]
	return ids, ok, b.broken
}

func (b *book) HeldIn(context.Context, ledger.Scope) (runs []string, err error) {
	for _, r := range b.runs {
		if _, noted := b.held[r.ID]; noted {
			runs = append(runs, r.ID)
		}
	}
	return runs, b.broken
}

func (b *book) ShapeOf(_ context.Context, run string) (sealed []byte, ok bool, err error) {
	sealed, ok = b.shapes[run]
	return sealed, ok, nil
}

func (b *book) HeldBy(_ context.Context, run string, _ ledger.Scope) ([]int64, error) {
	return b.held[run], b.broken
}

// allRuns are those of the tests. This run is one of the job "ours".
func allRuns() []ledger.Run {
	return []ledger.Run{
		{ID: "closed", Job: "ours", Closed: true},
		{ID: "open", Job: "ours"},
		{ID: "theirs", Job: "theirs"},
		{ID: "nobody's"},
		{ID: "undo", Job: "ours", Command: ledger.CommandUndo},
		{ID: "rehearsal", Job: "ours", Simulated: true},
		{ID: "last", Job: "ours"},
	}
}

// now is when this run began, and recently since when what was made may not be listed yet.
func now() time.Time      { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }
func recently() time.Time { return now().Add(-time.Minute) }

func loadRuns(t testing.TB, b *book) *Runs {
	t.Helper()
	b.runs = allRuns()
	h, err := LoadRuns(t.Context(), b, ledger.Run{ID: "this", Job: "ours"}, recently())
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// load is what is known from these attempts.
func load(t testing.TB, attempts ...ledger.Attempt) *Org {
	t.Helper()
	b := &book{attempts: attempts}
	o, err := loadRuns(t, b).Load(t.Context(), b, ledger.Scope{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// person has a content, and whatever else is told of it: small numbers stand for hashes.
func person(content byte) contact.Fingerprint {
	return contact.Fingerprint{Content: contact.Hash{content}, Version: contact.Version}
}

// create, update and remove are attempts of row seq of a run, with the content of that number: done, long ago, unless something
// else is said.
func create(run string, seq int, id int64, changes ...func(*ledger.Attempt)) ledger.Attempt {
	return attempt(run, seq, outcome.Create, 0, id, changes)
}

func update(run string, seq int, id int64, changes ...func(*ledger.Attempt)) ledger.Attempt {
	return attempt(run, seq, outcome.Update, id, id, changes)
}

func remove(run string, seq int, id int64, changes ...func(*ledger.Attempt)) ledger.Attempt {
	return attempt(run, seq, outcome.Delete, id, id, changes)
}

func attempt(run string, seq int, action outcome.Action, target, id int64, changes []func(*ledger.Attempt)) ledger.Attempt {
	a := ledger.Attempt{
		Intent: ledger.Intent{Run: run, Seq: seq, Row: ledger.RowKey{Fingerprint: person(byte(seq))}, Action: action, Attempt: 1, Target: target},
		Result: &ledger.Result{Status: action.Done(), Receipt: outcome.Receipt{ContactID: id, Attempts: 1}, At: now().Add(-time.Hour)},
	}
	for _, change := range changes {
		change(&a)
	}
	return a
}

func ended(s outcome.Status) func(*ledger.Attempt) {
	return func(a *ledger.Attempt) { a.Result.Status = s }
}
func killed(a *ledger.Attempt)  { a.Result = nil }
func found(a *ledger.Attempt)   { a.Result.Found = true }
func refused(a *ledger.Attempt) { a.Result.Code = outcome.CodeRefused }
func of(content byte) func(*ledger.Attempt) {
	return func(a *ledger.Attempt) { a.Row.Fingerprint = person(content) }
}
func anew(id int64) func(*ledger.Attempt) { return func(a *ledger.Attempt) { a.Target = id } }
func known(external byte) func(*ledger.Attempt) {
	return func(a *ledger.Attempt) { a.External = contact.Hash{external} }
}
func at(when time.Time) func(*ledger.Attempt) { return func(a *ledger.Attempt) { a.Result.At = when } }
func keyed(key byte) func(*ledger.Attempt) {
	return func(a *ledger.Attempt) { a.Row.Key = contact.Hash{1, key} }
}
func identified(i contact.Identifiers) func(*ledger.Attempt) {
	return func(a *ledger.Attempt) { a.Row.Identifiers = i }
}
func older(a *ledger.Attempt) { a.Row.Version = contact.Version - 1 }
func tries(attempt, sent, unclear int) func(*ledger.Attempt) {
	return func(a *ledger.Attempt) {
		a.Attempt, a.Unclear = attempt, unclear
		if a.Result != nil {
			a.Result.Receipt.Attempts = sent
		}
	}
}
func noted(code string, ids ...int64) func(*ledger.Attempt) {
	return func(a *ledger.Attempt) { a.Result.Notes = append(a.Result.Notes, outcome.Note{Code: code, IDs: ids}) }
}
func differs(fields ...contact.Field) func(*ledger.Attempt) {
	return func(a *ledger.Attempt) {
		a.Result.Notes = append(a.Result.Notes, outcome.Note{Code: outcome.CodeStoredDiffers, Fields: fields})
	}
}

// row is a row of this content.
func row(content byte) *check.Row {
	return &check.Row{Keys: contact.Keys{Content: contact.Hash{content}}}
}

// formerly is a row that version 1 of the normal form had with another content.
func formerly(r *check.Row, content byte) *check.Row {
	r.Former = &check.Former{Keys: contact.Keys{Content: contact.Hash{content}}}
	return r
}

// those are the numbers of a set, ascending.
func those(set map[int64]bool) []int64 {
	var ids []int64
	for _, id := range slices.Sorted(maps.Keys(set)) {
		if set[id] {
			ids = append(ids, id)
		}
	}
	return ids
}

func seqs(attempts []ledger.Attempt) []int {
	var all []int
	for _, a := range attempts {
		all = append(all, a.Seq)
	}
	return all
}
