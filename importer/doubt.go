package importer

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/contactsync/contactsync/importer/apply"
	"github.com/contactsync/contactsync/importer/history"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/settle"
)

// The number that an answer names is not believed blindly: an undo deletes, and a sync changes, what the ledger says is a
// row's. One that was listed before the attempt began, or that is another row's, is nobody's new contact; what the row's
// is has then to be found out by content, as if the answer had been lost.

// namings is what a run knows of the numbers that answers named. It is guarded by its territory's mutex.
type namings struct {
	named    map[int64]int  // by number: the row whose answer named it first
	disputed map[int64]bool // named by the answers of several rows, so that it is known of none of them whether it is theirs
	told     map[int64]bool // of those: the first row has been made one that is looked for
	looks    int            // how often the organisation was looked at again
	sighted  map[int64]int  // what was not there at first: at which look it was seen first
	began    map[int]int    // by row: the look before its last attempt
}

// begin takes note that an attempt of a row is about to leave.
func (n *namings) begin(seq int) {
	if n.began == nil {
		n.began = map[int]int{}
	}
	n.began[seq] = n.looks
}

// sight takes note of what an organisation shows when it is looked at again.
func (t *territory) sight(ids []int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.naming.looks++
	if t.naming.sighted == nil {
		t.naming.sighted = map[int64]int{}
	}
	for _, id := range ids {
		if _, known := t.naming.sighted[id]; !known && !t.listed[id] {
			t.naming.sighted[id] = t.naming.looks
		}
	}
}

// doubt tells why the contact of this number is not the one that a create has made; empty: it may be.
func (r *run) doubt(c apply.Change, id int64) string {
	t := r.territories[c.Org]
	t.mu.Lock()
	defer t.mu.Unlock()
	n := &t.naming
	look := n.began[c.Seq]
	delete(n.began, c.Seq)
	first, named := n.named[id]
	seen, sighted := n.sighted[id]
	switch {
	case t.listed[id], sighted && seen <= look:
		return fmt.Sprintf("the API answered that it created contact %d, which was there before", id)
	case named && first != c.Seq:
		n.dispute(id)
		return disputed(id)
	case t.before.Owned[id]:
		n.dispute(id)
		return fmt.Sprintf("the API answered that it created contact %d, which an earlier run made", id)
	}
	if n.named == nil {
		n.named = map[int64]int{}
	}
	n.named[id] = c.Seq
	return ""
}

func (n *namings) dispute(id int64) {
	if n.disputed == nil {
		n.disputed = map[int64]bool{}
	}
	n.disputed[id] = true
}

func disputed(id int64) string {
	return fmt.Sprintf("the API named contact %d as the new one of several rows", id)
}

// disputes makes rows whose contact an answer to another row has named too ones that are looked for like that one: which
// of the two answers was right is not known.
func (r *run) disputes(ctx context.Context) ([]settle.InDoubt, error) {
	open := false
	for _, t := range r.territories {
		t.mu.Lock()
		open = open || len(t.naming.disputed) > len(t.naming.told)
		t.mu.Unlock()
	}
	if !open {
		return nil, nil
	}
	var lost []settle.InDoubt
	for a, err := range r.outcomes() {
		if err != nil {
			return nil, ledger.Unreadable(err)
		}
		t := r.territories[a.Row.Scope.Org]
		if a.Action != outcome.Create || a.Status() != outcome.Created || !t.disputes(a.Result.Receipt.ContactID, a.Seq) {
			continue
		}
		lost = append(lost, r.disputedOf(a))
	}
	for _, l := range lost {
		result := ledger.Result{Status: outcome.Uncertain, Code: outcome.CodeDoubted, Detail: l.Doubt, Receipt: l.Receipt, At: time.Now()}
		if err := r.Ledger.Record(ctx, r.About.ID, l.Seq, result); err != nil {
			return nil, ledger.Unwritable(err)
		}
	}
	for _, t := range r.territories {
		t.forgetDisputed()
	}
	return lost, nil
}

// disputes reports whether a contact that a row of this run is said to have made was named for another row as well.
func (t *territory) disputes(id int64, seq int) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.naming.disputed[id] && !t.naming.told[id] && t.naming.named[id] == seq
}

// forgetDisputed makes contacts that several rows would have nobody's, and no witnesses.
func (t *territory) forgetDisputed() {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := &t.naming
	t.witnesses = slices.DeleteFunc(t.witnesses, func(w history.Witness) bool { return n.disputed[w.ID] && !n.told[w.ID] })
	if n.told == nil {
		n.told = map[int64]bool{}
	}
	for id := range n.disputed {
		n.told[id] = true
	}
}

func (r *run) disputedOf(a ledger.Attempt) settle.InDoubt {
	l := settle.InDoubt{
		Run: a.Run, Seq: a.Seq, Org: a.Row.Scope.Org, Action: a.Action, Target: a.Target, Fingerprint: a.Row.Fingerprint,
		Attempts: 1 + a.UnclearAttempts(), Ended: a.Result.At, Receipt: a.Result.Receipt, Doubt: settle.Doubted(disputed(a.Result.Receipt.ContactID)).Message,
	}
	l.Receipt.ContactID, l.Receipt.Effect = 0, outcome.EffectUnknown
	return l
}
