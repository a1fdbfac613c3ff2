package report

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/report/output"
)

func TestMessages(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		p    contact.Problem
		want string
	}{
		{"all", contact.Problem{Field: "email", Value: "jo@", Message: "has no domain", Fix: "add it"}, `email "jo@": has no domain; add it.`},
		{"a question", contact.Problem{Field: "country", Value: "Frnace", Message: "is unknown", Fix: `did you mean "France"?`}, `country "Frnace": is unknown; did you mean "France"?`},
		{"no fix", contact.Problem{Field: "name", Message: "is empty"}, "name: is empty."},
		{"no field", contact.Problem{Value: "x", Message: "is odd"}, `"x": is odd.`},
		{"only words", contact.Problem{Message: "the row is empty"}, "the row is empty."},
		{"no words", contact.Problem{Field: "name"}, "name: ."},
		{"control characters", contact.Problem{Field: "name", Value: "a\x1b[2J\nb\xff", Message: "has\tcontrols"}, `name "a\x1b[2J\nb\xff": has\tcontrols.`},
		{"long", contact.Problem{Field: "name", Value: strings.Repeat("ü", 300), Message: "is too long"}, `name "` + strings.Repeat("ü", 200) + `...": is too long.`},
	} {
		if got := describe([]contact.Problem{c.p}, nil).message; got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestVisible(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":               "",
		"plain äöü 日本":   "plain äöü 日本",
		"👩\u200d👧":       "👩\u200d👧",
		"a\nb\r\tc":      `a\nb\r\tc`,
		"\x1b]0;x\x07":   `\x1b]0;x\x07`,
		"\u009b31m":      `\u009b31m`,
		"\x9b":           `\x9b`,
		"\u202eabc":      `\u202eabc`,
		"\U000e0041":     `\U000e0041`,
		"\ufeff\u2028":   `\ufeff\u2028`,
		"\ufffd is fine": "\ufffd is fine",
		"\x7f":           `\x7f`,
	} {
		if got := Visible(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func FuzzVisible(f *testing.F) {
	for _, v := range naughty()[:50] {
		f.Add(v)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := Visible(text)
		if !utf8.ValidString(got) || strings.ContainsFunc(got, unicode.IsControl) {
			t.Errorf("%q: %q", text, got)
		}
	})
}

// Whatever the input holds, no cell of report.csv or duplicates.csv is a formula, and report.jsonl gives it back.
func TestNoFormulas(t *testing.T) {
	t.Parallel()
	nasty := rapid.OneOf(rapid.SampledFrom(naughty()), rapid.String())
	rapid.Check(t, func(t *rapid.T) {
		draw := func(label string) string { return nasty.Draw(t, label) }
		p := contact.Problem{
			Code: draw("code"), Field: contact.Field(draw("field")), Column: draw("column"), Value: draw("value"),
			Message: draw("message"), Fix: draw("fix"),
		}
		row := Row{
			Source: draw("source"), Row: 1, Line: 2, OrgID: rapid.Int64().Draw(t, "org"), ContactID: rapid.Int64().Draw(t, "id"),
			ExternalID: draw("external"), Status: outcome.Failed, Action: outcome.Create, RequestID: draw("request"),
			CloudFrontID: draw("cloudfront"), DuplicateOf: draw("of"), DuplicateKind: draw("kind"),
			ContactName: draw("name"), ContactEmail: draw("address"),
			Problems: []contact.Problem{p}, Warnings: []contact.Problem{p},
		}
		text := describe(row.Problems, row.Warnings)
		cells := checkInert(t, rowOf(row, text))
		if got := strings.TrimPrefix(cells[1][4], "'"); got != strings.TrimPrefix(strings.ReplaceAll(row.ExternalID, "\r\n", "\n"), "'") {
			t.Fatalf("external id %q: %q", row.ExternalID, got)
		}
		checkInert(t, pairOf(Pair{Group: 1, RowA: 1, RowB: 2, Kind: draw("kind"), Reasons: []string{draw("reason")}}))
		checkLine(t, row, text)
	})
}

// checkInert writes a row as CSV and looks at each cell.
func checkInert[T any](t *rapid.T, row T) [][]string {
	var out memory
	table, err := output.NewTable[T](&out.Buffer)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(table.Add(row), table.Flush()); err != nil {
		t.Fatal(err)
	}
	cells, err := csv.NewReader(&out.Buffer).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range cells {
		for _, cell := range row {
			if cell != "" && strings.ContainsRune("=+-@\t\r\n", rune(cell[0])) {
				t.Fatalf("a formula: %q", cell)
			}
		}
	}
	return cells
}

// checkLine writes a row as JSON and reads it back.
func checkLine(t *rapid.T, row Row, text description) {
	var out memory
	p, err := output.New(&out, "dir", "x.jsonl", "r")
	if err != nil {
		t.Fatal(err)
	}
	l := newLines(p)
	if err := errors.Join(l.add(row, text), l.finish()); err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(out.String(), "\n"); got != 1 {
		t.Fatalf("%d lines", got)
	}
	var back jsonRow
	if err := json.Unmarshal(out.Bytes(), &back); err != nil {
		t.Fatal(err)
	}
	for _, pair := range [][2]string{
		{row.ExternalID, back.ExternalID}, {row.Problems[0].Value, back.Problems[0].Value}, {row.Warnings[0].Column, back.Warnings[0].Column},
	} {
		if utf8.ValidString(pair[0]) && pair[0] != pair[1] {
			t.Fatalf("%q came back as %q", pair[0], pair[1])
		}
	}
}
