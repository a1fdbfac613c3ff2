package undo

import (
	"context"
	"iter"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/history"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/importer/remote"
)

// The runs of the tests, by their index: the target has taken over what the first one did. An undo that is closed is not gone
// on with, the open one is.
const (
	firstRun int32 = iota
	targetRun
	laterRun
	closedUndo
	openUndo
)

const home = 7 // the organisation of the tests

// listedAt is when the organisation is listed: what was made since may not be shown yet.
func listedAt() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

// runsOnly is a ledger of which only the runs are asked for.
type runsOnly struct{ runs []ledger.Run }

func (runsOnly) Key() contact.Key                             { panic("not asked for") }
func (r runsOnly) Runs(context.Context) ([]ledger.Run, error) { return r.runs, nil }
func (runsOnly) InDoubt(context.Context, ledger.Scope) ([]ledger.Attempt, error) {
	panic("not asked for")
}
func (runsOnly) History(context.Context, ledger.Scope) iter.Seq2[ledger.Attempt, error] {
	panic("not asked for")
}

func (runsOnly) BaselineOf(context.Context, string, ledger.Scope) ([]int64, bool, error) {
	panic("not asked for")
}

func (runsOnly) HeldIn(context.Context, ledger.Scope) ([]string, error) { return nil, nil }

func (runsOnly) ShapeOf(context.Context, string) ([]byte, bool, error) { return nil, false, nil }

func (runsOnly) HeldBy(context.Context, string, ledger.Scope) ([]int64, error) { return nil, nil }

// scene is what one decision is made from.
type scene struct {
	decider *decider
	org     *organisation
	item    *entry
}

// fact is something that holds in a scene.
type fact func(*scene)

func newScene(t testing.TB, item *entry, facts ...fact) *scene {
	t.Helper()
	key := testKey(t)
	runs := []ledger.Run{
		{ID: "first"}, {ID: "target", Closed: true}, {ID: "later", Closed: true},
		{ID: "closed-undo", Command: ledger.CommandUndo, Closed: true}, {ID: "open-undo", Command: ledger.CommandUndo},
	}
	known, err := history.LoadRuns(t.Context(), runsOnly{runs}, ledger.Run{ID: "this", Command: ledger.CommandUndo}, listedAt())
	if err != nil {
		t.Fatal(err)
	}
	s := &scene{
		decider: &decider{
			Target: runs[targetRun], Index: targetRun, Runs: known, Rules: testRules(), Key: key,
			Match: contact.Match{Fields: []contact.Field{contact.TypeField, contact.Email}},
		},
		org: &organisation{
			Org: &plan.Org{
				Scope:  ledger.Scope{Host: "api", Org: home},
				Before: &history.Org{Owned: map[int64]bool{}, Deleted: map[int64]bool{}},
			},
			shown: map[string]map[int64]contact.FieldHashes{}, earlier: map[step]earlierUndo{}, changedLater: map[int64]int32{},
			toDelete: map[int64]bool{}, restored: map[int64]bool{},
		},
		item: item,
	}
	shows()(s)
	for _, f := range facts {
		f(s)
	}
	return s
}

func (s *scene) decide() Decision { return s.decider.Decide(s.item, s.org) }

// testRules are the rules of the tests; what they know of phone numbers is read once.
var testRules = sync.OnceValue(func() *contact.Rules { return &contact.Rules{} })

// testKey is the key of the tests' ledger.
func testKey(t testing.TB) contact.Key {
	t.Helper()
	key, err := contact.NewKey([]byte(strings.Repeat("k", contact.KeySize)))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// ann is contact number id as it was at first, with changes.
func ann(id int64, changes ...func(*contact.Draft)) contact.Stored {
	s := contact.Stored{
		ID: id, Org: home, Type: contact.Type{ID: 1, Name: "Technical"},
		Draft: contact.Draft{Name: "Ann Lee", City: "Berlin", Email: "ann@example.com", Phone: "+4930123456"},
	}
	for _, change := range changes {
		change(&s.Draft)
	}
	return s
}

func city(v string) func(*contact.Draft)  { return func(d *contact.Draft) { d.City = v } }
func phone(v string) func(*contact.Draft) { return func(d *contact.Draft) { d.Phone = v } }
func title(v string) func(*contact.Draft) { return func(d *contact.Draft) { d.Title = v } }

func contentOf(t testing.TB, s contact.Stored) contact.Hash {
	return testRules().Normalise(s).ContentHash(testKey(t), home)
}

// created, updated and deleted are what the target did to contact 5: it created ann, gave ann another city, or deleted her.
func created(t testing.TB, changes ...func(*entry)) *entry {
	return changed(&entry{seq: 1, org: home, did: outcome.Create, id: 5, wrote: contentOf(t, ann(5))}, changes)
}

func updated(t testing.TB, changes ...func(*entry)) *entry {
	before := ann(5)
	return changed(&entry{
		seq: 1, org: home, did: outcome.Update, id: 5, wrote: contentOf(t, ann(5, city("Hamburg"))), before: &before,
		fields: contact.MaskOf(contact.City),
	}, changes)
}

func deleted(_ testing.TB, changes ...func(*entry)) *entry {
	before := ann(5)
	return changed(&entry{seq: 1, org: home, did: outcome.Delete, id: 5, before: &before}, changes)
}

func changed(item *entry, changes []func(*entry)) *entry {
	for _, change := range changes {
		change(item)
	}
	return item
}

func unclear(suspects ...int64) func(*entry) {
	return func(i *entry) { i.unclear, i.suspects = true, suspects }
}
func likeOf(id int64) func(*entry)         { return func(i *entry) { i.like = id } }
func numbered(id int64) func(*entry)       { return func(i *entry) { i.id = id } }
func takenOver(i *entry)                   { i.origin = "first" }
func second(i *entry)                      { i.second = true }
func differs(i *entry)                     { i.differs = true }
func noImage(i *entry)                     { i.before = nil }
func wrote(h contact.Hash) func(*entry)    { return func(i *entry) { i.wrote = h } }
func sent(f ...contact.Field) func(*entry) { return func(i *entry) { i.fields = contact.MaskOf(f...) } }

// shows: the organisation has these contacts, and no others.
func shows(contacts ...contact.Stored) fact {
	return func(s *scene) {
		v := &view{there: map[int64]bool{}, raw: map[int64]contact.Stored{}}
		for _, c := range contacts {
			v.there[c.ID], v.raw[c.ID] = true, c
		}
		v.index = remote.NewIndex(s.decider.Key, s.decider.Match, s.decider.Rules, home, contacts)
		s.org.now = v
	}
}

// has: contacts of these numbers are there, too, and do not count.
func has(ids ...int64) fact {
	return func(s *scene) {
		for _, id := range ids {
			s.org.now.there[id] = true
		}
	}
}

// unseen: the organisation can't be seen any more.
func unseen(err error) fact { return func(s *scene) { s.org.now.refused = err } }

// undone: the last attempt of an earlier undo to do this to a contact ended so, with a contact of this number.
func undone(run int32, action outcome.Action, id int64, status outcome.Status, with int64, changes ...func(*earlierUndo)) fact {
	return func(s *scene) {
		e := earlierUndo{
			Ref: ledger.Ref{Run: s.decider.Runs.Run(run).ID, Seq: 3}, run: run, status: status, id: with, attempts: 1,
			at: listedAt(), // the last moment that is not recent
		}
		for _, change := range changes {
			change(&e)
		}
		s.org.earlier[step{action, id}] = e
	}
}

// open: nobody knows whether it took effect. recent: so short a time ago that it may not be shown yet.
func open(e *earlierUndo)   { e.isOpen = true }
func recent(e *earlierUndo) { e.at = listedAt().Add(time.Microsecond) }

// later: the later run has updated or deleted a contact, gone: a run has deleted it.
func later(id int64) fact { return func(s *scene) { s.org.changedLater[id] = laterRun } }
func gone(id int64) fact  { return func(s *scene) { s.org.Before.Deleted[id] = true } }

// existed: a contact was there before the target wrote anything. goes: this undo deletes it. restored: an earlier one made it
// anew. heldBy: other jobs have contact 5. owned: a run of the ledger made it.
func existed(ids ...int64) fact {
	return func(s *scene) { s.org.baselines = map[string][]int64{"target": ids} }
}
func goes(id int64) fact     { return func(s *scene) { s.org.toDelete[id] = true } }
func restored(id int64) fact { return func(s *scene) { s.org.restored[id] = true } }
func heldBy(jobs ...string) fact {
	return func(s *scene) { s.org.holders = map[int64][]string{5: jobs} }
}
func owned(id int64) fact { return func(s *scene) { s.org.Before.Owned[id] = true } }

// ended: a contact looked like this when a run had ended.
func ended(run string, c contact.Stored) fact {
	return func(s *scene) {
		if s.org.shown[run] == nil {
			s.org.shown[run] = map[int64]contact.FieldHashes{}
		}
		s.org.shown[run][c.ID] = s.decider.Rules.Normalise(c).FieldHashes(s.decider.Key)
	}
}

func dryRun(s *scene) { s.decider.DryRun = true }

// decided is what a decision says, but for its words.
type decided struct {
	Do      verb
	Action  outcome.Action
	ID      int64
	Code    string
	Changes []outcome.FieldChange
}

// decision is one case: what the target did, what else holds, and what is decided. says stands in "message; fix", from its
// beginning if it begins with ^, to its end if it ends with $; without it nothing is said.
type decision struct {
	item  *entry
	given []fact
	want  decided
	says  string
}

func (c decision) check(t *testing.T) {
	t.Helper()
	got := newScene(t, c.item, c.given...).decide()
	if diff := cmp.Diff(c.want, decided{got.Do, got.Action, got.ID, got.Why.Code, got.Changes}); diff != "" {
		t.Errorf("decided (-want +got):\n%s", diff)
	}
	said := "^" + got.Why.Message + "; " + got.Why.Fix + "$"
	if c.says == "" && said != "^; $" || !strings.Contains(said, c.says) {
		t.Errorf("said %q, want %q", said, c.says)
	}
}

func checkAll(t *testing.T, cases map[string]decision) {
	t.Helper()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.check(t)
		})
	}
}
