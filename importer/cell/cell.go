// Package cell owns what programs leave in a cell: the wrappers and errors of spreadsheets, layers of an encoding that
// nobody took off, and what stands for a missing value.
//
// It knows texts only, no fields: what is to become of a finding is decided by whoever knows the column. Everything here
// is pure.
package cell

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Layer is something that a program wrapped around a text or left in it.
type Layer string

// The layers that [Read] takes off, by the names with which they are told.
const (
	Wrapper  Layer = "wrapper"       // ="01067"
	MIME     Layer = "mime-words"    // =?utf-8?Q?J=C3=BCrgen?=
	Escapes  Layer = "escapes"       // J%C3%BCrgen, J\u00fcrgen, J=C3=BCrgen
	Entities Layer = "html-entities" // J&uuml;rgen
	Tags     Layer = "html-tags"     // <p>Jürgen</p>
	Mojibake Layer = "mojibake"      // JÃ¼rgen
)

// Reading is a cell without its layers.
type Reading struct {
	Text string
	// Layers are those that were taken off, the outermost first; nil for a cell that is what it seems.
	Layers []Layer
	// Damaged says that traces of a layer are left which can't be undone: a part of them is lost.
	Damaged bool
}

// maxRounds bounds how many layers lie upon each other; each program on the way adds one, and nobody has met more than
// three. maxLayered is the longest cell, in bytes, that is looked through: a field takes 255 characters, which escapes
// make at most twelve times as long.
const (
	maxRounds  = 6
	maxLayered = 4096
)

// step takes one layer off; ok is false if there is none, or none that is beyond doubt.
type step struct {
	layer Layer
	take  func(string) (text string, ok bool)
}

// steps are in the order in which programs put layers on, the last one first.
func steps() []step {
	return []step{
		{Wrapper, Unwrap},
		{MIME, decodeWords},
		{Escapes, decodeEscapes},
		{Entities, decodeEntities},
		{Tags, dropTags},
		{Mojibake, undoMojibake},
	}
}

// Read takes off every layer of a cell that can't be anything else. The cell must be raw: no-break blanks and soft
// hyphens are halves of letters that were read in the wrong encoding. What is left is the text as a person wrote it, line
// ends included; read once more it is the same. A cell without layers, and one with bytes that are no text, is returned as it is, without an allocation.
func Read(raw string) Reading {
	if !layered(raw) || len(raw) > maxLayered || !utf8.ValidString(raw) {
		return Reading{Text: raw}
	}
	text := raw
	var layers []Layer
	for range maxRounds {
		before := text
		for _, s := range steps() {
			taken, ok := s.take(text)
			if !ok || !legible(taken) {
				continue
			}
			text = taken
			if !slices.Contains(layers, s.layer) {
				layers = append(layers, s.layer)
			}
		}
		if text == before {
			return Reading{Text: text, Layers: layers, Damaged: halfLost(text) || encodedWord(text)}
		}
	}
	return Reading{Text: raw, Damaged: true}
}

// legible reports whether a text holds nothing but characters and blanks: what becomes something else was no layer.
func legible(s string) bool {
	for _, r := range s {
		if r == utf8.RuneError || unicode.IsControl(r) && r != '\n' && r != '\t' && r != '\r' {
			return false
		}
	}
	return true
}

// layered reports whether a text may hold a layer. Most do not, and this is all that they cost.
func layered(s string) bool {
	for i := 0; i < len(s); i++ {
		switch classOf[s[i]] {
		case classSign:
			return true
		case classLead:
			switch {
			case i > 0 && s[i-1] >= utf8.RuneSelf: // two beyond ASCII side by side: perhaps the bytes of one
				return true
			case s[i] == 0xC3 && i+1 < len(s) && (s[i+1] == 0x82 || s[i+1] == 0x83): // Â, Ã: perhaps half of one
				return true
			}
		}
	}
	return false
}

// What a byte may say of layers.
const (
	classSign = 1 + iota // a sign with which layers begin
	classLead            // the first byte of a character beyond ASCII
)

var classOf = func() (class [256]uint8) {
	for _, b := range []byte(`&<=%\`) {
		class[b] = classSign
	}
	for b := 0xC0; b < 0x100; b++ {
		class[b] = classLead
	}
	return class
}()

// trim frees a text of what can't be seen at its edges.
func trim(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == '\uFEFF' || r == '\u200B' })
}
