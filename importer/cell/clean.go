package cell

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean frees a cell of what spreadsheets, address books and web pages leave behind: NUL bytes, zero-width and
// direction marks, no-break spaces (they become blanks), blanks around it, and the apostrophe with which spreadsheets
// keep a number a text ('+49 30 1234). A cell with nothing to clean is returned as it is, without an allocation.
func Clean(cell string) string {
	if !plainText(cell) {
		cell = strings.Map(cleanRune, cell)
	}
	cell = strings.TrimFunc(cell, blankEdge)
	if len(cell) > 1 && cell[0] == '\'' && (cell[1] == '+' || '0' <= cell[1] && cell[1] <= '9') {
		cell = cell[1:]
	}
	return cell
}

// plainText reports whether a text surely holds nothing that cleanRune changes: no NUL, and no rune that begins with
// one of the bytes with which those runes begin in UTF-8. Letters of the Latin scripts do not.
func plainText(s string) bool {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case 0, 0xE2, 0xEF:
			return false
		case 0xC2:
			if i+1 < len(s) && (s[i+1] == 0xA0 || s[i+1] == 0xAD) {
				return false
			}
		}
	}
	return true
}

func cleanRune(r rune) rune {
	switch {
	case r == 0, r == '\u00AD', r == '\u200B', r == '\u200E', r == '\u200F', r == '\u2060', r == '\uFEFF',
		'\u202A' <= r && r <= '\u202E', '\u2066' <= r && r <= '\u2069':
		return -1
	case r == '\u00A0', r == '\u2007', r == '\u202F':
		return ' '
	}
	return r
}

// blankEdge reports whether a rune says nothing at the start or the end of a cell. Joiners mean something within words
// of some scripts and within emoji, but not at the edge.
func blankEdge(r rune) bool {
	return unicode.IsSpace(r) || r == '\u200C' || r == '\u200D'
}

// AllEmpty reports whether cells hold nothing that a person could see: what is left of a row that was cleared in a
// spreadsheet. It is asked for every row, so the first cell with a plain character in it answers.
func AllEmpty(cells []string) bool {
	for _, cell := range cells {
		if cell == "" {
			continue
		}
		if c := cell[0]; c > ' ' && c < utf8.RuneSelf && c != '=' || !Empty(cell) {
			return false
		}
	}
	return true
}

// Empty also knows the wrapper with which a text is kept from a spreadsheet, around nothing.
func Empty(cell string) bool {
	cell = Clean(cell)
	return cell == "" || cell == `=""`
}

// Blank reports whether a line holds nothing that a person could see. \x1a ends a file on old systems.
func Blank(line string) bool {
	if line == "" {
		return true
	}
	if c := line[0]; c > ' ' && c < utf8.RuneSelf {
		return false
	}
	return strings.IndexFunc(line, func(r rune) bool {
		return r != 0x1A && !blankEdge(r) && cleanRune(r) == r
	}) < 0
}
