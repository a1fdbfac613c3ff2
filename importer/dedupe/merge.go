package dedupe

import (
	"slices"
	"strconv"

	"github.com/contactsync/contactsync/importer/contact"
)

// Member is one row of a group of rows that are the same contact.
type Member struct {
	Row        uint32
	Contact    contact.Contact
	ExternalID string
	// Defaulted are the fields that the row leaves empty, and that only a default fills: any other row knows better.
	Defaulted contact.FieldMask
}

// Merge collects what the later rows of a group add to its first one. The zero value is empty.
//
// It keeps only rows that say something new, and of those that fill nothing no more than maxContradicting: a group may
// have any number of rows.
type Merge struct {
	members []Member
	union   Member // of all members: the first value of each field
}

const maxContradicting = 16

// Contradiction is a field of which two rows of a group say different things. That of row A is kept.
type Contradiction struct {
	Field          contact.Field
	A, B           uint32
	ValueA, ValueB string
}

// Merged is the contact that a group makes.
type Merged struct {
	Member
	// Filled are the fields that a later row gave.
	Filled         []contact.Field
	Contradictions []Contradiction
}

// Add takes the next row of the group, after the first one.
func (m *Merge) Add(later Member) {
	fills, differs := compareMembers(m.union, later)
	if len(fills) == 0 && (len(differs) == 0 || len(m.members) >= maxContradicting) {
		return
	}
	m.members = append(m.members, later)
	fill(&m.union, later, fills)
}

// Into fills the blanks of the group's first row from the rows that were added, in their order. A field that two rows
// have differently keeps the earlier value; how a text is written, its case or accents, is no difference.
func (m *Merge) Into(first Member) Merged {
	out := Merged{Member: first}
	from := map[contact.Field]uint32{}
	told := map[contact.Field][]string{}
	for _, later := range m.members {
		fills, differs := compareMembers(out.Member, later)
		for _, f := range fills {
			from[f] = later.Row
		}
		fill(&out.Member, later, fills)
		out.Filled = append(out.Filled, fills...)
		for _, f := range differs {
			value := later.value(f)
			if slices.Contains(told[f], value) {
				continue
			}
			told[f] = append(told[f], value)
			a := first.Row
			if from[f] != 0 {
				a = from[f]
			}
			out.Contradictions = append(out.Contradictions, Contradiction{Field: f, A: a, B: later.Row, ValueA: out.value(f), ValueB: value})
		}
	}
	return out
}

// compareMembers tells which fields of a later row are blank in have, and which have has differently.
func compareMembers(have, later Member) (fills, differs []contact.Field) {
	for f := range (contact.MaskOf(contact.Diff(later.Contact, have.Contact)...) | have.Defaulted).All() {
		switch {
		case later.Defaulted.Has(f) || !later.has(f):
		case !have.has(f), have.Defaulted.Has(f):
			fills = append(fills, f)
		case !sameText(f, have.Contact, later.Contact):
			differs = append(differs, f)
		}
	}
	switch {
	case later.ExternalID == "" || later.ExternalID == have.ExternalID:
	case have.ExternalID == "":
		fills = append(fills, contact.ExternalID)
	default:
		differs = append(differs, contact.ExternalID)
	}
	return fills, differs
}

func fill(into *Member, from Member, fields []contact.Field) {
	for _, f := range fields {
		if f == contact.ExternalID {
			into.ExternalID = from.ExternalID
			continue
		}
		into.Contact.Set(f, from.Contact)
		into.Defaulted = into.Defaulted.Without(f)
	}
}

func (m Member) has(f contact.Field) bool {
	switch f {
	case contact.CountryField:
		return !m.Contact.Country.IsZero()
	case contact.TypeField:
		return !m.Contact.Type.IsZero()
	}
	return m.value(f) != ""
}

// value is a field as a person reads it.
func (m Member) value(f contact.Field) string {
	switch v := m.Contact.Value(f); {
	case f == contact.ExternalID:
		return m.ExternalID
	case v != "":
		return v
	case f == contact.TypeField && m.Contact.Type.ID != 0:
		return strconv.Itoa(m.Contact.Type.ID)
	case f == contact.CountryField && m.Contact.Country.ID != 0:
		return strconv.Itoa(m.Contact.Country.ID)
	}
	return ""
}

// sameText reports whether two values of a field that people write differ in their writing only. Addresses of e-mail,
// numbers and codes have no writing: there each sign counts.
func sameText(f contact.Field, a, b contact.Contact) bool {
	switch f {
	case contact.Name:
		return nameKey(a) == nameKey(b)
	case contact.Title, contact.Department, contact.Street, contact.SecondaryAddress, contact.City, contact.State:
		return contact.FoldText(a.Value(f)) == contact.FoldText(b.Value(f))
	}
	return false
}

func nameKey(c contact.Contact) uint64 {
	return contact.Match{}.Keys(contact.Key{}, 0, contact.Contact{Name: c.Name}).Name
}
