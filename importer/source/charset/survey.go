package charset

import (
	"bytes"
	"unicode/utf8"
)

const (
	strangeMax = 128 << 10 // how much text around bytes outside ASCII is kept for telling its encoding
	strangeRim = 24        // how much is kept on either side of such bytes
)

// padding are the bytes with which programs fill a file up to the size of a block, or end it.
const padding = "\x00\x1A"

// Survey looks at every byte of an input once. An encoding that is guessed from the start of a file fails on the one
// with its first umlaut in row 60,000.
type Survey struct {
	keep int    // how much of the start is kept, for looking at the form of what it holds
	Head []byte // the first keep bytes
	Size int64
	Pad  int64 // bytes at the end, as far as seen, that only fill space: NUL, and the ^Z that ended files on old systems

	multibyte int64  // well-formed UTF-8 sequences of more than one byte
	invalid   int64  // bytes that are not part of any
	carry     []byte // an unfinished UTF-8 sequence at the end of the last block

	strange  []byte // text around bytes outside ASCII, as version 1 looked at
	evidence evidence
}

// NewSurvey keeps so much of an input's start.
func NewSurvey(keep int) *Survey { return &Survey{keep: keep} }

// See takes the next block.
func (s *Survey) See(block []byte) {
	if room := s.keep - len(s.Head); room > 0 {
		s.Head = append(s.Head, block[:min(room, len(block))]...)
	}
	s.Size += int64(len(block))
	if n := int64(len(block) - len(bytes.TrimRight(block, padding))); n == int64(len(block)) {
		s.Pad += n
	} else {
		s.Pad = n
	}
	s.countUTF8(block)
	s.keepStrange(block)
	s.evidence.see(block)
}

// start returns what is kept of the input's start, without padding at the input's end.
func (s *Survey) start() []byte {
	return s.Head[:min(int64(len(s.Head)), s.Size-s.Pad)]
}

func (s *Survey) countUTF8(block []byte) {
	for len(s.carry) > 0 && len(block) > 0 {
		s.carry = append(s.carry, block[0])
		block = block[1:]
		if utf8.FullRune(s.carry) {
			carry := s.carry
			s.carry = nil
			s.countWhole(carry)
		}
	}
	s.countWhole(block)
}

func (s *Survey) countWhole(b []byte) {
	for {
		b = b[asciiLen(b):]
		if len(b) == 0 {
			return
		}
		if !utf8.FullRune(b) {
			s.carry = bytes.Clone(b)
			return
		}
		r, size := utf8.DecodeRune(b)
		if r == utf8.RuneError && size == 1 {
			s.invalid++
		} else {
			s.multibyte++
		}
		b = b[size:]
	}
}

// Finish counts a sequence that the input's end cuts off.
func (s *Survey) Finish() {
	s.invalid += int64(len(s.carry))
	s.carry = nil
	s.evidence.finish()
}

func (s *Survey) keepStrange(block []byte) {
	for i := 0; len(s.strange) < strangeMax; {
		i += asciiLen(block[i:])
		if i == len(block) {
			return
		}
		from, to := max(0, i-strangeRim), i+1
		for to < len(block) && to < i+strangeRim {
			if block[to] >= utf8.RuneSelf {
				i = to
			}
			to++
		}
		s.strange = append(append(s.strange, block[from:to]...), '\n')
		i = to
	}
}
