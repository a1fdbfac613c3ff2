package lookup

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// longest is the length, in bytes, of the longest text that is looked up. No name comes near it; what is longer is
// a cell that slipped, and is not worth the time.
const longest = 256

// foldASCII appends to dst what fold would make of text. It gives up, with false, on a text that is not plain ASCII or
// longer than dst has room for; so that the common case needs no allocation.
func foldASCII(dst []byte, text string) ([]byte, bool) {
	if len(text) > cap(dst) {
		return nil, false
	}
	dst = dst[:0]
	blank := false
	for i := range len(text) {
		c := text[i]
		switch {
		case c >= utf8.RuneSelf:
			return nil, false
		case 'A' <= c && c <= 'Z':
			c += 'a' - 'A'
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
		default:
			blank = true
			continue
		}
		if blank && len(dst) > 0 {
			dst = append(dst, ' ')
		}
		blank = false
		dst = append(dst, c)
	}
	return dst, true
}

// fold makes texts equal that differ in case, accents, punctuation and blanks only.
func fold(text string) string {
	var buf [64]byte
	if b, ok := foldASCII(buf[:0], text); ok {
		return string(b)
	}
	var out strings.Builder
	blank := false
	for _, r := range norm.NFKD.String(text) {
		if unicode.Is(unicode.Mn, r) {
			continue
		}
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.Mc, r) {
			blank = true
			continue
		}
		if blank && out.Len() > 0 {
			out.WriteByte(' ')
		}
		blank = false
		r = unicode.ToLower(r)
		if plain := plainLetters(r); plain != "" {
			out.WriteString(plain)
		} else {
			out.WriteRune(r)
		}
	}
	return out.String()
}

// plainLetters writes out the letters that Unicode does not take apart, though people leave their strokes out.
func plainLetters(r rune) string {
	switch r {
	case 'ß':
		return "ss"
	case 'ø':
		return "o"
	case 'ł':
		return "l"
	case 'đ', 'ð':
		return "d"
	case 'æ':
		return "ae"
	case 'œ':
		return "oe"
	case 'ı':
		return "i"
	case 'þ':
		return "th"
	case 'ħ':
		return "h"
	}
	return ""
}

// umlautsWrittenOut turns German umlauts into the two letters that stand in for them where a keyboard lacks them.
func umlautsWrittenOut(text string) string {
	return strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "Ä", "Ae", "Ö", "Oe", "Ü", "Ue").Replace(text)
}

// essence is a folded text without what people vary in the name of a country: the order of its words ("Korea, South"),
// articles and joining words, abbreviations ("St."), and the dots of an abbreviation ("U. S. A."). It may be empty.
func essence(folded string) string {
	words := strings.Fields(folded)
	if letters := strings.Join(words, ""); len(words) > 1 && utf8.RuneCountInString(letters) == len(words) {
		return letters
	}
	kept := words[:0]
	for _, w := range words {
		switch w {
		case "the", "of", "and", "la", "le", "les", "el", "los", "las", "il", "lo", "gli", "i", "o", "os", "as", "a",
			"de", "der", "die", "das", "den", "du", "des", "del", "della", "delle", "di", "da", "do", "dos",
			"van", "und", "et", "y", "e", "en", "l", "d":
			continue
		case "st", "ste", "s", "sainte", "sint", "sankt":
			w = "saint"
		case "rep":
			w = "republic"
		case "dem":
			w = "democratic"
		case "is", "isl", "island":
			w = "islands"
		}
		kept = append(kept, w)
	}
	slices.Sort(kept)
	return strings.Join(kept, " ")
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
