package contact

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxText is the longest text of a field, in characters. The limit is ours: the API documents none.
const maxText = 255

// plain brings a text to normal form: runs of white space and line ends become one blank, none stays at the edges, marks
// that cannot be seen go, and accents are written as Unicode's NFC has them. ok is false if the text holds control
// characters or bytes that are no characters (also U+FFFD, the trace of an earlier wrong decoding); they stay in it.
func plain(s string) (text string, ok bool) {
	if isPlain(s) {
		return s, true
	}
	var out strings.Builder
	out.Grow(len(s))
	ok = true
	blank := false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			blank = true
			continue
		case unseen(r):
			continue
		case r == utf8.RuneError || unicode.IsControl(r):
			ok = false
		}
		if blank && out.Len() > 0 {
			out.WriteByte(' ')
		}
		blank = false
		out.WriteRune(r)
	}
	return strings.TrimFunc(norm.NFC.String(out.String()), edge), ok
}

// plainLines brings a cell to normal form, as plain does, but keeps the ends of its lines, as "\n"; text is what plain made
// of it.
func plainLines(s, text string) string {
	if !strings.ContainsAny(s, lineEnds) {
		return text
	}
	var lines []string
	for _, line := range strings.FieldsFunc(s, func(c rune) bool { return strings.ContainsRune(lineEnds, c) }) {
		if line, _ = plain(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// lineEnds are the signs that end a line.
const lineEnds = "\n\r\v\f\u0085\u2028\u2029"

// isPlain reports whether a text surely is in normal form already: printable ASCII without a blank too many. Most are,
// and cost no allocation.
func isPlain(s string) bool {
	blank := true
	for i := range len(s) {
		switch c := s[i]; {
		case c == ' ':
			if blank {
				return false
			}
			blank = true
		case c < ' ' || c > '~':
			return false
		default:
			blank = false
		}
	}
	return s == "" || !blank
}

// unseen reports whether a rune shows nothing: soft hyphen, zero-width blanks, direction marks.
func unseen(r rune) bool {
	switch {
	case r == '\u00AD', r == '\u200B', r == '\u200E', r == '\u200F', r == '\u2060', r == '\uFEFF',
		'\u202A' <= r && r <= '\u202E', '\u2066' <= r && r <= '\u2069':
		return true
	}
	return false
}

// edge reports whether a rune says nothing at the edge of a text. Joiners mean something within words of some scripts.
func edge(r rune) bool { return r == ' ' || r == '\u200C' || r == '\u200D' }

// tooLong reports whether a text has more characters than a field may have.
func tooLong(s string) bool { return len(s) > maxText && utf8.RuneCountInString(s) > maxText }
