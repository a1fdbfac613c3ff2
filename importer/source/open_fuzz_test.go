package source_test

import (
	"errors"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/contactsync/contactsync/importer/source"
)

// FuzzOpen opens anything at all. It is refused with a word, or read: each pass the same, rows numbered from 1 in the
// order of their lines, with as many cells as the header, whose names differ.
func FuzzOpen(f *testing.F) {
	for _, seed := range []string{
		"Name,Email\nAnn,a@example.com\n", "sep=;\nName;Ort\r\nJ\xF6rg;K\xF6ln\r\n", "\xFF\xFEa\x00;\x00b\x00\n\x00x\x00;\x00y\x00",
		"Report\n\nName|Mail\na|\"b\nc|d\n\nTotal 1\n", "a\tb\tb\n\"1\"\"\t2\n", "PK\x03\x04", "<html>", "a, \"b\"\n1, \"2\"\n",
		"a,b,c\n\"1,2,3\"\n\"1,\"\"2\"\",3\"\n", "'a','b'\n'1','2\\'3'\n", "a,b,\n1,2,\n1,2,\n1,2,3\n,,\n", "a;b\n&ouml;;=\"1;2\" \n\x00\x1a",
		"\"a\",\"b\"\n\"\\\"1\\\"\",\"2\"\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		in, err := source.Open(fileEnv(string(data)), "a.csv", source.Options{})
		if err != nil {
			var told interface{ Hint() string }
			if !errors.As(err, &told) || err.Error() == "" || told.Hint() == "" {
				t.Fatalf("not an error with a fix: %v", err)
			}
			return
		}
		defer in.Close()
		names := map[string]bool{}
		for _, name := range in.Header() {
			if names[name] || name == "" {
				t.Fatalf("header %q", in.Header())
			}
			names[name] = true
		}
		rows := everyRow(t, in)
		line := in.Detected().HeaderLine
		for i, row := range rows {
			if row.Number != i+1 || row.Line <= line {
				t.Fatalf("row %d: number %d, line %d after line %d", i, row.Number, row.Line, line)
			}
			line = row.Line
			if row.Defect == nil && (len(row.Cells) != len(names) || row.Raw != "") {
				t.Fatalf("row %d: %d cells for %d columns, raw %q", i, len(row.Cells), len(names), row.Raw)
			}
		}
		if _, n := in.Sum(); n != len(rows) {
			t.Fatalf("%d rows in the sum, %d read", n, len(rows))
		}
		if diff := cmp.Diff(rows, everyRow(t, in)); diff != "" {
			t.Fatalf("the second pass differs: %s", diff)
		}
	})
}

func everyRow(t *testing.T, in *source.Input) []source.Row {
	t.Helper()
	r, err := in.Read()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var rows []source.Row
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			return rows
		}
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
}
