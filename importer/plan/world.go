package plan

import (
	"maps"
	"slices"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/diff"
	"github.com/contactsync/contactsync/importer/history"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/remote"
)

// World is what a run has learned before it looks at its rows: the organisations as they are now, and what earlier runs know of
// them. Once the run has made its plan it is not changed any more.
type World struct {
	// Complete tells that everything was learned. Else nothing is decided by what is here, and rows are only checked.
	Complete bool
	Orgs     map[int64]*Org
	Runs     *history.Runs
	Rules    *contact.Rules
	// Types are those whose ids are known.
	Types []contact.Type
	// Key is the one that the ledger's hashes are made under.
	Key contact.Key
	// Match is what contacts are matched on.
	Match contact.Match
}

// NewWorld returns one of which nothing is known.
func NewWorld(key contact.Key, match contact.Match) *World {
	return &World{Orgs: map[int64]*Org{}, Runs: &history.Runs{}, Key: key, Match: match}
}

// Org is one organisation.
type Org struct {
	Scope ledger.Scope
	Name  string
	// Refused is why it can't be seen; nil if it can.
	Refused error
	// Now is what it has, Before what earlier runs know of it, Baselines what it had when they began.
	Now       *remote.Snapshot
	Before    *history.Org
	Baselines *history.Baselines
	// Late are contacts that stand twice because of earlier runs, Notes what is known of the contacts of rows, by their content.
	Late  []history.LateDuplicate
	Notes map[contact.Hash][]outcome.Note
	// Match compares the rows of a sync with what it has; nil in an import. What an import has to know of contacts when a run of
	// ours had written them is in Base: only of those that the service stores otherwise.
	Match *diff.Matcher
	Base  map[int64]contact.FieldHashes
}

// members counts the listed contacts that belong to the job.
func (o *Org) members() int {
	n := 0
	for id := range o.Before.Members() {
		if o.Now.Has(id) {
			n++
		}
	}
	return n
}

// Add adds an organisation of which nothing is known yet, unless it is there.
func (w *World) Add(book history.Ledger, s ledger.Scope, name string) {
	if w.Orgs[s.Org] == nil {
		w.Orgs[s.Org] = &Org{
			Scope: s, Name: name, Before: history.Unread(w.Key), Baselines: history.NewBaselines(book, s),
			Notes: map[contact.Hash][]outcome.Note{},
		}
	}
}

// Numbers are the numbers of the organisations, ascending, so that all runs take them in the same order.
func (w *World) Numbers() []int64 { return slices.Sorted(maps.Keys(w.Orgs)) }

// ByID returns a contact of an organisation in normal form.
func (w *World) ByID(org, id int64) (contact.Contact, bool) {
	if o := w.Orgs[org]; o != nil {
		return o.Now.ByID(id)
	}
	return contact.Contact{}, false
}

// Existing are the indexes by which rows are compared with their organisations.
func (w *World) Existing() map[int64]*remote.Index {
	existing := map[int64]*remote.Index{}
	for org, o := range w.Orgs {
		if o.Now != nil && o.Now.Index != nil {
			existing[org] = o.Now.Index
		}
	}
	return existing
}
