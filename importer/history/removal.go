package history

import (
	"context"
	"fmt"
	"time"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

// RemovedRuns is what was taken out of a ledger.
type RemovedRuns struct {
	Runs int
	// Kept counts the rows of these runs of which something stays known.
	Kept int
}

// RemoveRuns takes out of the ledger the runs that began before a moment, and keeps of them what later runs go by: what is
// unclear; which contacts were made, changed or deleted, by which job, under which ids of the rows' own; and by which rows.
// What contacts looked like before, and what only the runs themselves tell, goes. Nobody else may work on the organisations
// meanwhile: the error is a [*ledger.HeldError] if somebody does, and nothing is removed.
func RemoveRuns(ctx context.Context, book ledger.Ledger, before, now time.Time) (removed RemovedRuns, err error) {
	scopes, unlock, err := lockAll(ctx, book)
	defer unlock()
	if err != nil {
		return removed, err
	}
	runs, err := book.Runs(ctx) // after the locks: who still had one may have ended a run
	if err != nil {
		return removed, err
	}
	m := &memorable{job: map[string]string{}, leaving: map[string]bool{}}
	var ids []string
	for _, r := range runs {
		m.job[r.ID] = r.Job
		if r.Removed.IsZero() && r.Started.Before(before) {
			m.leaving[r.ID] = true
			ids = append(ids, r.ID)
		}
	}
	if len(ids) == 0 {
		return removed, nil
	}
	for _, s := range scopes {
		if err := m.read(ctx, book, s); err != nil {
			return removed, err
		}
	}
	if err := book.Remove(ctx, ids, m.keep, now); err != nil {
		return removed, fmt.Errorf("removing runs from the ledger: %w", err)
	}
	return RemovedRuns{Runs: len(ids), Kept: len(m.keep)}, nil
}

// lockAll takes the locks of all organisations that a ledger knows, so that nobody else works on any of them until unlock is
// called. The error is a [*ledger.HeldError] if somebody does.
func lockAll(ctx context.Context, book ledger.Ledger) (scopes []ledger.Scope, unlock func(), err error) {
	var held []func() error
	unlock = func() {
		for _, unlock := range held {
			_ = unlock() // it ends with this process
		}
	}
	if scopes, err = book.Scopes(ctx, ""); err != nil {
		return nil, unlock, err
	}
	for _, s := range scopes {
		one, err := book.Lock(ctx, s)
		if err != nil {
			return nil, unlock, err
		}
		held = append(held, one)
	}
	return scopes, unlock, nil
}

// memorable finds out what has to stay known of runs that leave: what [Runs.Load] would read out of their attempts and
// no later attempt says anew.
type memorable struct {
	job     map[string]string // of each run
	leaving map[string]bool
	keep    []ledger.Ref

	// Of one organisation: the last attempts of which each tells something by itself.
	contents   map[contact.Hash]lastOf
	identities map[rowIdentity]lastOf
	contacts   map[contactFact]ledger.Ref
	externals  map[jobExternal][]ledger.Ref
	newestIDs  map[jobContact]ledger.Ref // by which contacts were known last: an older id of theirs is nobody's
	kept       map[ledger.Ref]bool
}

type (
	lastOf struct {
		ref      ledger.Ref
		identity rowIdentity
		unclear  bool
		known    bool       // an attempt of the content made, found or changed a contact, or may have
		bound    ledger.Ref // the last one that did; zero: none
	}
	rowIdentity struct {
		content    contact.Hash
		occurrence int
	}
	// contactFact is something that an attempt says of a contact.
	contactFact struct {
		job    string
		id     int64
		status outcome.Status
		owns   string // the code of what it says about whose the contact is
	}
	jobContact struct {
		job string
		id  int64
	}
	jobExternal struct {
		job string
		id  contact.Hash
	}
)

func (m *memorable) read(ctx context.Context, book ledger.Ledger, s ledger.Scope) error {
	m.contents, m.identities = map[contact.Hash]lastOf{}, map[rowIdentity]lastOf{}
	m.contacts, m.externals, m.kept = map[contactFact]ledger.Ref{}, map[jobExternal][]ledger.Ref{}, map[ledger.Ref]bool{}
	m.newestIDs = map[jobContact]ledger.Ref{}
	for a, err := range book.History(ctx, s) {
		if err != nil {
			return err
		}
		m.note(a)
	}
	for _, last := range m.identities {
		if last.unclear {
			m.add(last.ref)
		}
	}
	for _, last := range m.contents {
		if last.known {
			m.add(last.ref)
			m.add(last.bound)
		}
		if last.known && last.unclear { // and what tells that it is unclear no more
			m.add(m.identities[last.identity].ref)
		}
	}
	for _, ref := range m.contacts {
		m.add(ref)
	}
	for _, ref := range m.newestIDs {
		m.add(ref)
	}
	for _, refs := range m.externals {
		for _, ref := range refs {
			m.add(ref)
		}
	}
	return nil
}

// note takes note of an attempt; the later one counts.
func (m *memorable) note(a ledger.Attempt) {
	identity := rowIdentity{a.Row.Content, a.Row.Occurrence}
	last := lastOf{ref: a.Ref(), identity: identity, unclear: a.IsUnclear()}
	m.identities[identity] = last
	bound := a.Result != nil && (a.Result.Status == outcome.Created || a.Result.Status == outcome.Exists || a.Result.Status == outcome.Updated)
	if a.Action != outcome.Delete {
		last.bound = m.contents[a.Row.Content].bound
		if bound {
			last.bound = a.Ref()
		}
		last.known = bound || last.unclear || m.contents[a.Row.Content].known
		m.contents[a.Row.Content] = last
	}
	if a.Result == nil {
		return
	}
	if NotedIDs(a.Result.Notes, outcome.CodeTwice) != nil {
		m.add(a.Ref())
	}
	id := a.Result.Receipt.ContactID
	if a.Result.Status == outcome.Deleted {
		id = a.Target
	}
	if id == 0 || !bound && a.Result.Status != outcome.Deleted {
		return
	}
	job := m.job[a.Run]
	m.contacts[contactFact{job, id, a.Result.Status, OwnershipOf(a)}] = a.Ref()
	if a.External != (contact.Hash{}) {
		at := jobExternal{job, a.External}
		if refs := m.externals[at]; len(refs) > 0 && refs[0].Run != a.Run {
			m.externals[at] = nil
		}
		m.externals[at] = append(m.externals[at], a.Ref())
		m.newestIDs[jobContact{job, id}] = a.Ref()
	}
}

func (m *memorable) add(ref ledger.Ref) {
	if m.leaving[ref.Run] && !m.kept[ref] {
		m.kept[ref] = true
		m.keep = append(m.keep, ref)
	}
}

// RemovedError says that a run is meant which was taken out of the ledger.
type RemovedError struct{ Run ledger.Run }

func (e *RemovedError) Error() string {
	return fmt.Sprintf("run %s was removed from the ledger at %s (contactsync runs prune): nothing is known any more of what it did",
		e.Run.ID, e.Run.Removed.UTC().Format(time.RFC3339))
}

// Hint says what to do now.
func (e *RemovedError) Hint() string {
	return "its report, if it was kept, still tells; contactsync runs lists what is left"
}
