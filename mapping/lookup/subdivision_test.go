package lookup

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

func TestCodesOfPartsOfCountries(t *testing.T) {
	t.Parallel()
	offline := Offline()
	for text, want := range map[string]string{
		"GB-ENG": "GB", "gb_eng": "GB", "GB-SCT": "GB", "US-CA": "US", "us-ca": "US", "US_TX": "US", "DE-BY": "DE", "AT-9": "AT", "FR-75": "FR",
		"FR-IDF": "FR", "ES-MD": "ES", "CA-ON": "CA", " IT-MI ": "IT", "CN-NM": "CN", "JP-13": "JP",
		// Parts that are countries or territories of their own.
		"US-PR": "PR", "CN-HK": "HK", "FR-974": "RE", "NL-CW": "CW", "FI-01": "AX",
		// A locale's name is no part of a country, and what may be either is not guessed.
		"DE-BE": "DE", "de-BE": "", "de_be": "", "IT-CH": "IT", "it-CH": "", "pt-BR": "", "fr_CA": "", "es-MX": "", "de-AT": "",
		"US-XX": "", "ZZ-ABC": "", "DE-10117": "", "US CA": "", "GB-ENGL": "", "D-BY": "",
	} {
		got, ok := offline.Lookup(text)
		if got.ISO != want || ok != (want != "") {
			t.Errorf("Lookup(%q) = %+v, %v; want %q", text, got, ok, want)
		}
	}
}

func TestSubdivisionsNameCountries(t *testing.T) {
	t.Parallel()
	a := newAtlas()
	codes := parseSubdivisions(subdivisionsFile)
	if len(codes) < 5000 {
		t.Errorf("only %d codes", len(codes))
	}
	offline := Offline()
	for code, iso := range codes {
		if got, ok := offline.Lookup(code); !ok || got.ISO != iso {
			t.Errorf("Lookup(%q) = %+v, %v; want %s", code, got, ok, iso)
		}
		if _, ok := a.byISO[iso]; !ok || len(code) < 4 || len(code) > 6 || strings.ToUpper(code) != code {
			t.Errorf("%q names %q", code, iso)
		}
	}
}

// Each place of places.txt would be taken for a slip if it did not stand there.
func TestPlacesAreNeeded(t *testing.T) {
	t.Parallel()
	a := newAtlas()
	for _, folded := range slices.Sorted(maps.Keys(a.elsewhere)) {
		if nearestOf(folded, a.named, func(int) bool { return true }) == "" {
			t.Errorf("%q is near to nothing", folded)
		}
		if place := a.find(folded); place != nowhere {
			t.Errorf("%q is the name of %s", folded, a.places[place].name)
		}
	}
}
