package contact

import (
	"slices"
	"strings"
	"testing"
)

func TestAHouseNumberThatBecameADateIsAWarning(t *testing.T) {
	t.Parallel()
	for street, fix := range map[string][]string{
		"Lindenweg 05. Mrz": {"3-5", "5-3"}, "Lindenweg 12.10.2024": {"10-12", "12-10"}, "Lindenweg 02-Feb": {"2-2", "2/2"}, "Lindenweg Mrz 50": {"3-50"},
	} {
		got := imports().Check(Draft{Name: "Ina Ahl", Street: street})
		if !slices.Equal(codesIn(got.Warnings), []string{"street.date"}) || len(got.Problems) > 0 || got.Contact.Street != street {
			t.Errorf("%q: %+v", street, got)
			continue
		}
		for _, part := range fix {
			if w := got.Warnings[0]; !strings.Contains(w.Fix, part) || w.Value != street || !strings.Contains(w.Message, "spreadsheet") {
				t.Errorf("%q: %+v does not propose %s", street, w, part)
			}
		}
	}
	got := imports().Check(Draft{Name: "Ina Ahl", Street: "Lindenweg", SecondaryAddress: "3-May"})
	if !slices.Equal(codesIn(got.Warnings), []string{"secondary_address.date"}) {
		t.Errorf("%+v", got.Warnings)
	}
	if got := imports().Check(Draft{Name: "Ina Ahl", Street: strings.Repeat("x", 300) + " 5-Mar"}); len(got.Warnings) > 0 {
		t.Errorf("of a text that is too long %+v", got.Warnings)
	}
}
