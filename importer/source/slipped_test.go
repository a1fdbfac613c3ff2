package source_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/contactsync/contactsync/importer/source"
	"github.com/contactsync/contactsync/importer/source/csv"
)

// TestSlippedUnderNameless has a last column without a name: one that is empty in nearly all rows is none, and what
// stands there has slipped; one that is filled in more rows is a column.
func TestSlippedUnderNameless(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name         string
		header       string
		rows, filled int
		slipped      bool
	}{
		{"one of five", "Name;City;", 5, 1, true},
		{"one of three", "Name;City;", 3, 1, true},
		{"one of two", "Name;City;", 2, 1, false},
		{"two of twenty", "Name;City;", 20, 2, true},
		{"three of twenty", "Name;City;", 20, 3, false},
		{"two of nineteen", "Name;City;", 19, 2, false},
		{"sixty of six hundred", "Name;City;", 600, 60, true},
		{"all", "Name;City;", 5, 5, false},
		{"a name of blanks, in quotes", "Name;City;\"\u00a0 \"", 5, 1, true},
		{"a name", "Name;City;Note", 5, 1, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var b strings.Builder
			b.WriteString(test.header + "\n")
			for i := range test.rows {
				last := ""
				if i >= test.rows-test.filled { // the last ones: no sample from the start sees them
					last = "x"
				}
				fmt.Fprintf(&b, "Ann%d;Ulm;%s\n", i, last)
			}
			rows := everyRow(t, open(t, b.String(), source.Options{}))
			if rows[0].Defect != nil {
				t.Errorf("the first row is refused: %+v", rows[0].Defect)
			}
			d := rows[len(rows)-1].Defect
			if (d != nil) != test.slipped {
				t.Fatalf("the last row: %+v", d)
			}
			if d != nil && (d.Code != source.CodeExtraCells || d.Column != 3 || !strings.Contains(d.Message, "3 cells") || !strings.Contains(d.Message, "2 columns")) {
				t.Errorf("got %+v", d)
			}
		})
	}
	t.Run("two nameless columns, one of them used", func(t *testing.T) {
		t.Parallel()
		data := "Name,City,,\n" + strings.Repeat("Ann,Ulm,x,\n", 9) + "Weg 1, links,Ann,Ulm,x\n"
		rows := everyRow(t, open(t, data, source.Options{}))
		if rows[0].Defect != nil || rows[9].Defect == nil || rows[9].Defect.Code != source.CodeExtraCells {
			t.Errorf("got %+v and %+v", rows[0].Defect, rows[9].Defect)
		}
	})
	t.Run("one delimiter more, and nothing behind it", func(t *testing.T) {
		t.Parallel()
		long := func(n int) []source.Row {
			return everyRow(t, open(t, "Name,Street,City,\n"+strings.Repeat("Ann,Weg 1,Ulm,\n", 20-n)+strings.Repeat("Bob,Weg 5, links,,\n", n), source.Options{}))
		}
		if rows := long(2); rows[0].Defect != nil || rows[19].Defect == nil || rows[19].Defect.Code != source.CodeExtraCells {
			t.Errorf("two of twenty: got %+v and %+v", rows[0].Defect, rows[19].Defect)
		}
		if rows := long(3); rows[19].Defect != nil {
			t.Errorf("three of twenty: got %+v", rows[19].Defect)
		}
	})
	t.Run("one in the middle", func(t *testing.T) {
		t.Parallel()
		rows := everyRow(t, open(t, "Name,,City\n"+strings.Repeat("Ann,,Ulm\n", 9)+"Ann,x,Ulm\n", source.Options{}))
		if rows[9].Defect != nil {
			t.Errorf("got %+v", rows[9].Defect)
		}
	})
}

// TestEntities holds that their semicolons decide nothing, and cut no cell in silence.
func TestEntities(t *testing.T) {
	t.Parallel()
	comma := "Name,City\n" + strings.Repeat("J&ouml;rg M&uuml;ller,K&ouml;ln &amp; Ulm\n", 5)
	semicolon := "Name;City;Note\n" + strings.Repeat("J&ouml;rg M&#252;ller;K&ouml;ln, West, Ost;x\n", 5)
	tests := []struct {
		name, data string
		delimiter  rune
		defect     int // in the first row: the column, 0 for none
	}{
		{"commas", comma, ',', 0},
		{"semicolons", semicolon, ';', 1},
		{"semicolons, an empty cell behind", "Name;City;Note\nJ&ouml;rg;Ulm;\nAnn;Ulm;x\n", ';', 1},
		{"semicolons, a short row", "Name;City;Note\nJ&#xF6;rg;Ulm\nAnn;Ulm;x\n", ';', 1},
		{"semicolons, in the second cell", "Name;City;Note\nAnn;K&ouml;ln;\nAnn;Ulm;x\n", ';', 2},
		{"semicolons, in quotes", "Name;City;Note\n\"J&ouml;rg\";Ulm;x\nAnn;Ulm;x\n", ';', 0},
		{"names with an ampersand", "Name;City;Note\nR&D;AT&T;H&M\nRock&Star;Bed&Breakfast;x\n", ';', 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			in := open(t, test.data, source.Options{})
			if got := in.Detected().Delimiter; got != test.delimiter {
				t.Fatalf("the delimiter is %q", got)
			}
			d := everyRow(t, in)[0].Defect
			switch {
			case test.defect == 0 && d != nil, test.defect > 0 && d == nil:
				t.Errorf("got %+v", d)
			case d != nil && (d.Code != source.CodeExtraCells || d.Column != test.defect || !strings.Contains(d.Message, "&")):
				t.Errorf("got %+v", d)
			}
		})
	}
}

// TestUnusedCellsMayBeLong has a limit for what is read only, and the row's for all.
func TestUnusedCellsMayBeLong(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", csv.MaxCell+1)
	in := open(t, "Name,Note,City\nAnn,"+long+",Ulm\nBob,\"a\n"+long+"\",Bonn\n"+long+",x,Ulm\nCid,"+strings.Repeat("y", csv.MaxRow)+",Kiel\n", source.Options{})
	in.Use([]bool{true, false, true})
	var got []string
	for _, row := range everyRow(t, in) {
		code := ""
		if row.Defect != nil {
			code = row.Defect.Code
		}
		got = append(got, code)
	}
	want := []string{"", "", source.CodeCellTooLong, source.CodeRowTooLong}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
