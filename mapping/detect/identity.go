package detect

import (
	"slices"
	"strings"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/mapping/heading"
)

// A column of ids whose values several people share is no identity of theirs. A slip of the hand gives one id to two
// rows, and the rows themselves deal with that; more than these, both in number and as a share of the values, and the
// column counts something else than people.
const (
	sharedRows  = 2
	sharedShare = 0.01
)

// Why a column that looks like an id is not taken.
const (
	reasonShared   = "several people have the same value in it, so that it says nothing about which of them a row is"
	reasonRepeated = "most of its values stand in several rows"
	reasonCustomer = "it numbers customers or companies, and several people have the same value"
)

// externalID maps the record's own id: one that says so, then a bare "ID", then a customer's number. The last is a
// person's only as long as no two people have the same: that far as the sample goes it is looked at here, and marked as
// weak for whoever reads the rest.
func (d *detection) externalID() {
	cs := d.candidates(func(m heading.Meaning) (int, bool) {
		r := slices.Index([]heading.Kind{heading.KindRecord, heading.KindID, heading.KindCustomerNo}, m.Kind)
		return r * 10, r >= 0 && m.Scope == heading.ScopeNone && m.Group == 0
	})
	cs = slices.DeleteFunc(cs, func(c candidate) bool {
		why := d.noIdentity(c.col)
		if why != "" {
			d.reasons[d.header[c.col]] = why
		}
		return why != ""
	})
	col, ok := d.best(cs)
	if !ok && d.systemID() {
		col, ok = 0, true
	}
	if !ok {
		return
	}
	d.put(contact.ExternalID, d.sure(col), col)
	clear(d.reasons) // of the columns that it was chosen before nobody needs to know more
	if d.weakID(col) {
		d.weak[contact.ExternalID] = true
	}
}

// weakID reports whether a header names something that several people may share, for all that it says.
func (d *detection) weakID(col int) bool {
	return d.means[col].Kind != heading.KindRecord && d.means[col].Kind != heading.KindID
}

// noIdentity tells why a column can't be the rows' id; empty if it can.
func (d *detection) noIdentity(col int) string {
	c := d.cols[col]
	shared, repeated := d.sharing(col)
	switch {
	case d.weakID(col) && repeated:
		return reasonCustomer
	case shared > sharedRows && c.share(shared) > sharedShare:
		return reasonShared
	case c.filled >= 5 && c.share(c.distinct) < 0.5:
		return reasonRepeated
	}
	return ""
}

// person is what tells people apart in a sample: folded cells, empty where there are none.
type person struct{ name, email string }

// differs reports whether two rows are of different people: other names, and no address in common; without names, other
// addresses.
func (p person) differs(o person) bool {
	if p.email != "" && p.email == o.email {
		return false
	}
	if p.name == "" || o.name == "" {
		return p.email != "" && o.email != ""
	}
	return p.name != o.name
}

// sharing counts the rows whose value in a column another person has too. Repeated is whether any value stands in two
// rows that are not the same in name and e-mail.
func (d *detection) sharing(col int) (shared int, repeated bool) {
	of := map[string][]person{}
	name, email := d.columnsOf(contact.Name), d.columnsOf(contact.Email)
	for _, row := range d.sample {
		if col < len(row) && strings.TrimSpace(row[col]) != "" {
			id := strings.TrimSpace(row[col])
			of[id] = append(of[id], person{joined(row, name), joined(row, email)})
		}
	}
	for _, people := range of {
		for _, p := range people {
			if slices.ContainsFunc(people, p.differs) {
				shared++
			}
			repeated = repeated || p != people[0]
		}
	}
	return shared, repeated
}

// columnsOf are the columns of a field, by number.
func (d *detection) columnsOf(f contact.Field) []int {
	var out []int
	for _, c := range d.fields[f].Columns {
		out = append(out, slices.Index(d.header, c))
	}
	return out
}

// joined is what some cells of a row say together, folded.
func joined(row []string, columns []int) string {
	var parts []string
	for _, i := range columns {
		if i < len(row) {
			parts = append(parts, heading.Fold(row[i]))
		}
	}
	return strings.TrimSpace(strings.Join(parts, " "))
}

// systemID reports whether the first column is the record's id under the name of its system: "Copper ID". Elsewhere an id
// of something that nobody knows is not the contact's.
func (d *detection) systemID() bool {
	if len(d.header) == 0 || d.skip[0] || d.means[0].Kind != heading.KindNone || d.means[0].Forbids {
		return false
	}
	name, _ := heading.Plain(d.header, 0)
	if !d.lex.IsSystemID(name) {
		return false
	}
	c := d.cols[0]
	return c.filled == c.rows && c.distinct == c.rows && !c.contradicts(heading.KindID)
}
