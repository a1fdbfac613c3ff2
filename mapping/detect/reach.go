package detect

import (
	"slices"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/mapping/heading"
)

// later is what a second, third, ... of a kind costs in rank, so that it stands behind every first but another's.
const later = 15

// emailRank orders e-mail columns: work, then the only, first or default one, then others.
func emailRank(m heading.Meaning) int {
	rank := map[heading.Scope]int{heading.ScopeBusiness: 0, heading.ScopeNone: 1, heading.ScopePrimary: 1, heading.ScopeMailing: 1, heading.ScopeDirect: 2,
		heading.ScopeHome: 8, heading.ScopeBilling: 9, heading.ScopeCompany: 10, heading.ScopeOther: 12, heading.ScopeShipping: 40}[m.Scope]
	return rank + behindFirst(m)
}

// phoneRank orders phone columns: business, then the only, first or main one; home only where there is no other.
func phoneRank(m heading.Meaning) int {
	rank := map[heading.Scope]int{heading.ScopeBusiness: 0, heading.ScopeNone: 1, heading.ScopePrimary: 1, heading.ScopeMailing: 1, heading.ScopeDirect: 2,
		heading.ScopeCompany: 4, heading.ScopeBilling: 6, heading.ScopeOther: 8, heading.ScopeHome: 9, heading.ScopeShipping: 40}[m.Scope]
	return rank + behindFirst(m)
}

func behindFirst(m heading.Meaning) int {
	rank := 0
	if m.Group > 1 {
		rank = later * min(m.Group, 20)
	}
	if m.Less {
		rank++
	}
	return rank
}

// reach maps e-mail, phone and mobile.
func (d *detection) reach() {
	d.scopesOnly()
	d.email()
	d.number(contact.Phone, heading.KindPhone)
	d.number(contact.Mobile, heading.KindMobile)
}

// scopesOnly gives columns that are called no more than "Work" the kind that their values show, and "Contact number"
// that of a phone if it holds phones.
func (d *detection) scopesOnly() {
	for i := range d.means {
		m, c := &d.means[i], d.cols[i]
		if m.Kind != heading.KindScopeOnly && m.Kind != heading.KindAsk {
			continue
		}
		switch {
		case c.mostly(c.phone), c.share(c.number) >= phoneValues: // few say it too if nothing else is written like this
			m.Kind = heading.KindPhone
		case c.mostly(c.email):
			m.Kind = heading.KindEmail
		default:
			m.Kind = heading.KindNone
		}
	}
}

func (d *detection) email() {
	cs := d.candidates(func(m heading.Meaning) (int, bool) { return emailRank(m), m.Kind == heading.KindEmail })
	d.preferValues(cs, func(c column) int { return c.email })
	if col, ok := d.best(cs); ok && (!d.blank(col) || len(d.byValues()) == 0) {
		d.put(contact.Email, d.sure(col), col)
		d.rivals(contact.Email, col, cs)
		return
	}
	if d.contradicted(contact.Email, heading.KindEmail) {
		return
	}
	found := d.byValues()
	if len(found) == 0 {
		return
	}
	d.put(contact.Email, sureByValues, found[0])
	fm := d.fields[contact.Email]
	fm.Why = "values"
	d.fields[contact.Email] = fm
	if len(found) > 1 {
		d.doubt(contact.Email, found[0], found, "several columns hold e-mail addresses, and no header says which is the contact's")
	}
}

// byValues lists the columns that hold e-mail addresses though their header does not say so, and does not forbid it:
// those whose header names e-mail beside words that nobody knows come first.
func (d *detection) byValues() []int {
	var named, others []int
	for i, m := range d.means {
		c := d.cols[i]
		if d.skip[i] || m.Forbids || m.Kind != heading.KindNone || c.filled < 3 || c.share(c.email) < 0.9 {
			continue
		}
		if m.Email {
			named = append(named, i)
		} else {
			others = append(others, i)
		}
	}
	if len(named) > 0 {
		return named
	}
	return others
}

func (d *detection) number(f contact.Field, k heading.Kind) {
	cs := d.candidates(func(m heading.Meaning) (int, bool) { return phoneRank(m), m.Kind == k })
	d.preferValues(cs, func(c column) int { return c.phone })
	if col, ok := d.best(cs); ok {
		d.put(f, d.sure(col), col)
		d.rivals(f, col, cs)
		return
	}
	d.contradicted(f, k)
}

// preferValues moves columns behind the others whose values hardly ever are what is wanted, where another's are.
func (d *detection) preferValues(cs []candidate, such func(column) int) {
	good := false
	for _, c := range cs {
		col := d.cols[c.col]
		good = good || (col.filled >= 5 && col.share(such(col)) >= 0.5)
	}
	if !good {
		return
	}
	for i := range cs {
		if col := d.cols[cs[i].col]; col.filled >= 5 && col.share(such(col)) < 0.1 {
			cs[i].rank += 1000
		}
	}
	slices.SortStableFunc(cs, func(a, b candidate) int { return a.rank - b.rank })
}

// rivals raises a doubt if another column is as good as the one taken and says something else in most rows.
func (d *detection) rivals(f contact.Field, taken int, cs []candidate) {
	rank := 0
	for _, c := range cs {
		if c.col == taken {
			rank = c.rank
		}
	}
	all := []int{taken}
	for _, c := range cs {
		if c.col != taken && c.rank == rank && d.means[c.col].Scope == d.means[taken].Scope && d.differ(taken, c.col) {
			all = append(all, c.col)
		}
	}
	if len(all) > 1 {
		d.doubt(f, taken, all, "several columns could be meant, and their values differ")
	}
}

// differ reports whether two columns are both well filled and mostly say different things.
func (d *detection) differ(a, b int) bool {
	both, other := 0, 0
	for _, row := range d.sample {
		if a >= len(row) || b >= len(row) || heading.Fold(row[a]) == "" || heading.Fold(row[b]) == "" {
			continue
		}
		both++
		if heading.Fold(row[a]) != heading.Fold(row[b]) {
			other++
		}
	}
	return both > 0 && both >= min(3, len(d.sample)) && 2*both >= len(d.sample) && 2*other > both
}

// contradicted raises a doubt if a column is called like the field but its values are plainly something else: columns
// may have been swapped.
func (d *detection) contradicted(f contact.Field, k heading.Kind) bool {
	for i, m := range d.means {
		if d.skip[i] || m.Kind != k || !d.cols[i].contradicts(k) {
			continue
		}
		all := []int{}
		for j, c := range d.cols {
			if (k == heading.KindEmail && c.mostly(c.email)) || (k != heading.KindEmail && c.mostly(c.phone)) {
				all = append(all, j)
			}
		}
		if len(all) == 0 {
			continue
		}
		d.doubt(f, -1, all, "the values of the column that is called so are something else")
		return true
	}
	return false
}
