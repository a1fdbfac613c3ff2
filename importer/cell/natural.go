package cell

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// natural reports whether a text could have been written by a person: its words are small, begin with a capital or are
// all capitals, are of one script, and hold no signs.
func natural(s string) bool {
	for word := range strings.FieldsSeq(s) {
		start := 0
		for i, r := range word {
			if unicode.IsLetter(r) || unicode.IsMark(r) {
				continue
			}
			next, _ := utf8.DecodeRuneInString(word[i+utf8.RuneLen(r):])
			if unicode.IsControl(r) || strange(r) && (unicode.IsLetter(lastRune(word[:i])) || unicode.IsLetter(next)) {
				return false
			}
			if !naturalWord(word[start:i]) {
				return false
			}
			start = i + utf8.RuneLen(r)
		}
		if !naturalWord(word[start:]) {
			return false
		}
	}
	return true
}

// strange reports whether a sign stands beside letters in no language: no ASCII, no dash, quote or apostrophe, no sign of
// an ordinal or a trade name.
func strange(r rune) bool {
	return r >= utf8.RuneSelf && !strings.ContainsRune("–—‐‑·•’‘“”«»‹›ʼ´ªº®™©…¿¡№、。・ー「」（），：；＆", r) && !unicode.In(r, unicode.Zs, unicode.Nd)
}

// naturalWord looks at one run of letters.
func naturalWord(word string) bool {
	upper, lower, capitals := false, false, 0
	var script *unicode.RangeTable
	first := true
	for i, r := range word {
		if unicode.IsMark(r) {
			continue
		}
		table := scriptOf(r) // nil: Latin
		if table == unicode.Han || table == unicode.Hiragana || table == unicode.Katakana {
			table = unicode.Han // written together in Japanese
		}
		if !first && table != script {
			return false
		}
		script, first = table, false
		switch {
		case unicode.IsUpper(r):
			if lower && !compound(word[:i]) {
				return false
			}
			upper = true
			capitals++
		case unicode.IsLower(r):
			if upper && capitals > 1 && !lower {
				return false // "MĂĽller"
			}
			lower = true
		}
	}
	return true
}
