package csv

import (
	"html"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Entities, which web pages write for characters (&uuml; &#252; &amp;), end with a semicolon. In a table with semicolons
// it cuts the cell that it stands in, and a few of them make a table with commas look like one.

var (
	entity    = regexp.MustCompile(`&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});`)
	entityEnd = regexp.MustCompile(`&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31})$`)
)

// namedMarks are the entities for marks, beside those for letters, that texts of people and companies have.
const namedMarks = "&<>\"'\u00a0–—‘’‚“”„«»…·°"

// isEntity reports whether a text is a character's entity that can stand in a contact's data. R&D; or Rock&Star; is a
// name at the end of a cell, though &Star; is an entity too.
func isEntity(text string) bool {
	plain := html.UnescapeString(text)
	r, size := utf8.DecodeRuneInString(plain)
	if plain == text || size != len(plain) {
		return false
	}
	return text[1] == '#' || r >= utf8.RuneSelf && unicode.IsLetter(r) || strings.ContainsRune(namedMarks, r)
}

// maskEntities puts another character in the place of the semicolons that end entities: the text is for counting only.
func maskEntities(text string) string {
	if !strings.Contains(text, "&") {
		return text
	}
	return entity.ReplaceAllStringFunc(text, func(e string) string {
		if !isEntity(e) {
			return e
		}
		return e[:len(e)-1] + "\x01"
	})
}

// CutEntity returns the first cell that the semicolon of an entity has cut, and the entity; -1 if there is none.
func CutEntity(cells []string) (int, string) {
	for i, cell := range cells[:max(0, len(cells)-1)] {
		if !strings.Contains(cell, "&") {
			continue
		}
		if e := entityEnd.FindString(cell); e != "" && isEntity(e+";") {
			return i, e + ";"
		}
	}
	return -1, ""
}
