package lookup

import (
	"strings"

	"github.com/contactsync/contactsync/importer/contact"
)

// strength is how sure it is that a row of emnify's table stands for a place.
type strength int

const (
	// partly: the row stands for several places, and this is one of them.
	partly strength = iota + 1
	// byCode: the row's code says so and its name is not known, as of "India MCC 405".
	byCode
	// byName: the row's name says so. It beats the code, since some codes are wrong, and people see the name.
	byName
	// byBoth: name and code agree.
	byBoth
)

// claimed is a row of emnify's table with the places that it stands for.
type claimed struct {
	row      CountryRow
	strength strength
	places   []int
	// code is the place that the row's code means, or nowhere.
	code int
}

// addRows gives each place the id of the row that stands for it most surely, and the lowest of those that are equal; and
// each row's id and name the country that it means.
func (t *CountryTable) addRows() {
	var rows []claimed
	best := map[int]claimed{}
	for _, row := range t.rows {
		// The row with the id 0, "ANY", is no country.
		if row.ID <= 0 {
			continue
		}
		c := t.claim(row)
		rows = append(rows, c)
		for _, place := range c.places {
			b, taken := best[place]
			if !taken || c.strength > b.strength || c.strength == b.strength && row.ID < b.row.ID {
				best[place] = c
			}
		}
	}
	for place, c := range best {
		t.countries[place].ID = c.row.ID
	}
	for _, c := range rows {
		t.addRow(c)
	}
}

// addRow makes a row's id and name mean its country, so that what emnify calls a country is always understood.
func (t *CountryTable) addRow(c claimed) {
	country := contact.Country{ID: c.row.ID, Name: c.row.Name}
	switch {
	case c.strength > partly:
		country = t.countries[c.places[0]]
	case c.strength == partly && c.code != nowhere && t.countries[c.code].ID == c.row.ID:
		country.ISO = t.countries[c.code].ISO
	}
	if _, taken := t.byID[c.row.ID]; !taken {
		t.byID[c.row.ID] = country
	}
	key := fold(c.row.Name)
	if _, known := t.atlas.folded[key]; known || key == "" {
		return
	}
	if other, taken := t.own[key]; !taken || country.ID < other.ID {
		t.own[key] = country
	}
}

// claim finds out which places a row stands for.
func (t *CountryTable) claim(row CountryRow) claimed {
	c := claimed{row: row, code: nowhere}
	if place, ok := t.atlas.folded[fold(row.ISO)]; ok && len(row.ISO) <= 3 {
		c.code = place
	}
	name, _ := t.atlas.known(row.Name)
	switch {
	case name != nowhere && name == c.code:
		c.strength, c.places = byBoth, []int{name}
	case name != nowhere:
		c.strength, c.places = byName, []int{name}
	default:
		c.places = t.territories(row.Name)
		c.strength = partly
		if len(c.places) == 0 && c.code != nowhere {
			c.strength, c.places = byCode, []int{c.code}
		}
	}
	return c
}

// territories are the places that the name of a row lists: "Mayotte / Reunion", "Israel & Palestine". A part that is no
// place ("French Antilles") costs the others nothing.
func (t *CountryTable) territories(name string) []int {
	var places []int
	parts := strings.FieldsFunc(name, func(r rune) bool { return r == '/' || r == '&' || r == ',' })
	if len(parts) < 2 {
		return nil
	}
	for _, part := range parts {
		if place, _ := t.atlas.known(part); place != nowhere {
			places = append(places, place)
		}
	}
	return places
}
