package source_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"github.com/contactsync/contactsync/importer/source"
)

// objectsOf is an input as a table, its first row that of its columns. A row with a defect is "!", its code and its text.
func objectsOf(t *testing.T, in *source.Input) [][]string {
	t.Helper()
	return append([][]string{in.Header()}, cellsOf(everyRow(t, in))...)
}

func TestObjects(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, data, format string
		want               [][]string
	}{
		{"columns are the paths of all objects, in the order in which they come first", `[{"a":1},{"b":{"c":2},"a":3},{"d":[4,5]}]`, "json",
			[][]string{{"a", "b.c", "d.0", "d.1"}, {"1", "", "", ""}, {"3", "2", "", ""}, {"", "", "4", "5"}}},
		{"lines", "{\"a\":1}\n{\"a\":\n{\"b\":2}\n", "jsonl", [][]string{{"a", "b"}, {"1", ""}, {"!", source.CodeJSON, "{\"a\":"}, {"", "2"}}},
		{"what only broken objects have is no column", `[{"a":1},{"b":1,"b":2}]`, "json", [][]string{{"a"}, {"1"}, {"!", source.CodeJSON, `{"b":1,"b":2}`}}},
		{"a value that is no object stands in a form that no cell has", `[{"a":1},7]`, "json", [][]string{{"a"}, {"1"}, {"!", source.CodeJSON, "7\n"}}},
		{"false where others have a text is none", `[{"phone":"1","on":true},{"phone":false,"on":false}]`, "json", [][]string{{"phone", "on"}, {"1", "true"}, {"", "false"}}},
		{"false where others have a list is none", `[{"tels":["1"]},{"tels":false}]`, "json", [][]string{{"tels.0", "tels"}, {"1", ""}, {"", ""}}},
		{"names that look alike", `[{"a":1,"a ":2," A":3}]`, "json", [][]string{{"a", "a #2", "A"}, {"1", "2", "3"}}},
		{"one object that has a list of something, told", `{"name":"Ann","emails":[{"value":"a@example.com"}]}`, "jsonl", [][]string{{"name", "emails.0.value"}, {"Ann", "a@example.com"}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			told := ""
			if strings.HasSuffix(test.name, "told") {
				told = test.format
			}
			in := open(t, test.data, source.Options{Format: told})
			if diff := cmp.Diff(test.want, objectsOf(t, in)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(test.want, objectsOf(t, in)); diff != "" {
				t.Errorf("the second pass: %s", diff)
			}
			d := in.Detected()
			if d.Format != test.format || d.Separator() != "" || d.HeaderLine != 0 {
				t.Errorf("detected %+v", d)
			}
			if _, rows := in.Sum(); rows != len(test.want)-1 {
				t.Errorf("%d rows", rows)
			}
		})
	}
}

// TestObjectsInOtherEncodings: what PowerShell writes, and what is no Unicode at all.
func TestObjectsInOtherEncodings(t *testing.T) {
	t.Parallel()
	const text = "\uFEFF[\r\n {\"name\": \"Jörg Müller\", \"city\": \"Köln\"},\r\n {\"name\": \"Zoë Schäfer\", \"city\": \"Düren\"}\r\n]\r\n"
	wide := []byte{}
	for _, u := range utf16.Encode([]rune(text)) {
		wide = append(wide, byte(u), byte(u>>8))
	}
	latin := []byte{}
	for _, r := range strings.TrimPrefix(text, "\uFEFF") {
		latin = append(latin, byte(r))
	}
	want := [][]string{{"name", "city"}, {"Jörg Müller", "Köln"}, {"Zoë Schäfer", "Düren"}}
	for encoding, data := range map[string]string{"utf-8": text, "utf-16-le": string(wide), "windows-1252": string(latin)} {
		in := open(t, data, source.Options{})
		if diff := cmp.Diff(want, objectsOf(t, in)); diff != "" {
			t.Errorf("%s: %s", encoding, diff)
		}
		if d := in.Detected(); d.Encoding != encoding || d.Format != "json" {
			t.Errorf("%s is read as %s, %s", encoding, d.Format, d.Encoding)
		}
	}
	in := open(t, "{\"a\":\"x\"}\n{\"a\":\"y\xff\"}\n{\"a\":\"ä\"}\n", source.Options{})
	if got := objectsOf(t, in); len(got) != 4 || got[2][1] != source.CodeEncoding {
		t.Errorf("a wrong byte: %q", got)
	}
}

func TestObjectsRefused(t *testing.T) {
	t.Parallel()
	var wide []string
	for i := range 17_000 {
		wide = append(wide, fmt.Sprintf(`"c%d":1`, i))
	}
	for _, test := range []struct{ name, data, format, says string }{
		{"an empty array", "[]", "", "no object"},
		{"an array of lists", `[["name"],["Ann"]]`, "", "no object"},
		{"nothing but broken objects", "{\"a\":1,}\n{\"b\":2,}\n", "", "broken"},
		{"several arrays", `{"contacts":[{"a":1}],"companies":[{"b":1}]}`, "", `"contacts", "companies"`},
		{"one that is broken where it begins", `{"a" 1}`, "", "broken"},
		{"lines that are said to be an array", "{\"a\":1}\n{\"a\":2}\n", "json", "no array"},
		{"an array that is said to be lines", `[{"a":1}]`, "jsonl", "an array"},
		{"a table that is said to be JSON", "name,email\nAnn,a@example.com\n", "json", "broken"},
		{"a table that is said to be JSON Lines", "name,email\nAnn,a@example.com\n", "jsonl", "does not begin with an object"},
		{"more columns than any spreadsheet", "[{" + strings.Join(wide, ",") + "}]", "", "16384"},
		{"JSON that is said to be CSV", `[{"a":1}]`, "csv", "JSON"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := source.Open(fileEnv(test.data), "a.json", source.Options{Format: test.format})
			var format *source.FormatError
			if !errors.As(err, &format) || !strings.Contains(format.Error(), test.says) || format.Fix == "" {
				t.Errorf("got %v, want something on %q", err, test.says)
			}
		})
	}
}

// TestObjectsNone: an array without an element is an input without a row, for a job whose file may be so.
func TestObjectsNone(t *testing.T) {
	t.Parallel()
	for _, data := range []string{"[]", "[ ]\n", `{"a":1,"rows":[]}`} {
		in, err := source.Open(fileEnv(data), "a.json", source.Options{AllowEmpty: true})
		if data[0] == '{' { // that is an object, which may be a contact
			if err != nil || in.IsEmpty() {
				t.Errorf("%s: %v", data, err)
			}
			continue
		}
		if err != nil || !in.IsEmpty() || in.Detected().Format != "json" || len(everyRow(t, in)) != 0 {
			t.Errorf("%s: %v", data, err)
		}
	}
}

// TestObjectsReturned: what is given back of objects is CSV in UTF-8, whatever they were in.
func TestObjectsReturned(t *testing.T) {
	t.Parallel()
	in := open(t, "[{\"a.b\":\"J\xf6rg M\xfcller aus K\xf6ln\"}]", source.Options{})
	var out strings.Builder
	w := in.Encode(&out)
	if _, err := io.WriteString(w, "Jörg"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if out.String() != "Jörg" {
		t.Errorf("%q", out.String())
	}
	if got := in.RawHeader(); len(got) != 1 || got[0] != `a\.b` {
		t.Errorf("the header is %q", got)
	}
	if row := everyRow(t, in)[0]; in.FormerCells(row) != nil {
		t.Error("version 1 read no JSON")
	}
}

// BenchmarkObjects reads what BenchmarkRead's rows are as JSON Lines.
func BenchmarkObjects(b *testing.B) {
	var text strings.Builder
	for i := range 10_000 {
		line, _ := json.Marshal(map[string]string{"name": fmt.Sprintf("Ann Lee %d", i), "email": fmt.Sprintf("ann%d@example.com", i), "phone": "+49 30 901820",
			"street": "Hauptstr. 5", "zipcode": "01067", "city": "Dresden", "country": "Germany"})
		text.Write(line)
		text.WriteByte('\n')
	}
	in, err := source.Open(fileEnv(text.String()), "a.jsonl", source.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		r, err := in.Read()
		if err != nil {
			b.Fatal(err)
		}
		for {
			if _, err := r.Next(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				b.Fatal(err)
			}
		}
		_ = r.Close()
	}
}
