package contact

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// FoldText makes texts equal that differ only in case, accents, punctuation, width and blanks: "Löwenstraße 3-5" is
// "lowenstrasse 3 5". It is for comparing; nothing folded is ever sent or shown.
func FoldText(s string) string {
	var buf [96]byte
	return string(appendFold(buf[:0], s))
}

// appendFold appends the folded text to dst.
func appendFold(dst []byte, s string) []byte {
	start := len(dst)
	blank := false
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= utf8.RuneSelf:
			return appendFoldUnicode(dst[:start], s)
		case 'A' <= c && c <= 'Z':
			c += 'a' - 'A'
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
		default:
			blank = true
			continue
		}
		if blank && len(dst) > start {
			dst = append(dst, ' ')
		}
		blank = false
		dst = append(dst, c)
	}
	return dst
}

func appendFoldUnicode(dst []byte, s string) []byte {
	start := len(dst)
	blank := false
	s = strings.ToValidUTF8(s, " ") // a letter behind a broken byte would not be taken apart
	for _, r := range norm.NFKD.String(s) {
		r = unicode.ToLower(r)
		if accent(r) || unseen(r) {
			continue
		}
		if !wordRune(r) {
			blank = true
			continue
		}
		if blank && len(dst) > start {
			dst = append(dst, ' ')
		}
		blank = false
		if written := writtenOut(r); written != "" {
			dst = append(dst, written...)
		} else {
			dst = utf8.AppendRune(dst, r)
		}
	}
	return dst
}

// wordRune reports whether a rune is part of a word. Marks that are no accents are: they are vowels in many scripts.
func wordRune(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r))
}

// accent reports whether a rune is a mark that people leave out: accents of Latin, Greek and Cyrillic letters, the
// points of Hebrew and Arabic, variation selectors.
func accent(r rune) bool {
	switch {
	case r < 0x300:
		return false
	case r <= 0x36F, 0x483 <= r && r <= 0x489, 0x591 <= r && r <= 0x5BD, 0x610 <= r && r <= 0x61A,
		0x64B <= r && r <= 0x65F, r == 0x670, 0x1AB0 <= r && r <= 0x1AFF, 0x1DC0 <= r && r <= 0x1DFF,
		0x20D0 <= r && r <= 0x20FF, 0xFE00 <= r && r <= 0xFE0F, 0xFE20 <= r && r <= 0xFE2F:
		return true
	}
	return false
}

// writtenOut gives the letters that Unicode does not take apart as people write them on another keyboard.
func writtenOut(r rune) string {
	switch r {
	case 'ß':
		return "ss"
	case 'æ':
		return "ae"
	case 'œ':
		return "oe"
	case 'þ':
		return "th"
	case 'ø':
		return "o"
	case 'ł':
		return "l"
	case 'đ', 'ð':
		return "d"
	case 'ħ':
		return "h"
	case 'ŧ':
		return "t"
	case 'ı':
		return "i"
	case 'ς':
		return "σ"
	}
	return ""
}
