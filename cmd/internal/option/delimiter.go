package option

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/contactsync/contactsync/importer/stop"
)

// delimiters are those that have a name.
func delimiters() []delimiter {
	return []delimiter{{"comma", ','}, {"semicolon", ';'}, {"tab", '\t'}, {"pipe", '|'}, {"caret", '^'}}
}

type delimiter struct {
	name string
	char rune
}

func delimiterNames() []string {
	var names []string
	for _, d := range delimiters() {
		names = append(names, d.name)
	}
	return names
}

// DelimiterName is what a delimiter is called, or the quoted character.
func DelimiterName(char rune) string {
	for _, d := range delimiters() {
		if d.char == char {
			return d.name
		}
	}
	return fmt.Sprintf("%q", char)
}

// parseDelimiter reads a delimiter by its name or as itself; 0: it is not said.
func parseDelimiter(s string) (rune, error) {
	if s == "" {
		return 0, nil
	}
	name := strings.ToLower(s)
	if name == `\t` {
		name = "tab"
	}
	for _, d := range delimiters() {
		if d.name == name {
			return d.char, nil
		}
	}
	r, size := utf8.DecodeRuneInString(s)
	if size != len(s) {
		return 0, &stop.UsageError{Message: fmt.Sprintf("--delimiter %q is not one character", s)}
	}
	return r, nil
}
