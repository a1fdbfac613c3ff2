package mapping_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/mapping/detect"
)

const (
	exportHeader = "id|org_id|type|name|title|department|street|secondary_address|zipcode|city|state|country|email|phone|mobile|purchase_order_number"
	savedHeader  = "type|name|title|department|street|secondary_address|zipcode|city|state|country|email|phone|mobile|purchase_order_number|org_id|external_id"
)

// Which organisation a row goes to is said by a person, by a profile that a person chose, or by a file of our own.
func TestOrganisationsAreInDoubt(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		header, profile string
		maps            []string
		doubt           string // the column that is in doubt; empty: none
		mapped          string
	}{
		"a header that names emnify":         {header: "Name|E-mail|emnify Organisation ID", doubt: "emnify Organisation ID", mapped: "emnify Organisation ID"},
		"in another language":                {header: "Name|E-mail|emnify-Organisation", doubt: "emnify-Organisation", mapped: "emnify-Organisation"},
		"our own name":                       {header: "name|email|org_id", doubt: "org_id", mapped: "org_id"},
		"a file that validate wrote":         {header: savedHeader, mapped: "org_id"},
		"our export":                         {header: exportHeader, mapped: "org_id"},
		"our export without some columns":    {header: "id|org_id|type|name|email", mapped: "org_id"},
		"our export and a column of others":  {header: exportHeader + "|Remark", doubt: "org_id", mapped: "org_id"},
		"a CRM's":                            {header: "name|email|org_id|owner_id"},
		"a CRM's in words":                   {header: "Name|Email|Organization ID"}, //nolint:misspell // as Americans write it
		"by hand":                            {header: "Name|E-mail|emnify organisation", maps: []string{"org_id=emnify organisation"}, mapped: "emnify organisation"},
		"by hand to another column":          {header: "Name|E-mail|emnify organisation|Tenant", maps: []string{"org_id=Tenant"}, mapped: "Tenant"},
		"by hand to none":                    {header: "Name|E-mail|emnify organisation", maps: []string{"org_id="}},
		"another field by hand":              {header: "Name|Mail|emnify organisation", maps: []string{"email=Mail"}, doubt: "emnify organisation", mapped: "emnify organisation"},
		"a profile that maps it":             {header: "N|M|emnify organisation", profile: "fields: {name: N, email: M, org_id: emnify organisation}", mapped: "emnify organisation"},
		"a profile with one for all":         {header: "N|M|emnify organisation", profile: "fields: {name: N, email: M, org_id: {constant: \"12\"}}"},
		"a profile that does not know of it": {header: "N|M|emnify organisation", profile: "fields: {name: N, email: M}", doubt: "emnify organisation", mapped: "emnify organisation"},
		"a profile that ignores it":          {header: "N|M|emnify organisation", profile: "{fields: {name: N, email: M}, ignore: [emnify organisation]}"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			header := strings.Split(tt.header, "|")
			m, err := detect.Columns(header, nil, tt.maps...)
			if tt.profile != "" {
				m, err = parse(t, tt.profile).Bind(header, tt.maps...)
			}
			if err != nil {
				t.Fatal(err)
			}
			var doubts []string
			for _, d := range m.Doubts {
				if d.Field == contact.Org {
					doubts = append(doubts, d.Column)
				}
			}
			if got := strings.Join(doubts, "|"); got != tt.doubt || m.InDoubt(contact.Org) != (tt.doubt != "") {
				t.Errorf("in doubt is %q, want %q", got, tt.doubt)
			}
			if got := strings.Join(m.Fields[contact.Org].Columns, "|"); got != tt.mapped {
				t.Errorf("mapped is %q, want %q", got, tt.mapped)
			}
			if _, saved := m.AsProfile().Fields[contact.Org]; saved && tt.doubt != "" {
				t.Error("a profile that is saved settles the doubt that nobody settled")
			}
		})
	}
}

// A column that a person gives to a field serves no other.
func TestByHandServesNothingElse(t *testing.T) {
	t.Parallel()
	type columns = map[contact.Field][]string
	for name, tt := range map[string]struct {
		header            string
		maps              []string
		fields, fallbacks columns
	}{
		"no name of a number": {header: "id|name|email|city|Organisation", maps: []string{"org_id=Organisation"},
			fields: columns{"external_id": {"id"}, "name": {"name"}, "email": {"email"}, "city": {"city"}, "org_id": {"Organisation"}}, fallbacks: columns{}},
		"nor of an id": {header: "name|email|Account", maps: []string{"external_id=Account"},
			fields: columns{"name": {"name"}, "email": {"email"}, "external_id": {"Account"}}, fallbacks: columns{}},
		"the address as an id": {header: "Name|E-mail", maps: []string{"external_id=E-mail"},
			fields: columns{"name": {"Name"}, "email": {"E-mail"}, "external_id": {"E-mail"}}, fallbacks: columns{}},
		"a phone that is a mobile": {header: "Name|Phone", maps: []string{"mobile=Phone"},
			fields: columns{"name": {"Name"}, "mobile": {"Phone"}}, fallbacks: columns{}},
		"a part of a name": {header: "First name|Last name|Email", maps: []string{"department=First name"},
			fields: columns{"name": {"Last name"}, "email": {"Email"}, "department": {"First name"}}, fallbacks: columns{}},
		"two fields by hand": {header: "Name|Phone", maps: []string{"mobile=Phone", "phone=Phone"},
			fields: columns{"name": {"Name"}, "mobile": {"Phone"}, "phone": {"Phone"}}, fallbacks: columns{}},
		"others keep their fallback": {header: "name|email|Company|Tenant", maps: []string{"org_id=Tenant"},
			fields: columns{"name": {"name"}, "email": {"email"}, "org_id": {"Tenant"}}, fallbacks: columns{"name": {"Company"}}},
	} {
		m, err := detect.Columns(strings.Split(tt.header, "|"), nil, tt.maps...)
		if err != nil {
			t.Fatal(err)
		}
		if in := m.Inspect(); !reflect.DeepEqual(in.Fields, tt.fields) || !reflect.DeepEqual(in.Fallbacks, tt.fallbacks) {
			t.Errorf("%s: got %v, else %v; want %v, else %v", name, in.Fields, in.Fallbacks, tt.fields, tt.fallbacks)
		}
	}
}
