package apply_test

import (
	"context"
	"io"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/diff"
	"github.com/contactsync/contactsync/importer/history"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/importer/remote"
	"github.com/contactsync/contactsync/importer/source"
	"github.com/contactsync/contactsync/mapping"
)

const home = 7 // the organisation of the plans

// Rows of the plans' input: name, e-mail and city; where it is told, also the row's own id.
const (
	annRow = "Ann Lee,ann@example.com,Berlin"
	zoeRow = "Zoe Kim,zoe@example.com,Munich"
)

// past is a ledger of one run, "open", that this one goes on with, and of its attempts.
type past []ledger.Attempt

func (past) Key() contact.Key                           { return contact.Key{} }
func (past) Runs(context.Context) ([]ledger.Run, error) { return []ledger.Run{{ID: "open"}}, nil }

func (p past) History(context.Context, ledger.Scope) iter.Seq2[ledger.Attempt, error] {
	return func(yield func(ledger.Attempt, error) bool) {
		for _, a := range p {
			if !yield(a, nil) {
				return
			}
		}
	}
}

func (past) InDoubt(context.Context, ledger.Scope) ([]ledger.Attempt, error) { return nil, nil }

func (past) BaselineOf(context.Context, string, ledger.Scope) ([]int64, bool, error) {
	return nil, false, nil
}

func (past) HeldIn(context.Context, ledger.Scope) ([]string, error) { return nil, nil }

func (past) ShapeOf(context.Context, string) ([]byte, bool, error) { return nil, false, nil }

func (past) HeldBy(context.Context, string, ledger.Scope) ([]int64, error) { return nil, nil }

// adopted is what the open run knows of a contact that it took for its own.
func adopted(id int64) ledger.Attempt {
	return ledger.Attempt{Intent: ledger.Intent{Run: "open", Action: outcome.None}, Result: &ledger.Result{
		Status: outcome.Exists, Receipt: outcome.Receipt{ContactID: id}, Notes: []outcome.Note{{Code: outcome.CodeAdopted}},
	}}
}

// attempted is what the open run did to a contact, as row seq.
func attempted(seq int, action outcome.Action, status outcome.Status, c contact.Stored, changes ...func(*ledger.Attempt)) ledger.Attempt {
	content := (&contact.Rules{}).Normalise(c).ContentHash(contact.Key{}, home)
	a := ledger.Attempt{
		Intent: ledger.Intent{Run: "open", Seq: seq, Row: ledger.RowKey{Fingerprint: contact.Fingerprint{Content: content}}, Action: action, Attempt: 1, Target: c.ID},
		Result: &ledger.Result{Status: status, Receipt: outcome.Receipt{Attempts: 1, ContactID: c.ID}},
	}
	for _, change := range changes {
		change(&a)
	}
	return a
}

// stored is a contact of the organisation, as the row of the same texts would have made it.
func stored(id int64, row string) contact.Stored {
	texts := strings.Split(row, ",")
	return contact.Stored{
		ID: id, Org: home, Type: contact.Type{ID: 1, Name: "Technical"}, Draft: contact.Draft{Name: texts[0], Email: texts[1], City: texts[2]},
	}
}

// shown is a directory that lists these contacts.
type shown struct {
	contacts []contact.Stored
	fails    error
	listed   []int64 // the organisations that were listed
}

func (s *shown) List(_ context.Context, org int64, keep func(contact.Stored) bool) (remote.Listing, error) {
	s.listed = append(s.listed, org)
	var l remote.Listing
	for _, c := range s.contacts {
		l.IDs = append(l.IDs, c.ID)
		if keep(c) {
			l.Contacts = append(l.Contacts, c)
		}
	}
	return l, s.fails
}

func (*shown) Contact(context.Context, int64, int64) (contact.Stored, bool, error) {
	panic("not asked for")
}

// rowsAs is an input of these rows.
func rowsAs(t *testing.T, rows []string) check.Input {
	t.Helper()
	const header = "Name,Email,City,ID"
	in, err := source.Open(source.Env{Open: func(string) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(header + "\n" + strings.Join(rows, "\n") + "\n")), nil
	}}, "a.csv", source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = in.Close() })
	m := &mapping.Mapping{Header: strings.Split(header, ","), Fields: map[contact.Field]mapping.FieldMap{}}
	for i, f := range []contact.Field{contact.Name, contact.Email, contact.City, contact.ExternalID} {
		m.Fields[f] = mapping.FieldMap{Columns: m.Header[i : i+1], Confidence: 1, Why: "--map"}
	}
	return check.Input{Name: "a.csv", Source: in, Mapping: m}
}

// planned is the plan for rows, where the organisation has these contacts, all made by the job, and the ledger this past.
func planned(t *testing.T, sync *diff.Options, has []contact.Stored, book past, rows ...string) (*plan.Plan, *plan.World) {
	t.Helper()
	rules := &contact.Rules{DefaultType: contact.Type{ID: 1, Name: "Technical"}}
	w := plan.NewWorld(contact.Key{}, contact.Match{Fields: []contact.Field{contact.TypeField, contact.Email}})
	w.Complete, w.Rules = true, rules
	now := &remote.Snapshot{
		Org: home, Listed: map[int64]bool{}, Shown: map[int64]contact.Stored{}, Index: remote.NewIndex(w.Key, w.Match, rules, home, has),
	}
	runs, err := history.LoadRuns(t.Context(), book, ledger.Run{ID: "this"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	scope := ledger.Scope{Host: "api", Org: home}
	before, err := runs.Load(t.Context(), book, scope, nil)
	if err != nil {
		t.Fatal(err)
	}
	w.Runs = runs
	for _, c := range has {
		now.IDs = append(now.IDs, c.ID)
		now.Listed[c.ID], now.Shown[c.ID] = true, c
		before.Learn(adopted(c.ID), time.Now())
	}
	o := &plan.Org{Scope: scope, Now: now, Before: before}
	if sync != nil {
		o.Match = &diff.Matcher{Options: *sync, Key: w.Key, Now: now, Before: before}
	}
	w.Orgs[home] = o
	checker := check.Checker{
		Inputs: []check.Input{rowsAs(t, rows)}, Rules: rules, Key: w.Key, Match: w.Match, Org: home, Existing: w.Existing(),
	}
	p, err := plan.Make(t.Context(), t.Context(), checker, w, plan.Options{Sync: sync}, func() {})
	if err != nil {
		t.Fatal(err)
	}
	return p, w
}
