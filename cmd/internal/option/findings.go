package option

import (
	"fmt"
	"slices"
	"strings"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/result"
)

// The words of --fail-on beside statuses and codes.
const (
	FindsWarning  = "warning"
	FindsUnmapped = "unmapped"
)

// Findings are what --fail-on names: a run that has any of them ends with 3.
type Findings []string

// parseFindings reads statuses, the words warning, related and unmapped, codes, and beginnings of codes up to a point.
func parseFindings(s string) ([]string, error) {
	var list Findings
	for word := range strings.SplitSeq(s, ",") {
		word = strings.ToLower(strings.TrimSpace(word))
		switch {
		case word == "":
		case word == FindsWarning, word == FindsUnmapped, slices.Contains(outcome.Statuses(), outcome.Status(word)), namesAny(word):
			list = append(list, word)
		default:
			return nil, fmt.Errorf("%q is neither a status, nor one of warning, related, unmapped, nor a code like email.syntax or the beginning of some like email. (the README lists them)", word)
		}
	}
	return list, nil
}

func namesAny(word string) bool {
	return slices.ContainsFunc(result.Codes(), func(c contact.CodeInfo) bool { return NamesCode(word, c.Code) })
}

// NamesCode reports whether a word names a code: in full, or by its beginning up to a point. related names each code of that
// meaning.
func NamesCode(word, code string) bool {
	return code == word || strings.HasSuffix(word, ".") && strings.HasPrefix(code, word) ||
		word == outcome.CodeRelated && code == outcome.CodeExistsRelated
}
