package charset

import (
	"bytes"
	"slices"
	"unicode/utf8"
)

const (
	// evidenceWords is how many words are kept for telling the encoding; a few hundred tell it as well as all.
	evidenceWords = 400
	// evidenceEach is how often each byte outside ASCII is kept even so: the letter that two encodings differ in may be
	// a rare one.
	evidenceEach = 8
	// evidenceLong is how much of a word is kept, in bytes.
	evidenceLong = 256
)

// evidence is the words of an input that are neither ASCII nor well-formed UTF-8, as bytes.
type evidence struct {
	words []foundWord
	known map[string]bool
	each  [256]int
	at    int64 // where the next block begins

	open   bool // the last block ended within a word
	tail   []byte
	tailAt int64
}

// foundWord is a word and where it first stands, in bytes from the start.
type foundWord struct {
	text string
	at   int64
}

// see takes the next block.
func (e *evidence) see(block []byte) {
	at := e.at
	e.at += int64(len(block))
	done := 0 // up to where words were taken
	if e.open {
		done = wordEnd(block, 0)
		e.grow(block[:done])
		if done == len(block) {
			return
		}
		e.close()
	}
	for i := done; ; i = done {
		if i += asciiLen(block[i:]); i == len(block) {
			break
		}
		from := wordStart(block[done:i]) + done
		if done = wordEnd(block, i); done == len(block) {
			e.begin(block[from:], at+int64(from))
			return
		}
		e.keep(block[from:done], at+int64(from))
	}
	if from := wordStart(block[done:]) + done; from < len(block) {
		e.begin(block[from:], at+int64(from))
	}
}

// begin takes the start of a word whose end is still to come.
func (e *evidence) begin(word []byte, at int64) {
	e.open, e.tail, e.tailAt = true, nil, at
	e.grow(word)
}

// grow goes on with a word; of a long one what stands around its first byte outside ASCII is kept.
func (e *evidence) grow(more []byte) {
	text := slices.Concat(e.tail, more)
	drop := max(0, asciiLen(text)-evidenceLong/2)
	e.tail, e.tailAt = bytes.Clone(text[drop:min(len(text), drop+evidenceLong)]), e.tailAt+int64(drop)
}

func (e *evidence) close() {
	e.keep(e.tail, e.tailAt)
	e.open, e.tail = false, nil
}

// wordStart returns where the word begins that a text ends with; of a long one it is only the end.
func wordStart(text []byte) int {
	from := len(text)
	for from > 0 && !betweenWords(text[from-1]) && len(text)-from < evidenceLong/2 {
		from--
	}
	return from
}

// wordEnd returns where a word ends.
func wordEnd(text []byte, from int) int {
	for from < len(text) && !betweenWords(text[from]) {
		from++
	}
	return from
}

// finish takes the word that the input ends with.
func (e *evidence) finish() {
	e.close()
	e.known = nil
}

// same reports whether two encodings read all words the same way.
func (e *evidence) same(a, b Charset) bool {
	for _, w := range e.words {
		if a.Name != b.Name && a.Decode([]byte(w.text)) != b.Decode([]byte(w.text)) {
			return false
		}
	}
	return true
}

func (e *evidence) keep(word []byte, at int64) {
	word = word[:min(evidenceLong, len(word))]
	if asciiLen(word) == len(word) || utf8.Valid(word) {
		return
	}
	wanted := len(e.words) < evidenceWords
	for _, b := range word {
		wanted = wanted || b >= utf8.RuneSelf && e.each[b] < evidenceEach
	}
	if !wanted || e.known[string(word)] {
		return
	}
	if e.known == nil {
		e.known = map[string]bool{}
	}
	text := string(word)
	e.known[text] = true
	for _, b := range word {
		e.each[b]++
	}
	e.words = append(e.words, foundWord{text, at})
}

// betweenWords reports whether a byte ends a word in every encoding that is told apart: it is ASCII punctuation that no
// encoding of several bytes uses for the second one.
func betweenWords(b byte) bool {
	return b < '0' || b > '9' && b < '@'
}
