package report

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/contactsync/contactsync/importer/contact"
)

// maxShown is how many characters of a value a message shows. The whole value stands in report.jsonl.
const maxShown = 200

// description is what the problems and warnings of a row come to.
type description struct {
	field   string // of the first problem
	message string
	codes   []string
}

// describe tells all problems of a row, then its warnings, one sentence each.
func describe(problems, warnings []contact.Problem) description {
	var d description
	if len(problems)+len(warnings) == 0 {
		return d
	}
	if len(problems) > 0 {
		d.field = string(problems[0].Field)
	}
	var b strings.Builder
	for _, list := range [][]contact.Problem{problems, warnings} {
		for _, p := range list {
			if b.Len() > 0 {
				b.WriteByte(' ')
			}
			sentence(&b, p)
			if p.Code != "" && !slices.Contains(d.codes, p.Code) {
				d.codes = append(d.codes, p.Code)
			}
		}
	}
	d.message = b.String()
	return d
}

// sentence writes: email "jo@": has no domain; write it as name@example.com.
func sentence(b *strings.Builder, p contact.Problem) {
	b.WriteString(string(p.Field))
	if p.Value != "" {
		if p.Field != "" {
			b.WriteByte(' ')
		}
		b.WriteString(quoted(p.Value))
	}
	if p.Field != "" || p.Value != "" {
		b.WriteString(": ")
	}
	end := Visible(p.Message)
	b.WriteString(end)
	if p.Fix != "" {
		end = Visible(p.Fix)
		b.WriteString("; ")
		b.WriteString(end)
	}
	if end == "" || !strings.ContainsRune(".?!", rune(end[len(end)-1])) {
		b.WriteByte('.')
	}
}

// quoted shows a value on one line, between quotes, cut off if it is long.
func quoted(value string) string {
	cut := len(value)
	for i, n := 0, 0; i < len(value); n++ {
		if n == maxShown {
			cut = i
			break
		}
		_, size := utf8.DecodeRuneInString(value[i:])
		i += size
	}
	if cut < len(value) {
		return `"` + Visible(value[:cut]) + `..."`
	}
	return `"` + Visible(value) + `"`
}
