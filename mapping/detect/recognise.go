package detect

import (
	"slices"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/mapping"
	"github.com/contactsync/contactsync/mapping/heading"
)

// recognise finds the built-in profile that an input was exported for; nil if there is none.
func recognise(profiles []*mapping.Profile, header []string) *mapping.Profile {
	var best *mapping.Profile
	at := heading.Index(header)
	for _, p := range profiles {
		if recognises(p, at, header) && (best == nil || len(p.Detect) > len(best.Detect)) {
			best = p
		}
	}
	return best
}

// recognises reports whether a profile's headers are all there and, if it knows all columns of its export, none else.
func recognises(p *mapping.Profile, at heading.Names, header []string) bool {
	for _, c := range p.Detect {
		if !at.Has(c) {
			return false
		}
	}
	if !p.Exclusive {
		return len(p.Detect) > 0
	}
	known := map[string]bool{}
	for _, fm := range p.Fields {
		for _, c := range fm.AllColumns() {
			known[c] = true
		}
	}
	for _, c := range p.Ignore {
		known[c] = true
	}
	n := 0
	for _, h := range header {
		switch {
		case known[h]:
			n++
		case !heading.Ours(h):
			return false
		}
	}
	return n >= 2
}

// adopt puts what a recognised profile knows before what the general rules found. A field whose columns are all empty
// in the sample stays with the rules if these found one with values; the address is taken as a whole.
func (d *detection) adopt(p *mapping.Profile, m *mapping.Mapping) {
	at := heading.Index(m.Header)
	address := []contact.Field{contact.Street, contact.SecondaryAddress, contact.Zipcode, contact.City, contact.State, contact.CountryField}
	keepAddress := d.filledIn(p, at, address) == 0 && d.filledIn(m.AsProfile(), at, address) > 0
	for _, f := range contact.Fields() {
		fm, ok := p.Fields[f]
		if !ok {
			continue
		}
		if slices.Contains(address, f) && keepAddress {
			continue
		}
		own := d.filledIn(p, at, []contact.Field{f})
		if !slices.Contains(address, f) && own == 0 && d.filledIn(m.AsProfile(), at, []contact.Field{f}) > 0 {
			continue
		}
		bound, _ := fm.Bind(at)
		if !bound.Feeds() || f == contact.ExternalID && d.unfit(bound.Columns, m) {
			continue
		}
		bound.Confidence, bound.Why = 1, "profile"
		m.Give(f, bound)
	}
}

// unfit reports whether the column that a profile knows as the record's id is none in this file, and notes why.
func (d *detection) unfit(columns []string, m *mapping.Mapping) bool {
	for _, c := range columns {
		if why := d.noIdentity(slices.Index(d.header, c)); why != "" {
			m.Reasons[c] = why
			return true
		}
	}
	return false
}

// filledIn counts the sample's cells in the columns of some fields.
func (d *detection) filledIn(p *mapping.Profile, at heading.Names, fields []contact.Field) int {
	n := 0
	for _, f := range fields {
		for _, c := range p.Fields[f].Columns {
			if h, ok := at.Find(c); ok {
				n += d.cols[slices.Index(d.header, h)].filled
			}
		}
	}
	return n
}
