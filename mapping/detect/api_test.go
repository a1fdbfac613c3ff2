package detect_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/contactsync/contactsync/importer/source"
	"github.com/contactsync/contactsync/mapping/detect"
	"github.com/contactsync/contactsync/mapping/heading"
)

// readAsJSON reads a text as an input, and returns its columns and its rows.
func readAsJSON(t *testing.T, text []byte) (header []string, rows [][]string) {
	t.Helper()
	env := source.Env{Open: func(string) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil }}
	in, err := source.Open(env, "answer.json", source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	found, err := in.Sample(1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range found {
		rows = append(rows, r.Cells)
	}
	return in.Header(), rows
}

// fieldsOf is what is made of an entry's columns.
func fieldsOf(t *testing.T, e entry) string {
	t.Helper()
	m, err := detect.Columns(e.Header, e.Rows)
	if err != nil {
		t.Fatalf("%s: %v", e.ID, err)
	}
	return fmt.Sprint(inspected(t, m))
}

// TestAPIAnswers measures the mapping of what APIs answer, as it is: invented people in the form that their documentation gives.
func TestAPIAnswers(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/api/*.json")
	if err != nil || len(files) != 15 {
		t.Fatalf("%d answers: %v", len(files), err)
	}
	var s score
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var e struct {
			entry
			Answer json.RawMessage `json:"answer"`
		}
		if err := json.Unmarshal(data, &e); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		e.Header, e.Rows = readAsJSON(t, e.Answer)
		if len(e.Rows) != 4 {
			t.Errorf("%s has %d rows", name, len(e.Rows))
		}
		s.measure(t, e.entry)
	}
	if share := s.tell(t); share < 0.99 || s.wrong+s.extra > 0 {
		t.Errorf("%.4f of the fields are right, %d wrong", share, s.wrong+s.extra)
	}
}

// TestCorpusAsJSON: an export's columns mean the same as names of members.
func TestCorpusAsJSON(t *testing.T) {
	t.Parallel()
	for _, e := range append(corpus(t), entries(t, "testdata/general/*.json")...) {
		var text bytes.Buffer
		unlike := false // names that JSON can't have, or has in another way
		seen := map[string]bool{}
		for i, h := range e.Header {
			_, repeated := heading.Plain(e.Header, i)
			unlike = unlike || repeated || seen[h] || strings.ContainsAny(h, `.\`) || h == "" || h != strings.Join(strings.Fields(h), " ")
			seen[h] = true
		}
		if unlike {
			continue
		}
		for _, row := range e.Rows {
			var members []string
			for i, h := range e.Header {
				name, _ := json.Marshal(h)
				value, _ := json.Marshal(row[i])
				members = append(members, string(name)+":"+string(value))
			}
			text.WriteString("{" + strings.Join(members, ",") + "}\n")
		}
		header, rows := readAsJSON(t, text.Bytes())
		want, got := e, e
		got.Header, got.Rows = header, rows
		if a, b := fieldsOf(t, want), fieldsOf(t, got); a != b {
			t.Errorf("%s: as CSV %s, as JSON %s", e.ID, a, b)
		}
	}
}
