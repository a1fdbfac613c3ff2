package mapping

import (
	"strings"
	"testing"

	"github.com/contactsync/contactsync/importer/contact"
)

func TestHeaderRows(t *testing.T) {
	t.Parallel()
	const none, again, other = NoHeader, HeaderAgain, HeaderOfOther
	for _, test := range []struct {
		header, row string
		want        HeaderRow
	}{
		// The header again.
		{"Name|Email|Phone|Country", "Name|Email|Phone|Country", again},
		{"Name|City|Company", "NAME| city |company", again},
		{"Name|City|Company", "\ufeffName|City|Company", again},
		{"Name|City|Company", "Name|City|", again},
		{"First Name|Zip Code", "first_name|zip code", again},
		{"Nome|Código", "Nome|Código", again},
		{"FLD01|FLD02", "FLD01|FLD02", again},
		{"Name|Address 1|2nd Phone", "Name|Address 1|2nd Phone", again},
		{"Name|City|contactsync_status|contactsync_message", "Name|City|invalid|row 2, in line 3, a@b", again},
		{"Name", "Name", again}, {"Email", "E-mail", again},
		// Labels below names of fields.
		{"first_name|last_name|street|city|company", "First Name|Last Name|Street|City|Company", again},
		{"first_name|last_name|street|city", "Vorname|Nachname|Straße|Ort", again},
		{"name|mail|tel|memo", "Full name|E-mail address|Phone number|Remarks of sales", again},
		{"FLD01|FLD02|FLD03", "First Name|Last Name|City", again},
		// The header of another table.
		{"Name|Email|City|Company", "Email|Name|City|Company", other},
		{"Name|City", "City|Name", other},
		{"Name|Email|City|Company", "Company|Phone|Street|Zip", other},
		{"Name|Email|City|Company", "First Name|Last Name|Email|Phone", other},
		// People, whatever they are called.
		{"Name|City|Company", "Name|Berlin|Acme", none},
		{"Name|City|Company", "Name||", none},
		{"Name|Email", "Name|name@example.com", none},
		{"Name|City|Company", "Anna Lee|Berlin|Company", none},
		{"First|Last", "Nick|Land", none},
		{"First|Last|City", "Nick|Land|Stadt", none},
		{"Name|Phone", "Name|030 2345", none},
		{"Name|Phone", "Email|+49 30 2345", none},
		{"Name|Kind|Group", "Ina|Company|Home", none},
		{"Name|City|Company", "Acme GmbH|Head Office|Billing", none},
		{"Name|City|Company", "||", none},
		{"Name|City", "Stadt|Stadt", none},
	} {
		m := &Mapping{Header: strings.Split(test.header, "|"), Fields: map[contact.Field]FieldMap{}}
		if got := m.HeaderRows().Of(strings.Split(test.row, "|"), false); got != test.want {
			t.Errorf("%s below %s: %d, want %d", test.row, test.header, got, test.want)
		}
	}
}

// Labels that are worded otherwise are expected right below the names only: further down they are another table's.
func TestLabelsThatDifferAreTheFirstRow(t *testing.T) {
	t.Parallel()
	m := &Mapping{Header: []string{"name", "email", "tel", "city"}}
	labels := []string{"Name", "E-mail", "Mobile", "City"}
	for first, want := range map[bool]HeaderRow{true: HeaderAgain, false: HeaderOfOther} {
		if got := m.HeaderRows().Of(labels, first); got != want {
			t.Errorf("first %v: %d, want %d", first, got, want)
		}
	}
}

// A cell that a profile takes a field from is understood, or the row is none of labels.
func TestAUsedColumnIsNoRemark(t *testing.T) {
	t.Parallel()
	m := &Mapping{Header: []string{"Name", "City", "FLD"}, Fields: map[contact.Field]FieldMap{}}
	row := []string{"Name", "City", "Remarks of sales"}
	if got := m.HeaderRows().Of(row, false); got != HeaderAgain {
		t.Errorf("unused: %d", got)
	}
	m.Fields[contact.Department] = FieldMap{Columns: []string{"FLD"}}
	if got := m.HeaderRows().Of(row, false); got != NoHeader {
		t.Errorf("used: %d", got)
	}
}

func TestUsualRowsAreNoHeaderAtNoCost(t *testing.T) {
	h := (&Mapping{Header: []string{"Name", "Email", "City"}}).HeaderRows()
	row := []string{"Anna Lee", "anna@example.com", "Berlin"}
	if n := testing.AllocsPerRun(100, func() { h.Of(row, false) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzHeaderRow(f *testing.F) {
	f.Add("Name|City", "name|City")
	f.Add("Name|Email|City", "Email|Name|City")
	f.Add("FLD #1|", "|\xff")
	f.Fuzz(func(t *testing.T, header, row string) {
		names := strings.Split(header, "|")
		h := (&Mapping{Header: names}).HeaderRows()
		h.Of(strings.Split(row, "|"), true)
		if got := h.Of(names, false); got == HeaderOfOther {
			t.Errorf("%q: its own header is another's", header)
		}
	})
}

func BenchmarkHeaderRow(b *testing.B) {
	h := (&Mapping{Header: []string{"Name", "Email", "City"}}).HeaderRows()
	for name, row := range map[string][]string{
		"usual": {"Anna Lee", "anna@example.com", "Berlin"}, "without an address": {"Anna Lee", "", "Berlin"}, "in other letters": {"Jörg Öhm", "", "Köln"},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				h.Of(row, false)
			}
		})
	}
}
