package source_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/contactsync/contactsync/importer/source"
)

// fileEnv gives one file from memory.
func fileEnv(data string) source.Env {
	return source.Env{Open: func(string) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(data)), nil
	}}
}

func open(t *testing.T, data string, o source.Options) *source.Input {
	t.Helper()
	in, err := source.Open(fileEnv(data), "a.csv", o)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() {
		if err := in.Close(); err != nil {
			t.Error(err)
		}
	})
	return in
}

// cellsOf shows rows as their cells; a defective one as its line and code.
func cellsOf(rows []source.Row) [][]string {
	var all [][]string
	for _, row := range rows {
		if row.Defect != nil {
			all = append(all, []string{"!", row.Defect.Code, row.Raw})
			continue
		}
		all = append(all, row.Cells)
	}
	return all
}

func TestOpenTellsTheForm(t *testing.T) {
	t.Parallel()
	const utf8 = "utf-8"
	tests := []struct {
		name    string
		data    string
		options source.Options
		want    source.Detected
		header  []string
		rows    [][]string
	}{
		{"comma", "Name,Email\nAnn,a@example.com\n", source.Options{},
			source.Detected{Encoding: utf8, Delimiter: ',', Newline: "\n", HeaderLine: 1},
			[]string{"Name", "Email"}, [][]string{{"Ann", "a@example.com"}}},
		{"semicolon with commas in every address", "Name;Ort;Tel\r\nAnn;\"Ulm, Ost\";1\r\nBob;Bonn, West;2\r\n", source.Options{},
			source.Detected{Encoding: utf8, Delimiter: ';', Newline: "\r\n", HeaderLine: 1},
			[]string{"Name", "Ort", "Tel"}, [][]string{{"Ann", "Ulm, Ost", "1"}, {"Bob", "Bonn, West", "2"}}},
		{"tab", "Name\tEmail\tCity\nAnn\ta@example.com\tUlm, Ost\n", source.Options{},
			source.Detected{Encoding: utf8, Delimiter: '\t', Newline: "\n", HeaderLine: 1},
			[]string{"Name", "Email", "City"}, [][]string{{"Ann", "a@example.com", "Ulm, Ost"}}},
		{"pipe", "Name|Email\nAnn|a@example.com\n", source.Options{},
			source.Detected{Encoding: utf8, Delimiter: '|', Newline: "\n", HeaderLine: 1},
			[]string{"Name", "Email"}, [][]string{{"Ann", "a@example.com"}}},
		{"caret, no line end at the end", "Name^Email\nAnn^a@example.com", source.Options{},
			source.Detected{Encoding: utf8, Delimiter: '^', Newline: "\n", HeaderLine: 1},
			[]string{"Name", "Email"}, [][]string{{"Ann", "a@example.com"}}},
		{"lone CR", "Name,Email\rAnn,a@example.com\rBob,b@example.com\r", source.Options{},
			source.Detected{Encoding: utf8, Delimiter: ',', Newline: "\r", HeaderLine: 1},
			[]string{"Name", "Email"}, [][]string{{"Ann", "a@example.com"}, {"Bob", "b@example.com"}}},
		{"mixed line ends", "Name,Email\r\nAnn,a@example.com\nBob,b@example.com\r\nCid,\r", source.Options{},
			source.Detected{Encoding: utf8, Delimiter: ',', Newline: "\r\n", MixedNewlines: true, HeaderLine: 1},
			[]string{"Name", "Email"}, [][]string{{"Ann", "a@example.com"}, {"Bob", "b@example.com"}, {"Cid", ""}}},
		{"byte order mark", "\uFEFF\"Name\",Email\nAnn,a@example.com\n", source.Options{},
			source.Detected{Encoding: utf8, BOM: true, Delimiter: ',', Newline: "\n", HeaderLine: 1},
			[]string{"Name", "Email"}, [][]string{{"Ann", "a@example.com"}}},
		{"sep line", "sep=;\nName;Email\nAnn, B;a@example.com\n", source.Options{},
			source.Detected{Encoding: utf8, Delimiter: ';', Newline: "\n", SepLine: true, HeaderLine: 2},
			[]string{"Name", "Email"}, [][]string{{"Ann, B", "a@example.com"}}},
		{"sep line with a tab", "sep=\t\nName\tEmail\nAnn\ta@example.com\n", source.Options{},
			source.Detected{Encoding: utf8, Delimiter: '\t', Newline: "\n", SepLine: true, HeaderLine: 2},
			[]string{"Name", "Email"}, [][]string{{"Ann", "a@example.com"}}},
		{"title and blank lines above", "Contact report, all\n\nCreated 2026\n\nName,Email,City\nAnn,a@example.com,Ulm\n", source.Options{},
			source.Detected{Encoding: utf8, Delimiter: ',', Newline: "\n", HeaderLine: 5, Preamble: 4},
			[]string{"Name", "Email", "City"}, [][]string{{"Ann", "a@example.com", "Ulm"}}},
		{"title saved by a spreadsheet", "Contact report;;;\n;;;\nName;Email;City;Zip\nAnn;a@example.com;Ulm;1\n", source.Options{},
			source.Detected{Encoding: utf8, Delimiter: ';', Newline: "\n", HeaderLine: 3, Preamble: 2},
			[]string{"Name", "Email", "City", "Zip"}, [][]string{{"Ann", "a@example.com", "Ulm", "1"}}},
		{"one column with commas", "Name\n\"Smith, Ann\"\nBrown, Bob\nGray, Cid\n", source.Options{},
			source.Detected{Encoding: utf8, Delimiter: '\t', Newline: "\n", HeaderLine: 1},
			[]string{"Name"}, [][]string{{"Smith, Ann"}, {"Brown, Bob"}, {"Gray, Cid"}}},
		{"header narrower than the rows with empty cells", "Name,Email,City\nAnn,a@example.com,Ulm,,,\nBob,b@example.com,,,,\n", source.Options{},
			source.Detected{Encoding: utf8, Delimiter: ',', Newline: "\n", HeaderLine: 1},
			[]string{"Name", "Email", "City"}, [][]string{{"Ann", "a@example.com", "Ulm"}, {"Bob", "b@example.com", ""}}},
		{"names within the wrapper of spreadsheets", "=\"Name\",=\"E \"\"mail\"\"\",=\"\"\nAnn,b,c\n", source.Options{},
			source.Detected{Encoding: utf8, Delimiter: ',', Newline: "\n", HeaderLine: 1},
			[]string{"Name", `E "mail"`, "#3"}, [][]string{{"Ann", "b", "c"}}},
		{"names told apart", "Phone, ,Name,Phone\n1,2,3,4\n", source.Options{},
			source.Detected{Encoding: utf8, Delimiter: ',', Newline: "\n", HeaderLine: 1},
			[]string{"Phone", "#2", "Name", "Phone #4"}, [][]string{{"1", "2", "3", "4"}}},
		{"all told", "x\nA;B\nName,1;b\n\nAnn;c\n", source.Options{Delimiter: ',', HeaderLine: 3, Encoding: "latin1"},
			source.Detected{Encoding: "iso-8859-1", Delimiter: ',', Newline: "\n", HeaderLine: 3, Preamble: 2,
				EncodingTold: true, DelimiterTold: true, HeaderLineTold: true},
			[]string{"Name", "1;b"}, [][]string{{"Ann;c", ""}}},
		{"footer", "Name,Email\nAnn,a@example.com\n\nTotal: 1\n\n\"Copyright (c) Example, Inc.\"\n", source.Options{},
			source.Detected{Encoding: utf8, Delimiter: ',', Newline: "\n", HeaderLine: 1, Footer: 2},
			[]string{"Name", "Email"}, [][]string{{"Ann", "a@example.com"}}},
		{"no footer: a row follows", "Name,Email\nAnn,a@example.com\n\nBob\n\nCid,c@example.com\n", source.Options{},
			source.Detected{Encoding: utf8, Delimiter: ',', Newline: "\n", HeaderLine: 1},
			[]string{"Name", "Email"}, [][]string{{"Ann", "a@example.com"}, {"Bob", ""}, {"Cid", "c@example.com"}}},
		{"no footer: somebody's address", "Name,Email\nAnn,a@example.com\n\n,b@example.com\n", source.Options{},
			source.Detected{Encoding: utf8, Delimiter: ',', Newline: "\n", HeaderLine: 1},
			[]string{"Name", "Email"}, [][]string{{"Ann", "a@example.com"}, {"", "b@example.com"}}},
		{"no footer: a name beside an empty cell", "Name,Email\nAnn,a@example.com\n\nBob,\n", source.Options{},
			source.Detected{Encoding: utf8, Delimiter: ',', Newline: "\n", HeaderLine: 1},
			[]string{"Name", "Email"}, [][]string{{"Ann", "a@example.com"}, {"Bob", ""}}},
		{"no footer in a list of one column", "Name\nAnn\n\nBob\n", source.Options{},
			source.Detected{Encoding: utf8, Delimiter: ',', Newline: "\n", HeaderLine: 1},
			[]string{"Name"}, [][]string{{"Ann"}, {"Bob"}}},
		{"blank lines and a line of delimiters", "Name,Email\n\n  \t\nAnn,a@example.com\n,\n\u00a0\n", source.Options{},
			source.Detected{Encoding: utf8, Delimiter: ',', Newline: "\n", HeaderLine: 1, BlankRows: 1},
			[]string{"Name", "Email"}, [][]string{{"Ann", "a@example.com"}}},
		{"delimiter outside ASCII", "Name§Email\nAnn§\"a§b\"\n", source.Options{Delimiter: '§'},
			source.Detected{Encoding: utf8, Delimiter: '§', Newline: "\n", HeaderLine: 1, DelimiterTold: true},
			[]string{"Name", "Email"}, [][]string{{"Ann", "a§b"}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			in := open(t, test.data, test.options)
			rows := everyRow(t, in)
			test.want.Format = "csv"
			if diff := cmp.Diff(test.want, in.Detected()); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(test.header, in.Header()); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(test.rows, cellsOf(rows)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A row of one contact with strange values is no header below lines of something else: all above have as many cells as
// the first one.
func TestOpenTakesRowsAsWideAsTheHeader(t *testing.T) {
	t.Parallel()
	in := open(t, `id,org_id,type,name,title,department,street,secondary_address,zipcode,city,state,country,email,phone,mobile,order
1000,12,Technical,,""" """,,,,,""" """,,,,,,
1001,12,Technical,,,,,,""" """,,,,,,"""",
1002,12,Technical,,,; ;,,,|^~ ;,,,,,,;,
`, source.Options{})
	if d := in.Detected(); d.Delimiter != ',' || d.HeaderLine != 1 {
		t.Errorf("delimiter %q, header in line %d", d.Delimiter, d.HeaderLine)
	}
}

func TestOpenRefusesWhatIsNoTable(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, data, says string }{
		{"empty", "", "empty"},
		{"blank", "\n \n\r\n", "blank"},
		{"only a mark", "\uFEFF", "blank"},
		{"header only", "Name,Email\n\n", "no row"},
		{"header and cleared rows", "Name,Email\n,\n\"\",\n", "no row"},
		{"header and a total", "Name,Email\n\nGrand Total: 0 records\nCopyright (c) 2026 Example, Inc.\n", "no row"},
		{"no header", "Ann,a@example.com\nBob,b@example.com\n", "header is missing"},
		{"no header, numbers", "Ann,+49 30 1234567\nBob,+49 30 1234568\n", "header is missing"},
		{"header with an entity that holds the delimiter", "Name;Stra&szlig;e;City\nAnn;Weg 1;Ulm\nBob;Weg 2;Bonn\n", "&szlig;"},
		{"xlsx", "PK\x03\x04\x14\x00\x06\x00[Content_Types].xml...", "Excel workbook (.xlsx)"},
		{"zip", "PK\x03\x04\x14\x00\x06\x00contacts.csv", "ZIP"},
		{"xls", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", ".xls"},
		{"pdf", "%PDF-1.7\n", "PDF"},
		{"html", "\n<!DOCTYPE html>\n<html><body>Log in</body></html>", "HTML"},
		{"html in utf-16", "\xFF\xFE<\x00h\x00t\x00m\x00l\x00>\x00", "HTML"},
		{"xml", "<?xml version=\"1.0\"?><contacts/>", "XML"},
		{"binary", strings.Repeat("\x01\x02\x03\x9c\xff,\n", 99), "binary"},
		{"too wide", strings.Repeat("c,", 100_000) + "\n1\n", "100001 columns"},
		{"header with a broken quote", "Name,\"Email\nAnn,a@example.com\n", "header"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := source.Open(fileEnv(test.data), "a.csv", source.Options{})
			var format *source.FormatError
			if !errors.As(err, &format) {
				t.Fatalf("got %v, want a FormatError", err)
			}
			if !strings.Contains(format.Error(), test.says) || format.Fix == "" {
				t.Errorf("got %q (fix %q), want something on %q", format, format.Fix, test.says)
			}
		})
	}
}

func TestStandardInputIsKeptPrivatelyAndRemoved(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var kept string
	env := source.Env{
		Stdin: strings.NewReader("Name,Email\nAnn,a@example.com\n"),
		TempFile: func() (*os.File, error) {
			f, err := os.CreateTemp(dir, "x")
			if err == nil {
				kept = f.Name()
			}
			return f, err
		},
	}
	in, err := source.Open(env, "-", source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if rows := everyRow(t, in); len(rows) != 1 {
			t.Errorf("got %d rows, want 1", len(rows))
		}
	}
	if sum, rows := in.Sum(); rows != 1 || len(sum) != 64 || in.Name() != "-" {
		t.Errorf("sum %q, rows %d, name %q", sum, rows, in.Name())
	}
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(kept); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the temporary file is still there: %v", err)
	}
}

func TestOpenFolder(t *testing.T) {
	t.Parallel()
	env := source.Env{Open: func(name string) (io.ReadCloser, error) { return os.Open(name) }}
	_, err := source.Open(env, t.TempDir(), source.Options{})
	if err == nil || !strings.Contains(err.Error(), "folder") {
		t.Errorf("got %v", err)
	}
	_, err = source.Open(env, filepath.Join(t.TempDir(), "none.csv"), source.Options{})
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func TestChangedInput(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	b.WriteString("Name,Email\n")
	for b.Len() < 1<<20 {
		b.WriteString("Ann,a@example.com\n")
	}
	before := b.String()[:1<<20] // whole blocks
	tests := []struct {
		name  string
		after string
		rows  bool // whether rows come before the error
	}{
		{"one byte in the third block", before[:600_000] + "X" + before[600_001:], true},
		{"first byte", "X" + before[1:], false},
		{"longer", before + "Bob,b@example.com\n", true},
		{"shorter", before[:len(before)-18], true},
		{"shorter by whole blocks", before[:512<<10], true},
		{"empty", "", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			data := before
			env := source.Env{Open: func(string) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(data)), nil }}
			in, err := source.Open(env, "a.csv", source.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer in.Close()
			data = test.after
			n, err := countRows(in)
			var changed *source.ChangedError
			if !errors.As(err, &changed) {
				t.Fatalf("after %d rows: got %v, want a ChangedError", n, err)
			}
			if (n > 0) != test.rows || int64(n*18) > changed.Offset {
				t.Errorf("%d rows came before the error at byte %d", n, changed.Offset)
			}
		})
	}
}

func countRows(in *source.Input) (int, error) {
	r, err := in.Read()
	if err != nil {
		return 0, err
	}
	defer r.Close()
	for n := 0; ; n++ {
		if _, err := r.Next(); errors.Is(err, io.EOF) {
			return n, nil
		} else if err != nil {
			return n, err
		}
	}
}
