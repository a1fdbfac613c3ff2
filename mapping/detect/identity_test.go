package detect_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/mapping/detect"
)

// people makes n rows, each of a person of their own, with what id gives for each.
func people(n int, id func(i int) string) [][]string {
	out := rows(n, "Ann Lee#|a#@example.com")
	for i := range out {
		out[i] = append([]string{id(i)}, out[i]...)
	}
	return out
}

// pairs gives the first 2n people ids of which each stands twice, and the others their own.
func pairs(n int) func(int) string {
	return func(i int) string {
		if i < 2*n {
			i /= 2
		}
		return "K-" + string(rune('A'+i/26)) + string(rune('A'+i%26))
	}
}

func TestExternalID(t *testing.T) {
	t.Parallel()
	const idHeader = "ID|Name|E-mail"
	for _, tt := range []struct {
		name   string
		header string
		rows   [][]string
		want   string // the column, empty if none
		weak   bool
		told   string // the column of which a reason is told
	}{
		{"a customer number that is each person's own", "Kundennummer|Name|E-mail", people(8, pairs(0)), "Kundennummer", true, ""},
		{"of which two people have the same", "Kundennummer|Name|E-mail", people(8, pairs(1)), "", false, "Kundennummer"},
		{"without any row to say so", "Kundennummer|Name|E-mail", nil, "Kundennummer", true, ""},
		{"a row that stands twice is one person", "Kundennummer|Name|E-mail", slices.Concat(people(8, pairs(0)), people(8, pairs(0))[:1]), "Kundennummer", true, ""},
		{"a customer's id, debtor, and others", "Client ID|Name|E-mail", people(8, pairs(1)), "", false, "Client ID"},
		{"behind the record's own", "Customer No|Name|E-mail|Contact ID", rows(5, "K-1|A#|a#@example.com|#"), "Contact ID", false, ""},
		{"an id of a system that nobody knows", "Tenant ID|Name|E-mail", people(8, pairs(0)), "Tenant ID", true, ""},
		{"a firm's id is nobody's", "Account ID|Name|E-mail|Company ID|Firmen-ID", rows(5, "#|A#|a#@example.com|#|#"), "", false, ""},
		{"an id of one's own that a slip has given twice", idHeader, people(8, pairs(1)), "ID", false, ""},
		{"that more people share", idHeader, people(8, pairs(2)), "", false, "ID"},
		{"that few of many share", idHeader, people(500, pairs(2)), "ID", false, ""},
		{"that more of many share", idHeader, people(500, pairs(3)), "", false, "ID"},
		{"a person's several addresses are no others", idHeader, rows(4, "1|Ann Lee|a#@example.com", "2|Bob Ray|b#@example.com"), "ID", false, ""},
		{"nor are a person's several spellings", idHeader, rows(4, "1|Ann Lee #|a@example.com", "2|Bob Ray #|b@example.com"), "ID", false, ""},
		{"a profile's column", "Record ID|First Name|Last Name|Email|Phone Number|Lifecycle Stage",
			rows(3, "1.2E+10|Ann|Lee#|a#@example.com||Lead"), "", false, "Record ID"},
		{"a profile's column that is right", "Record ID|First Name|Last Name|Email|Phone Number|Lifecycle Stage",
			rows(3, "12#|Ann|Lee#|a#@example.com||Lead"), "Record ID", false, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m, err := detect.Columns(strings.Split(tt.header, "|"), tt.rows)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(m.Fields[contact.ExternalID].Columns, "+"); got != tt.want {
				t.Errorf("external_id is %q, want %q", got, tt.want)
			}
			if m.Weak[contact.ExternalID] != tt.weak {
				t.Errorf("weak is %v", m.Weak)
			}
			if (tt.told == "") != (len(m.Reasons) == 0) || tt.told != "" && m.Reasons[tt.told] == "" {
				t.Errorf("reasons are %q", m.Reasons)
			}
			if tt.told != "" && (!slices.Contains(m.Unmapped, tt.told) || m.Inspect().Reasons[tt.told] == "") {
				t.Errorf("%q is not told as unmapped: %q", tt.told, m.Unmapped)
			}
		})
	}
}

// Whoever says which column it is, is right, and nothing is weak or told.
func TestExternalIDByHand(t *testing.T) {
	t.Parallel()
	header := []string{"Kundennummer", "Name", "E-mail"}
	for _, sample := range [][][]string{nil, people(8, pairs(0)), people(8, pairs(4))} {
		m, err := detect.Columns(header, sample, "external_id=Kundennummer")
		if err != nil {
			t.Fatal(err)
		}
		if len(m.Fields[contact.ExternalID].Columns) == 0 || len(m.Weak) > 0 || len(m.Reasons) > 0 {
			t.Errorf("got %+v", m)
		}
	}
}

func TestWithout(t *testing.T) {
	t.Parallel()
	m, err := detect.Columns([]string{"Kundennummer", "Name", "E-mail", "Note"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	before := *m
	less := m.Without(contact.ExternalID, "because")
	if _, ok := less.Fields[contact.ExternalID]; ok || len(less.Weak) > 0 {
		t.Errorf("still mapped: %+v", less)
	}
	if !reflect.DeepEqual(less.Unmapped, []string{"Kundennummer", "Note"}) || !reflect.DeepEqual(less.Reasons, map[string]string{"Kundennummer": "because"}) {
		t.Errorf("unmapped %q, reasons %q", less.Unmapped, less.Reasons)
	}
	if !reflect.DeepEqual(*m, before) || !m.Weak[contact.ExternalID] || len(m.Fields) != 3 || len(m.Reasons) > 0 {
		t.Errorf("the mapping itself has changed: %+v", m)
	}
	if again := less.Without(contact.ExternalID, "other"); !reflect.DeepEqual(again, less) {
		t.Errorf("a field that is not mapped changes something: %+v", again)
	}
}
