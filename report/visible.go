package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Visible returns text that is safe on a terminal and stands on one line: control characters, line ends, wrong bytes and
// the invisible characters that reorder text are written as \x1b, \n, \u202e. It returns its argument unchanged when
// there is nothing to escape.
func Visible(text string) string {
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if needsEscape(r, size) {
			return escape(text, i)
		}
		i += size
	}
	return text
}

func needsEscape(r rune, size int) bool {
	switch {
	case r >= ' ' && r < 0x7f:
		return false
	case r == utf8.RuneError:
		return size == 1
	case r < 0xa0:
		return true
	case r == '\u200c' || r == '\u200d': // joiners, which Persian and emoji need
		return false
	}
	return unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp)
}

func escape(text string, from int) string {
	var b strings.Builder
	b.Grow(len(text) + 16)
	b.WriteString(text[:from])
	for i := from; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case !needsEscape(r, size):
			b.WriteString(text[i : i+size])
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case size == 1:
			fmt.Fprintf(&b, `\x%02x`, text[i])
		case r <= 0xffff:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
		i += size
	}
	return b.String()
}
