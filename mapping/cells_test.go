package mapping_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/mapping"
	"github.com/contactsync/contactsync/mapping/detect"
)

// cellsProfile has the fields whose cells are read in different ways.
const cellsProfile = `
fields:
  name: {columns: [First, Last], fallback: [Firm]}
  department: Dept
  street: {columns: [Street, No]}
  zipcode: Zip
  city: City
  state: State
  country: Country
  email: Mail
  phone: Phone
  type: {columns: [Kind], values: {"-": Technical}}
  org_id: Org
  external_id: Id
`

func cellsHeader() []string {
	return []string{"First", "Last", "Firm", "Dept", "Street", "No", "Zip", "City", "State", "Country", "Mail", "Phone", "Kind", "Org", "Id"}
}

// mapCells maps a row given as "Column=cell|Column=cell".
func mapCells(t *testing.T, row string) (d contact.Draft, codes []string, notes mapping.Notes) {
	t.Helper()
	header := cellsHeader()
	cells := make([]string, len(header))
	for part := range strings.SplitSeq(row, "|") {
		column, text, _ := strings.Cut(part, "=")
		cells[slices.Index(header, column)] = text
	}
	mp := bind(t, cellsProfile, header...).Mapper(nil)
	d, notes = mp.Map(cells)
	for _, p := range notes.Problems {
		codes = append(codes, "refused:"+string(p.Field)+":"+p.Code)
	}
	for _, p := range notes.Warnings {
		codes = append(codes, string(p.Field)+":"+p.Code)
	}
	if former := mp.Former(cells); notes.Reread() != (former != d) {
		t.Errorf("%s: Reread is %v\nnow    %+v\nformer %+v", row, notes.Reread(), d, former)
	}
	return d, codes, notes
}

func TestMapReadsCells(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		row   string
		want  contact.Draft
		codes string
	}{
		{"First=Anna|Last=Lee|City=Ulm", contact.Draft{Name: "Anna Lee", City: "Ulm"}, ""},
		// layers, in any field but ids
		{"First=JÃ¼rgen|City=K&ouml;ln", contact.Draft{Name: "Jürgen", City: "Köln"}, "name:repaired.mojibake city:repaired.html-entities"},
		{"First=Eve|Mail=eve%40example.com", contact.Draft{Name: "Eve", Email: "eve@example.com"}, "email:repaired.escapes"},
		{"First=Eve|Id=a&amp;b%20c", contact.Draft{Name: "Eve", ExternalID: "a&amp;b%20c"}, ""},
		{"First=Eve|Id==\"007\"|Zip==\"01067\"", contact.Draft{Name: "Eve", ExternalID: "007", Zipcode: "01067"}, "zipcode:repaired.wrapper external_id:repaired.wrapper"},
		{"First=MÃller", contact.Draft{Name: "MÃller"}, "name:cell.damaged"},
		// placeholders
		{"First=Anna|Last=Lee|Phone=N/A|Street=n/a|Zip=-|City=NULL|Country=N/A", contact.Draft{Name: "Anna Lee"},
			"street:cell.placeholder zipcode:cell.placeholder city:cell.placeholder country:cell.placeholder phone:cell.placeholder"},
		{"First=NULL|Last=NULL|Firm=ACME", contact.Draft{Name: "ACME"}, "name:cell.placeholder name:cell.placeholder"},
		{"First=Anna|Last=NULL", contact.Draft{Name: "Anna"}, "name:cell.placeholder"},
		{"First=Anna|Last=Null|City=Null", contact.Draft{Name: "Anna"}, "name:cell.placeholder city:cell.placeholder"},
		{"First=Jennifer|Last=Null", contact.Draft{Name: "Jennifer Null"}, "name:cell.doubtful"},
		{"First=JENNIFER|Last=NULL", contact.Draft{Name: "JENNIFER NULL"}, "name:cell.doubtful"},
		{"First=Nan|Last=Goldman", contact.Draft{Name: "Nan Goldman"}, ""},
		{"First=nan|Last=Goldman", contact.Draft{Name: "Goldman"}, "name:cell.placeholder"},
		{"First=Nan", contact.Draft{Name: "Nan"}, ""},
		{"First=Minho|Last=Na", contact.Draft{Name: "Minho Na"}, ""},
		{"First=Anna|Last=NA", contact.Draft{Name: "Anna"}, "name:cell.placeholder"},
		{"First=N.A.|Last=Singh", contact.Draft{Name: "N.A. Singh"}, ""},
		{"Last=N.A.|Mail=a@example.com", contact.Draft{Email: "a@example.com"}, "name:cell.placeholder"},
		{"First=Anna NULL", contact.Draft{Name: "Anna NULL"}, "name:cell.doubtful"},
		{"First=Pia|City=None", contact.Draft{Name: "Pia", City: "None"}, "city:cell.doubtful"},
		{"First=Pia|City=none", contact.Draft{Name: "Pia"}, "city:cell.placeholder"},
		{"First=Pia|City=Windhoek|Country=NA", contact.Draft{Name: "Pia", City: "Windhoek", Country: "NA"}, ""},
		{"First=Pia|Zip=NA|Country=NA", contact.Draft{Name: "Pia", Country: "NA"}, "zipcode:cell.placeholder country:cell.doubtful"},
		{"First=Pia|Zip=NA|City=NA|Country=NA", contact.Draft{Name: "Pia"}, "zipcode:cell.placeholder city:cell.placeholder country:cell.placeholder"},
		{"First=Pia|City=Napoli|State=NA", contact.Draft{Name: "Pia", City: "Napoli", State: "NA"}, ""},
		{"First=Pia|Dept=NA|Zip=NA", contact.Draft{Name: "Pia"}, "department:cell.placeholder zipcode:cell.placeholder"},
		{"First=Pia|Phone=000", contact.Draft{Name: "Pia"}, "phone:cell.placeholder"},
		{"First=Pia|Zip=000|Kind=-|Org=-", contact.Draft{Name: "Pia", Zipcode: "000", Type: "Technical", Org: "-"}, ""},
		// what is lost
		{"First=#NAME?|Firm=ACME|Mail=a@example.com", contact.Draft{Email: "a@example.com"}, "refused:name:cell.error"},
		{"First=Pia|Street=Weg|No=#REF!|City=########", contact.Draft{Name: "Pia"}, "street:cell.error city:cell.error"},
		{"First=Pia|Country=#WERT!", contact.Draft{Name: "Pia"}, "refused:country:cell.error"},
		{"First=Pia|Phone=#ERROR!", contact.Draft{Name: "Pia"}, "refused:phone:cell.error"},
		{"First=Pia|Zip=1.01E+05", contact.Draft{Name: "Pia"}, "zipcode:cell.error"},
		{"First=#1 Plumbing", contact.Draft{Name: "#1 Plumbing"}, ""},
		// decimals
		{"First=5.0|Street=Lindenweg|No=5.0|Zip=10117.0", contact.Draft{Name: "5.0", Street: "Lindenweg 5", Zipcode: "10117"}, "street:repaired.decimals zipcode:repaired.decimals"},
		{"First=Pia|Street=Lindenweg 5.0|Kind=2.0|Org=12.0|Id=7.0", contact.Draft{Name: "Pia", Street: "Lindenweg 5", Type: "2", Org: "12", ExternalID: "7.0"},
			"street:repaired.decimals type:repaired.decimals org_id:repaired.decimals"},
	} {
		got, codes, notes := mapCells(t, tt.row)
		if got != tt.want || strings.Join(codes, " ") != tt.codes {
			t.Errorf("%s\ngot  %+v %v\nwant %+v [%s]", tt.row, got, codes, tt.want, tt.codes)
		}
		for _, p := range append(notes.Problems, notes.Warnings...) {
			if p.Column == "" || p.Value == "" || p.Message == "" || p.Fix == "" {
				t.Errorf("%s: %+v lacks something", tt.row, p)
			}
			if !slices.ContainsFunc(mapping.Codes(), func(c contact.CodeInfo) bool { return c.Code == p.Code && c.Meaning != "" && c.Fix != "" }) {
				t.Errorf("%s is not listed", p.Code)
			}
		}
	}
}

// Our own export comes back as it is; a file with our names that somebody else wrote does not.
func TestMapLeavesOurExport(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{"id,org_id,name,email": "JÃ¼rgen", "name,email,city": "Jürgen"} {
		columns := strings.Split(header, ",")
		m, err := detect.Columns(columns, nil)
		if err != nil || m.Profile != "contactsync" {
			t.Fatalf("%s: %+v, %v", header, m, err)
		}
		cells := make([]string, len(columns))
		cells[slices.Index(columns, "name")] = "JÃ¼rgen"
		if d, _ := m.Mapper(nil).Map(cells); d.Name != want {
			t.Errorf("%s: %q", header, d.Name)
		}
	}
}
