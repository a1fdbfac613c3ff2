package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/contactsync/contactsync/cmd/internal/option"
	"github.com/contactsync/contactsync/cmd/internal/terminal"
	"github.com/contactsync/contactsync/importer/ending"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/report"
)

// found tells in words which of the findings of --fail-on a run has; nothing: none.
func found(f option.Findings, r ending.Result) []string {
	var told []string
	for _, word := range f {
		if n, noun := countOf(word, r); n > 0 {
			told = append(told, fmt.Sprintf("%s (%s)", word, terminal.Counted(n, noun)))
		}
	}
	return told
}

// countOf counts what a word names. A row with several codes of one beginning counts once for each.
func countOf(word string, r ending.Result) (n int, noun string) {
	if word == option.FindsUnmapped {
		return r.Unmapped, "value"
	}
	n, noun = r.Rows.Of(outcome.Status(word)), "row"
	if r.Tally == nil {
		return n, noun
	}
	for _, kinds := range [][]report.Frequent{r.Tally.Problems(), r.Tally.Warnings()} {
		for _, k := range kinds {
			if option.NamesCode(word, k.Code) {
				n += k.Rows
			}
		}
	}
	if word == option.FindsWarning {
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
