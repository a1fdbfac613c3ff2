package terminal

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/mattn/go-runewidth"
	"pgregory.net/rapid"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/importer/question"
	_ "github.com/contactsync/contactsync/importer/rapidseed"
)

func TestWrapped(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		line  string
		width int
		want  []string
	}{
		"nobody sees it":           {"one two three four five six seven", 0, []string{"one two three four five six seven"}},
		"it fits":                  {"one two three four five", 23, []string{"one two three four five"}},
		"one cell less":            {"one two three four five", 22, []string{"one two three four", "  five"}},
		"from where it began":      {"    city: \"a b\" → \"c d e f\"", 20, []string{"    city: \"a b\" → \"c", "      d e f\""}},
		"a word longer than lines": {"x " + strings.Repeat("y", 50), 20, []string{"x", "  " + strings.Repeat("y", 18), "  " + strings.Repeat("y", 18), "  " + strings.Repeat("y", 14)}},
		"the first one is":         {strings.Repeat("y", 25) + " x", 20, []string{strings.Repeat("y", 20), "  yyyyy x"}},
		"double blanks":            {"one  two  three four five", 22, []string{"one  two  three four", "  five"}},
		"wide characters":          {"日本日本日本日本日本日本", 21, []string{"日本日本日本日本日本", "  日本"}},
		"too narrow to read":       {strings.Repeat("one ", 10), 10, []string{strings.Repeat("one ", 10)}},
	} {
		if d := cmp.Diff(c.want, wrapped(c.line, c.width)); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

// TestWrappedKeepsAll: no part is wider than the terminal, and all of the line is there.
func TestWrappedKeepsAll(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		line := strings.Join(rapid.SliceOf(rapid.StringMatching(`[ ]{0,3}[a-zäöü日本"→]{0,40}`)).Draw(t, "words"), " ")
		width := rapid.IntRange(narrowest, 100).Draw(t, "width")
		parts := wrapped(line, width)
		for _, part := range parts {
			if runewidth.StringWidth(part) > width {
				t.Fatalf("%q is wider than %d", part, width)
			}
		}
		without := func(s string) string { return strings.ReplaceAll(s, " ", "") }
		if got, want := without(strings.Join(parts, "")), without(line); got != want {
			t.Fatalf("got %q, want %q", got, want)
		}
	})
}

// aPlan has a change of each kind.
func aPlan() question.Preview {
	ann := contact.Contact{Name: "Ann Lee", Email: "ann.lee@example.com"}
	street := strings.Repeat("Long Street ", 8)
	return question.Preview{
		Rows: 3, Creates: 1, Updates: 1, Deletes: 1, Conflicts: 1,
		Changes: []plan.Preview{
			{Action: outcome.Create, Row: "1", Contact: ann},
			{Action: outcome.Update, Row: "2", ID: 5, Contact: ann, Fields: []outcome.FieldChange{
				{Field: contact.City, Old: "Bonn", New: "Kiel"}, {Field: contact.Street, Old: street, New: "", Conflict: true},
			}},
			{Action: outcome.Delete, ID: 6, Contact: ann},
		},
	}
}

// TestSheet: on a terminal each line of a change has its colour and is wrapped, anywhere else the same lines stand as they are.
func TestSheet(t *testing.T) {
	t.Parallel()
	const want = `+ create (row 1) Ann Lee <ann.lee@example.com>
~ update contact 5 (row 2) Ann Lee <ann.lee@example.com>
    city: "Bonn" → "Kiel"
    street: "Long Street Long Street Long Street Long Street Long Street Long Street Long Street Long Street " → "" (changed in the portal since)
- delete contact 6 Ann Lee <ann.lee@example.com>
3 rows: 1 to create, 0 there already, 0 duplicate, 0 invalid, 1 to update, and 1 contact to delete, 1 in conflict with the portal
Sending takes a moment under the request budget, for 3 requests.
`
	const onTerminal = `[32m+ create (row 1) Ann Lee[0m
[32m  <ann.lee@example.com>[0m
[33m~ update contact 5 (row 2) Ann Lee[0m
[33m  <ann.lee@example.com>[0m
    city: "Bonn" → "Kiel"
[35m    street: "Long Street Long Street[0m
[35m      Long Street Long Street Long[0m
[35m      Street Long Street Long Street[0m
[35m      Long Street " → "" (changed in the[0m
[35m      portal since)[0m
[31m- delete contact 6 Ann Lee[0m
[31m  <ann.lee@example.com>[0m
3 rows: 1 to create, 0 there already, 0
  duplicate, 0 invalid, 1 to update, and
  1 contact to delete, 1 in conflict
  with the portal
Sending takes a moment under the request
  budget, for 3 requests.
`
	for name, c := range map[string]struct {
		view View
		want string
	}{
		"in a pipe":     {View{}, want},
		"on a terminal": {View{Terminal: true, Steers: true, Colour: true, Width: 40}, onTerminal},
		"on one without colour": {
			View{Terminal: true, Steers: true, Width: 40}, strings.NewReplacer("[0m", "", "[31m", "", "[32m", "", "[33m", "", "[35m", "").Replace(onTerminal),
		},
		"on one that nobody knows the width of": {View{Terminal: true}, want},
	} {
		var b strings.Builder
		NewScreen(&b, c.view, false).ShowPreview(aPlan(), true)
		if d := cmp.Diff(c.want, strings.ReplaceAll(b.String(), "\x1b", "")); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}

// TestSheetOfEvents: where lines are to be JSON each is one event, and none is coloured or wrapped.
func TestSheetOfEvents(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	NewScreen(&b, View{Terminal: true, Steers: true, Colour: true, Width: 40}, true).ShowPreview(aPlan(), false)
	if n := strings.Count(b.String(), "\n"); n != 7 || strings.Contains(b.String(), `\u001b`) {
		t.Errorf("%d lines:\n%s", n, b.String())
	}
}

// TestSheetInPieces: a line that is written in pieces is one.
func TestSheetInPieces(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	s := NewScreen(&b, View{Terminal: true, Width: 20}, false).sheet()
	for _, piece := range []string{"one two ", "three", " four five\nsix", "\n"} {
		fmt.Fprint(s, piece)
	}
	if got, want := b.String(), "one two three four\n  five\nsix\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
