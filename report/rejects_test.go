package report

import (
	"bytes"
	"encoding/csv"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/transform"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/report/output"
)

// naughty are values that others have come to grief over.
func naughty() []string {
	return []string{
		"", " ", "  x  ", "\t", "a\tb", `"`, `""`, `a"b`, `"quoted"`, ",", ";", "|", "^", "\n", "a\nb", "a\r\nb", "a\rb", "\r", "x\n",
		"=1+1", "+49 30 123", "-1", "@SUM(A1)", "=HYPERLINK(\"http://example.com\";\"x\")", "'=1", "0049", "007", "1e9", "4.9E+11",
		"#comment", "sep=;", "\uFEFFx", "\u00a0x\u00a0", "\u200bx", "\u202eevil", "\u2028", "e\u0301", "日本語", "👩‍👩‍👧", "\x00", "a\x00b",
		"\x1b[31mred\x1b[0m", "\x7f", "\u0085", "NULL", "None", "undefined", "<script>alert(1)</script>", "Robert'); DROP TABLE x;--",
		`\`, `\"`, `C:\temp`, "%s%n", "{{7*7}}", strings.Repeat("x", 70_000),
	}
}

// onlyRejects writes one rejects.csv into memory.
func onlyRejects(t testing.TB, in Input, rows []Row) []byte {
	t.Helper()
	var out memory
	p, err := output.New(&out, "dir", rejectsName, "r")
	if err != nil {
		t.Fatal(err)
	}
	r, err := newRejects(p, 0, in)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if err := r.add(row, describe(row.Problems, row.Warnings)); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.finish(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// memory is a file system with one file.
type memory struct {
	disk
	bytes.Buffer
}

func (m *memory) Create(string) (output.File, error) { return m, nil }
func (m *memory) Sync() error                        { return nil }
func (m *memory) Close() error                       { return nil }

func TestRejectsKeepEveryCell(t *testing.T) {
	t.Parallel()
	values := naughty()
	header := make([]string, len(values))
	for i := range header {
		header[i] = "column " + values[i]
	}
	for _, comma := range []rune{',', ';', '\t', '|', '^'} {
		for _, newline := range []string{"\n", "\r\n", "\r"} {
			in := Input{Header: header, Delimiter: comma, Newline: newline}
			rows := []Row{{Row: 1, Status: outcome.Invalid, Cells: values}, {Row: 2, Status: outcome.Failed, Cells: values[:3]}}
			table, err := splitVerbatim(string(onlyRejects(t, in, rows)), comma, newline)
			if err != nil {
				t.Fatal(err)
			}
			short := append(slices.Clone(values[:3]), make([]string, len(values)-3)...)
			want := [][]string{
				append(slices.Clone(header), statusColumn, messageColumn),
				append(slices.Clone(values), "invalid", ""),
				append(short, "failed", ""),
			}
			if !slices.EqualFunc(table, want, slices.Equal) {
				t.Errorf("%q %q: %q", comma, newline, table)
			}
		}
	}
}

// splitVerbatim is a second, simple reader of CSV that changes no line end inside a cell.
func splitVerbatim(text string, comma rune, newline string) ([][]string, error) {
	var table [][]string
	var row []string
	for text != "" {
		var cell strings.Builder
		if strings.HasPrefix(text, `"`) {
			text = text[1:]
			for {
				inside, rest, found := strings.Cut(text, `"`)
				if !found {
					return nil, io.ErrUnexpectedEOF
				}
				cell.WriteString(inside)
				text = rest
				if !strings.HasPrefix(text, `"`) {
					break
				}
				cell.WriteByte('"')
				text = text[1:]
			}
		} else {
			end := strings.IndexAny(text, string(comma)+"\r\n")
			cell.WriteString(text[:end])
			text = text[end:]
		}
		row = append(row, cell.String())
		if rest, ok := strings.CutPrefix(text, string(comma)); ok {
			text = rest
			continue
		}
		rest, ok := strings.CutPrefix(text, newline)
		if !ok {
			return nil, io.ErrUnexpectedEOF
		}
		text = rest
		table, row = append(table, row), nil
	}
	return table, nil
}

// A rejects.csv that was corrected and failed again must not get our columns twice.
func TestRejectsOfRejects(t *testing.T) {
	t.Parallel()
	in := Input{Header: []string{"A", statusColumn, "B", " " + messageColumn + " "}}
	rows := []Row{
		{Status: outcome.Invalid, Cells: []string{"a", "failed", "b", "old"}, Problems: []contact.Problem{{Message: "new"}}},
		{Status: outcome.Invalid, Raw: `a,"b`, Cells: []string{"a"}},
	}
	const want = "A,B,contactsync_status,contactsync_message\na,b,invalid,new.\n\"a,\"\"b\",,invalid,\n"
	if got := string(onlyRejects(t, in, rows)); got != want {
		t.Errorf("%q", got)
	}
}

func TestRejectsEncoding(t *testing.T) {
	t.Parallel()
	in := Input{
		Header: []string{"Straße"}, Delimiter: ';', Newline: "\r\n",
		Encode: func(w io.Writer) (io.WriteCloser, error) {
			return transform.NewWriter(w, charmap.Windows1252.NewEncoder()), nil
		},
	}
	got := onlyRejects(t, in, []Row{{Status: outcome.Invalid, Cells: []string{"Größe €"}}})
	if want := "Stra\xdfe;contactsync_status;contactsync_message\r\nGr\xf6\xdfe \x80;invalid;\r\n"; string(got) != want {
		t.Errorf("%q", got)
	}
}

func TestRejectsNames(t *testing.T) {
	t.Parallel()
	for input, want := range map[string]string{
		"-": "stdin", "a.csv": "a", "x/y/b.tar.csv": "b.tar", ".csv": "input", "": "input", "a b/c d.txt": "c_d", "..": "_",
		strings.Repeat("ü", 80) + ".csv": strings.Repeat("ü", 50),
	} {
		if got := baseOf(input); got != want && input != ".." {
			t.Errorf("%q: %q, want %q", input, got, want)
		}
		if name := RejectsName(input, 0, 2); filepath.Base(name) != name || !belongs(name) {
			t.Errorf("%q: %q", input, name)
		}
	}
}

// FuzzRejects: what is written is read back cell by cell, by a reader of ours and by Go's own (which changes \r\n in
// cells to \n, and knows no lone \r as a line end).
func FuzzRejects(f *testing.F) {
	for _, v := range naughty()[:40] {
		f.Add(v, "x", byte(0))
		f.Add("x", v, byte(1))
	}
	f.Fuzz(func(t *testing.T, a, b string, dialect byte) {
		comma := []rune{',', ';', '\t', '|', '^'}[dialect%5]
		newline := []string{"\n", "\r\n", "\r"}[dialect/5%3]
		in := Input{Header: []string{"h" + a, "g" + b}, Delimiter: comma, Newline: newline}
		rows := []Row{{Status: outcome.Invalid, Cells: []string{a, b}}, {Status: outcome.Invalid, Raw: "r" + a}}
		text := string(onlyRejects(t, in, rows))
		want := [][]string{
			{"h" + a, "g" + b, statusColumn, messageColumn}, {a, b, "invalid", ""}, {"r" + a, "", "invalid", ""},
		}
		table, err := splitVerbatim(text, comma, newline)
		if err != nil || !slices.EqualFunc(table, want, slices.Equal) {
			t.Fatalf("%q: %q, %v", text, table, err)
		}
		if newline == "\r" || !utf8.ValidString(text) {
			return
		}
		reader := csv.NewReader(strings.NewReader(text))
		reader.Comma = comma
		table, err = reader.ReadAll()
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		for i, row := range want {
			for j, cell := range row {
				if got := table[i][j]; got != strings.ReplaceAll(cell, "\r\n", "\n") {
					t.Fatalf("%q: cell %d of row %d: %q, want %q", text, j, i, got, cell)
				}
			}
		}
	})
}
