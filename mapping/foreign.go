package mapping

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/contactsync/contactsync/importer/contact"
)

// What is given as a profile may be any file: one with passwords, by a slip of the hand, or by somebody who may run us
// with rights that are not theirs. A file that is no profile is told so without a word of what it holds.

// profileKeys are the keys of a profile, for people.
const profileKeys = "name, fields, ignore, defaults, partial, detect and exclusive"

// isProfile reports whether a mapping has any key of a profile.
func (r reader) isProfile(n ast.Node) bool {
	known := strings.FieldsFunc(strings.ReplaceAll(profileKeys, " and ", ", "), func(c rune) bool { return c == ',' || c == ' ' })
	found := false
	_ = r.entries(n, "", func(key string, _, _ ast.Node) error {
		found = found || slices.Contains(known, key)
		return nil
	})
	return found
}

// quoted is a text of the file in a message of the parser.
var quoted = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)

// quoteless takes what the file holds out of a message of the parser, but for single characters and words of ours.
func quoteless(message string) string {
	return quoted.ReplaceAllStringFunc(message, func(q string) string {
		text, err := strconv.Unquote(q)
		if err == nil && (len([]rune(text)) == 1 || strings.Contains(profileKeys, text) || slices.Contains(contact.Fields(), contact.Field(text))) {
			return q
		}
		return "(not shown)"
	})
}
