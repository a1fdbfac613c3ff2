// Package remote holds what an organisation has: the port through which it is listed, and its contacts as they were listed, ready
// to be asked about. It does no I/O itself, and has no clock.
package remote

import (
	"cmp"
	"slices"
	"sync"

	"github.com/contactsync/contactsync/importer/contact"
)

// Index is what one organisation has, ready to be asked whether a row's contact is among it. After New it is only
// read: any number of goroutines may ask.
type Index struct {
	contacts []known
	primary  map[contact.Hash][]int32
	fallback map[contact.Hash][]int32
	content  map[contact.Hash][]int32
	byID     map[int64]int32

	match     contact.Match
	org       int64
	makeLoose sync.Once
	loose     *loose
}

type known struct {
	id      int64
	primary bool
	contact contact.Contact
}

// Found is what an organisation has of a row's contact.
type Found struct {
	// Same are the ids of the contacts that are the row's, ascending; the first one counts.
	Same []int64
	// Differs are the fields in which the first one differs from the row.
	Differs []contact.Field
	// Related are the ids of contacts that are equal in the key with clearly different names.
	Related []int64
}

// NewIndex indexes the contacts of one organisation by the keys of match, after bringing them to the normal form of
// the rows. Rows are to be asked for by keys of the same key.
func NewIndex(key contact.Key, match contact.Match, rules *contact.Rules, org int64, stored []contact.Stored) *Index {
	x := &Index{
		contacts: make([]known, 0, len(stored)),
		primary:  map[contact.Hash][]int32{},
		fallback: map[contact.Hash][]int32{},
		content:  map[contact.Hash][]int32{},
		byID:     make(map[int64]int32, len(stored)),
		match:    match, org: org,
	}
	for _, s := range stored {
		c := rules.Normalise(s)
		keys := match.Keys(key, org, c)
		i := int32(len(x.contacts))
		x.contacts = append(x.contacts, known{id: s.ID, primary: keys.HasPrimary, contact: c})
		if keys.HasPrimary {
			x.primary[keys.Primary] = append(x.primary[keys.Primary], i)
		}
		for _, f := range keys.Fallback {
			x.fallback[f] = append(x.fallback[f], i)
		}
		x.content[keys.Content] = append(x.content[keys.Content], i)
		x.byID[s.ID] = i
	}
	return x
}

// ByID returns a contact in normal form.
func (x *Index) ByID(id int64) (contact.Contact, bool) {
	if x == nil {
		return contact.Contact{}, false
	}
	i, ok := x.byID[id]
	if !ok {
		return contact.Contact{}, false
	}
	return x.contacts[i].contact, true
}

// Find looks for a row's contact.
func (x *Index) Find(c contact.Contact, k contact.Keys) Found {
	var f Found
	if x == nil {
		return f
	}
	var same []int32
	for _, i := range x.candidates(k) {
		if contact.SameName(c.Name, x.contacts[i].contact.Name) {
			same = append(same, i)
		} else {
			f.Related = append(f.Related, x.contacts[i].id)
		}
	}
	byID := func(a, b int32) int { return cmp.Compare(x.contacts[a].id, x.contacts[b].id) }
	slices.SortFunc(same, byID)
	for _, i := range same {
		f.Same = append(f.Same, x.contacts[i].id)
	}
	if len(same) > 0 {
		f.Differs = contact.Diff(c, x.contacts[same[0]].contact)
	}
	slices.Sort(f.Related)
	return f
}

// candidates returns the contacts that are equal in the key: the primary one where both sides have it, a fallback where
// either has none, and the whole content where the row has neither.
func (x *Index) candidates(k contact.Keys) []int32 {
	var found []int32
	if k.HasPrimary {
		found = append(found, x.primary[k.Primary]...)
	}
	for _, f := range k.Fallback {
		for _, i := range x.fallback[f] {
			if !k.HasPrimary || !x.contacts[i].primary {
				found = append(found, i)
			}
		}
	}
	if !k.HasPrimary && len(k.Fallback) == 0 {
		found = append(found, x.content[k.Content]...)
	}
	slices.Sort(found)
	return slices.Compact(found)
}
