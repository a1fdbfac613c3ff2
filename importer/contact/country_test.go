package contact

import (
	"slices"
	"strings"
	"testing"
)

// partly is a table that also knows the codes of two countries' parts.
type partly struct{ atlas }

func (p partly) Lookup(text string) (Country, bool) {
	switch text {
	case "GB-ENG", "gb_eng", "GB-UK":
		return places[4], true
	case "UK":
		return places[4], true
	case "FR-69":
		return places[1], true
	}
	return p.atlas.Lookup(text)
}

func TestTheCodeOfAPartOfACountryIsAWarning(t *testing.T) {
	t.Parallel()
	r := imports()
	r.Countries = partly{atlas{needID: true}}
	for text, want := range map[string]struct {
		iso  string
		told bool
	}{
		"GB-ENG": {"GB", true}, "gb_eng": {"GB", true}, "FR-69": {"FR", true}, "GB-UK": {"GB", false}, "GB": {"GB", false},
		"Germany": {"DE", false}, "UK": {"GB", false},
	} {
		got := r.Check(Draft{Name: "Ina Ahl", Country: text})
		if got.Contact.Country.ISO != want.iso || slices.Contains(codesIn(got.Warnings), "country.subdivision") != want.told {
			t.Errorf("%q: %+v", text, got)
		}
		if want.told && (got.Warnings[0].Value != text || !strings.Contains(got.Warnings[0].Message, got.Contact.Country.Name)) {
			t.Errorf("%q: %+v", text, got.Warnings)
		}
	}
}
