package charset

import (
	_ "embed"
	"strings"
)

//go:embed names.txt
var namesText string

// namesIn returns words of a language as they stand in address lists, from names.txt: a line for each language, with
// common first names, family names and towns, and what columns and streets are called.
func namesIn(code string) string {
	for line := range strings.Lines(namesText) {
		if words, ok := strings.CutPrefix(line, code+": "); ok {
			return words
		}
	}
	return ""
}
