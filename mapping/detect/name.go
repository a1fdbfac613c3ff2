package detect

import (
	"slices"
	"strings"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/mapping"
	"github.com/contactsync/contactsync/mapping/heading"
)

// nameRank orders whose name a column holds: the contact's own before that of an address; the first person of a
// numbered list behind the unnumbered.
func nameRank(m heading.Meaning) int {
	rank := m.Group * 20
	if m.Less {
		rank += 10
	}
	switch m.Scope {
	case heading.ScopeNone, heading.ScopePrimary, heading.ScopeBusiness:
	case heading.ScopeHome, heading.ScopeMailing:
		rank++
	case heading.ScopeBilling:
		rank += 2
	case heading.ScopeShipping:
		rank += 4
	default:
		rank += 3
	}
	return rank
}

// parts are the columns of one person's name.
type parts struct {
	rank                 int
	first, middle, infix []int
	last                 []int
}

func (p *parts) columns() []int { return slices.Concat(p.first, p.middle, p.infix, p.last) }

// names maps the name: from its parts, else from a full name; with the company where a row has no person.
func (d *detection) names() {
	d.resolveNames()
	fallback, hasCompany := d.company()
	people := d.people()
	slices.SortStableFunc(people, func(a, b *parts) int { return a.rank - b.rank })
	full := d.fullNames()
	var cols []int
	for _, p := range people {
		whole := len(p.first) > 0 && len(p.last) > 0
		if (whole || len(full) == 0) && !d.allBlank(slices.Concat(p.first, p.last)) {
			cols = p.columns()
			break
		}
	}
	fullCol, hasFull := d.best(full)
	switch {
	case cols != nil:
	case hasFull && (len(people) == 0 || !d.blank(fullCol)):
		cols = []int{fullCol}
	case len(people) > 0:
		cols = people[0].columns()
	}
	if cols != nil {
		d.put(contact.Name, d.sure(cols[len(cols)-1]), cols...)
	}
	if !hasCompany { // "Contact name" of an accounting system: a person or a firm
		fallback, hasCompany = d.best(slices.DeleteFunc(full, func(c candidate) bool { return slices.Contains(cols, c.col) }))
	}
	if hasCompany {
		fm, ok := d.fields[contact.Name]
		if !ok {
			fm = mapping.FieldMap{Join: " ", Confidence: sureByHeader, Why: "header"}
		}
		fm.Fallback = []string{d.header[fallback]}
		d.fields[contact.Name] = fm
	}
}

// company finds the column of the firm's name.
func (d *detection) company() (int, bool) {
	return d.best(d.candidates(func(m heading.Meaning) (int, bool) { return nameRank(m), m.Kind == heading.KindCompany }))
}

func (d *detection) allBlank(cols []int) bool {
	for _, c := range cols {
		if !d.blank(c) {
			return false
		}
	}
	return true
}

// people gathers the parts of names by whose they are.
func (d *detection) people() []*parts {
	byRank := map[int]*parts{}
	var out []*parts
	for i, m := range d.means {
		if d.skip[i] || d.cols[i].contradicts(m.Kind) {
			continue
		}
		switch m.Kind {
		case heading.KindFirst, heading.KindMiddle, heading.KindInfix, heading.KindLast:
		default:
			continue
		}
		rank := d.partRank(m)
		p := byRank[rank]
		if p == nil {
			p = &parts{rank: rank}
			byRank[rank] = p
			out = append(out, p)
		}
		d.addPart(p, m, i)
	}
	return slices.DeleteFunc(out, func(p *parts) bool { return len(p.first) == 0 && len(p.last) == 0 })
}

// partRank is the rank of a part of a name. "Apellido 1" and "Apellido 2" are one person's, unless first names are
// numbered too.
func (d *detection) partRank(m heading.Meaning) int {
	if m.Kind == heading.KindLast && m.Group <= 2 && !d.several {
		m.Group = 0
	}
	return nameRank(m)
}

// addPart takes the first column of a part; of family names also a second that is called otherwise.
func (d *detection) addPart(p *parts, m heading.Meaning, i int) {
	_, repeated := heading.Plain(d.header, i)
	switch m.Kind {
	case heading.KindFirst:
		p.first = d.oneOf(p.first, i)
	case heading.KindMiddle:
		p.middle = d.oneOf(p.middle, i)
	case heading.KindInfix:
		p.infix = d.oneOf(p.infix, i)
	case heading.KindLast:
		if len(p.last) == 1 && !repeated && d.secondSurname(p.last[0], i) {
			p.last = append(p.last, i)
			return
		}
		if len(p.last) < 2 {
			p.last = d.oneOf(p.last, i)
		}
	}
}

// oneOf keeps the column there is, unless it has no values and the new one has.
func (d *detection) oneOf(have []int, i int) []int {
	if len(have) == 0 || (d.blank(have[0]) && !d.blank(i)) {
		return []int{i}
	}
	return have
}

// secondSurname reports whether two family name columns stand for the two surnames of Spanish and Portuguese: they
// are counted, or the second says so.
func (d *detection) secondSurname(first, second int) bool {
	a, b := d.means[first], d.means[second]
	if a.Group <= 1 && b.Group == 2 {
		return true
	}
	name := heading.Squash(d.header[second])
	return strings.HasPrefix(name, "segundo") || strings.HasSuffix(name, "materno")
}

// resolveNames decides what a bare "Name", "Nombre" or "Nom" is: what the parts beside it leave over, unless its
// values hold the part that is there.
func (d *detection) resolveNames() {
	d.familyNames()
	first, last := d.firstOf(heading.KindFirst), d.firstOf(heading.KindLast)
	if (first < 0) == (last < 0) {
		return
	}
	for i := range d.means {
		m := &d.means[i]
		if m.Kind != heading.KindName || d.skip[i] || m.Scope != heading.ScopeNone {
			continue
		}
		if first >= 0 {
			if holds, known := d.holds(i, first); !known || !holds {
				m.Kind = heading.KindLast
			}
			return
		}
		holds, known := d.holds(i, last)
		if known && !holds || !known && m.Langs&(d.lex.Language("en")|d.lex.Language("de")) == 0 {
			m.Kind = heading.KindFirst
		}
		return
	}
}

// familyNames makes a family name of what is called like a first name in all but one word: "Nom du contact" beside "Prénom
// du contact". Values that hold the first name say otherwise.
func (d *detection) familyNames() {
	if slices.ContainsFunc(d.means, func(m heading.Meaning) bool { return m.Kind == heading.KindLast && m.Group == 0 }) {
		return
	}
	for i := range d.means {
		m := &d.means[i]
		if d.skip[i] || (m.Kind != heading.KindFull && m.Kind != heading.KindName) {
			continue
		}
		for j, first := range d.means {
			if d.skip[j] || first.Kind != heading.KindFirst || first.Group != m.Group || !d.sameFrame(i, j) {
				continue
			}
			if holds, known := d.holds(i, j); !known || !holds {
				m.Kind, m.Less = heading.KindLast, first.Less
			}
		}
	}
}

// sameFrame reports whether two headers of several words differ in one only. Where they have the word "name" in common,
// as "First Name" and "Full Name", the difference is what they mean.
func (d *detection) sameFrame(a, b int) bool {
	nameA, _ := heading.Plain(d.header, a)
	nameB, _ := heading.Plain(d.header, b)
	x, y := heading.Words(nameA), heading.Words(nameB)
	if len(x) < 2 || len(x) != len(y) {
		return false
	}
	others := 0
	for i := range x {
		switch {
		case x[i] != y[i]:
			others++
		case x[i] == "name":
			return false
		}
	}
	return others == 1
}

func (d *detection) firstOf(k heading.Kind) int {
	for i, m := range d.means {
		if m.Kind == k && !d.skip[i] && d.partRank(m) == 0 {
			return i
		}
	}
	return -1
}

// holds reports whether the values of a column mostly hold those of another; unknown with fewer than three rows.
func (d *detection) holds(whole, part int) (holds, known bool) {
	rows, n := 0, 0
	for _, row := range d.sample {
		if whole >= len(row) || part >= len(row) {
			continue
		}
		w, p := strings.TrimSpace(row[whole]), strings.TrimSpace(row[part])
		if w == "" || p == "" {
			continue
		}
		rows++
		if strings.Contains(strings.ToLower(w), strings.ToLower(p)) {
			n++
		}
	}
	return 2*n > rows, rows >= 3
}

// What a column that is only called "Contact", "Member" or "Profile" must hold to be of names: values as names are, and
// other ones in other rows. "Member: Gold" is none. One value says nothing.
const (
	bareNames    = 0.5
	bareDistinct = 0.5
	bareLeast    = 2
)

// fullNames lists the columns of whole names, those that hold firms left out.
func (d *detection) fullNames() []candidate {
	cs := d.candidates(func(m heading.Meaning) (int, bool) {
		r := slices.Index([]heading.Kind{heading.KindFull, heading.KindName, heading.KindDisplay}, m.Kind)
		return r + nameRank(m)*10, r >= 0
	})
	return slices.DeleteFunc(cs, func(c candidate) bool {
		col := d.cols[c.col]
		if d.means[c.col].Bare && col.filled >= bareLeast && (col.share(col.person) < bareNames || col.share(col.distinct) <= bareDistinct) {
			return true
		}
		return col.filled >= 3 && col.share(col.company) >= 0.5
	})
}

// titles maps the title: an academic title before a form of address. "Title" is only taken where its values, or a
// column for the job beside it, say that it is no job title.
func (d *detection) titles() {
	cs := d.candidates(func(m heading.Meaning) (int, bool) {
		r := slices.Index([]heading.Kind{heading.KindAcademic, heading.KindTitle, heading.KindSalutation}, m.Kind)
		return r * 10, r >= 0 && m.Scope == heading.ScopeNone
	})
	cs = slices.DeleteFunc(cs, func(c candidate) bool {
		col, k := d.cols[c.col], d.means[c.col].Kind
		if col.filled == 0 {
			return k == heading.KindTitle && !d.hasJob()
		}
		if k == heading.KindTitle {
			return col.share(col.honour) < 0.6
		}
		return col.filled >= 3 && col.share(col.honour) < 0.5
	})
	filled := slices.DeleteFunc(slices.Clone(cs), func(c candidate) bool { return d.blank(c.col) })
	if len(filled) > 0 {
		cs = filled
	}
	if len(cs) > 0 {
		d.put(contact.Title, d.sure(cs[0].col), cs[0].col)
	}
}

// hasJob reports whether a column for the job stands in the file.
func (d *detection) hasJob() bool {
	for _, h := range d.header {
		name := heading.Squash(h)
		for _, word := range []string{"jobtitle", "position", "jobposition", "beruf", "funktion", "role"} {
			if name == word {
				return true
			}
		}
	}
	return false
}
