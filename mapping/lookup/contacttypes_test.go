package lookup

import (
	"slices"
	"strings"
	"testing"

	"github.com/contactsync/contactsync/importer/contact"
)

var sixNames = []string{"Commercial", "Technical", "Finance", "Shipping address", "Company address", "Invoice address"}

func TestTypesFile(t *testing.T) {
	t.Parallel()
	lines := parseTypes(typesFile)
	var names []string
	seen := map[string]string{}
	for _, line := range lines {
		names = append(names, line.name)
		for _, text := range append([]string{line.name}, line.synonyms...) {
			key := fold(text)
			if key == "" {
				t.Errorf("%s: an empty synonym", line.name)
			}
			if other := seen[key]; other != "" && other != line.name {
				t.Errorf("%q stands for %s and for %s", text, other, line.name)
			}
			seen[key] = line.name
		}
	}
	if !slices.Equal(names, sixNames) {
		t.Errorf("types.txt has %q, want %q", names, sixNames)
	}
}

func TestLookupOfTypes(t *testing.T) {
	t.Parallel()
	table := Types([]contact.Type{
		{ID: 11, Name: "Invoice address"}, {ID: 12, Name: "invoice address"}, {ID: 13, Name: "TECHNICAL"},
		{ID: 14, Name: "Support"}, {ID: 15}, {ID: 0, Name: "Finance"}, {ID: 16, Name: "Billing"}, {ID: 17, Name: "Shipping"},
	}, true)
	for text, want := range map[string]contact.Type{
		"Invoice address": {ID: 11, Name: "Invoice address"}, "INVOICE_ADDRESS": {ID: 11, Name: "Invoice address"}, "Rechnung": {ID: 11, Name: "Invoice address"},
		"facturación": {ID: 11, Name: "Invoice address"}, "FATTURAZIONE": {ID: 11, Name: "Invoice address"}, "factuur": {ID: 11, Name: "Invoice address"},
		"11": {ID: 11, Name: "Invoice address"}, "12": {ID: 11, Name: "Invoice address"}, " 13 ": {ID: 13, Name: "Technical"}, "13.0": {ID: 13, Name: "Technical"},
		"Technik": {ID: 13, Name: "Technical"}, "Técnico": {ID: 13, Name: "Technical"}, "techniczny": {ID: 13, Name: "Technical"},
		"support": {ID: 14, Name: "Support"}, "14": {ID: 14, Name: "Support"}, "15": {ID: 15}, "99": {ID: 99},
		"Finanzen": {ID: 0, Name: "Finance"}, "Commercial": {ID: 0, Name: "Commercial"}, "Firmenadresse": {ID: 0, Name: "Company address"},
		"billing": {ID: 16, Name: "Billing"}, "16": {ID: 16, Name: "Billing"}, "Lieferadresse": {ID: 17, Name: "Shipping address"}, "shipping": {ID: 17, Name: "Shipping address"},
	} {
		if got, ok := table.Lookup(text); !ok || got != want {
			t.Errorf("Lookup(%q) = %+v, %v; want %+v", text, got, ok, want)
		}
	}
	for _, text := range []string{"", " ", "0", "-1", "1.5", "99999999999", "Address", "Friend", "\xff", strings.Repeat("9", 400)} {
		if got, ok := table.Lookup(text); ok || !got.IsZero() {
			t.Errorf("Lookup(%q) = %+v, want nothing", text, got)
		}
	}
	want := []string{"Technical", "Shipping address", "Invoice address", "Support", "15", "Billing"}
	if got := table.Names(); !slices.Equal(got, want) {
		t.Errorf("Names() = %q, want %q", got, want)
	}
	for _, name := range want {
		if got, ok := table.Lookup(name); !ok || got.ID == 0 {
			t.Errorf("Lookup(%q) = %+v, %v, though it has an id", name, got, ok)
		}
	}
}

func TestTypesWithNothingKnown(t *testing.T) {
	t.Parallel()
	table := Types(nil, false)
	if got := table.Names(); !slices.Equal(got, sixNames) {
		t.Errorf("Names() = %q", got)
	}
	if got := Types(nil, true).Names(); len(got) != 0 {
		t.Errorf("Names() = %q, though no id is known", got)
	}
	if table.NeedID() || !Types(nil, true).NeedID() {
		t.Error("NeedID is not what was said")
	}
	for _, name := range sixNames {
		if got, ok := table.Lookup(name); !ok || got != (contact.Type{Name: name}) {
			t.Errorf("Lookup(%q) = %+v, %v", name, got, ok)
		}
	}
}

// The user's word, which comes first, beats what the organisation's contacts show.
func TestTheFirstIDWins(t *testing.T) {
	t.Parallel()
	table := Types([]contact.Type{{ID: 7, Name: "Finance"}, {ID: 3, Name: "Finance"}}, true)
	if got, _ := table.Lookup("Finance"); got.ID != 7 {
		t.Errorf("Lookup = %+v, want the id 7", got)
	}
}

func TestParseTypeID(t *testing.T) {
	t.Parallel()
	for spec, want := range map[string]contact.Type{
		"Invoice address=7":     {ID: 7, Name: "Invoice address"},
		" invoice ADDRESS = 7 ": {ID: 7, Name: "Invoice address"},
		"Rechnung=12":           {ID: 12, Name: "Invoice address"},
		"Technical=2147483647":  {ID: 2147483647, Name: "Technical"},
	} {
		if got, err := ParseTypeID(spec); err != nil || got != want {
			t.Errorf("ParseTypeID(%q) = %+v, %v; want %+v", spec, got, err, want)
		}
	}
	for spec, part := range map[string]string{
		"": "NAME=ID", "Technical": "NAME=ID", "7": "NAME=ID", "=7": "no contact type", "Friend=7": `"Friend" is no contact type`,
		"Technical=": "whole number", "Technical=x": `"x"`, "Technical=0": "whole number", "Technical=-3": "whole number", "Technical=1=2": `"1=2"`,
	} {
		got, err := ParseTypeID(spec)
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("ParseTypeID(%q) = %+v, %v; want an error with %q", spec, got, err, part)
		}
	}
	_, err := ParseTypeID("Friend=7")
	for _, name := range sixNames {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%q does not name %s", err, name)
		}
	}
}

func FuzzParseTypeID(f *testing.F) {
	for _, s := range []string{"Finance=3", "Rechnung = 4", "=", "a=b=c", "\xff=1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, spec string) {
		got, err := ParseTypeID(spec)
		if err != nil {
			return
		}
		if found, ok := Types([]contact.Type{got}, true).Lookup(got.Name); !ok || found != got {
			t.Fatalf("ParseTypeID(%q) = %+v, looked up as %+v", spec, got, found)
		}
	})
}
