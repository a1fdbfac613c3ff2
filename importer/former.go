package importer

import (
	"slices"

	"github.com/contactsync/contactsync/importer/contact"
)

// former is a row as version 1 of the normal form had it, where that was another one than today's: what earlier runs sent
// for it, and what their ledger and the organisation know it by. The row is that contact, and never made anew because it
// is read better now.
type former struct {
	contact contact.Contact
	keys    contact.Keys
	same    []int64 // contacts of the organisation that are the row's by its former form
}

// formerOf returns the former form of a row; nil if there was none, or it was the same.
func (c *checker) formerOf(r *row, d contact.Draft) *former {
	was, ok := c.rules.Former(d)
	if !ok && !c.rough || r.valid() && was == r.checked.Contact {
		return nil
	}
	return &former{contact: was, keys: c.match.Keys(c.key, r.org, was)}
}

// find looks for a row's contact in its organisation: as the row is read now, and only if there is none, as it was read.
func (c *checker) find(r *row) {
	existing := c.existing[r.org]
	r.found = existing.Find(r.checked.Contact, r.keys)
	if r.former == nil {
		return
	}
	was := existing.Find(r.former.contact, r.former.keys)
	r.former.same = was.Same
	if len(r.found.Same) > 0 || len(was.Same) == 0 {
		return
	}
	first, _ := existing.ByID(was.Same[0])
	r.found.Same, r.found.Differs = was.Same, contact.Diff(r.checked.Contact, first)
	r.found.Related = slices.DeleteFunc(r.found.Related, func(id int64) bool { return slices.Contains(was.Same, id) })
}

// any reports whether something holds for a row's keys as they are, or as they were.
func (r *row) any(holds func(contact.Keys) bool) bool {
	return holds(r.keys) || r.former != nil && holds(r.former.keys)
}

// sent is a row's contact as it was sent under a content hash.
func (r *row) sent(content contact.Hash) contact.Contact {
	if r.former != nil && content == r.former.keys.Content {
		return r.former.contact
	}
	return r.checked.Contact
}

// of returns what the ledger last knew of a row, and the content by which it knows it: the row's today, or its former one.
func (m *recall) of(r *row) (row remembered, content contact.Hash, ok bool) {
	if row, ok := m.rows[r.keys.Content]; ok || r.former == nil {
		return row, r.keys.Content, ok
	}
	if row, ok := m.rows[r.former.keys.Content]; ok {
		return row, r.former.keys.Content, true
	}
	return remembered{}, r.keys.Content, false
}
