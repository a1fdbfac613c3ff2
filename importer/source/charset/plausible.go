package charset

import (
	"unicode"
	"unicode/utf8"
)

// What signs and oddities cost, as natural logarithms of how likely they are. A letter costs 2 to 3 where it belongs and
// 5 to 12 where it does not.
const (
	costSign      = -3.0  // a sign of office programs where they put it: quotes, dashes, the euro
	costSymbol    = -6.0  // any other sign that stands by itself
	costTouching  = -9.0  // a sign that touches a letter, as nobody writes it
	costInWord    = -12.0 // a sign in the middle of a word
	costUndefined = -14.0 // a byte that the encoding has no character for, a control character, a piece of a frame
	costCase      = -11.0 // a capital behind a small letter of its word, or a small one behind two capitals
	costScripts   = -5.0  // letters of two scripts side by side
)

// impression is how a word reads in a language.
type impression struct {
	likely float64 // the natural logarithm of how likely it is
	broken bool    // it has what no word has: a sign in its middle, a capital behind a small letter, a byte without meaning
}

func (m *impression) add(cost float64, broken bool) {
	m.likely += cost
	m.broken = m.broken || broken
}

// read tells how a word reads. Words of plain letters between those of another script are read as plain does.
func (s *spelling) read(text string, plain *spelling) impression {
	var m impression
	runes := []rune(text)
	for i := 0; i < len(runes); {
		r := runes[i]
		if !isLetter(r) {
			if r >= utf8.RuneSelf {
				cost := s.sign(runes, i)
				m.add(cost, cost <= costTouching)
			}
			i++
			continue
		}
		to := i + 1
		for to < len(runes) && isLetter(runes[to]) && (s.script == unicode.Latin || latin(runes[to]) == latin(r)) {
			to++
		}
		if to < len(runes) && isLetter(runes[to]) {
			m.add(costScripts, s.classes == nil)
		}
		by := s
		if s.script != unicode.Latin && latin(r) {
			by = plain
		}
		by.letters(runes[i:to], &m)
		i = to
	}
	return m
}

// letters reads a run of letters.
func (s *spelling) letters(run []rune, m *impression) {
	if odd := oddCapitals(run); odd > 0 && shouted(run) {
		m.add(costSign*float64(odd), false)
	} else if odd > 0 {
		m.add(costCase*float64(odd), true)
	}
	a, b := rune(edge), rune(edge)
	for _, c := range s.fold(string(run)) {
		m.add(s.likelihood(a, b, c), false)
		a, b = b, c
	}
	if s.classes == nil {
		m.add(s.likelihood(a, b, edge), false)
	}
}

// oddCapitals counts the letters outside ASCII that are capitals, or small, where nobody writes them: JÅrgen, MŸnchen,
// KÖLNñ. Plain letters are no sign of the encoding: McLeod.
func oddCapitals(run []rune) int {
	odd := 0
	for i := 1; i < len(run); i++ {
		if run[i] < utf8.RuneSelf {
			continue
		}
		switch upper := unicode.IsUpper(run[i]); {
		case upper && unicode.IsLower(run[i-1]):
			odd++
		case upper && unicode.IsUpper(run[i-1]) && i+1 < len(run) && unicode.IsLower(run[i+1]):
			odd++
		case i > 1 && unicode.IsLower(run[i]) && unicode.IsUpper(run[i-1]) && unicode.IsUpper(run[i-2]):
			odd++
		}
	}
	return odd
}

// shouted reports whether an old program may have made capitals of a word's plain letters only: MüLLER.
func shouted(run []rune) bool {
	plain := 0
	for _, r := range run {
		if r < utf8.RuneSelf && unicode.IsLower(r) || r >= utf8.RuneSelf && unicode.IsUpper(r) {
			return false
		}
		if r < utf8.RuneSelf {
			plain++
		}
	}
	return plain > 1
}

func (s *spelling) sign(runes []rune, i int) float64 {
	c, before, after := runes[i], ' ', ' '
	if i > 0 {
		before = runes[i-1]
	}
	if i+1 < len(runes) {
		after = runes[i+1]
	}
	left, right := isLetter(before), isLetter(after)
	switch {
	case c == utf8.RuneError, unicode.IsControl(c), 0x2500 <= c && c < 0x25A0:
		return costUndefined
	case directs(c):
		if s.script == unicode.Latin || latin(before) || latin(after) {
			return costTouching
		}
		return costSign
	case s.natural(c, left, right, unicode.IsUpper(after)):
		return costSign
	case left && right:
		return costInWord
	case left || right:
		return costTouching
	}
	return costSymbol
}

// directs reports whether a sign joins, parts or turns the letters of Hebrew, Arabic and their kin.
func directs(c rune) bool {
	return c == '\u00AD' || '\u200C' <= c && c <= '\u200F'
}

// natural reports whether a sign stands where people put it: left and right say whether a letter is there, capital that
// the right one is a capital.
func (s *spelling) natural(c rune, left, right, capital bool) bool {
	switch c {
	case '’', '´', '·': // d’Or, D´Angelo, paral·lel
		return left
	case '‘', '“', '„', '‚', '«', '‹', '¿', '¡', '#':
		return !left
	case '”', '»', '›', '®', '™', 'º', 'ª', '²', '³':
		return !right
	case '–', '—':
		return left == right && (!left || capital)
	case '\u00A0':
		return !left || !right || capital
	case '…', '€', '•', '°', '§', '©', '№', '£', '½', '¼', '¾':
		return !left && !right
	}
	return s.classes != nil && (0x3000 <= c && c < 0x3040 || 0xFF00 <= c && c < 0xFFF0)
}

func latin(r rune) bool { return unicode.IsLetter(r) && r < utf8.RuneSelf }
