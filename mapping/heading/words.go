package heading

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/contactsync/contactsync/importer/cell"
)

// maxHeader is the longest header, in bytes, whose words are looked at. Longer ones are sentences, not names.
const maxHeader = 160

// statusColumn and messageColumn are what we add to rejects.csv. They are ignored whatever a profile or flag says of
// other columns, so that a corrected rejects.csv can be imported as it is.
const (
	statusColumn  = "contactsync_status"
	messageColumn = "contactsync_message"
)

// Ours reports whether a column is one of the two that we add.
func Ours(header string) bool {
	h := strings.TrimSpace(header)
	return strings.EqualFold(h, statusColumn) || strings.EqualFold(h, messageColumn)
}

// Plain returns the header at index i without the " #7" by which the source tells a second column of that name apart.
func Plain(header []string, i int) (name string, repeated bool) {
	name = strings.TrimSpace(cell.Read(header[i]).Text) // what damages cells damages their header too
	base, ok := strings.CutSuffix(name, "#"+strconv.Itoa(i+1))
	if !ok {
		return name, false
	}
	return strings.TrimSpace(base), true
}

// Words cuts a text into folded words: at anything that is neither letter nor digit, between letters and digits, and
// where camel case changes ("POAddressLine1" is po address line 1).
func Words(text string) []string {
	var out []string
	for _, run := range strings.FieldsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && r != '〒'
	}) {
		for _, part := range camel(run) {
			if w := foldWord(part); w != "" {
				out = append(out, w)
			}
		}
	}
	return out
}

// camel cuts one run of letters and digits.
func camel(run string) []string {
	rs := []rune(run)
	var out []string
	start := 0
	for i := 1; i < len(rs); i++ {
		before, here := rs[i-1], rs[i]
		cut := unicode.IsDigit(before) != unicode.IsDigit(here) && !unicode.IsMark(here)
		cut = cut || (unicode.IsLower(before) && unicode.IsUpper(here))
		if i+1 < len(rs) {
			cut = cut || (unicode.IsUpper(before) && unicode.IsUpper(here) && unicode.IsLower(rs[i+1]))
		}
		if cut {
			out = append(out, string(rs[start:i]))
			start = i
		}
	}
	return append(out, string(rs[start:]))
}

// foldWord brings a word into the form in which phrases are compared: no case, no accents, letters that do not
// decompose spelled out.
func foldWord(word string) string {
	ascii := true
	for i := 0; i < len(word); i++ {
		ascii = ascii && word[i] < 0x80
	}
	if ascii {
		return strings.ToLower(word)
	}
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(word)) {
		switch r {
		case 'ß':
			b.WriteString("ss")
		case 'ø':
			b.WriteByte('o')
		case 'ł':
			b.WriteByte('l')
		case 'đ', 'ð':
			b.WriteByte('d')
		case 'ı':
			b.WriteByte('i')
		case 'æ':
			b.WriteString("ae")
		case 'œ':
			b.WriteString("oe")
		default:
			if !unicode.IsMark(r) {
				b.WriteRune(unicode.ToLower(r))
			}
		}
	}
	return b.String()
}

// Squash is the whole text folded into one word.
func Squash(text string) string { return strings.Join(Words(text), "") }
