package history

import (
	"context"
	"iter"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
)

// link is the contact that a row's id stands for, as the latest run knows that said so.
type link struct {
	id  int64 // 0: that run gave the id to several contacts, and it stands for none
	run int32
	// kept: the ledger keeps the id.
	kept bool
	// several are those that one run gave the id to.
	several []int64
}

func (l link) all() []int64 {
	if l.id != 0 {
		return []int64{l.id}
	}
	return l.several
}

// know takes note of the contact that a run knew by an id. A contact has one id, the newest: an older one is not its any more, and
// what is learned late of an earlier run changes nothing that a later one has said.
func (o *Org) know(external contact.Hash, id int64, run int32) {
	if older, known := o.KnownBy(id); known && older != external {
		if o.byExternal[older].run > run {
			return
		}
		o.supersede(older, run)
		delete(o.byExternal, older)
	}
	l, known := o.byExternal[external]
	switch {
	case known && l.run > run:
		return
	case !known || l.run != run:
		if l.id != id {
			o.supersede(external, run)
		}
		l = link{id: id, run: run}
	case l.id == id:
	default:
		l = link{run: run, several: append(l.all(), id)}
	}
	o.byExternal[external] = l
	o.externalOf[id] = external
}

// supersede takes note of the contact that an id was known by until a run that is gone on with gave the id, or the contact, away.
func (o *Org) supersede(external contact.Hash, run int32) {
	if o.superseded == nil {
		return // nobody goes on with anything: only what jobs have is asked for
	}
	l := o.byExternal[external]
	if _, noted := o.superseded[external]; !noted && l.id != 0 && o.runs.GoesOnWith(run) && !o.runs.GoesOnWith(l.run) {
		o.superseded[external] = l.id
	}
}

// Superseded is the contact that a row's own id, by its hash, was known by before the runs that this one goes on with; 0 where
// they have left that as it was.
func (o *Org) Superseded(external contact.Hash) int64 { return o.superseded[external] }

// HasLinks reports whether any row is known by an id of its own.
func (o *Org) HasLinks() bool { return len(o.byExternal) > 0 }

// LinkedTo is the contact that a row's own id, by its hash, stands for; 0 if it stands for none.
func (o *Org) LinkedTo(external contact.Hash) int64 { return o.byExternal[external].id }

// AllLinkedTo are the contacts that a row's own id was given to: one, or those that one run gave it to.
func (o *Org) AllLinkedTo(external contact.Hash) []int64 { return o.byExternal[external].all() }

// KnownBy is the hash of the id that a contact is known by.
func (o *Org) KnownBy(id int64) (external contact.Hash, known bool) {
	external, known = o.externalOf[id]
	return external, known && o.byExternal[external].id == id
}

// IDs are the contacts that are known by an id, with its hash.
func (o *Org) IDs() iter.Seq2[int64, contact.Hash] {
	return func(yield func(int64, contact.Hash) bool) {
		for id := range o.externalOf {
			if external, known := o.KnownBy(id); known && !yield(id, external) {
				return
			}
		}
	}
}

// KeepIDs takes note of which ids the ledger keeps, sealed, beside their hashes: those of other rows are to be kept from now on.
func (o *Org) KeepIDs(ctx context.Context, book interface {
	KeptHashes(ctx context.Context) iter.Seq2[contact.Hash, error]
},
) error {
	o.keepsIDs = true
	if !o.HasLinks() {
		return nil
	}
	for hash, err := range book.KeptHashes(ctx) {
		if err != nil {
			return ledger.Unreadable(err)
		}
		if l, known := o.byExternal[hash]; known {
			l.kept = true
			o.byExternal[hash] = l
		}
	}
	return nil
}

// MustKeep reports whether the ledger is to keep a row's own id, of this hash, and does not.
func (o *Org) MustKeep(external contact.Hash) bool { return o.keepsIDs && !o.byExternal[external].kept }
