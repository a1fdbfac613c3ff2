package detect

import (
	"fmt"
	"slices"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/mapping"
	"github.com/contactsync/contactsync/mapping/heading"
)

// What a column must hold for us to ask whether it was meant. Below that it is one of the many columns that nobody needs.
const (
	// Names differ from row to row; words that sort the rows ("Gold", "Web") come again and again. First names come again
	// too, and count only beside a last name.
	nameDistinct = 0.5
	nameValues   = 0.8 // ... and most of its values are such words
	nameFilled   = 0.5 // ... in most rows
	reachValues  = 0.5 // e-mail addresses are told from anything else, so that half of the values will do
	phoneValues  = 0.8 // numbers are of many sorts
	reachFilled  = 0.1 // few of a list have a phone, but more than a slip
	// A file of which more columns than these have headers in a language that nobody knows was not understood, whatever
	// the others gave. Of three columns one may be an addition of somebody's own.
	strangeShare = 0.5
	strangeLeast = 3
	strangeTexts = 2 // ... and so many of them hold words
	// So many columns are named in a question; nobody reads more.
	mostCandidates = 12
)

// lost raises a doubt where a column that the rules do not understand may hold what the contact lacks. It comes behind
// the profile; what a person says of a field beats it.
func (d *detection) lost(m *mapping.Mapping) {
	open := d.open(m)
	d.lostName(m, open)
	d.lostEmail(m, open)
	d.lostPhone(m, open)
	d.strangers(m, open)
}

// open lists the columns with values that feed nothing and whose header leaves open what they are: it says neither what
// else they are nor whose.
func (d *detection) open(m *mapping.Mapping) []int {
	used := map[string]bool{}
	for _, fm := range m.Fields {
		for _, c := range fm.AllColumns() {
			used[c] = true
		}
	}
	var out []int
	for i, mean := range d.means {
		if d.skip[i] || used[d.header[i]] || mean.Forbids || mean.Aside || d.cols[i].filled == 0 {
			continue
		}
		if mean.Kind == heading.KindNone || d.cols[i].contradicts(mean.Kind) {
			out = append(out, i)
		}
	}
	return out
}

// has reports whether a field has columns with values, or one whose values chance may have left out of a small sample.
func (d *detection) has(m *mapping.Mapping, f contact.Field) bool {
	fm := m.Fields[f]
	if fm.Constant != "" {
		return true
	}
	return slices.ContainsFunc(fm.Columns, func(c string) bool { return !d.blank(slices.Index(d.header, c)) })
}

// lostName asks for a name where none is, or only the half of one.
func (d *detection) lostName(m *mapping.Mapping, open []int) {
	half := d.halfName(m)
	if d.has(m, contact.Name) && half == heading.KindNone {
		return
	}
	var named []int
	for _, i := range open {
		if c := d.cols[i]; d.nameLike(i) && (c.share(c.distinct) >= nameDistinct || half == heading.KindLast) {
			named = append(named, i)
		}
	}
	switch {
	case len(named) == 0:
	case half == heading.KindFirst:
		d.ask(m, contact.Name, m.Fields[contact.Name].Columns, nil, named, "only first names are understood, and another column could hold the last names")
	case half == heading.KindLast:
		d.ask(m, contact.Name, nil, m.Fields[contact.Name].Columns, named, "only last names are understood, and another column could hold the first names")
	default:
		d.ask(m, contact.Name, nil, nil, d.beside(named, open), "no column is understood as a name, and these could hold one")
	}
}

// halfName is which part of a name is all that is mapped: first names, last names, or neither alone.
func (d *detection) halfName(m *mapping.Mapping) heading.Kind {
	columns := m.Fields[contact.Name].Columns
	half := heading.KindNone
	for _, c := range columns {
		switch k := d.means[slices.Index(d.header, c)].Kind; {
		case k != heading.KindFirst && k != heading.KindLast && k != heading.KindMiddle, half != heading.KindNone && k != heading.KindMiddle && k != half:
			return heading.KindNone
		case k != heading.KindMiddle:
			half = k
		}
	}
	return half
}

// nameLike reports whether the values of a column could be names, or parts of them.
func (d *detection) nameLike(i int) bool {
	c := d.cols[i]
	return !d.means[i].Coded && c.share(c.person) >= nameValues && float64(c.filled) >= nameFilled*float64(c.rows)
}

// beside adds to columns of names their neighbours that could hold the other part.
func (d *detection) beside(named, open []int) []int {
	out := slices.Clone(named)
	for _, i := range named {
		for _, j := range []int{i - 1, i + 1} {
			if slices.Contains(open, j) && !slices.Contains(out, j) && d.nameLike(j) {
				out = append(out, j)
			}
		}
	}
	slices.Sort(out)
	return out
}

// lostEmail asks about addresses that no field takes, or beside which only a private one is understood.
func (d *detection) lostEmail(m *mapping.Mapping, open []int) {
	private := d.private(contact.Email)
	if d.has(m, contact.Email) && !private || m.InDoubt(contact.Email) {
		return
	}
	var found []int
	for _, i := range open {
		if c := d.cols[i]; c.share(c.email) >= reachValues && float64(c.filled) >= reachFilled*float64(c.rows) {
			found = append(found, i)
		}
	}
	switch {
	case len(found) == 0:
	case private:
		d.ask(m, contact.Email, nil, nil, append(found, d.columnsOf(contact.Email)...), "the only e-mail that is understood is a private one, and others hold addresses too")
	default:
		d.ask(m, contact.Email, nil, nil, found, "no column is understood as the e-mail, and these hold addresses")
	}
}

// lostPhone asks about numbers that no field takes, or beside which only a private one is understood.
func (d *detection) lostPhone(m *mapping.Mapping, open []int) {
	private := d.private(contact.Phone)
	if d.has(m, contact.Phone) && !private || m.InDoubt(contact.Phone) {
		return
	}
	var found []int
	for _, i := range open {
		if c := d.cols[i]; !d.means[i].Coded && c.share(c.number) >= phoneValues && float64(c.filled) >= reachFilled*float64(c.rows) {
			found = append(found, i)
		}
	}
	switch {
	case len(found) == 0:
	case private:
		d.ask(m, contact.Phone, nil, nil, append(found, d.columnsOf(contact.Phone)...), "the only phone that is understood is a private one, and others hold numbers too")
	default:
		d.ask(m, contact.Phone, nil, nil, found, "no column is understood as the phone, and these hold numbers")
	}
}

// private reports whether the column that is mapped is for reaching somebody at home.
func (d *detection) private(f contact.Field) bool {
	cols := d.columnsOf(f)
	return len(cols) == 1 && d.means[cols[0]].Scope == heading.ScopeHome
}

// strangers asks about a file most of whose headers hold no word that is known.
func (d *detection) strangers(m *mapping.Mapping, open []int) {
	filled := 0
	for i, c := range d.cols {
		if !d.skip[i] && c.filled > 0 {
			filled++
		}
	}
	var strange []int
	texts := 0
	for _, i := range open {
		c := d.cols[i]
		if !d.means[i].Strange || c.mostly(c.date) || c.mostly(c.boolean) || c.mostly(c.url) {
			continue
		}
		strange = append(strange, i)
		if 2*c.letter > c.filled {
			texts++
		}
	}
	if len(strange) < strangeLeast || texts < strangeTexts || float64(len(strange)) <= strangeShare*float64(filled) {
		return
	}
	dt := mapping.Doubt{
		Reason: fmt.Sprintf("the names of %d of the %d columns with values are not understood, so that much may be lost", len(strange), filled),
		Settle: "--map FIELD=COLUMN for each that is needed, or --map FIELD= for a field that the file does not have",
	}
	for _, i := range strange[:min(len(strange), mostCandidates)] {
		dt.Candidates = append(dt.Candidates, d.header[i])
	}
	m.Doubts = append(m.Doubts, dt)
}

// ask notes a doubt about a field, with both ways to settle it: the column that it could be, between those that stand
// before and behind it, and that there is none.
func (d *detection) ask(m *mapping.Mapping, f contact.Field, have, behind []string, candidates []int, reason string) {
	dt := mapping.Doubt{Field: f, Reason: reason}
	for _, i := range candidates[:min(len(candidates), mostCandidates)] {
		dt.Candidates = append(dt.Candidates, d.header[i])
	}
	columns := slices.Concat(have, dt.Candidates[:1], behind)
	dt.Settle = mapping.Flag(f, columns...)
	if fm, ok := m.Fields[f]; ok && len(fm.Columns) > 0 {
		dt.Column = fm.Columns[0]
		fm.Confidence = mapping.Unsure
		m.Fields[f] = fm
		dt.Settle += ", or " + mapping.Flag(f, fm.Columns...) + " if that is all"
	} else {
		if f == contact.Name && len(candidates) > 1 {
			dt.Settle += ", or " + mapping.Flag(f, dt.Candidates[:2]...) + " if both make it"
		}
		dt.Settle += ", or " + mapping.Flag(f) + " if there is none"
	}
	m.Doubts = append(m.Doubts, dt)
}
