package charset

import (
	"cmp"
	"math"
	"slices"
	"unicode"
	"unicode/utf8"
)

// What a reading has to show before it is believed.
const (
	// surely is by how much a reading must be likelier than any that reads the text otherwise, as a natural logarithm:
	// some 150 to 1. With less, one file in a few hundred of three rows was read wrong (TestEncodingsOfLanguages), with
	// more, files with one name outside ASCII are refused.
	surely = 5.0
	// leastLetter and leastSign are how likely a character must be on average: names of a language that was learned lie
	// between -2.4 and -4.2, between -6 and -8.2 where words are written with one sign; languages and encodings that are
	// not known below -4.7 and -9.
	leastLetter = -4.5
	leastSign   = -8.8
	// fewWords lets an average of few words lie lower, by so much over the square root of their number.
	fewWords = 2.0
	// mostBroken is the share of words that may be none, since others have damaged them before; oneBroken is how many words
	// there must be at least for one of them.
	mostBroken = 1.0 / 20
	oneBroken  = 8
	// mostUndefined is the share of words with bytes that mean nothing in an encoding, from which on it is not considered.
	mostUndefined = 1.0 / 4
)

// reading is an input's encoding with the language that its words are likeliest of, where that matters.
type reading struct {
	Charset
	page     codepage
	rank     int // the page's place among all
	language string

	words  []string
	likely []float64 // of each word
	broken int       // words that are none
	score  float64   // the natural logarithm of how likely all words are, and such a file is
	mean   float64   // of the likelihood of a character
	first  int       // the first broken word
}

// judge chooses the encoding in which the words make sense, or says why none is sure.
func (e *evidence) judge() (reading, *UndecidedError) {
	all := e.readings()
	if len(all) == 0 || len(e.words) == 0 {
		return reading{}, e.doubt(0, nil, nil)
	}
	best := all[0]
	if !best.sensible() {
		return reading{}, e.doubt(best.worst(), nil, all)
	}
	rivals := []reading{best}
	decides, weight := 0, math.Inf(-1)
	for _, r := range all[1:] {
		if best.score-r.score >= surely {
			break
		}
		if slices.ContainsFunc(rivals, func(known reading) bool { return slices.Equal(known.words, r.words) }) {
			continue
		}
		rivals = append(rivals, r)
		for i := range r.words {
			if d := math.Abs(best.likely[i] - r.likely[i]); r.words[i] != best.words[i] && d > weight {
				decides, weight = i, d
			}
		}
	}
	if len(rivals) > 1 {
		return reading{}, e.doubt(decides, rivals, nil)
	}
	for _, r := range all { // of those that read the same, the one that has more of the other letters of such files
		if r.rank < best.rank && slices.Equal(r.words, best.words) {
			best = r
		}
	}
	return best, nil
}

// readings returns all ways to read the words, the likeliest first.
func (e *evidence) readings() []reading {
	reader := newWordReader()
	var all []reading
	for rank, page := range codepages() {
		r := reading{Charset: named(page.charset), page: page, rank: rank}
		undefined := 0
		for _, w := range e.words {
			word := r.Decode([]byte(w.text))
			r.words = append(r.words, word)
			if slices.ContainsFunc([]rune(word), meaningless) {
				undefined++
			}
		}
		if float64(undefined) <= mostUndefined*float64(len(e.words)) {
			r.judge(reader)
			all = append(all, r)
		}
	}
	slices.SortStableFunc(all, func(a, b reading) int { return cmp.Compare(b.score, a.score) })
	return all
}

func meaningless(r rune) bool { return r == utf8.RuneError || unicode.IsControl(r) }

// judge scores the words by the page's languages: one of them is the file's, and a word now and then is of another.
func (r *reading) judge(by *wordReader) {
	languages := r.page.languages
	likely := make([][]float64, len(languages))
	any := make([]float64, len(r.words))
	runes := 0
	for w, word := range r.words {
		runes += utf8.RuneCountInString(word)
		broken := true
		for l, code := range languages {
			m := by.read(code, word)
			likely[l] = append(likely[l], m.likely)
			broken = broken && m.broken
		}
		if broken {
			if r.broken == 0 {
				r.first = w
			}
			r.broken++
		}
		any[w] = mean(likely, w)
	}
	r.score = math.Inf(-1)
	for l, code := range languages {
		sum := 0.0
		for w := range r.words {
			likely[l][w] = blend(likely[l][w], any[w], foreignWord)
			sum += likely[l][w]
		}
		if score := sum + r.page.rarity - math.Log(float64(len(languages))); score > r.score {
			r.score, r.language, r.likely, r.mean = score, code, likely[l], sum/float64(max(runes, 1))
		}
	}
}

// sensible reports whether the words are words.
func (r *reading) sensible() bool {
	least := leastLetter
	if spellings[r.language]().classes != nil {
		least = leastSign
	}
	return r.mean >= least-fewWords/math.Sqrt(float64(len(r.words))) && r.fewBroken()
}

func (r *reading) fewBroken() bool {
	return r.broken == 0 || r.broken == 1 && len(r.words) >= oneBroken || float64(r.broken) <= mostBroken*float64(len(r.words))
}

// worst returns the word that makes least sense.
func (r *reading) worst() int {
	if r.broken > 0 {
		return r.first
	}
	worst, least := 0, math.Inf(1)
	for i, word := range r.words {
		if m := r.likely[i] / float64(utf8.RuneCountInString(word)); m < least {
			worst, least = i, m
		}
	}
	return worst
}

// wordReader reads words in languages, each once: encodings have much in common.
type wordReader struct {
	known map[string]map[string]impression
	plain *spelling
}

func newWordReader() *wordReader {
	return &wordReader{known: map[string]map[string]impression{}, plain: spellings["en"]()}
}

func (w *wordReader) read(language, word string) impression {
	known := w.known[language]
	if known == nil {
		known = map[string]impression{}
		w.known[language] = known
	}
	m, ok := known[word]
	if !ok {
		m = spellings[language]().read(word, w.plain)
		known[word] = m
	}
	return m
}

// mean averages likelihoods of a word in several languages.
func mean(likely [][]float64, word int) float64 {
	high, sum := math.Inf(-1), 0.0
	for _, l := range likely {
		high = max(high, l[word])
	}
	for _, l := range likely {
		sum += math.Exp(l[word] - high)
	}
	return high + math.Log(sum/float64(len(likely)))
}

// blend mixes two likelihoods, the second one with a weight.
func blend(a, b, weight float64) float64 {
	high := max(a, b)
	return high + math.Log((1-weight)*math.Exp(a-high)+weight*math.Exp(b-high))
}
