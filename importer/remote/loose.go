package remote

import (
	"slices"

	"github.com/contactsync/contactsync/importer/contact"
)

// loose is an index without regard to type and country, for rows that do not say them. Few inputs have such rows, so that it
// is made when it is asked for first.
type loose struct {
	match    contact.Match
	primary  map[contact.Hash][]int32
	fallback map[contact.Hash][]int32
	has      []bool // by contact: it has a primary key
}

// assumable are the fields of a match that a row may have by a default.
func assumable() contact.FieldMask { return contact.MaskOf(contact.TypeField, contact.CountryField) }

func (x *Index) newLoose() *loose {
	l := &loose{primary: map[contact.Hash][]int32{}, fallback: map[contact.Hash][]int32{}, has: make([]bool, len(x.contacts))}
	for _, f := range x.match.Fields {
		if !assumable().Has(f) {
			l.match.Fields = append(l.match.Fields, f)
		}
	}
	for i := range x.contacts {
		keys := l.match.Keys(contact.Key{}, x.org, x.contacts[i].contact)
		if l.has[i] = keys.HasPrimary; keys.HasPrimary {
			l.primary[keys.Primary] = append(l.primary[keys.Primary], int32(i))
		}
		for _, f := range keys.Fallback {
			l.fallback[f] = append(l.fallback[f], int32(i))
		}
	}
	return l
}

// FindDespite looks for contacts that are a row's but for what it has by a default only: they have its key without those
// fields, and a name that fits. Where none of them is matched on there is nothing to be found beyond [Index.Find]. Ids are
// ascending.
func (x *Index) FindDespite(c contact.Contact, defaulted contact.FieldMask) []int64 {
	if x == nil {
		return nil
	}
	matched := contact.MaskOf(x.match.Fields...) & assumable()
	if matched&defaulted == 0 {
		return nil
	}
	x.makeLoose.Do(func() { x.loose = x.newLoose() })
	var ids []int64
	for _, i := range x.loose.candidates(c, x.org) {
		have := x.contacts[i].contact
		said := contact.MaskOf(contact.Diff(c, have)...) & matched &^ defaulted
		if said.Empty() && (c.Name == "") == (have.Name == "") && contact.SameName(c.Name, have.Name) {
			ids = append(ids, x.contacts[i].id)
		}
	}
	slices.Sort(ids)
	return ids
}

func (l *loose) candidates(c contact.Contact, org int64) []int32 {
	keys := l.match.Keys(contact.Key{}, org, c)
	var found []int32
	if keys.HasPrimary {
		found = append(found, l.primary[keys.Primary]...)
	}
	for _, f := range keys.Fallback {
		for _, i := range l.fallback[f] {
			if !keys.HasPrimary || !l.has[i] {
				found = append(found, i)
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}
