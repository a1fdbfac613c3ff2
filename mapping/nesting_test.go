package mapping_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/contactsync/contactsync/mapping"
)

// TestNestingIsBoundedBeforeItIsParsed: each of these took gigabytes, or had no end in a minute.
func TestNestingIsBoundedBeforeItIsParsed(t *testing.T) {
	t.Parallel()
	indented := "fields:\n"
	for i := range 600 {
		indented += strings.Repeat(" ", i+1) + "a:\n"
	}
	for name, text := range map[string]string{
		"brackets":          "fields: " + strings.Repeat("[", 100_000),
		"closed brackets":   "fields: " + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000),
		"braces":            "fields: " + strings.Repeat("{a: ", 20_000),
		"over lines":        "fields:\n" + strings.Repeat(" [\n", 20_000),
		"lists in lists":    "fields:\n  " + strings.Repeat("- ", 20_000) + "a",
		"keys of keys":      strings.Repeat("? ", 20_000) + "a",
		"anchors":           "fields: 1\n" + strings.Repeat("&a ", 20_000) + "a",
		"indentation":       indented,
		"behind a quote":    "name: x \"b\nfields: " + strings.Repeat("[", 20_000),
		"one level too far": "fields: " + strings.Repeat("[", 32) + strings.Repeat("]", 32),
	} {
		_, err := mapping.Parse(name, []byte(text))
		if err == nil || !strings.Contains(err.Error(), "nested deeper than 32 levels") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestEntriesAreBoundedBeforeTheyAreParsed: each of these took a minute and more.
func TestEntriesAreBoundedBeforeTheyAreParsed(t *testing.T) {
	t.Parallel()
	var keys, flow, many strings.Builder
	keys.WriteString("fields:\n")
	flow.WriteString("fields: {name: [a")
	many.WriteString("fields:\n  name: Name\nignore:\n")
	for i := range 60_000 {
		fmt.Fprintf(&keys, "  f%d: x\n", i)
		fmt.Fprintf(&flow, ",f%d", i)
		if i < 9_000 {
			fmt.Fprintf(&many, "  - column %d\n", i)
		}
	}
	flow.WriteString("]}")
	for name, text := range map[string]string{"keys": keys.String(), "list": flow.String()} {
		_, err := mapping.Parse(name, []byte(text))
		if err == nil || !strings.Contains(err.Error(), "more than 10000 lines") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := mapping.Parse("as many as allowed", []byte(many.String())); err != nil {
		t.Error(err)
	}
}

func TestBracketsInTextsAreNoNesting(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	text.WriteString("fields: # as they come [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\n  name: Don't [see below]\nignore:\n")
	for range 50 {
		text.WriteString("  - \"Phone [\\\"{\"\n  - 'it''s [ {'\n  - [Mobile, 'Fax [']\n")
	}
	_, err := mapping.Parse("brackets", []byte(text.String()))
	if err != nil && strings.Contains(err.Error(), "nested") {
		t.Error(err)
	}
	_, err = mapping.Parse("as deep as allowed", []byte("fields: "+strings.Repeat("[", 31)+strings.Repeat("]", 31)))
	if err == nil || strings.Contains(err.Error(), "nested") {
		t.Errorf("31 brackets below a key: %v", err)
	}
}
