package apply

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/history"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/importer/settle"
)

// site is what a run learns of one organisation while it sends. Its workers share it.
type site struct {
	org      *plan.Org
	describe func(contact.Stored) settle.Candidate

	mu        sync.Mutex
	witnesses []history.Witness // contacts that this run made, by their 201
	unnamed   []settle.InDoubt  // contacts that this run made and whose ids no answer told
	found     map[int64]bool    // contacts that listings told to be rows'
	naming    namings
}

// The number that an answer names is not believed blindly: an undo deletes, and a sync changes, what the ledger says is a
// row's. One that was listed before the attempt began, or that is another row's, is nobody's new contact; what the row's
// is has then to be found out by content, as if the answer had been lost.

// namings is what a run knows of the numbers that answers named.
type namings struct {
	named    map[int64]int  // by number: the row whose answer named it first
	disputed map[int64]bool // named by the answers of several rows, so that it is known of none of them whether it is theirs
	told     map[int64]bool // of those: the first row has been made one that is looked for
	looks    int            // how often the organisation was looked at again
	sighted  map[int64]int  // what was not there at first: at which look it was seen first
	began    map[int]int    // by row: the look before its last attempt
}

func newSite(o *plan.Org, describe func(contact.Stored) settle.Candidate) *site {
	return &site{org: o, describe: describe, found: map[int64]bool{}, naming: namings{
		named: map[int64]int{}, disputed: map[int64]bool{}, told: map[int64]bool{}, sighted: map[int64]int{}, began: map[int]int{},
	}}
}

// begin takes note that an attempt of a create is about to leave.
func (s *site) begin(seq int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.naming.began[seq] = s.naming.looks
}

// saw takes note of what the organisation shows when it is looked at again.
func (s *site) saw(ids []int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.naming.looks++
	for _, id := range ids {
		if _, known := s.naming.sighted[id]; !known && !s.org.Now.Has(id) {
			s.naming.sighted[id] = s.naming.looks
		}
	}
}

// created takes note of a contact that this run has made; id is 0 if its answer did not tell.
func (s *site) created(run string, c plan.Change, id int64, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if id == 0 {
		s.unnamed = append(s.unnamed, settle.InDoubt{
			Run: run, Seq: c.Seq, Org: c.Org, Made: true, Attempts: 1 + c.Unclear, Fingerprint: c.Fingerprint, Before: s.org.Now.Has,
		})
		return
	}
	s.witnesses = append(s.witnesses, history.Witness{ID: id, At: at})
}

// belongs takes note that a listing told a contact to be a row's.
func (s *site) belongs(id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.found[id] = true
	delete(s.naming.disputed, id)
}

// madeHere are the contacts that this run made: by their 201, and without an id.
func (s *site) madeHere() (witnesses []history.Witness, unnamed []settle.InDoubt) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.witnesses), slices.Clone(s.unnamed)
}

// claimed are the contacts that are known to be somebody's: those that runs of this ledger made.
func (s *site) claimed() map[int64]bool {
	claimed := maps.Clone(s.org.Before.Owned)
	if claimed == nil {
		claimed = map[int64]bool{}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.Copy(claimed, s.found)
	for _, w := range s.witnesses {
		claimed[w.ID] = true
	}
	for id := range s.naming.disputed { // whose it is its content tells
		delete(claimed, id)
	}
	return claimed
}

// doubt tells why the contact of this number is not the one that a create has made; empty: it may be.
func (s *site) doubt(c plan.Change, id int64) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := &s.naming
	look := n.began[c.Seq]
	delete(n.began, c.Seq)
	first, named := n.named[id]
	seen, sighted := n.sighted[id]
	switch {
	case s.org.Now.Has(id), sighted && seen <= look:
		return fmt.Sprintf("the API answered that it created contact %d, which was there before", id)
	case named && first != c.Seq:
		n.disputed[id] = true
		return disputed(id)
	case s.org.Before.Owned[id] || s.found[id]:
		n.disputed[id] = true
		return fmt.Sprintf("the API answered that it created contact %d, which an earlier run made", id)
	}
	n.named[id] = c.Seq
	return ""
}

func disputed(id int64) string {
	return fmt.Sprintf("the API named contact %d as the new one of several rows", id)
}

// hasDisputes reports whether several rows would have a contact, and the first of them does not know it yet.
func (s *site) hasDisputes() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.naming.disputed) > len(s.naming.told)
}

// disputes reports whether a contact that a row of this run is said to have made was named for another row as well.
func (s *site) disputes(id int64, seq int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.naming.disputed[id] && !s.naming.told[id] && s.naming.named[id] == seq
}

// forgetDisputed makes contacts that several rows would have nobody's, and no witnesses.
func (s *site) forgetDisputed() {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := &s.naming
	s.witnesses = slices.DeleteFunc(s.witnesses, func(w history.Witness) bool { return n.disputed[w.ID] && !n.told[w.ID] })
	for id := range n.disputed {
		n.told[id] = true
	}
}

func disputedOf(a ledger.Attempt) settle.InDoubt {
	l := settle.InDoubt{
		Run: a.Run, Seq: a.Seq, Org: a.Row.Scope.Org, Action: a.Action, Target: a.Target, Fingerprint: a.Row.Fingerprint,
		Attempts: 1 + a.UnclearAttempts(), Ended: a.Result.At, Receipt: a.Result.Receipt,
		Doubt: settle.Doubted(disputed(a.Result.Receipt.ContactID)).Message,
	}
	l.Receipt.ContactID, l.Receipt.Effect = 0, outcome.EffectUnknown
	return l
}
