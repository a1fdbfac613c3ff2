package contact

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// All problems of a row are told, in the order of the fields, each with value, what is wrong and what to do.
func TestAllProblemsAreTold(t *testing.T) {
	t.Parallel()
	d := Draft{
		Name: "An\x07na", Street: strings.Repeat("x", 256), Country: "Atlantis", Email: "anna@", Phone: "n/a", Mobile: "4.9E+11",
		PurchaseOrderNumber: "PO 7", Type: "Technical", Org: "acme",
	}
	c := imports().Check(d)
	want := []string{
		"name.invalid_text", "street.too_long", "country.unknown", "email.syntax", "phone.unparsable", "mobile.scientific",
		"purchase_order_number.not_invoice", "org_id.syntax",
	}
	if got := codesIn(c.Problems); !slices.Equal(got, want) {
		t.Fatalf("got  %v\nwant %v", got, want)
	}
	values := []string{d.Name, d.Street, d.Country, d.Email, d.Phone, d.Mobile, d.PurchaseOrderNumber, d.Org}
	for i, p := range c.Problems {
		if p.Value != values[i] || p.Message == "" || p.Fix == "" || string(p.Field) != strings.Split(p.Code, ".")[0] {
			t.Errorf("%+v lacks something", p)
		}
	}
}

func TestEveryCodeIsListed(t *testing.T) {
	t.Parallel()
	listed := map[string]bool{}
	for _, c := range Codes() {
		if listed[c.Code] || c.Meaning == "" || c.Fix == "" {
			t.Errorf("%+v stands twice, or lacks something", c)
		}
		listed[c.Code] = true
	}
	given := map[string]bool{}
	rapid.Check(t, func(t *rapid.T) {
		r := imports()
		r.Lenient = FieldSet{Email: rapid.Bool().Draw(t, "lenient"), CountryField: rapid.Bool().Draw(t, "lenient country")}
		if rapid.Bool().Draw(t, "no type") {
			r.DefaultType = Type{}
		}
		c := r.Check(drawDraft(t))
		for _, p := range append(c.Problems, c.Warnings...) {
			if !listed[p.Code] {
				t.Fatalf("%s is not listed", p.Code)
			}
			if p.Message == "" || p.Fix == "" {
				t.Fatalf("%+v lacks something", p)
			}
			given[p.Code] = true
		}
		order := slices.Index[[]Field]
		for i := 1; i < len(c.Problems); i++ {
			if order(Fields(), c.Problems[i-1].Field) > order(Fields(), c.Problems[i].Field) {
				t.Fatalf("out of order: %v", codesIn(c.Problems))
			}
		}
	})
	if len(given) < 15 {
		t.Errorf("only %d codes were given: %v", len(given), given)
	}
}

func TestEmptyRow(t *testing.T) {
	t.Parallel()
	r := imports()
	tests := map[string]struct {
		draft Draft
		empty bool
	}{
		"nothing":                              {Draft{}, true},
		"blanks":                               {Draft{Name: " \u00a0\t", Email: "\u200b"}, true},
		"an address alone":                     {Draft{Street: "Hauptstraße 1", City: "Berlin", Title: "Dr."}, true},
		"a name":                               {Draft{Name: "Anna"}, false},
		"an e-mail":                            {Draft{Email: "anna@example.com"}, false},
		"a phone":                              {Draft{Phone: "+49 30 1234567"}, false},
		"a mobile":                             {Draft{Mobile: "+49 151 12345678"}, false},
		"a bad e-mail is a problem of its own": {Draft{Email: "n/a"}, false},
	}
	for name, test := range tests {
		if got := slices.Contains(codesIn(r.Check(test.draft).Problems), "row.empty"); got != test.empty {
			t.Errorf("%s: empty is %v", name, got)
		}
	}
}

// Every text has one limit, in characters, and says whose it is.
func TestLengths(t *testing.T) {
	t.Parallel()
	for _, f := range []Field{Name, Title, Department, Street, SecondaryAddress, Zipcode, City, State, PurchaseOrderNumber} {
		for length, want := range map[int]bool{255: false, 256: true} {
			var d Draft
			set(&d, f, strings.Repeat("ü", length))
			d.Type, d.Mobile = "Invoice address", "+4915112345678"
			c := imports().Check(d)
			if want != slices.Contains(codesIn(c.Problems), string(f)+".too_long") {
				t.Errorf("%s of %d characters: %v", f, length, codesIn(c.Problems))
			}
			if want && !strings.Contains(c.Problems[0].Message, "255") || want && !strings.Contains(c.Problems[0].Message, "contactsync's own") {
				t.Errorf("%s: %q does not name the limit", f, c.Problems[0].Message)
			}
		}
	}
}

// set puts a text into a field of a draft, found by its name.
func set(d *Draft, f Field, text string) {
	name := strings.ReplaceAll(string(f), "_", "")
	v := reflect.ValueOf(d).Elem().FieldByNameFunc(func(s string) bool { return strings.EqualFold(s, name) })
	v.SetString(text)
}

func TestCountry(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text    string
		run     Country
		lenient bool
		want    Country
		code    string
		says    string
	}{
		"code":                    {"de", Country{}, false, places[0], "", ""},
		"name":                    {" Deutschland ", Country{}, false, places[0], "", ""},
		"none":                    {"", Country{}, false, Country{}, "", ""},
		"that of the run":         {" ", places[1], false, places[1], "", ""},
		"beats that of the run":   {"Italy", places[1], false, places[3], "", ""},
		"a slip":                  {"Germny", Country{}, false, Country{}, "country.unknown", "did you mean Germany?"},
		"nowhere near":            {"Atlantis", Country{}, false, Country{}, "country.unknown", "ISO code"},
		"unknown, not the run's":  {"Atlantis", places[1], true, Country{}, "country.unknown", "left out"},
		"emnify has none":         {"AQ", Country{}, false, Country{}, "country.no_id", "Antarctica"},
		"lenient leaves it out":   {"AQ", places[1], true, Country{}, "country.no_id", "left out"},
		"the run's has no number": {"", places[5], false, Country{}, "country.no_id", "Antarctica; left out"},
		"far too long":            {strings.Repeat("x", 300), Country{}, false, Country{}, "country.unknown", ""},
	}
	for name, test := range tests {
		r := imports()
		r.DefaultCountry, r.Lenient = test.run, FieldSet{CountryField: test.lenient}
		c := r.Check(Draft{Name: "Anna", Country: test.text})
		if got := strings.Join(codesIn(c.Problems, c.Warnings), " "); c.Contact.Country != test.want || got != test.code {
			t.Errorf("%s: %+v, %q; want %+v, %q", name, c.Contact.Country, got, test.want, test.code)
		}
		for _, p := range append(c.Problems, c.Warnings...) {
			if p.Value != test.text || !strings.Contains(p.Message+"; "+p.Fix, test.says) {
				t.Errorf("%s: %+v does not say %q", name, p, test.says)
			}
		}
		if test.lenient && len(c.Problems) > 0 {
			t.Errorf("%s: lenient, and refused", name)
		}
	}
	offline := &Rules{Countries: atlas{}, Types: kinds{}, DefaultType: knownTypes[1]}
	if c := offline.Check(Draft{Name: "Anna", Country: "AQ"}); len(c.Problems) > 0 || c.Contact.Country.ISO != "AQ" {
		t.Errorf("a mere check wants numbers: %+v", c)
	}
}

func TestType(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text  string
		run   Type
		order string
		want  Type
		code  string
		says  string
	}{
		"name":                                 {"technical", Type{}, "", knownTypes[1], "", ""},
		"number":                               {"6", Type{}, "", knownTypes[2], "", ""},
		"a number that nobody named":           {"77", Type{}, "", Type{ID: 77}, "", ""},
		"that of the run":                      {" ", knownTypes[0], "", knownTypes[0], "", ""},
		"beats that of the run":                {"Technical", knownTypes[0], "", knownTypes[1], "", ""},
		"none at all":                          {"", Type{}, "", Type{}, "type.missing", "Commercial"},
		"unknown, not the run's":               {"Mascot", knownTypes[0], "", Type{}, "type.unknown", "Commercial"},
		"a name without a number":              {"Shipping address", Type{}, "", knownTypes[3], "type.no_id", "--type-id \"Shipping address=NUMBER\""},
		"an order on an invoice":               {"Invoice address", Type{}, "PO 7", knownTypes[2], "", ""},
		"an order, elsewhere":                  {"Technical", Type{}, "PO 7", knownTypes[1], "purchase_order_number.not_invoice", invoiceType},
		"an order, by the run's type":          {"", knownTypes[0], "PO 7", knownTypes[0], "purchase_order_number.not_invoice", "Commercial"},
		"an order, on a bare number":           {"77", Type{}, "PO 7", Type{ID: 77}, "", ""},
		"a blank is no order":                  {"Technical", Type{}, " ", knownTypes[1], "", ""},
		"far too long":                         {strings.Repeat("x", 300), Type{}, "", Type{}, "type.unknown", ""},
		"an order, and no number for the type": {"Shipping address", Type{}, "PO 7", knownTypes[3], "purchase_order_number.not_invoice type.no_id", "--type-id|Shipping address"},
		"an order, but the type is bad":        {"Mascot", Type{}, "PO 7", Type{}, "type.unknown", ""},
	}
	for name, test := range tests {
		r := imports()
		r.DefaultType = test.run
		c := r.Check(Draft{Name: "Anna", Type: test.text, PurchaseOrderNumber: test.order})
		if got := strings.Join(codesIn(c.Problems, c.Warnings), " "); c.Contact.Type != test.want || got != test.code {
			t.Errorf("%s: %+v, %q; want %+v, %q", name, c.Contact.Type, got, test.want, test.code)
		}
		for _, p := range c.Problems {
			if !slices.ContainsFunc(strings.Split(test.says, "|"), func(s string) bool { return strings.Contains(p.Message+p.Fix, s) }) {
				t.Errorf("%s: %+v does not say %q", name, p, test.says)
			}
		}
	}
	check := &Rules{Types: kinds{}}
	if c := check.Check(Draft{Name: "Anna", Type: "Shipping address"}); len(c.Problems) > 0 {
		t.Errorf("a mere check wants numbers: %+v", c.Problems)
	}
}

// What a row has by a default only is told apart from what it says itself.
func TestDefaulted(t *testing.T) {
	t.Parallel()
	r := imports()
	r.DefaultCountry, r.DefaultType = places[1], knownTypes[0]
	both := MaskOf(CountryField, TypeField)
	for name, test := range map[string]struct {
		country, kind string
		rules         *Rules
		want          FieldMask
	}{
		"both":               {"", " ", r, both},
		"neither":            {"Italy", "Technical", r, 0},
		"though it is equal": {places[1].ISO, knownTypes[0].Name, r, 0},
		"where none is":      {"", "", &Rules{}, 0},
		"an unknown one":     {"Atlantis", "Mascot", r, 0},
	} {
		if got := test.rules.Check(Draft{Name: "Anna", Country: test.country, Type: test.kind}).Defaulted; got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

func TestOrgAndExternalID(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{"": 0, "4711": 4711, "4711\n": 4711, "9223372036854775807": 1<<63 - 1} {
		if c := imports().Check(Draft{Name: "Anna", Org: text, ExternalID: " 00\u00a07 "}); c.Org != want || len(c.Problems) > 0 || c.ExternalID != "00 7" {
			t.Errorf("%q: %+v", text, c)
		}
	}
	for _, text := range []string{"my", "0", "-1", "+1", "1.0", "4 711", "9223372036854775808", "0x10"} {
		if c := imports().Check(Draft{Name: "Anna", Org: text}); c.Org != 0 || len(c.Problems) != 1 || c.Problems[0].Code != "org_id.syntax" {
			t.Errorf("%q: %+v", text, c)
		}
	}
}
