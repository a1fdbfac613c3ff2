package contact

import (
	"slices"
	"strings"
	"testing"
)

func TestAPostcodeWithoutItsZeroIsAWarning(t *testing.T) {
	t.Parallel()
	r := imports()
	got := r.Check(Draft{Name: "Ina Ahl", Zipcode: "1067", Country: "Germany"})
	if !slices.Equal(codesIn(got.Warnings), []string{"zipcode.zero"}) || len(got.Problems) > 0 || got.Contact.Zipcode != "1067" {
		t.Errorf("%+v", got)
	}
	if w := got.Warnings; len(w) == 1 && (!strings.Contains(w[0].Fix, "01067") || w[0].Value != "1067") {
		t.Errorf("%+v", w)
	}
	r.DefaultCountry = places[0]
	for country, want := range map[string]int{"": 1, "Atlantis": 0} {
		if got := r.Check(Draft{Name: "Ina Ahl", Zipcode: "1067", Country: country}); len(got.Warnings) != want {
			t.Errorf("country %q: %v", country, codesIn(got.Warnings))
		}
	}
}
