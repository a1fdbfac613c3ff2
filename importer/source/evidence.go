package source

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
	// evidenceLong is the longest word that is kept, in bytes.
	evidenceLong = 96
)

// evidence is the words of an input that are neither ASCII nor well-formed UTF-8, as bytes.
type evidence struct {
	words []sighting
	known map[string]bool
	each  [256]int
	tail  []byte // an unfinished word at the end of the last block
	at    int64  // where the next block begins
}

// sighting is a word and where it first stands, in bytes from the start.
type sighting struct {
	text string
	at   int64
}

// see takes the next block.
func (e *evidence) see(block []byte) {
	at := e.at
	e.at += int64(len(block))
	if len(e.tail) > 0 {
		end := 0
		for end < len(block) && !betweenWords(block[end]) && len(e.tail)+end <= evidenceLong {
			end++
		}
		word, from := slices.Concat(e.tail, block[:end]), at-int64(len(e.tail))
		e.tail = nil
		if end == len(block) {
			e.tail = word
			return
		}
		e.keep(word, from)
		block, at = block[end:], at+int64(end)
	}
	for i := 0; ; {
		i += asciiLen(block[i:])
		if i == len(block) {
			break
		}
		from, to := i, i
		for from > 0 && !betweenWords(block[from-1]) && i-from < evidenceLong {
			from--
		}
		for to < len(block) && !betweenWords(block[to]) && to-from < evidenceLong {
			to++
		}
		if to == len(block) {
			e.tail = bytes.Clone(block[from:])
			return
		}
		e.keep(block[from:to], at+int64(from))
		i = to
	}
	e.tail = bytes.Clone(block[wordStart(block):])
}

func wordStart(block []byte) int {
	from := len(block)
	for from > 0 && !betweenWords(block[from-1]) && len(block)-from < evidenceLong {
		from--
	}
	return from
}

// finish takes the word that the input ends with.
func (e *evidence) finish() {
	e.keep(e.tail, e.at-int64(len(e.tail)))
	e.tail, e.known = nil, nil
}

// same reports whether two encodings read all words the same way.
func (e *evidence) same(a, b charset) bool {
	for _, w := range e.words {
		if a.name != b.name && a.decode([]byte(w.text)) != b.decode([]byte(w.text)) {
			return false
		}
	}
	return true
}

func (e *evidence) keep(word []byte, at int64) {
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
	e.words = append(e.words, sighting{text, at})
}

// betweenWords reports whether a byte ends a word in every encoding that is told apart: it is ASCII punctuation that no
// encoding of several bytes uses for the second one.
func betweenWords(b byte) bool {
	return b < '0' || b > '9' && b < '@'
}
