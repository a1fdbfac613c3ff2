package contact

import (
	"bytes"
	"unicode"
	"unicode/utf8"

	"github.com/contactsync/contactsync/importer/contact/email"
)

// SameName reports whether two names may be of one person. It is false only if they clearly differ: not merely by case,
// accents, punctuation, order, titles, initials, missing words ("Ann Lee" and "Ann Maria Lee"), or one slip of a letter.
// An empty name fits every name. It is symmetric; it is not transitive ("J. Lee" fits both John and Jane).
func SameName(a, b string) bool {
	if a == b {
		return true
	}
	wordsA, politeA := nameWords(a)
	wordsB, politeB := nameWords(b)
	if len(wordsA) == 0 || len(wordsB) == 0 {
		return true
	}
	if politeA != politeB && politeA != addressNone && politeB != addressNone {
		return false
	}
	if bytes.Equal(bytes.Join(wordsA, nil), bytes.Join(wordsB, nil)) {
		return true // "Mary Ann", "Maryann"
	}
	if len(wordsA) > len(wordsB) {
		wordsA, wordsB = wordsB, wordsA
	}
	if len(wordsA) > maxWords {
		return false
	}
	return fits(wordsA, wordsB, 1)
}

// maxWords bounds the search below; nobody's name is longer, and what is must be equal.
const maxWords = 8

func nameWords(name string) ([][]byte, address) {
	return nameTokens(nil, alike(appendFold(nil, name)))
}

// fits reports whether each word of few finds one of its own among many, with at most so many slips.
func fits(few, many [][]byte, slips int) bool {
	if len(few) == 0 {
		return true
	}
	for i, word := range many {
		cost, ok := wordCost(few[0], word)
		if !ok || cost > slips {
			continue
		}
		rest := make([][]byte, 0, len(many)-1)
		rest = append(append(rest, many[:i]...), many[i+1:]...)
		if fits(few[1:], rest, slips-cost) {
			return true
		}
	}
	return false
}

// wordCost tells whether two words of names may be the same one, and how many slips that takes.
func wordCost(a, b []byte) (cost int, ok bool) {
	if bytes.Equal(a, b) {
		return 0, true
	}
	first, sizeA := utf8.DecodeRune(a)
	other, sizeB := utf8.DecodeRune(b)
	if first != other {
		return 0, false // who types a name gets its first letter right, and Anna is not Hanna
	}
	if (sizeA == len(a) || sizeB == len(b)) && unicode.IsLetter(first) {
		return 0, true // an initial
	}
	return 1, slipOfName([]rune(string(a)), []rune(string(b)))
}

// slipOfName reports whether two words differ by a slip of one letter. Short words and numbers do not slip: they are
// other words and numbers. Nor does a last vowel: Paul and Paula, Mario and Maria, Kowalski and Kowalska are two people.
func slipOfName(a, b []rune) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a) < 3 || len(b) < 4 || !lettersOnly(a) || !lettersOnly(b) {
		return false
	}
	last := len(b) - 1
	if string(a[:min(last, len(a))]) == string(b[:last]) && (vowel(b[last]) || len(a) == len(b) && vowel(a[last])) {
		return len(a) < len(b) && b[last] == b[last-1] // "Lee", "Leee"
	}
	return email.OneSlip(string(a), string(b))
}

func lettersOnly(word []rune) bool {
	for _, r := range word {
		if !unicode.IsLetter(r) && !unicode.Is(unicode.M, r) {
			return false
		}
	}
	return true
}

func vowel(r rune) bool {
	switch r {
	case 'a', 'e', 'i', 'o', 'u':
		return true
	}
	return false
}
