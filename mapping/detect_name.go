package mapping

import (
	"slices"
	"strings"

	"github.com/contactsync/contactsync/importer/contact"
)

// nameRank orders whose name a column holds: the contact's own before that of an address; the first person of a
// numbered list behind the unnumbered.
func nameRank(m meaning) int {
	rank := m.group * 20
	if m.less {
		rank += 10
	}
	switch m.scope {
	case scopeNone, scopePrimary, scopeBusiness:
	case scopeHome, scopeMailing:
		rank++
	case scopeBilling:
		rank += 2
	case scopeShipping:
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
			fm = FieldMap{Join: " ", Confidence: sureByHeader, Why: "header"}
		}
		fm.Fallback = []string{d.header[fallback]}
		d.fields[contact.Name] = fm
	}
}

// company finds the column of the firm's name.
func (d *detection) company() (int, bool) {
	return d.best(d.candidates(func(m meaning) (int, bool) { return nameRank(m), m.kind == kindCompany }))
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
		if d.skip[i] || d.cols[i].contradicts(m.kind) {
			continue
		}
		switch m.kind {
		case kindFirst, kindMiddle, kindInfix, kindLast:
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
func (d *detection) partRank(m meaning) int {
	if m.kind == kindLast && m.group <= 2 && !d.several {
		m.group = 0
	}
	return nameRank(m)
}

// addPart takes the first column of a part; of family names also a second that is called otherwise.
func (d *detection) addPart(p *parts, m meaning, i int) {
	_, repeated := plain(d.header, i)
	switch m.kind {
	case kindFirst:
		p.first = d.oneOf(p.first, i)
	case kindMiddle:
		p.middle = d.oneOf(p.middle, i)
	case kindInfix:
		p.infix = d.oneOf(p.infix, i)
	case kindLast:
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
	if a.group <= 1 && b.group == 2 {
		return true
	}
	name := squash(d.header[second])
	return strings.HasPrefix(name, "segundo") || strings.HasSuffix(name, "materno")
}

// resolveNames decides what a bare "Name", "Nombre" or "Nom" is: what the parts beside it leave over, unless its
// values hold the part that is there.
func (d *detection) resolveNames() {
	d.familyNames()
	first, last := d.firstOf(kindFirst), d.firstOf(kindLast)
	if (first < 0) == (last < 0) {
		return
	}
	for i := range d.means {
		m := &d.means[i]
		if m.kind != kindName || d.skip[i] || m.scope != scopeNone {
			continue
		}
		if first >= 0 {
			if holds, known := d.holds(i, first); !known || !holds {
				m.kind = kindLast
			}
			return
		}
		holds, known := d.holds(i, last)
		if known && !holds || !known && m.langs&(langEN|d.lex.bits["de"]) == 0 {
			m.kind = kindFirst
		}
		return
	}
}

// familyNames makes a family name of what is called like a first name in all but one word: "Nom du contact" beside "Prénom
// du contact". Values that hold the first name say otherwise.
func (d *detection) familyNames() {
	if slices.ContainsFunc(d.means, func(m meaning) bool { return m.kind == kindLast && m.group == 0 }) {
		return
	}
	for i := range d.means {
		m := &d.means[i]
		if d.skip[i] || (m.kind != kindFull && m.kind != kindName) {
			continue
		}
		for j, first := range d.means {
			if d.skip[j] || first.kind != kindFirst || first.group != m.group || !d.sameFrame(i, j) {
				continue
			}
			if holds, known := d.holds(i, j); !known || !holds {
				m.kind, m.less = kindLast, first.less
			}
		}
	}
}

// sameFrame reports whether two headers of several words differ in one only. Where they have the word "name" in common,
// as "First Name" and "Full Name", the difference is what they mean.
func (d *detection) sameFrame(a, b int) bool {
	nameA, _ := plain(d.header, a)
	nameB, _ := plain(d.header, b)
	x, y := words(nameA), words(nameB)
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

func (d *detection) firstOf(k kind) int {
	for i, m := range d.means {
		if m.kind == k && !d.skip[i] && d.partRank(m) == 0 {
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
	cs := d.candidates(func(m meaning) (int, bool) {
		r := slices.Index([]kind{kindFull, kindName, kindDisplay}, m.kind)
		return r + nameRank(m)*10, r >= 0
	})
	return slices.DeleteFunc(cs, func(c candidate) bool {
		col := d.cols[c.col]
		if d.means[c.col].bare && col.filled >= bareLeast && (col.share(col.person) < bareNames || col.share(col.distinct) <= bareDistinct) {
			return true
		}
		return col.filled >= 3 && col.share(col.company) >= 0.5
	})
}

// titles maps the title: an academic title before a form of address. "Title" is only taken where its values, or a
// column for the job beside it, say that it is no job title.
func (d *detection) titles() {
	cs := d.candidates(func(m meaning) (int, bool) {
		r := slices.Index([]kind{kindAcademic, kindTitle, kindSalutation}, m.kind)
		return r * 10, r >= 0 && m.scope == scopeNone
	})
	cs = slices.DeleteFunc(cs, func(c candidate) bool {
		col, k := d.cols[c.col], d.means[c.col].kind
		if col.filled == 0 {
			return k == kindTitle && !d.hasJob()
		}
		if k == kindTitle {
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
		name := squash(h)
		for _, word := range []string{"jobtitle", "position", "jobposition", "beruf", "funktion", "role"} {
			if name == word {
				return true
			}
		}
	}
	return false
}
