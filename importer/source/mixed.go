package source

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"
)

// Exports that were put together have rows in two encodings. In a file in UTF-8 the other rows have bytes that mean
// nothing there, which is a defect. In a file in a one-byte encoding all bytes mean something, but a row that is
// well-formed UTF-8 is so by chance only if it makes more sense as the file's encoding has it.

// apart reads a row that is in UTF-8 while its input is not.
func (r *Reader) apart(row *Row, raw string) {
	if asciiLen([]byte(raw)) == len(raw) {
		return
	}
	if bytes := r.in.charset.encode(raw); !utf8.Valid(bytes) || !r.in.betterAs(string(bytes), raw) {
		return
	}
	row.Apart = true
	for i, cell := range row.Cells {
		if text := string(r.in.charset.encode(cell)); text != cell {
			row.Cells[i] = text
			row.Repairs = append(row.Repairs, Repair{Code: CodeEncodingRead, Column: i + 1, Value: cell,
				Message: fmt.Sprintf("the file is in %s, and this row in UTF-8: it was read as that", r.in.charset.name)})
		}
	}
}

// betterAs reports whether a row surely makes more sense in UTF-8 than in the input's encoding.
func (in *Input) betterAs(utf8Text, own string) bool {
	words := newWordReader()
	sum := func(text, language string) (likely float64, broken bool) {
		for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r < utf8.RuneSelf && betweenWords(byte(r)) }) {
			if asciiLen([]byte(word)) < len(word) {
				m := words.read(language, word)
				likely, broken = likely+m.likely, broken || m.broken
			}
		}
		return likely, broken
	}
	before, likely := math.Inf(-1), math.Inf(-1)
	for _, code := range in.languages {
		l, _ := sum(own, code)
		before = max(before, l)
		if l, broken := sum(utf8Text, code); !broken {
			likely = max(likely, l)
		}
	}
	if likely-before >= surely {
		return true
	}
	for code := range spellings { // a row of another language than the file's
		if l, broken := sum(utf8Text, code); !broken && l-before >= surely {
			return true
		}
	}
	return false
}
