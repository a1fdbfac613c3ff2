package charset

import (
	"math"
	"sync"
	"unicode"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
	"golang.org/x/text/unicode/norm"
)

// spelling knows how likely each letter of a language is behind the two before it. It learns from what the Unicode CLDR
// calls the world's countries and languages in that language, and from the names in names.txt: both are spelt as the
// columns of an address list are.
type spelling struct {
	script *unicode.RangeTable
	single map[rune]int
	pairs  map[pair]int
	threes map[three]int
	// behind tells of a context how many letters, and how many different ones, were seen behind it.
	all        seen
	behindOne  map[rune]seen
	behindTwo  map[pair]seen
	decomposes bool
	classes    func(rune) float64 // of languages that write words with one sign: how likely a sign is by its class
}

type pair struct{ a, b rune }

type three struct{ a, b, c rune }

type seen struct{ letters, kinds int }

// edge stands before the first letter of a word and behind its last one.
const edge = ' '

// How likely a letter is that a language never has: one of its own script, as in a foreign name, and any other.
const (
	foreignLetter = 1.0 / 500
	foreignScript = 1.0 / 20_000
)

func learn(code string) *spelling {
	s := &spelling{
		script: scriptOf(code), single: map[rune]int{}, pairs: map[pair]int{}, threes: map[three]int{},
		behindOne: map[rune]seen{}, behindTwo: map[pair]seen{}, decomposes: code == "vi", classes: signClasses(code),
	}
	tag := language.MustParse(code)
	if regions := display.Regions(tag); regions != nil {
		for _, r := range display.Values.Regions() {
			s.text(regions.Name(r), 1)
		}
	}
	if languages := display.Languages(tag); languages != nil {
		for _, t := range display.Values.Tags() {
			s.text(languages.Name(t), 1)
		}
	}
	s.text(namesIn(code), seedWeight)
	return s
}

// seedWeight is how often each word of names.txt counts: they are fewer than those of the CLDR, and nearer to what
// stands in address lists.
const seedWeight = 3

// text learns the words of a text that are of the language's own script.
func (s *spelling) text(text string, times int) {
	var word []rune
	flush := func() {
		if len(word) > 0 {
			s.word(word, times)
		}
		word = word[:0]
	}
	for _, r := range s.fold(text) {
		if isLetter(r) && (unicode.Is(s.script, r) || unicode.IsMark(r)) {
			word = append(word, r)
		} else {
			flush()
		}
	}
	flush()
}

func (s *spelling) word(word []rune, times int) {
	if s.classes != nil {
		for _, r := range word {
			s.single[r] += times
			s.all.letters += times
		}
		return
	}
	a, b := rune(edge), rune(edge)
	for _, c := range append(word, edge) {
		count(s.single, c, times, &s.all)
		one, two := s.behindOne[b], s.behindTwo[pair{a, b}]
		count(s.pairs, pair{b, c}, times, &one)
		count(s.threes, three{a, b, c}, times, &two)
		s.behindOne[b], s.behindTwo[pair{a, b}] = one, two
		a, b = b, c
	}
}

func count[K comparable](counts map[K]int, key K, times int, context *seen) {
	if counts[key] == 0 {
		context.kinds++
	}
	counts[key] += times
	context.letters += times
}

// likelihood returns the natural logarithm of how likely a letter is behind two others (Witten and Bell: what was not
// seen in a context gets as much room as there were different letters in it).
func (s *spelling) likelihood(a, b, c rune) float64 {
	if s.classes != nil {
		p := s.classes(c)
		if s.all.letters > 0 {
			p = 0.7*p + 0.3*float64(s.single[c])/float64(s.all.letters)
		}
		return math.Log(p)
	}
	p := foreignScript
	if c == edge || unicode.Is(s.script, c) {
		p = foreignLetter
	}
	p = mix(s.single[c], s.all, p)
	p = mix(s.pairs[pair{b, c}], s.behindOne[b], p)
	p = mix(s.threes[three{a, b, c}], s.behindTwo[pair{a, b}], p)
	return math.Log(p)
}

func mix(count int, in seen, shorter float64) float64 {
	if in.letters == 0 {
		return shorter
	}
	return (float64(count) + float64(in.kinds)*shorter) / float64(in.letters+in.kinds)
}

// fold spells a text as spellings are compared: in small letters, and with the marks of Vietnamese by themselves, as
// its code page has them.
func (s *spelling) fold(text string) string {
	if s.decomposes {
		text = norm.NFD.String(text)
	}
	out := make([]rune, 0, len(text))
	for _, r := range text {
		out = append(out, foldLetter(r))
	}
	return string(out)
}

func foldLetter(r rune) rune {
	switch r = unicode.ToLower(r); r {
	case 'ș': // the code pages of the time have Romanian's letters with a cedilla
		return 'ş'
	case 'ț':
		return 'ţ'
	}
	return r
}

func isLetter(r rune) bool {
	return (unicode.IsLetter(r) || unicode.IsMark(r)) && r != 'ª' && r != 'º'
}

func scriptOf(code string) *unicode.RangeTable {
	switch code {
	case "ru", "uk", "be", "bg", "sr", "mk":
		return unicode.Cyrillic
	case "el":
		return unicode.Greek
	case "he":
		return unicode.Hebrew
	case "ar", "fa":
		return unicode.Arabic
	case "th":
		return unicode.Thai
	case "ja", "zh", "zh-Hant", "ko":
		return eastAsian
	}
	return unicode.Latin
}

// spellings are learned when they are first asked for.
var spellings = func() map[string]func() *spelling {
	all := map[string]func() *spelling{}
	for _, p := range codepages() {
		for _, code := range p.languages {
			all[code] = sync.OnceValue(func() *spelling { return learn(code) })
		}
	}
	return all
}()
