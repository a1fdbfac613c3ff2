package heading

import (
	"strings"
	"testing"
)

// below returns what knows the header rows of an input of whose columns no field is made.
func below(header []string) *Rows { return NewRows(header, make([]bool, len(header))) }

func TestHeaderRows(t *testing.T) {
	t.Parallel()
	const none, again, other = NoHeader, HeaderAgain, HeaderOfOther
	for _, test := range []struct {
		header, row string
		want        Row
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
		if got := below(strings.Split(test.header, "|")).Of(strings.Split(test.row, "|"), false); got != test.want {
			t.Errorf("%s below %s: %d, want %d", test.row, test.header, got, test.want)
		}
	}
}

// Labels that are worded otherwise are expected right below the names only: further down they are another table's.
func TestLabelsThatDifferAreTheFirstRow(t *testing.T) {
	t.Parallel()
	header := []string{"name", "email", "tel", "city"}
	labels := []string{"Name", "E-mail", "Mobile", "City"}
	for first, want := range map[bool]Row{true: HeaderAgain, false: HeaderOfOther} {
		if got := below(header).Of(labels, first); got != want {
			t.Errorf("first %v: %d, want %d", first, got, want)
		}
	}
}

// A cell that a profile takes a field from is understood, or the row is none of labels.
func TestAUsedColumnIsNoRemark(t *testing.T) {
	t.Parallel()
	header := []string{"Name", "City", "FLD"}
	row := []string{"Name", "City", "Remarks of sales"}
	if got := below(header).Of(row, false); got != HeaderAgain {
		t.Errorf("unused: %d", got)
	}
	if got := NewRows(header, []bool{false, false, true}).Of(row, false); got != NoHeader {
		t.Errorf("used: %d", got)
	}
}

func TestUsualRowsAreNoHeaderAtNoCost(t *testing.T) {
	h := below([]string{"Name", "Email", "City"})
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
		h := below(names)
		h.Of(strings.Split(row, "|"), true)
		if got := h.Of(names, false); got == HeaderOfOther {
			t.Errorf("%q: its own header is another's", header)
		}
	})
}

func BenchmarkHeaderRow(b *testing.B) {
	h := below([]string{"Name", "Email", "City"})
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
