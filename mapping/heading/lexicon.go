package heading

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
)

//go:embed synonyms.yaml
var synonymsYAML []byte

// term is one meaning of a phrase.
type term struct {
	class   class
	concept string
	langs   Languages
	weak    bool // only in a file of its language
}

// class is the section of synonyms.yaml that a phrase stands in.
type class int

const (
	classUnknown class = iota
	classConcept
	classScope
	classNoise
	classNever
	classNumber   // a number in the header, not from the file
	classUnneeded // last, so that any other meaning of the phrase is taken before it
)

// Languages is a set of languages.
type Languages uint32

const (
	langAny Languages = 1 << iota
	langEN
)

// Lexicon is synonyms.yaml, ready for look-up by squashed phrase.
type Lexicon struct {
	terms   map[string][]term
	longest int
	values  map[string]map[string]bool // kind of value -> squashed value
	wrapper map[string]bool            // squashed names of objects that say nothing of what they hold
	bits    map[string]Languages
}

// wordList is phrases by language.
type wordList map[string][]string

type synonymFile struct {
	Concepts yaml.MapSlice       `yaml:"concepts"`
	Scopes   yaml.MapSlice       `yaml:"scopes"`
	Noise    yaml.MapSlice       `yaml:"noise"`
	Wrappers []string            `yaml:"wrappers"`
	Never    wordList            `yaml:"never"`
	Unneeded wordList            `yaml:"unneeded"`
	Values   map[string]wordList `yaml:"values"`
}

// Shared is read once: its words never change.
var Shared = sync.OnceValue(newLexicon)

// newLexicon reads the embedded synonyms. They are part of the program, so that a mistake in them is a panic; a test
// reads them.
func newLexicon() *Lexicon {
	l := &Lexicon{terms: map[string][]term{}, values: map[string]map[string]bool{}, bits: map[string]Languages{"any": langAny, "en": langEN}, wrapper: map[string]bool{}}
	var file synonymFile
	if err := yaml.UnmarshalWithOptions(synonymsYAML, &file, yaml.Strict()); err != nil {
		panic(fmt.Sprintf("reading the embedded synonyms.yaml: %v", err))
	}
	l.addSection(classConcept, file.Concepts)
	l.addSection(classScope, file.Scopes)
	l.addSection(classNoise, file.Noise)
	for _, w := range file.Wrappers {
		l.wrapper[Squash(w)] = true
	}
	l.addWords(classNever, "never", file.Never)
	l.addWords(classUnneeded, "unneeded", file.Unneeded)
	for kind, list := range file.Values {
		set := map[string]bool{}
		for _, phrases := range list {
			for _, p := range phrases {
				set[Squash(p)] = true
			}
		}
		l.values[kind] = set
	}
	return l
}

func (l *Lexicon) addSection(c class, section yaml.MapSlice) {
	for _, item := range section {
		list := wordList{}
		for lang, phrases := range item.Value.(map[string]any) {
			for _, p := range phrases.([]any) {
				list[lang] = append(list[lang], fmt.Sprint(p))
			}
		}
		l.addWords(c, item.Key.(string), list)
	}
}

func (l *Lexicon) addWords(c class, concept string, list wordList) {
	for lang, phrases := range list {
		bit, ok := l.bits[lang]
		if !ok {
			bit = langAny << len(l.bits)
			l.bits[lang] = bit
		}
		for _, p := range phrases {
			text, weak := strings.CutPrefix(p, "~")
			t := term{class: c, concept: concept, langs: bit, weak: weak}
			l.add(Squash(text), t)
			l.add(Squash(umlauts.Replace(strings.ToLower(text))), t)
		}
	}
}

// umlauts spells out what people without the keys for it spell out: "Geschaeftlich".
var umlauts = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue", "å", "aa", "ø", "oe")

func (l *Lexicon) add(key string, t term) {
	if key == "" {
		return
	}
	l.longest = max(l.longest, len(key))
	for i, have := range l.terms[key] {
		if have.class == t.class && have.concept == t.concept && have.weak == t.weak {
			l.terms[key][i].langs |= t.langs
			return
		}
	}
	l.terms[key] = append(l.terms[key], t)
}

// pick chooses the meaning of a phrase in a file of the given languages: a meaning of these languages, else English,
// else the one with the least name, so that the choice never depends on the order of a map.
func (l *Lexicon) pick(key string, in Languages) (term, bool) {
	var best term
	bestRank := 0
	for _, t := range l.terms[key] {
		rank := 1
		switch {
		case t.langs&in != 0 && t.class != classUnneeded:
			rank = 3
		case t.weak:
			continue
		case t.class == classUnneeded: // behind every word that makes a field, whatever its language
		case t.langs&(langEN|langAny) != 0:
			rank = 2
		}
		if rank > bestRank || (rank == bestRank && t.less(best)) {
			best, bestRank = t, rank
		}
	}
	return best, bestRank > 0
}

func (t term) less(o term) bool {
	if t.class != o.class {
		return t.class < o.class
	}
	return t.concept < o.concept
}

// questionWords is the part of the noise that asks for something: "what is your".
const questionWords = "question"

// whole reports whether a phrase is no part of a longer word: the small words of questions and the many that nobody needs
// would be found in half of all words ("plan" in Planstraße, "wo" in Wohnort). Scripts without blanks have no other way.
func (t term) whole(phrase string) bool {
	return (t.class == classUnneeded || t.concept == questionWords) && phrase[0] < 0xE0
}

// IsValue reports whether a word of a cell, squashed, is one of the known values of a kind.
func (l *Lexicon) IsValue(kind, squashed string) bool { return l.values[kind][squashed] }

// Language returns the set of one language; empty if no word is known of it.
func (l *Lexicon) Language(code string) Languages { return l.bits[code] }

// Dominant is the languages that most columns speak, if at least two do. English and what is the same everywhere tell
// nothing.
func (l *Lexicon) Dominant(means []Meaning) Languages {
	evidence := map[Languages]int{}
	for _, m := range means {
		for _, bit := range l.bits {
			if m.Langs&bit != 0 && m.Langs&(langEN|langAny) == 0 && m.Kind != KindNone {
				evidence[bit]++
			}
		}
	}
	most := 2
	var in Languages
	for bit, n := range evidence {
		switch {
		case n > most:
			most, in = n, bit
		case n == most:
			in |= bit
		}
	}
	return in
}

// piece is one part of a header: a phrase, a number, or a word that nobody knows.
type piece struct {
	term   term
	text   string
	number int
}

const (
	costPiece   = 10
	costCut     = 8 // a phrase that begins or ends within a word
	costUnknown = 1000
	minCut      = 3 // the shortest phrase, in bytes, that a word may be cut into
)

// parse cuts a header into phrases so that as little as possible is left over, in as few pieces as possible.
func (l *Lexicon) parse(header string, in Languages) []piece {
	if len(header) > maxHeader {
		return []piece{{text: header}}
	}
	ws := Words(header)
	text := strings.Join(ws, "")
	edge := make([]bool, len(text)+1)
	edge[0] = true
	at := 0
	next := make([]int, len(text)+1) // the end of the word that begins here
	for _, w := range ws {
		next[at] = at + len(w)
		at += len(w)
		edge[at] = true
	}
	cost := make([]int, len(text)+1)
	from := make([]int, len(text)+1)
	for i := 1; i <= len(text); i++ {
		cost[i] = -1
	}
	pieces := make([]piece, len(text)+1)
	reach := func(i, j, price int, p piece) {
		if cost[j] < 0 || cost[i]+price < cost[j] {
			cost[j], from[j], pieces[j] = cost[i]+price, i, p
		}
	}
	for i := range len(text) {
		if cost[i] < 0 {
			continue
		}
		if edge[i] {
			word := text[i:next[i]]
			if n, ok := number(word); ok {
				reach(i, next[i], costPiece, piece{term: term{class: classNumber}, text: word, number: n})
			} else {
				reach(i, next[i], costUnknown, piece{text: word})
			}
		}
		for j := i + 1; j <= min(len(text), i+l.longest); j++ {
			price, cut := costPiece, !edge[i] || !edge[j]
			if cut {
				if j-i < minCut {
					continue
				}
				price += costCut
			}
			if t, ok := l.pick(text[i:j], in); ok && (!cut || !t.whole(text[i:j])) {
				reach(i, j, price, piece{term: t, text: text[i:j]})
			}
		}
	}
	var out []piece
	for j := len(text); j > 0; j = from[j] {
		out = append(out, pieces[j])
	}
	for a, b := 0, len(out)-1; a < b; a, b = a+1, b-1 {
		out[a], out[b] = out[b], out[a]
	}
	return out
}

// number reads a word of one to three digits.
func number(word string) (int, bool) {
	if len(word) > 3 {
		return 0, false
	}
	n := 0
	for i := 0; i < len(word); i++ {
		if word[i] < '0' || word[i] > '9' {
			return 0, false
		}
		n = n*10 + int(word[i]-'0')
	}
	return n, true
}
