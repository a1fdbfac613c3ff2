package cell

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed placeholders.txt
var placeholdersText string

// Placeholder is what a whole cell says that stands for no value.
type Placeholder struct {
	// MayBe names the fields in which the word may be a value after all.
	MayBe []string
	// Own says that the word is spelled as a value is, and as no program writes the placeholder: Nan, Na.
	Own bool
}

// MayBeIn reports whether a placeholder may be a value in this field, so that something else must speak against it.
func (p Placeholder) MayBeIn(field string) bool { return slices.Contains(p.MayBe, field) }

// word is a line of placeholders.txt.
type word struct {
	mayBe     []string
	own       string
	bracketed bool // only in brackets
}

// dictionary is the words, and the lengths of those that begin, and of those that end, with a byte, so that most cells
// cost a look at their ends.
type dictionary struct {
	words        map[string]word
	begins, ends [256]uint64
}

// mayHold reports whether a word of this length has these ends.
func (d *dictionary) mayHold(text string) bool {
	return d.begins[text[0]]&d.ends[text[len(text)-1]]&(1<<len(text)) != 0
}

var words = sync.OnceValue(func() *dictionary {
	d := &dictionary{words: map[string]word{}}
	for line := range strings.Lines(placeholdersText) {
		line = strings.TrimRight(line, "\n")
		if strings.HasPrefix(line, "# ") {
			continue
		}
		line, _, _ = strings.Cut(line, " # ")
		text, rest, _ := strings.Cut(line, "  ")
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		var w word
		rest, w.own, _ = strings.Cut(rest, " as ")
		w.own = strings.TrimSpace(w.own)
		for field := range strings.FieldsSeq(rest) {
			if field == "bracketed" {
				w.bracketed = true
			} else {
				w.mayBe = append(w.mayBe, field)
			}
		}
		d.words[text] = w
		if w.bracketed {
			continue
		}
		for _, spelled := range []string{text, strings.ToUpper(text)} {
			d.begins[spelled[0]] |= 1 << len(text)
			d.ends[spelled[len(spelled)-1]] |= 1 << len(text)
		}
	}
	return d
})

// maxPlaceholder is the length, in bytes, from which on a cell is no placeholder with what stands around it.
const maxPlaceholder = 64

// AsPlaceholder reports whether a text stands for a missing value: a word that is known for it, with or without
// brackets, several of them, or nothing but signs. Most texts cost a look at their ends.
func AsPlaceholder(text string) (Placeholder, bool) {
	if text == "" || len(text) >= maxPlaceholder {
		return Placeholder{}, false
	}
	first, last := text[0], text[len(text)-1]
	switch {
	case '0' <= first && first <= '9':
		return Placeholder{}, false
	case isAlnum(first) && isAlnum(last), first >= utf8.RuneSelf && last >= utf8.RuneSelf:
		end := strings.IndexByte(text, ' ')
		if end < 0 {
			end = len(text)
		}
		d := words()
		if !d.mayHold(text) && !d.mayHold(text[:end]) && (first < utf8.RuneSelf || !onlySigns(text)) {
			return Placeholder{}, false
		}
	case len(text) > 1 && '0' <= text[1] && text[1] <= '9': // +49
		return Placeholder{}, false
	}
	if onlySigns(text) {
		return Placeholder{}, true
	}
	if p, ok := lookUp(text); ok {
		return p, true
	}
	return lookUpEach(text)
}

// maxWords is how many placeholders stand in one cell at most: the parts of a name or an address, joined.
const maxWords = 4

// lookUpEach takes a text that is a list of placeholders.
func lookUpEach(text string) (Placeholder, bool) {
	if end := strings.IndexAny(text, " ,;"); end <= 0 {
		return Placeholder{}, false
	} else if _, ok := lookUp(text[:end]); !ok && !onlySigns(text[:end]) {
		return Placeholder{}, false
	}
	parts := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ',' || r == ';' })
	if len(parts) < 2 || len(parts) > maxWords {
		return Placeholder{}, false
	}
	for _, part := range parts {
		if onlySigns(part) {
			continue
		}
		if p, ok := lookUp(part); !ok || p.Own {
			return Placeholder{}, false
		}
	}
	return Placeholder{}, true
}

// signs say nothing where nothing else stands.
const signs = "-–—−_.…?¿/\\|*~=+:;,#"

func onlySigns(text string) bool { return strings.Trim(text, signs+" ") == "" }

func lookUp(text string) (Placeholder, bool) {
	var bracketed bool
	w, ok := words().lookUp(text)
	if !ok && (!isAlnum(text[0]) || !isAlnum(text[len(text)-1])) {
		var key string
		key, bracketed = bare(text)
		w, ok = words().words[key]
	}
	switch {
	case !ok || w.bracketed && !bracketed:
		return Placeholder{}, false
	case bracketed:
		return Placeholder{}, true
	}
	return Placeholder{MayBe: w.mayBe, Own: text == w.own}, true
}

// lookUp finds a word without regard to case.
func (d *dictionary) lookUp(text string) (word, bool) {
	var buf [maxPlaceholder]byte
	key := append(buf[:0], text...)
	for i, b := range key {
		if b >= utf8.RuneSelf {
			w, ok := d.words[strings.ToLower(text)]
			return w, ok
		}
		if 'A' <= b && b <= 'Z' {
			key[i] += 'a' - 'A'
		}
	}
	w, ok := d.words[string(key)]
	return w, ok
}

// brackets are what people put around a remark in a value's place.
var brackets = [...][2]string{{"(", ")"}, {"[", "]"}, {"<", ">"}, {"{", "}"}, {`"`, `"`}, {"'", "'"}, {"«", "»"}, {"“", "”"}, {"„", "“"}}

// bare is a text as the words are written: small, without what stands around it, and without blanks behind dots.
func bare(text string) (key string, bracketed bool) {
	key = strings.ToLower(text)
	for range 3 {
		key = strings.Trim(key, " .-–—_*~:;,!")
		for _, b := range brackets {
			if len(key) > len(b[0])+len(b[1]) && strings.HasPrefix(key, b[0]) && strings.HasSuffix(key, b[1]) {
				key, bracketed = key[len(b[0]):len(key)-len(b[1])], true
			}
		}
	}
	return strings.Join(strings.Fields(strings.ReplaceAll(key, ". ", ".")), " "), bracketed
}

// HoldsPlaceholder reports whether a text begins or ends with what a program writes for a missing value, and goes on with
// something else in another case: a name that was joined from a first name and none. Whole texts are [AsPlaceholder]'s.
func HoldsPlaceholder(text string) bool {
	first, last := strings.IndexByte(text, ' '), strings.LastIndexByte(text, ' ')
	if first < 0 {
		return false
	}
	return machine(text[:first]) && !sameCase(text[:first], text[first:]) || machine(text[last+1:]) && !sameCase(text[last+1:], text[:last])
}

// machine reports whether a word is one of those that programs write and nobody else, in their spelling.
func machine(word string) bool {
	switch word {
	case "NULL", "null", "undefined", "NaN", "nan", "(null)", "<null>", `\N`:
		return true
	}
	return false
}

// sameCase reports whether the rest has letters, all of them capitals as those of the word, or small as they.
func sameCase(word, rest string) bool {
	upper, lower := strings.ToUpper(rest), strings.ToLower(rest)
	return upper != lower && (word == strings.ToUpper(word) && rest == upper || word == strings.ToLower(word) && rest == lower)
}

// SpelledAsName reports whether a word that may stand for a missing value is spelled as one among the other parts of a
// name: with a capital, as initials, or in the case of them all.
func SpelledAsName(word, others string) bool {
	lower, upper := strings.ToLower(word), strings.ToUpper(word)
	switch {
	case word == upper && strings.Contains(word, "."):
		return true
	case len(word) > 1 && word[:1] == upper[:1] && word[1:] == lower[1:] && upper != lower:
		return true
	}
	return sameCase(word, others)
}
