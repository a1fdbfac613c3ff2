package source_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/contactsync/contactsync/importer/source"
	"github.com/contactsync/contactsync/importer/source/csv"
)

// TestKnownFiles holds the cases of two collections of small files, made anew: csv-spectrum (maxogden, mafintosh) and
// csv-test-data (sineemore).
func TestKnownFiles(t *testing.T) {
	t.Parallel()
	const foo = "foo,bar,baz\n"
	tests := []struct {
		name string
		data string
		want [][]string
	}{
		{"spectrum comma_in_quotes", "first,last,address,city,zip\nJane,Roe,\"12 Some St.\",\"Sometown, ST\",01234", [][]string{{"Jane", "Roe", "12 Some St.", "Sometown, ST", "01234"}}},
		{"spectrum empty", "a,b,c\n1,\"\",\"\"\n2,3,4", [][]string{{"1", "", ""}, {"2", "3", "4"}}},
		{"spectrum empty_crlf", "a,b,c\r\n1,\"\",\"\"\r\n2,3,4", [][]string{{"1", "", ""}, {"2", "3", "4"}}},
		{"spectrum escaped_quotes", "a,b\n1,\"ho \"\"ho\"\" ho\"\n3,4\n", [][]string{{"1", `ho "ho" ho`}, {"3", "4"}}},
		{"spectrum json", "key,val\n1,\"{\"\"kind\"\": \"\"Place\"\", \"\"at\"\": [1.0, 0.5]}\"\n", [][]string{{"1", `{"kind": "Place", "at": [1.0, 0.5]}`}}},
		{"spectrum newlines", "a,b,c\n1,2,3\n\"There was \na day\",5,6\n7,8,9\n", [][]string{{"1", "2", "3"}, {"There was \na day", "5", "6"}, {"7", "8", "9"}}},
		{"spectrum newlines_crlf", "a,b,c\r\n1,2,3\r\n\"There was \r\na day\",5,6\r\n7,8,9\r\n", [][]string{{"1", "2", "3"}, {"There was \r\na day", "5", "6"}, {"7", "8", "9"}}},
		{"spectrum quotes_and_newlines", "a,b\n1,\"ho \n\"\"ho\"\" \nho\"\n3,4\n", [][]string{{"1", "ho \n\"ho\" \nho"}, {"3", "4"}}},
		{"spectrum simple", "a,b,c\n1,2,3\n", [][]string{{"1", "2", "3"}}},
		{"spectrum simple_crlf", "a,b,c\r\n1,2,3\r\n", [][]string{{"1", "2", "3"}}},
		{"spectrum utf8", "a,b,c\n1,2,3\n4,5,ʤ\n", [][]string{{"1", "2", "3"}, {"4", "5", "ʤ"}}},
		{"less fields", foo + "1,2", [][]string{{"1", "2", ""}}},
		{"more fields", foo + "1,2,3,4", [][]string{{"!", source.CodeExtraCells, "1,2,3,4"}}},
		{"more fields, empty", foo + "1,2,3,,\" \"", [][]string{{"1", "2", "3"}}},
		{"missing quote", foo + "1,\"Nobody closes this one,3", [][]string{{"!", source.CodeQuote, "1,\"Nobody closes this one,3"}}},
		{"unescaped quote in quotes", foo + "1,\"Here is \" one\",3", [][]string{{"!", source.CodeQuote, "1,\"Here is \" one\",3"}}},
		{"unescaped quotes", foo + "1,These \"quotes\" stray,3", [][]string{{"!", source.CodeQuote, "1,These \"quotes\" stray,3"}}},
		{"empty field", foo + "1,,3", [][]string{{"1", "", "3"}}},
		{"leading space", foo + "1, leading,3", [][]string{{"1", " leading", "3"}}},
		{"trailing space", foo + "1,trailing ,3", [][]string{{"1", "trailing ", "3"}}},
		{"one column", "foo\n1", [][]string{{"1"}}},
		{"one column, newline", "foo\n1\n", [][]string{{"1"}}},
		{"quotes empty", foo + "1,\"\",3", [][]string{{"1", "", "3"}}},
		{"quotes with comma", foo + "1,\"Here, there.\",3", [][]string{{"1", "Here, there.", "3"}}},
		{"quotes with escaped quote", foo + "1,\"A \"\" quote\",3", [][]string{{"1", `A " quote`, "3"}}},
		{"quotes with newline", foo + "1,\"One line,\nanother\",3", [][]string{{"1", "One line,\nanother", "3"}}},
		{"utf8", foo + "1,😎,3", [][]string{{"1", "😎", "3"}}},
		{"blanks before quotes, everywhere", "a, \"b\", c\n1, \"x, y\", 3\n4, \"z\", 6\n", [][]string{{"1", "x, y", " 3"}, {"4", "z", " 6"}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, cellsOf(everyRow(t, open(t, test.data, source.Options{})))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDefects(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", csv.MaxCell)
	tests := []struct {
		name   string
		data   string
		code   string
		column int
		line   int
	}{
		{"stray quote", "a,b\n1,2\n\n1,\"2\"3\n5,6\n", source.CodeQuote, 2, 4},
		{"never closed", "a,b\n1,2\n\"1,2\n5,6\n", source.CodeQuote, 1, 3},
		{"extra cells", "a,b\n1,2\n1,2,,4\n5,6\n", source.CodeExtraCells, 4, 3},
		{"cell too long", "a,b\n1,2\n1," + long + "x\n5,6\n", source.CodeCellTooLong, 2, 3},
		{"cell in quotes too long", "a,b\n1,2\n1,\"" + long + "\nx\"\n5,6\n", source.CodeCellTooLong, 2, 3},
		{"row too long", "a,b\n1,2\n1," + strings.Repeat("y", csv.MaxRow) + "\n5,6\n", source.CodeRowTooLong, 0, 3},
		{"bad byte", "a,b\nä,ö\n1,\xFC\n5,ü\n", source.CodeEncoding, 2, 3},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			rows := everyRow(t, open(t, test.data, source.Options{}))
			if len(rows) != 3 || rows[0].Defect != nil || rows[2].Defect != nil || rows[1].Defect == nil {
				t.Fatalf("got %.300v", rows)
			}
			d := rows[1].Defect
			if d.Code != test.code || d.Column != test.column || rows[1].Line != test.line || d.Message == "" || d.Fix == "" {
				t.Errorf("got %+v in line %d", d, rows[1].Line)
			}
			for i, row := range rows {
				if row.Number != i+1 {
					t.Errorf("row %d has the number %d", i+1, row.Number)
				}
			}
			if len(rows[1].Raw) > csv.MaxRow || !strings.Contains(test.data, rows[1].Raw) {
				t.Errorf("raw is %.100q", rows[1].Raw)
			}
		})
	}
	t.Run("as long as allowed", func(t *testing.T) {
		t.Parallel()
		rows := everyRow(t, open(t, "a,b\n1,"+long+"\n", source.Options{}))
		if len(rows) != 1 || rows[0].Defect != nil {
			t.Errorf("got %d rows", len(rows))
		}
	})
}

// TestRowsOutliveTheirPass keeps all rows and looks at them afterwards: cells are cut from shared memory.
func TestRowsOutliveTheirPass(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("a,b,c\n")
	for i := range 20_000 {
		switch i % 5 {
		case 0:
			fmt.Fprintf(&b, "%d,\"x%d\",%d\n", i, i, i)
		case 1:
			fmt.Fprintf(&b, "%d\n", i)
		case 2:
			fmt.Fprintf(&b, "%d,x%d,%d,extra,cells\n", i, i, i)
		default:
			fmt.Fprintf(&b, "%d,x%d,%d,,,,\n", i, i, i)
		}
	}
	for i, row := range everyRow(t, open(t, b.String(), source.Options{})) {
		want := []string{fmt.Sprint(i), fmt.Sprintf("x%d", i), fmt.Sprint(i)}
		if i%5 == 1 {
			want = []string{fmt.Sprint(i), "", ""}
		}
		if diff := cmp.Diff(want, row.Cells); diff != "" || (row.Defect != nil) != (i%5 == 2) {
			t.Fatalf("row %d: %s %v", i, diff, row.Defect)
		}
	}
}

// TestBlankRows holds that a row in which nothing stands is a blank line, whatever it is made of: it has no number, and
// the lines of the rows behind it are those of the file.
func TestBlankRows(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, line string
		row        bool
	}{
		{"delimiters", ",,", false},
		{"more delimiters than the header has", ",,,,,", false},
		{"fewer", ",", false},
		{"blanks and tabs", " , \t,", false},
		{"quotes around nothing", `"","",""`, false},
		{"quotes around blanks", `"","  ",`, false},
		{"no-break and zero-width", "\u00a0,\u200b,\ufeff", false},
		{"a text's wrapper around nothing", `"=""""",,`, false},
		{"NUL", ",\x00,", false},
		{"a hyphen", ",-,", true},
		{"a number", ",,0", true},
		{"an equals sign", "=,,", true},
		{"beyond the header", ",,,x", true},
		{"an apostrophe", "',,", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			in := open(t, "Name,Email,City\r\nAnn,a@example.com,Ulm\r\n"+test.line+"\r\n"+test.line+"\r\n\r\nBob,b@example.com,Bonn\r\n"+test.line+"\r\n"+strings.Repeat("\r\n", 50), source.Options{})
			rows := everyRow(t, in)
			blank, want := 3, 2
			if test.row {
				blank, want = 0, 5
			}
			if got := in.Detected().BlankRows; len(rows) != want || got != blank {
				t.Fatalf("%d rows, %d blank ones; want %d and %d", len(rows), got, want, blank)
			}
			bob := rows[want-1]
			if test.row {
				bob = rows[want-2]
			}
			if bob.Line != 6 || bob.Cells[0] != "Bob" || rows[want-1].Number != want {
				t.Errorf("got %+v, the last row has the number %d", bob, rows[want-1].Number)
			}
			if _, n := in.Sum(); n != want {
				t.Errorf("the input has %d rows, want %d", n, want)
			}
		})
	}
}

// TestPadding fills files up with NUL, and ends them with ^Z: no row, and no part of the last cell.
func TestPadding(t *testing.T) {
	t.Parallel()
	const text = "Name,Email,City\nAnn,a@example.com,Ulm\nBob,b@example.com,Köln"
	for _, end := range []string{"", "\n", "\r\n"} {
		for _, pad := range []string{"\x00", "\x1a", strings.Repeat("\x00", 511), strings.Repeat("\x00", csv.MaxRow+4096), "\x1a\x00\x00\x00"} {
			for _, encoding := range []string{"utf-8", "windows-1252", "utf-16-le", "utf-16-be"} {
				data := string(encode(t, text+end, encoding))
				switch {
				case encoding == "utf-16-le" && pad[0] == 0x1A:
					data += "\x1a\x00"
				case encoding == "utf-16-be" && pad[0] == 0x1A:
					data += "\x00\x1a"
				case strings.HasPrefix(encoding, "utf-16"):
					data += pad + pad[:len(pad)&1]
				default:
					data += pad
				}
				rows := everyRow(t, open(t, data, source.Options{}))
				if len(rows) != 2 || rows[1].Defect != nil || rows[1].Cells[2] != "Köln" {
					t.Errorf("%q, %d bytes of padding, %s: got %.300v", end, len(pad), encoding, rows)
				}
			}
		}
	}
	_, err := source.Open(fileEnv(strings.Repeat("\x00", 3*csv.MaxRow)), "a.csv", source.Options{})
	if err == nil || !strings.Contains(err.Error(), "blank") {
		t.Errorf("nothing but padding: %v", err)
	}
}
