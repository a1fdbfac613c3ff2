package settle_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/history"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/remote"
	"github.com/contactsync/contactsync/importer/settle"
)

// book is a ledger of two runs, "open" and "closed", with these attempts.
type book struct {
	attempts []ledger.Attempt
	listed   []int64 // before the runs
	noLists  string  // the run before which was listed what can't be read
}

var errBroken = errors.New("broken")

func (*book) Key() contact.Key { return contact.Key{} }

func (*book) Runs(context.Context) ([]ledger.Run, error) {
	return []ledger.Run{{ID: "closed", Closed: true}, {ID: "open"}}, nil
}

func (b *book) History(context.Context, ledger.Scope) iter.Seq2[ledger.Attempt, error] {
	return func(yield func(ledger.Attempt, error) bool) {
		for _, a := range b.attempts {
			if !yield(a, nil) {
				return
			}
		}
	}
}

func (b *book) InDoubt(context.Context, ledger.Scope) ([]ledger.Attempt, error) {
	return slices.DeleteFunc(slices.Clone(b.attempts), func(a ledger.Attempt) bool { return !a.IsUnclear() }), nil
}

func (b *book) BaselineOf(_ context.Context, run string, _ ledger.Scope) ([]int64, bool, error) {
	if run == b.noLists {
		return nil, false, errBroken
	}
	return b.listed, true, nil
}

func (*book) HeldIn(context.Context, ledger.Scope) ([]string, error) { return nil, nil }

func (*book) ShapeOf(context.Context, string) ([]byte, bool, error) { return nil, false, nil }

func (*book) HeldBy(context.Context, string, ledger.Scope) ([]int64, error) { return nil, nil }

// desk is an office that answers some questions about single contacts with an error.
type desk struct {
	office
	refuses map[int64]error
	at      []time.Duration // when it was asked for a contact, since it began
	strange bool            // it was asked about another organisation than the first
}

func (d *desk) List(ctx context.Context, org int64, keep func(contact.Stored) bool) (remote.Listing, error) {
	d.strange = d.strange || org != 1
	return d.office.List(ctx, org, keep)
}

func (d *desk) Contact(ctx context.Context, org, id int64) (contact.Stored, bool, error) {
	d.strange = d.strange || org != 1
	d.at = append(d.at, time.Since(d.begun))
	s, there, err := d.office.Contact(ctx, org, id)
	return s, there, errors.Join(err, d.refuses[id])
}

// lostIn is an attempt of a run to create what contact n is equal to: killed before its answer came.
func lostIn(run string, n int64, changes ...func(*ledger.Attempt)) ledger.Attempt {
	a := ledger.Attempt{Intent: ledger.Intent{
		Run: run, Seq: int(n), Action: outcome.Create, Attempt: 1,
		Row: ledger.RowKey{Scope: ledger.Scope{Org: 1}, Fingerprint: person{content: byte(n), email: uint64(n)}.sent()},
	}}
	for _, change := range changes {
		change(&a)
	}
	return a
}

// changes makes of an attempt one that was to change contact n, which was like one contact, into another.
func changes(was, becomes int64) func(*ledger.Attempt) {
	return func(a *ledger.Attempt) {
		a.Action, a.Target, a.After = outcome.Update, int64(a.Seq), contact.Hash{byte(becomes)}
		a.Before, _ = json.Marshal(contact.Stored{ID: was})
	}
}

// deletes makes of an attempt one that was to delete contact n, which was like another.
func deletes(was int64) func(*ledger.Attempt) {
	return func(a *ledger.Attempt) {
		a.Action, a.Target = outcome.Delete, int64(a.Seq)
		a.Before, _ = json.Marshal(contact.Stored{ID: was})
	}
}

// like: the row is like another contact than that of its number. again: it was sent before, too, without an answer.
func like(p person) func(*ledger.Attempt) {
	return func(a *ledger.Attempt) { a.Row.Fingerprint = p.sent() }
}
func noImage(a *ledger.Attempt) { a.Before = nil }
func again(a *ledger.Attempt)   { a.Attempt, a.Unclear = 2, 1 }

// bubble is when time begins in a test of its own time.
func bubble() time.Time { return time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) }

// endedAt: the run recorded, so long after the beginning, how it ended.
func endedAt(at time.Duration, r ledger.Result) func(*ledger.Attempt) {
	return func(a *ledger.Attempt) {
		r.At = bubble().Add(at)
		a.Result = &r
	}
}

// earlier is what finds out what became of the attempts of a ledger, by asking a desk.
func earlier(t *testing.T, d *desk, b *book, wait time.Duration, log io.Writer) *settle.Earlier {
	runs, err := history.LoadRuns(t.Context(), b, ledger.Run{ID: "this"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	before, err := runs.Load(t.Context(), b, ledger.Scope{Org: 1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	s := d.settler(wait)
	s.Directory = d
	return &settle.Earlier{
		Settler: s, Org: 1, Runs: runs, Before: before, Baselines: history.NewBaselines(b, ledger.Scope{Org: 1}), Locked: time.Now(), Log: zerolog.New(log),
	}
}
