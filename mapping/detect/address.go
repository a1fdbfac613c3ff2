package detect

import (
	"slices"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/mapping/heading"
)

// place is the columns of one address.
type place struct {
	scope  heading.Scope
	group  int
	street []candidate
	house  []candidate
	suffix []candidate
	second []candidate
	zip    []candidate
	city   []candidate
	state  []candidate
	land   []candidate
	nation []candidate // land or state: see settleNation
}

// rank orders addresses: business, mailing, primary or unnamed, billing, home, other, shipping; the first of several.
func (p *place) rank() int {
	scopes := []heading.Scope{heading.ScopeBusiness, heading.ScopeCompany, heading.ScopeMailing, heading.ScopePrimary, heading.ScopeNone, heading.ScopeDirect, heading.ScopeBilling, heading.ScopeHome, heading.ScopeOther, heading.ScopeShipping}
	r := slices.Index(scopes, p.scope) * 100
	if p.group > 1 {
		r += p.group
	}
	return r
}

// whole reports whether it can be written on an envelope.
func (p *place) whole() bool { return len(p.street) > 0 && (len(p.city) > 0 || len(p.zip) > 0) }

// some reports whether it says more than a country.
func (p *place) some() bool { return len(p.street) > 0 || len(p.city) > 0 || len(p.zip) > 0 }

// address maps street, second line, zip, city, state and country, all from one address.
func (d *detection) address() {
	places := d.places()
	slices.SortStableFunc(places, func(a, b *place) int { return a.rank() - b.rank() })
	p := d.choose(places)
	if p == nil {
		d.countryAlone(places)
		return
	}
	d.borrow(p, places)
	d.putStreet(p)
	d.putPart(contact.SecondaryAddress, p.second)
	d.putPart(contact.Zipcode, p.zip)
	d.putPart(contact.City, p.city)
	d.putPart(contact.State, p.state)
	d.putPart(contact.CountryField, p.land)
}

// choose takes the best address: one that is whole and has values before one that is not or has none.
func (d *detection) choose(places []*place) *place {
	for _, want := range []func(p *place) bool{
		func(p *place) bool { return p.whole() && d.fill(p) > 0 },
		func(p *place) bool { return p.some() && d.fill(p) > 0 },
		func(p *place) bool { return p.whole() },
		func(p *place) bool { return p.some() },
	} {
		var first *place
		for _, p := range places {
			if !want(p) {
				continue
			}
			if first == nil {
				first = p
			} else if d.cellsOf(first)*20 < len(d.sample) && d.cellsOf(p) >= 10*d.cellsOf(first) && len(d.sample) >= fewEnough {
				return p
			}
		}
		if first != nil {
			return first
		}
	}
	return nil
}

// fill is how many rows have this address; with too small a sample to tell, all have.
func (d *detection) fill(p *place) int {
	if len(d.sample) < fewEnough {
		return 1
	}
	return d.cellsOf(p)
}

func (d *detection) cellsOf(p *place) int {
	n := 0
	for _, c := range slices.Concat(p.street, p.zip, p.city) {
		n = max(n, d.cols[c.col].filled)
	}
	return n
}

// places gathers the parts of addresses by scope and number.
func (d *detection) places() []*place {
	type key struct {
		scope heading.Scope
		group int
	}
	by := map[key]*place{}
	var out []*place
	for i, m := range d.means {
		if d.skip[i] || !heading.IsAddressPart(m.Kind) || d.cols[i].contradicts(m.Kind) {
			continue
		}
		k := key{m.Scope, m.Group}
		p := by[k]
		if p == nil {
			p = &place{scope: m.Scope, group: m.Group}
			by[k] = p
			out = append(out, p)
		}
		p.add(m, i)
	}
	for _, p := range out {
		p.settleNation()
	}
	return joinStreet(secondLines(out))
}

// joinStreet makes one address of a street that says whose it is and of a town that does not: "Mailing Address, City, ZIP".
// The street is the best one that has no town of its own.
func joinStreet(places []*place) []*place {
	i := slices.IndexFunc(places, func(p *place) bool { return p.scope == heading.ScopeNone && p.group == 0 })
	if i < 0 || len(places[i].street) > 0 || !places[i].some() {
		return places
	}
	town := places[i]
	var lone *place
	for _, p := range places {
		if len(p.street) > 0 && !p.whole() && len(p.state)+len(p.land) == 0 && (lone == nil || p.rank() < lone.rank()) {
			lone = p
		}
	}
	if lone == nil {
		return places
	}
	lone.zip, lone.city, lone.state, lone.land = town.zip, town.city, town.state, town.land
	return slices.Delete(places, i, i+1)
}

// settleNation makes a country of "Stato", or a state where the address has a country beside it.
func (p *place) settleNation() {
	switch {
	case len(p.land) == 0:
		p.land = p.nation
	case len(p.state) == 0:
		p.state = p.nation
	}
	p.nation = nil
}

// numbered makes the number behind a street that of an address where zip or city carry it too: "Straße 1, PLZ 1, Ort 1,
// Straße 2". Without them it counts lines: "Address 1, Address 2, City".
func (d *detection) numbered() {
	type key struct {
		scope heading.Scope
		group int
	}
	addresses := map[key]bool{}
	for _, m := range d.means {
		if m.Kind == heading.KindZip || m.Kind == heading.KindCity {
			addresses[key{m.Scope, m.Group}] = true
		}
	}
	for i := range d.means {
		m := &d.means[i]
		if (m.Kind == heading.KindStreet || m.Kind == heading.KindAddress) && m.Group == 0 && m.Line > 0 && addresses[key{m.Scope, m.Line}] {
			m.Group, m.Line = m.Line, 0
		}
	}
}

// secondLines makes the street of an "address 2" the second line of the address, where there is no more of it than
// that: "Werkadres 2, straat" beside "Werkadres, straat".
func secondLines(places []*place) []*place {
	for _, first := range places {
		for _, second := range places {
			if second.scope == first.scope && first.group == 0 && second.group == 2 && len(first.street) > 0 &&
				len(second.street) == 1 && len(second.zip)+len(second.city)+len(second.land) == 0 {
				first.second = append(first.second, second.street...)
				second.street = nil
			}
		}
	}
	return places
}

func (p *place) add(m heading.Meaning, col int) {
	c := candidate{col: col}
	switch m.Kind {
	case heading.KindStreet, heading.KindAddress:
		switch {
		case m.Line == 2:
			p.second = append(p.second, c)
		case m.Line < 2:
			if m.Kind == heading.KindAddress && m.Line == 0 {
				c.rank = 1
			}
			p.street = append(p.street, c)
		}
	case heading.KindCombined:
		c.rank = 3
		p.street = append(p.street, c)
	case heading.KindHouse:
		p.house = append(p.house, c)
	case heading.KindHouseSuffix:
		p.suffix = append(p.suffix, c)
	case heading.KindSecond:
		c.rank = 1
		p.second = append(p.second, c)
	case heading.KindZip:
		p.zip = append(p.zip, c)
	case heading.KindCity:
		p.city = append(p.city, c)
	case heading.KindState:
		if m.Less {
			c.rank = 1
		}
		p.state = append(p.state, c)
	case heading.KindCountry:
		p.land = append(p.land, c)
	case heading.KindNation:
		p.nation = append(p.nation, c)
	}
}

func sorted(cs []candidate) []candidate {
	slices.SortStableFunc(cs, func(a, b candidate) int { return a.rank - b.rank })
	return cs
}

func (d *detection) putPart(f contact.Field, cs []candidate) {
	if col, ok := d.best(sorted(cs)); ok {
		d.put(f, d.sure(col), col)
	}
}

// putStreet maps the street with its house number where that has a column of its own.
func (d *detection) putStreet(p *place) {
	street, ok := d.best(sorted(p.street))
	if !ok {
		return
	}
	cols := []int{street}
	if house, ok := d.best(p.house); ok {
		cols = append(cols, house)
	} else if d.means[street].Line == 0 && d.houseNumber(street+1) {
		cols = append(cols, street+1)
	}
	if suffix, ok := d.best(p.suffix); ok && len(cols) == 2 {
		cols = append(cols, suffix)
	}
	d.put(contact.Street, d.sure(street), cols...)
}

// houseNumber reports whether a column that is only called "No." holds house numbers; it does not beside any other
// column than the street. Without any row, its place alone says so.
func (d *detection) houseNumber(col int) bool {
	if col >= len(d.means) || d.skip[col] || d.means[col].Kind != heading.KindNumber {
		return false
	}
	return len(d.sample) == 0 || d.cols[col].mostly(d.cols[col].house)
}

// borrow takes country and state from columns that belong to no address in particular, where the chosen one lacks them.
func (d *detection) borrow(p *place, places []*place) {
	for _, o := range places {
		if o == p || o.scope != heading.ScopeNone || o.group != 0 || o.some() {
			continue
		}
		if len(p.land) == 0 {
			p.land = o.land
		}
		if len(p.state) == 0 {
			p.state = o.state
		}
	}
}

// countryAlone maps the country of a list that has no addresses.
func (d *detection) countryAlone(places []*place) {
	for _, p := range places {
		if len(p.land) > 0 && p.scope != heading.ScopeShipping && p.scope != heading.ScopeOther {
			d.putPart(contact.CountryField, p.land)
			return
		}
	}
}
