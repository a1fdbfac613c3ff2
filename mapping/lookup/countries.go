package lookup

import (
	"strings"
	"sync"

	"github.com/contactsync/contactsync/importer/contact"
)

// CountryRow is a row of emnify's table of countries, as GET /api/v1/country gives it.
type CountryRow struct {
	ID   int
	Name string
	// ISO is the row's iso_code in any case; some rows have none, some a wrong one.
	ISO string
}

var _ contact.Countries = (*CountryTable)(nil)

// CountryTable resolves what people write for a country. It is made by [Offline] or [Countries] and safe for concurrent
// use.
type CountryTable struct {
	rows   []CountryRow
	needID bool

	once sync.Once
	// What follows is made once, and read-only from then on.
	atlas *atlas
	// countries are the atlas's places, with emnify's ids where it has one.
	countries []contact.Country
	// own are the folded names of emnify's table that the atlas does not know.
	own  map[string]contact.Country
	byID map[int]contact.Country

	answers memo[answer]
	near    memo[string]
}

type answer struct {
	country contact.Country
	ok      bool
}

// Offline returns the countries without emnify's ids, for a check that needs no network.
func Offline() *CountryTable { return &CountryTable{} }

// Countries returns the countries with the ids that emnify's table gives them. A country that the table lacks is still
// found, with no id. The rows may be in any order, several for one country, or one for several.
func Countries(rows []CountryRow) *CountryTable { return &CountryTable{rows: rows, needID: true} }

// NeedID reports whether a country without an id can't be sent.
func (t *CountryTable) NeedID() bool { return t.needID }

// Lookup returns the country that text means: an ISO 3166-1 code of two or three letters, a name in a language of the
// CLDR, an alias, or a name of emnify's table. Case, accents and punctuation do not matter. It is false for what is
// unknown, and for a name that several countries share. The code of a part of a country (US-CA, gb_eng) means the country.
func (t *CountryTable) Lookup(text string) (contact.Country, bool) {
	if len(text) > longest {
		return contact.Country{}, false
	}
	t.once.Do(t.build)
	if place, ok := t.atlas.exact[text]; ok {
		return t.countries[place], true
	}
	var buf [64]byte
	if key, ok := foldASCII(buf[:0], text); ok {
		if country, ok := t.own[string(key)]; ok {
			return country, true
		}
		if place, ok := t.atlas.folded[string(key)]; ok && place != nowhere {
			return t.countries[place], true
		}
	}
	a := t.answers.get(text, t.search)
	return a.country, a.ok
}

// search is Lookup for what is not found at once.
func (t *CountryTable) search(text string) answer {
	text = strings.ToValidUTF8(text, " ")
	if country, ok := t.own[fold(text)]; ok {
		return answer{country, true}
	}
	if place := t.atlas.subdivision(text); place != nowhere {
		return answer{t.countries[place], true}
	}
	if place := t.atlas.find(text); place != nowhere {
		return answer{t.countries[place], true}
	}
	return answer{}
}

// ByID returns the country that emnify's id means. The ids of several rows for one country ("India MCC 405") all give the
// country with the id that Lookup gives. For a row that stands for several territories the ISO code is empty, unless the
// row itself names one.
func (t *CountryTable) ByID(id int) (contact.Country, bool) {
	t.once.Do(t.build)
	country, ok := t.byID[id]
	return country, ok
}

// Nearest returns the name that text is most likely a misspelling of; "" if none is near. With emnify's table only names
// of countries that it has an id for are proposed.
func (t *CountryTable) Nearest(text string) string {
	if len(text) > longest {
		return ""
	}
	t.once.Do(t.build)
	return t.near.get(text, func(text string) string {
		folded := fold(strings.ToValidUTF8(text, " "))
		if folded == "" || t.atlas.elsewhere[folded] {
			return ""
		}
		return nearestOf(folded, t.atlas.named, func(place int) bool { return !t.needID || t.countries[place].ID != 0 })
	})
}

func (t *CountryTable) build() {
	t.atlas = newAtlas()
	t.countries = make([]contact.Country, len(t.atlas.places))
	for i, p := range t.atlas.places {
		t.countries[i] = contact.Country{ISO: p.iso, Name: p.name}
	}
	t.own = map[string]contact.Country{}
	t.byID = make(map[int]contact.Country, len(t.rows))
	t.addRows()
}
