package mapping_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/contactsync/contactsync/importer/contact"
	_ "github.com/contactsync/contactsync/importer/rapidseed"
	"github.com/contactsync/contactsync/mapping"
	"github.com/contactsync/contactsync/mapping/detect"
)

func parse(t testing.TB, yaml string) *mapping.Profile {
	t.Helper()
	p, err := mapping.Parse("test", []byte(yaml))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func bind(t testing.TB, yaml string, header ...string) *mapping.Mapping {
	t.Helper()
	m, err := parse(t, yaml).Bind(header)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestMap(t *testing.T) {
	t.Parallel()
	const profile = `
fields:
  name: {columns: [First, Last], fallback: [Company, Mail]}
  street: {columns: [Street, No], join: ", "}
  email: Mail
  type: {columns: [Kind], values: {Billing: Invoice address, "": None}, default: Commercial}
  country: {constant: DE}
`
	header := []string{"First", "Last", "Company", "Street", "No", "Mail", "Kind"}
	for _, tt := range []struct {
		name  string
		cells []string
		want  contact.Draft
	}{
		{"all", []string{"Ann", "Lee", "ACME", "Main St", "1", "a@example.com", "Technical"},
			contact.Draft{Name: "Ann Lee", Street: "Main St, 1", Email: "a@example.com", Type: "Technical", Country: "DE"}},
		{"empty parts are left out", []string{" ", "Lee", "ACME", "", "1", "", "x"},
			contact.Draft{Name: "Lee", Street: "1", Type: "x", Country: "DE"}},
		{"fallback in order", []string{"", "", "", "", "", "a@example.com", "x"},
			contact.Draft{Name: "a@example.com", Email: "a@example.com", Type: "x", Country: "DE"}},
		{"first fallback", []string{"", "", "ACME", "", "", "", "x"}, contact.Draft{Name: "ACME", Type: "x", Country: "DE"}},
		{"translated without case and blanks", []string{"", "", "", "", "", "", " bILLING "}, contact.Draft{Type: "Invoice address", Country: "DE"}},
		{"default", []string{"", "", "", "", "", "", ""}, contact.Draft{Type: "Commercial", Country: "DE"}},
		{"short row", []string{"Ann"}, contact.Draft{Name: "Ann", Type: "Commercial", Country: "DE"}},
		{"what csv would trip over", []string{`"Ann`, "Le\x1fe", "", "a\nb", "c\rd", `""`, "x"},
			contact.Draft{Name: "\"Ann Le\x1fe", Street: "a\nb, c\rd", Email: `""`, Type: "x", Country: "DE"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			mp := bind(t, profile, header...).Mapper(nil)
			for range 2 { // the second row must not see the first
				if got, _ := mp.Map(tt.cells); got != tt.want {
					t.Errorf("got %+v\nwant %+v", got, tt.want)
				}
			}
			for f, want := range map[contact.Field]string{
				contact.Name: tt.want.Name, contact.Street: tt.want.Street, contact.TypeField: tt.want.Type, contact.CountryField: tt.want.Country,
				contact.ExternalID: "",
			} {
				if got := mp.Field(f, tt.cells); got != want {
					t.Errorf("%s alone is %q, want %q", f, got, want)
				}
			}
		})
	}
}

// A field that only a default of the profile fills is told apart from one that the row fills.
func TestMapTellsDefaults(t *testing.T) {
	t.Parallel()
	mp := bind(t, "fields:\n  name: Name\n  type: {columns: [Kind], default: Commercial}\n  country: {constant: DE}\n", "Name", "Kind").Mapper(nil)
	for kind, want := range map[string]contact.FieldMask{"Commercial": 0, "": contact.MaskOf(contact.TypeField)} {
		if _, notes := mp.Map([]string{"Ann", kind}); notes.Defaulted != want {
			t.Errorf("with %q in the cell %v are by default, want %v", kind, notes.Defaulted, want)
		}
	}
}

func TestMapCleans(t *testing.T) {
	t.Parallel()
	mp := bind(t, "fields: {phone: P, name: [A, B]}", "A", "B", "P").Mapper(func(s string) string { return strings.TrimPrefix(s, "'") })
	want := contact.Draft{Name: "x y", Phone: "+49 1"}
	if got, _ := mp.Map([]string{"'x", "y", "'+49 1"}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := mp.Column(contact.Name); got != "A+B" {
		t.Errorf("Column(name) = %q", got)
	}
	if got := mp.Column(contact.Email); got != "" {
		t.Errorf("Column(email) = %q", got)
	}
}

// What goes through gocsv must come out as it went in, whatever the cells hold; encoding/csv turns CR LF into LF.
func TestMapKeepsCells(t *testing.T) {
	t.Parallel()
	one := bind(t, "fields: {email: B}", "A", "B").Mapper(nil)
	many := bind(t, "fields: {email: B, name: A, external_id: [B, A]}", "A", "B").Mapper(nil)
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.String().Draw(t, "a"), rapid.String().Draw(t, "b")
		norm := func(s string) string { return strings.ReplaceAll(strings.TrimSpace(s), "\r\n", "\n") }
		cells := []string{a, b}
		if got := one.Former(cells); got != (contact.Draft{Email: norm(b)}) {
			t.Fatalf("one column: %q became %+v", cells, got)
		}
		if got, _ := many.Map(cells); norm(many.Field(contact.ExternalID, cells)) != got.ExternalID {
			t.Fatalf("the id alone of %q is %q, and %q in its draft", cells, many.Field(contact.ExternalID, cells), got.ExternalID)
		}
		if got := many.Former(cells); got.Name != norm(a) || got.Email != norm(b) {
			t.Fatalf("several columns: %q became %+v", cells, got)
		}
	})
}

func BenchmarkMap(b *testing.B) {
	m, err := detect.Columns([]string{"Record ID", "First Name", "Last Name", "Email", "Phone Number", "Mobile Phone Number", "Company Name", "Street Address", "City", "State/Region", "Postal Code", "Country/Region", "Lifecycle Stage"}, nil)
	if err != nil {
		b.Fatal(err)
	}
	mp := m.Mapper(nil)
	row := []string{"50100003", "Ann", "Lee", "ann.lee@example.com", "+49 30 123456", "+49 171 1234567", "ACME GmbH", "Hauptstraße 12", "Berlin", "BE", "10115", "Germany", "Lead"}
	b.ReportAllocs()
	for b.Loop() {
		mp.Map(row)
	}
}
