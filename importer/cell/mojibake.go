package cell

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Mojibake is UTF-8 that was read as an encoding of one byte a character: each byte of a letter became a character of its
// own. It is undone letter by letter, where the characters are the bytes of one and can hardly be anything else.

// undoMojibake gives the letters back. Windows-1252, by far the most frequent, is known by its pairs; the others by that
// a text makes no sense before and does so afterwards, in one of them only.
func undoMojibake(s string) (string, bool) {
	all := mistaken()
	if !all.pair(s) {
		return s, false
	}
	if text, ok := western(all.western, s); ok {
		return text, true
	}
	if natural(s) {
		return s, false
	}
	found := ""
	for _, p := range all.others {
		text, ok := p.decode(s, func(q sequence) bool { return kindOf(q.is) != nothing })
		if !ok || !natural(text) {
			continue
		}
		if found != "" && found != text {
			return s, false
		}
		found = text
	}
	return found, found != ""
}

// sequence is the characters of a text that may be the bytes of one.
type sequence struct {
	is       rune
	size     int  // bytes of the text
	last     rune // the last of the characters
	from, to int  // in the text
}

// each yields the sequences of a text.
func (p *page) each(s string, yield func(sequence)) {
	for i := 0; i < len(s); {
		if s[i] < utf8.RuneSelf {
			i++
			continue
		}
		q, ok := p.at(s[i:])
		if !ok {
			_, size := utf8.DecodeRuneInString(s[i:])
			i += size
			continue
		}
		q.from, q.to = i, i+q.size
		yield(q)
		i = q.to
	}
}

// at reads the sequence that a text begins with.
func (p *page) at(s string) (sequence, bool) {
	var b [utf8.UTFMax]byte
	first, size := utf8.DecodeRuneInString(s)
	b[0] = p.byteOf(first)
	var length int
	switch {
	case b[0] >= 0xF0 && b[0] <= 0xF4:
		length = 4
	case b[0] >= 0xE0 && b[0] < 0xF0:
		length = 3
	case b[0] >= 0xC2 && b[0] < 0xE0:
		length = 2
	default:
		return sequence{}, false
	}
	q := sequence{size: size}
	for i := 1; i < length; i++ {
		r, n := utf8.DecodeRuneInString(s[q.size:])
		if b[i] = p.byteOf(r); b[i] < 0x80 || b[i] > 0xBF {
			return sequence{}, false
		}
		q.last = r
		q.size += n
	}
	r, n := utf8.DecodeRune(b[:length])
	q.is = r
	return q, n == length && r != utf8.RuneError
}

// decode undoes the sequences that take accepts; ok is false if there are none.
func (p *page) decode(s string, take func(sequence) bool) (string, bool) {
	var out strings.Builder
	last, found := 0, false
	p.each(s, func(q sequence) {
		if !take(q) {
			return
		}
		found = true
		out.WriteString(s[last:q.from])
		out.WriteRune(q.is)
		last = q.to
	})
	if !found {
		return s, false
	}
	out.WriteString(s[last:])
	return out.String(), true
}

// western undoes Windows-1252 and ISO-8859-1. If one sequence of the text is beyond doubt, all that may be some are.
func western(p *page, s string) (string, bool) {
	sure := false
	scripts := map[*unicode.RangeTable]int{}
	p.each(s, func(q sequence) {
		switch kindOf(q.is) {
		case nothing:
		case foreign:
			table := scriptOf(q.is)
			scripts[table]++
			sure = sure || scripts[table] >= minForeign
		default:
			sure = sure || !deliberate(s, q)
		}
	})
	if !sure {
		return s, false
	}
	return p.decode(s, func(q sequence) bool { return kindOf(q.is) != nothing })
}

// minForeign is how many letters of one other script must come out: a single one may be two characters of a Western text
// that happen to stand together ("NESTLÉ™" would be an Azerbaijani letter), a name has more.
const minForeign = 2

// kind is what sort of character a sequence stands for.
type kind uint8

const (
	nothing kind = iota // none that stands in texts
	latin               // a letter of Latin script, its mark, or a sign of texts
	foreign             // a letter of another script
)

// latinRanges are the characters of Latin texts that Windows-1252 takes apart. What lies between them are letters of
// phonetics, which capitals with a sign behind them make ("CAFÉ–BAR").
var latinRanges = &unicode.RangeTable{R16: []unicode.Range16{
	{Lo: 0x00A0, Hi: 0x00D6, Stride: 1}, {Lo: 0x00D8, Hi: 0x00F6, Stride: 1}, {Lo: 0x00F8, Hi: 0x017F, Stride: 1},
	{Lo: 0x018F, Hi: 0x018F, Stride: 1}, {Lo: 0x01A0, Hi: 0x01A1, Stride: 1}, {Lo: 0x01AF, Hi: 0x01B0, Stride: 1},
	{Lo: 0x0218, Hi: 0x021B, Stride: 1}, {Lo: 0x0259, Hi: 0x0259, Stride: 1}, {Lo: 0x0300, Hi: 0x030C, Stride: 1},
	{Lo: 0x0323, Hi: 0x0328, Stride: 1}, {Lo: 0x1E00, Hi: 0x1EFF, Stride: 1}, {Lo: 0x2010, Hi: 0x203A, Stride: 1},
	{Lo: 0x20AC, Hi: 0x20AC, Stride: 1}, {Lo: 0x2122, Hi: 0x2122, Stride: 1},
}}

// scripts are the other scripts of names; of each only its letters and marks count.
func scripts() []*unicode.RangeTable {
	return []*unicode.RangeTable{
		unicode.Cyrillic, unicode.Greek, unicode.Hebrew, unicode.Arabic, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul,
		unicode.Thai, unicode.Devanagari, unicode.Georgian, unicode.Armenian, unicode.Bengali, unicode.Tamil,
	}
}

func scriptOf(r rune) *unicode.RangeTable {
	for _, t := range scripts() {
		if unicode.Is(t, r) {
			return t
		}
	}
	return nil
}

func kindOf(r rune) kind {
	switch {
	case unicode.Is(latinRanges, r), 0x1F300 <= r && r <= 0x1FAFF: // and emoji
		return latin
	case unicode.In(r, unicode.L, unicode.M) && scriptOf(r) != nil:
		return foreign
	}
	return nothing
}

// deliberate reports whether somebody may have written a sequence as it stands: a word in capitals that ends with its
// first character ("AMANHÃ"), and behind it a mark that ends a quotation, a clause or a trade name.
func deliberate(s string, q sequence) bool {
	before := lastRune(s[:q.from])
	next, _ := utf8.DecodeRuneInString(s[q.to:])
	if unicode.IsLower(before) || unicode.IsLetter(next) && q.last != '\u2019' {
		return false
	}
	switch q.last {
	case '\u201d':
		return strings.ContainsAny(s[:q.from], "\u201c\u201d\u201e")
	case '\u2019': // also that of "JAPÃ’S"
		return strings.ContainsAny(s[:q.from], "\u2018\u2019\u201a") || next == 'S' || next == 's'
	case '»', '\u203a':
		return strings.ContainsAny(s[:q.from], "«\u2039")
	case '…', '™', '®', '©', '†', '‡', '¹', '²', '³', 'ª', 'º':
		return true
	}
	return false
}

// halfLost reports whether a text holds halves of letters: Ã or Â within a word where no language has them. Their other
// halves are lost, so that nobody can tell the letter.
func halfLost(s string) bool {
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == 'Ã' || r == 'Â' {
			before := lastRune(s[:i])
			next, _ := utf8.DecodeRuneInString(s[i+size:])
			afterNext, _ := utf8.DecodeRuneInString(s[min(len(s), i+size+1):])
			switch {
			case unicode.IsLower(before) && !compound(s[:i]):
				return true
			case unicode.IsUpper(before) && unicode.IsLower(next): // "MÃller"
				return true
			case next == '?' && unicode.IsLower(afterNext):
				return true
			}
		}
		i += size
	}
	return false
}

// compound reports whether a text ends with what a name may begin with before a second capital: McÂrthur, DeÂvila.
func compound(s string) bool {
	start := strings.LastIndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
	if start >= 0 {
		_, size := utf8.DecodeRuneInString(s[start:])
		s = s[start+size:]
	}
	switch s {
	case "Mc", "Mac", "De", "Del", "Di", "Du", "La", "Le", "Van", "Von", "Fitz", "St", "O":
		return true
	}
	return false
}
