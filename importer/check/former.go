package check

import (
	"slices"

	"github.com/contactsync/contactsync/importer/contact"
)

// Former is a row as version 1 of the normal form had it, where that was another one than today's: what earlier runs sent
// for it, and what their ledger and the organisation know it by. The row is that contact, and never made anew because it
// is read better now.
type Former struct {
	Contact contact.Contact
	Keys    contact.Keys
	Same    []int64 // contacts of the organisation that are the row's by its former form
}

// formerOf returns the former form of a row; nil if there was none, or it was the same.
func (c *Checker) formerOf(r *Row, d contact.Draft) *Former {
	was, ok := c.Rules.Former(d)
	if !ok && !c.Rough || r.Valid() && was == r.Checked.Contact {
		return nil
	}
	return &Former{Contact: was, Keys: c.Match.Keys(c.Key, r.Org, was)}
}

// find looks for a row's contact in its organisation: as the row is read now, and only if there is none, as it was read.
func (c *Checker) find(r *Row) {
	existing := c.Existing[r.Org]
	r.Found = existing.Find(r.Checked.Contact, r.Keys)
	defer r.dropDefaulted()
	if r.Former == nil {
		return
	}
	was := existing.Find(r.Former.Contact, r.Former.Keys)
	r.Former.Same = was.Same
	if len(r.Found.Same) > 0 || len(was.Same) == 0 {
		return
	}
	first, _ := existing.ByID(was.Same[0])
	r.Found.Same, r.Found.Differs = was.Same, contact.Diff(r.Checked.Contact, first)
	r.Found.Related = slices.DeleteFunc(r.Found.Related, func(id int64) bool { return slices.Contains(was.Same, id) })
}

// dropDefaulted leaves, of the fields in which the row's contact differs, those of which the row says something itself.
func (r *Row) dropDefaulted() {
	r.Found.Differs = slices.DeleteFunc(r.Found.Differs, r.Checked.Defaulted.Has)
}

// Any reports whether something holds for a row's keys as they are, or as they were.
func (r *Row) Any(holds func(contact.Keys) bool) bool {
	return holds(r.Keys) || r.Former != nil && holds(r.Former.Keys)
}

// Sent is a row's contact as it was sent under a content hash.
func (r *Row) Sent(content contact.Hash) contact.Contact {
	if r.Former != nil && content == r.Former.Keys.Content {
		return r.Former.Contact
	}
	return r.Checked.Contact
}
