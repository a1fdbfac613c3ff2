package mapping_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/mapping"
	"github.com/contactsync/contactsync/mapping/detect"
)

func TestParse(t *testing.T) {
	t.Parallel()
	p := parse(t, `
name: acme
fields:
  name: {columns: [First, Last], join: "-", fallback: [Company]}
  email: E-mail
  street: [Street, No]
  type: {columns: [Kind], values: {Billing: Invoice address, 7: Technical}, default: Commercial}
  country: {constant: NO}
  external_id: 2024
ignore: [Notes]
defaults: {type: Technical, country: DE, match_on: [type, email]}
partial: true
`)
	want := &mapping.Profile{
		Name: "acme", Partial: true, Ignore: []string{"Notes"},
		Defaults: mapping.Defaults{Type: "Technical", Country: "DE", MatchOn: []string{"type", "email"}},
		Fields: map[contact.Field]mapping.FieldMap{
			contact.Name:         {Columns: []string{"First", "Last"}, Join: "-", Fallback: []string{"Company"}, Confidence: 1, Why: "profile"},
			contact.Email:        {Columns: []string{"E-mail"}, Join: " ", Confidence: 1, Why: "profile"},
			contact.Street:       {Columns: []string{"Street", "No"}, Join: " ", Confidence: 1, Why: "profile"},
			contact.CountryField: {Join: " ", Constant: "NO", Confidence: 1, Why: "profile"},
			contact.ExternalID:   {Columns: []string{"2024"}, Join: " ", Confidence: 1, Why: "profile"},
			contact.TypeField: {Columns: []string{"Kind"}, Join: " ", Default: "Commercial", Confidence: 1, Why: "profile",
				Values: map[string]string{"billing": "Invoice address", "7": "Technical"}},
		},
	}
	if !reflect.DeepEqual(p, want) {
		t.Errorf("got %+v\nwant %+v", p, want)
	}
}

func TestParseErrors(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, yaml   string
		line, column int
		says         string
	}{
		{"empty", "", 0, 0, "it is empty"},
		{"only a comment", "# x\n", 0, 0, "it is empty"},
		{"a list", "- a\n", 1, 1, "must be keys with values, not a list"},
		{"no fields", "name: x\n", 1, 1, "maps no field"},
		{"unknown key", "fields:\n  name: A\nfeilds: {}\n", 3, 1, `"feilds" is no key of a profile`},
		{"unknown field", "fields:\n  neme: A\n", 2, 3, `"neme" is no field; the fields are name, title`},
		{"unknown key of a field", "fields:\n  name:\n    colums: [A]\n", 3, 5, `"colums" is no key of a field`},
		{"twice", "fields:\n  name: A\n  name: B\n", 3, 3, "name"},
		{"column twice", "fields:\n  name: [A, A]\n", 2, 13, `has "A" twice`},
		{"empty column", "fields:\n  name: [A, '']\n", 2, 13, "empty item"},
		{"no column", "fields:\n  name: []\n", 2, 9, "has no columns"},
		{"null", "fields:\n  name:\n", 2, 0, "must be a text, not nothing"},
		{"constant and columns", "fields:\n  name: {constant: x, columns: [A]}\n", 2, 0, "excludes columns"},
		{"nothing in a field", "fields:\n  name: {join: x}\n", 2, 0, "neither columns nor a fallback"},
		{"partial", "fields: {name: A}\npartial: maybe\n", 2, 10, "must be true or false"},
		{"anchor", "fields:\n  name: &a A\n", 2, 0, "an anchor"},
		{"two documents", "fields: {name: A}\n---\nfields: {name: B}\n", 3, 0, "more than one"},
		{"values twice", "fields:\n  type:\n    columns: [A]\n    values: {x: a, X: b}\n", 4, 0, "is there twice"},
		{"no YAML", "fields: [", 1, 0, "not valid YAML"},
		{"not UTF-8", "fields: {name: \xff}", 0, 0, "not UTF-8"},
		{"defaults", "fields: {name: A}\ndefaults: {org: 1}\n", 2, 12, `"org" is no key of defaults`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := mapping.Parse("p.yaml", []byte(tt.yaml))
			var pe *mapping.ProfileError
			if !errors.As(err, &pe) {
				t.Fatalf("got %v, want a ProfileError", err)
			}
			if !strings.Contains(err.Error(), tt.says) || !strings.Contains(err.Error(), `"p.yaml"`) {
				t.Errorf("%q does not say %q", err, tt.says)
			}
			if pe.Line != tt.line || (tt.column != 0 && pe.Column != tt.column) {
				t.Errorf("%v: at %d:%d, want %d:%d", err, pe.Line, pe.Column, tt.line, tt.column)
			}
		})
	}
}

func TestBind(t *testing.T) {
	t.Parallel()
	const yaml = "fields: {name: [First, Last], email: E-mail, phone: 'Phone #3'}\nignore: [Notes]\n"
	m := bind(t, yaml, " first ", "Last", "Phone #3", "E-Mail", "Notes", "Company", "contactsync_status")
	if got := m.Fields[contact.Name].Columns; !reflect.DeepEqual(got, []string{" first ", "Last"}) {
		t.Errorf("name is %q", got)
	}
	if !reflect.DeepEqual(m.Unmapped, []string{"Company"}) {
		t.Errorf("unmapped: %q", m.Unmapped)
	}
	_, err := parse(t, yaml).Bind([]string{"First Name", "Last", "Mail"})
	var drift *mapping.DriftError
	if !errors.As(err, &drift) {
		t.Fatalf("got %v, want a DriftError", err)
	}
	want := []mapping.Missing{{Field: contact.Name, Column: "First", Near: "First Name"}, {Field: contact.Email, Column: "E-mail", Near: "Mail"}, {Field: contact.Phone, Column: "Phone #3"}}
	if !reflect.DeepEqual(drift.Missing, want) {
		t.Errorf("missing %+v", drift.Missing)
	}
	if _, err := parse(t, yaml).Bind([]string{"First", "Last", "Mail"}, "email=Mail", "phone="); err != nil {
		t.Errorf("overrides should settle what drifted: %v", err)
	}
}

func TestNamed(t *testing.T) {
	t.Parallel()
	for name, header := range map[string][]string{
		"salesforce":        {"First Name", "Last Name", "Mailing City", "Email"},
		"salesforce-export": {"FirstName", "LastName", "MailingCity", "Email"},
		"hubspot":           {"First Name", "Email"},
		"outlook":           {"Vorname", "E-Mail-Adresse"},
	} {
		m, err := mapping.Named(name, header)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !strings.HasPrefix(m.Profile, name) || len(m.Unmapped) > 0 {
			t.Errorf("%s: bound as %s, unmapped %q", name, m.Profile, m.Unmapped)
		}
	}
	var unknown *mapping.UnknownProfileError
	if _, err := mapping.Named("nosuch", []string{"Email"}); !errors.As(err, &unknown) || !strings.Contains(err.Error(), "hubspot") {
		t.Errorf("got %v", err)
	}
	var drift *mapping.DriftError
	if _, err := mapping.Named("outlook-de", []string{"a", "b"}); !errors.As(err, &drift) {
		t.Errorf("got %v", err)
	}
	if !mapping.IsBuiltin("salesforce") || mapping.IsBuiltin("salesforce.yaml") {
		t.Error("IsBuiltin is wrong")
	}
}

func TestOverride(t *testing.T) {
	t.Parallel()
	header := []string{"Name", "E-mail", "A+B", "A", "B", "contactsync_message"}
	detect := func(specs ...string) (*mapping.Mapping, error) { return detect.Columns(header, nil, specs...) }
	for _, tt := range []struct {
		spec  string
		field contact.Field
		want  []string
	}{
		{"phone=A", contact.Phone, []string{"A"}},
		{"phone=A+B", contact.Phone, []string{"A+B"}}, // the column of that name before the sum
		{"phone=B+A", contact.Phone, []string{"B", "A"}},
		{"phone=B + A", contact.Phone, []string{"B", "A"}},
		{"phone=A+B+B", contact.Phone, []string{"A+B", "B"}},
		{"phone=e-MAIL", contact.Phone, []string{"E-mail"}},
		{"email=", contact.Email, nil},
	} {
		m, err := detect(tt.spec)
		if err != nil {
			t.Errorf("%s: %v", tt.spec, err)
			continue
		}
		if got := m.Inspect().Fields[tt.field]; !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s: got %q, want %q", tt.spec, got, tt.want)
		}
	}
	for spec, says := range map[string]string{
		"phone":                     "it has no =",
		"fone=A":                    `"fone" is no field; the fields are name`,
		"phone=Mail":                `no column "Mail"; did you mean "E-mail"?`,
		"phone=A+":                  `no column ""`,
		"phone=contactsync_message": "itself adds",
	} {
		_, err := detect(spec)
		var me *mapping.MapError
		if !errors.As(err, &me) || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: got %v, want %q", spec, err, says)
		}
	}
	var none *mapping.NoContactError
	if _, err := detect("name=", "email="); !errors.As(err, &none) || !strings.Contains(err.Error(), `"A+B"`) {
		t.Errorf("got %v", err)
	}
}
