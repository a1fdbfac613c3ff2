package diff

import (
	"fmt"
	"maps"
	"slices"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
)

// Protected is what must not be deleted: rows that are not in order may be about it. Where that can't be told of a row,
// nothing is deleted at all.
type Protected struct {
	key         contact.Key // of its hashes
	externals   map[contact.Hash]bool
	contents    map[contact.Hash]bool
	identifiers []contact.Identifiers
	ids         map[int64]bool
	refused     string
}

// NewProtected returns one that protects nothing yet. Hashes are under key.
func NewProtected(key contact.Key) *Protected {
	return &Protected{key: key, externals: map[contact.Hash]bool{}, contents: map[contact.Hash]bool{}, ids: map[int64]bool{}}
}

// Clone returns one that protects the same.
func (p *Protected) Clone() *Protected {
	c := *p
	c.externals, c.contents, c.ids = maps.Clone(p.externals), maps.Clone(p.contents), maps.Clone(p.ids)
	c.identifiers = slices.Clone(p.identifiers)
	return &c
}

// Keep protects contacts by their ids.
func (p *Protected) Keep(ids ...int64) {
	for _, id := range ids {
		p.ids[id] = true
	}
}

// Refuse says why nothing may be deleted. The first reason counts.
func (p *Protected) Refuse(why string) {
	if p.refused == "" {
		p.refused = why
	}
}

// Refused is why nothing may be deleted; empty: something may.
func (p *Protected) Refused() string { return p.refused }

// Add protects whatever a row, which is called name, may be about. A row's own id tells that only if an earlier run knows
// whose it is (linked).
func (p *Protected) Add(row *check.Row, name string, linked bool) {
	p.addFormer(row)
	identifiers := row.Checked.Contact.Identifiers(p.key)
	for _, external := range check.ExternalHashes(p.key, row) {
		p.externals[external] = true
	}
	if identifiers != (contact.Identifiers{}) {
		p.identifiers = append(p.identifiers, identifiers)
		linked = true
	}
	p.contents[row.Keys.Content] = true
	if !linked || row.Source.Defect != nil {
		p.Refuse(fmt.Sprintf("row %s can't be read so far that it could be told whose contact it is", name))
	}
}

// addFormer protects what the row was about by its former form.
func (p *Protected) addFormer(row *check.Row) {
	if row.Former == nil {
		return
	}
	p.Keep(row.Former.Same...)
	p.identifiers = append(p.identifiers, row.Former.Contact.Identifiers(p.key))
	p.contents[row.Former.Keys.Content] = true
}

// HasID reports whether a contact is protected by its id.
func (p *Protected) HasID(id int64) bool { return p.ids[id] }

// Covers reports whether a contact with this content, and known by the hashes of these ids, may be what a row is about.
func (p *Protected) Covers(c contact.Contact, content contact.Hash, knownBy []contact.Hash) bool {
	if p.contents[content] || slices.ContainsFunc(knownBy, func(h contact.Hash) bool { return p.externals[h] }) {
		return true
	}
	return slices.ContainsFunc(p.identifiers, c.Identifiers(p.key).Agrees)
}
