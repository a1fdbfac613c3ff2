package contact_test

import (
	"slices"
	"testing"

	"github.com/contactsync/contactsync/importer/contact"
)

func TestExternalID(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		in, id, former string
		lost           bool
	}{
		"none":                          {in: "", id: ""},
		"a number":                      {in: "101", id: "101"},
		"a letter and a number":         {in: "K-100", id: "K-100"},
		"blanks at the ends":            {in: "  A 7 ", id: "A 7"},
		"case stays":                    {in: "0031t00000AbCdE", id: "0031t00000AbCdE"},
		"leading zeros stay":            {in: "00101", id: "00101"},
		"a fraction that is whole":      {in: "101.0", id: "101", former: "101.0"},
		"with a comma":                  {in: "101,0", id: "101", former: "101,0"},
		"two zeros":                     {in: "101.00", id: "101", former: "101.00"},
		"six zeros":                     {in: "101.000000", id: "101", former: "101.000000"},
		"zeros before and behind":       {in: "007.0", id: "007", former: "007.0"},
		"nought":                        {in: "0.0", id: "0", former: "0.0"},
		"thousands, or three decimals":  {in: "101.000", id: "101.000"},
		"three decimals for sure":       {in: "1234.000", id: "1234", former: "1234.000"},
		"millions":                      {in: "1.000.000", id: "1.000.000"},
		"a real fraction":               {in: "101.5", id: "101.5"},
		"a version":                     {in: "1.0.0", id: "1.0.0"},
		"a letter before":               {in: "A101.0", id: "A101.0"},
		"a point only":                  {in: "101.", id: "101."},
		"no whole part":                 {in: ".0", id: ".0"},
		"a guid":                        {in: "3f2504e0-4f89-11d3-9a0c-0305e82c3301", id: "3f2504e0-4f89-11d3-9a0c-0305e82c3301"},
		"scientific":                    {in: "1.23457E+10", lost: true},
		"scientific, with a comma":      {in: "1,23457E+10", lost: true},
		"scientific, without a sign":    {in: "1.2E10", lost: true},
		"scientific, in lower case":     {in: "1.2e+16", lost: true},
		"scientific, without decimals":  {in: "5E+10", lost: true},
		"scientific, below nought":      {in: "-1.2E+10", lost: true},
		"an id with an E in it":         {in: "12E3", id: "12E3"},
		"a long id with an E in it":     {in: "5e10", id: "5e10"},
		"an E and letters":              {in: "1.2E+1a", id: "1.2E+1a"},
		"two signs":                     {in: "1.2E++1", id: "1.2E++1"},
		"two points before the E":       {in: "1.2.3E+10", id: "1.2.3E+10"},
		"a point without decimals":      {in: "1.e+10", lost: true},
		"an exponent without a number":  {in: "E+10", id: "E+10"},
		"a word with an E":              {in: "Erika", id: "Erika"},
		"a mantissa without an exponet": {in: "1.5E", id: "1.5E"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rules := &contact.Rules{DefaultType: contact.Type{ID: 1}}
			got := rules.Check(contact.Draft{Name: "Ann Lee", ExternalID: test.in})
			if got.ExternalID != test.id || got.FormerID != test.former {
				t.Errorf("%q is %q, formerly %q; want %q, %q", test.in, got.ExternalID, got.FormerID, test.id, test.former)
			}
			lost := slices.ContainsFunc(got.Warnings, func(p contact.Problem) bool {
				return p.Code == "external_id.scientific" && p.Value == test.in
			})
			if lost != test.lost || len(got.Problems) > 0 {
				t.Errorf("%q is lost: %t, want %t (%v)", test.in, lost, test.lost, got.Problems)
			}
			alone := rules.Identify(contact.Draft{Name: "Ann Lee", ExternalID: test.in, Org: "12"})
			if alone.ExternalID != test.id || alone.FormerID != test.former || alone.Org != 12 {
				t.Errorf("without its contact %q is %+v", test.in, alone)
			}
		})
	}
}

func TestFormerIDs(t *testing.T) {
	t.Parallel()
	tests := []struct {
		id, former string
		want       []string
	}{
		{"", "", nil},
		{"K-1", "", nil},
		{"101", "", []string{"101.0", "101,0", "101.00", "101,00"}},
		{"101", "101.0", []string{"101.0", "101,0", "101.00", "101,00"}},
		{"101", "101,0", []string{"101,0", "101.0", "101.00", "101,00"}},
		{"1234", "1234.000", []string{"1234.000", "1234.0", "1234,0", "1234.00", "1234,00"}},
	}
	for _, test := range tests {
		c := contact.Checked{ExternalID: test.id, FormerID: test.former}
		if got := c.FormerIDs(); !slices.Equal(got, test.want) {
			t.Errorf("%q, formerly %q: %q, want %q", test.id, test.former, got, test.want)
		}
	}
}

// FuzzExternalID holds the normal form of an id to being one: read again it is the same, and what it was before is told.
func FuzzExternalID(f *testing.F) {
	for _, seed := range []string{"101", "101.0", "007,00", "1.000", "1.23457E+10", "5e10", " K-1 ", "\u00a01.0\u200b", "1.0\n"} {
		f.Add(seed)
	}
	rules := &contact.Rules{}
	f.Fuzz(func(t *testing.T, s string) {
		first := rules.Identify(contact.Draft{ExternalID: s})
		again := rules.Identify(contact.Draft{ExternalID: first.ExternalID})
		if again.ExternalID != first.ExternalID || again.FormerID != "" {
			t.Errorf("%q is %q, and that is %+v", s, first.ExternalID, again)
		}
		if first.FormerID != "" {
			if was := rules.Identify(contact.Draft{ExternalID: first.FormerID}); was.ExternalID != first.ExternalID {
				t.Errorf("%q was %q, and that is %q", s, first.FormerID, was.ExternalID)
			}
		}
	})
}
