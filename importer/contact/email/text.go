package email

import (
	"strings"
	"unicode/utf8"
)

// Narrowed writes the full-width and the small forms of ASCII, which keyboards of East Asia give, as ASCII, and the full
// stops of their scripts as the dots that domains take them for (RFC 3490, section 3.1).
func Narrowed(text string) string {
	if isASCII(text) {
		return text
	}
	return strings.Map(func(r rune) rune {
		switch {
		case 0xFF01 <= r && r <= 0xFF5E:
			return r - 0xFEE0
		case r == '。', r == '｡', r == '﹒':
			return '.'
		case r == '﹫':
			return '@'
		case r == '﹐':
			return ','
		case r == '﹔':
			return ';'
		case r == '﹣':
			return '-'
		case r == '﹢':
			return '+'
		}
		return r
	}, text)
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// WithoutApostrophe takes the apostrophe that keeps a cell from being a formula off an address, and one at its end with
// it. No mailbox in use begins with one.
func WithoutApostrophe(address string) string {
	bare, found := cutApostrophe(address, strings.CutPrefix)
	if !found {
		return address
	}
	for found {
		bare, found = cutApostrophe(bare, strings.CutPrefix)
	}
	bare, _ = cutApostrophe(bare, strings.CutSuffix)
	return bare
}

// cutApostrophe cuts an apostrophe, or what keyboards and word processors make of one.
func cutApostrophe(text string, cut func(text, apostrophe string) (string, bool)) (rest string, found bool) {
	for _, apostrophe := range [...]string{"'", "’", "‘", "´", "`"} {
		if rest, found = cut(text, apostrophe); found {
			return rest, true
		}
	}
	return text, false
}
