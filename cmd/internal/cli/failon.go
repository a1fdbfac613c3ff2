package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/contactsync/contactsync/cmd/internal/terminal"
	"github.com/contactsync/contactsync/importer"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/report"
)

// The words of --fail-on beside statuses and codes.
const (
	failOnWarning  = "warning"
	failOnUnmapped = "unmapped"
)

// findings are what --fail-on names: a run that has any of them ends with 3.
type findings []string

// parseFindings reads statuses, the words warning, related and unmapped, codes, and beginnings of codes up to a point.
func parseFindings(s string) ([]string, error) {
	var list findings
	for word := range strings.SplitSeq(s, ",") {
		word = strings.ToLower(strings.TrimSpace(word))
		switch {
		case word == "":
		case word == failOnWarning, word == failOnUnmapped, slices.Contains(outcome.Statuses(), outcome.Status(word)), namesAny(word):
			list = append(list, word)
		default:
			return nil, fmt.Errorf("%q is neither a status, nor one of warning, related, unmapped, nor a code like email.syntax or the beginning of some like email. (the README lists them)", word)
		}
	}
	return list, nil
}

func namesAny(word string) bool {
	return slices.ContainsFunc(importer.Codes(), func(c contact.CodeInfo) bool { return names(word, c.Code) })
}

// names reports whether a word names a code: in full, or by its beginning up to a point. related names each code of that
// meaning.
func names(word, code string) bool {
	return code == word || strings.HasSuffix(word, ".") && strings.HasPrefix(code, word) ||
		word == outcome.CodeRelated && code == outcome.CodeExistsRelated
}

// found tells in words which of them a run has; nothing: none.
func (f findings) found(r importer.Result) []string {
	var told []string
	for _, word := range f {
		if n, noun := countOf(word, r); n > 0 {
			told = append(told, fmt.Sprintf("%s (%s)", word, terminal.Counted(n, noun)))
		}
	}
	return told
}

// countOf counts what a word names. A row with several codes of one beginning counts once for each.
func countOf(word string, r importer.Result) (n int, noun string) {
	if word == failOnUnmapped {
		return r.Unmapped, "value"
	}
	n, noun = r.Rows.Of(outcome.Status(word)), "row"
	if r.Tally == nil {
		return n, noun
	}
	for _, kinds := range [][]report.Frequent{r.Tally.Problems(), r.Tally.Warnings()} {
		for _, k := range kinds {
			if names(word, k.Code) {
				n += k.Rows
			}
		}
	}
	if word == failOnWarning {
		noun = "warning"
		for _, k := range r.Tally.Warnings() {
			n += k.Rows
		}
	}
	return n, noun
}

// tellFindings says which finding made the exit code 3.
func tellFindings(w io.Writer, told []string) {
	if len(told) > 0 {
		fmt.Fprintf(w, "--fail-on: %s\n", strings.Join(told, ", "))
	}
}
