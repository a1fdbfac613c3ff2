package history

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/contactsync/contactsync/importer/contact"
)

// link is the contact that a row's id stands for, as the latest run knows that said so.
type link struct {
	id  int64 // 0: that run gave the id to several contacts, and it stands for none
	run int32
	// several are those that one run gave the id to.
	several []int64
}

func (l link) all() []int64 {
	if l.id != 0 {
		return []int64{l.id}
	}
	return l.several
}

// know takes note of the contact that a run knew by an id.
func (o *Org) know(external contact.Hash, id int64, run int32) {
	l, known := o.byExternal[external]
	switch {
	case !known || l.run != run:
		l = link{id: id, run: run}
	case l.id == id:
	default:
		l = link{run: run, several: append(l.all(), id)}
	}
	o.byExternal[external] = l
}

// HasLinks reports whether any row is known by an id of its own.
func (o *Org) HasLinks() bool { return len(o.byExternal) > 0 }

// LinkedTo is the contact that a row's own id, by its hash, stands for; 0 if it stands for none.
func (o *Org) LinkedTo(external contact.Hash) int64 { return o.byExternal[external].id }

// AllLinkedTo are the contacts that a row's own id was given to: one, or those that one run gave it to.
func (o *Org) AllLinkedTo(external contact.Hash) []int64 { return o.byExternal[external].all() }

// KnownBy are the hashes of the ids that each contact is known by, the latest first.
func (o *Org) KnownBy() map[int64][]contact.Hash {
	known := map[int64][]contact.Hash{}
	for hash, l := range o.byExternal {
		if l.id != 0 {
			known[l.id] = append(known[l.id], hash)
		}
	}
	for _, hashes := range known {
		slices.SortFunc(hashes, func(a, b contact.Hash) int {
			return cmp.Or(cmp.Compare(o.byExternal[b].run, o.byExternal[a].run), bytes.Compare(a[:], b[:]))
		})
	}
	return known
}
