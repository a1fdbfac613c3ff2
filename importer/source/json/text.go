package json

import (
	"bytes"
	"errors"
	"io"
)

// Feed returns the next piece of the text, which is UTF-8 and valid until the next call, and io.EOF behind the last one.
type Feed func() ([]byte, error)

// text is what is left of the text, byte by byte.
type text struct {
	feed  Feed
	piece []byte
	line  int // of the next byte, from 1
	err   error
}

func newText(feed Feed) *text { return &text{feed: feed, line: 1} }

// more reports whether there is a next byte, which is then the first of the piece.
func (t *text) more() bool {
	for len(t.piece) == 0 {
		if t.err != nil {
			return false
		}
		t.piece, t.err = t.feed()
		if t.err != nil {
			t.piece = nil
		}
	}
	return true
}

// failure is why the text could not be read to its end; nil if it ended.
func (t *text) failure() error {
	if errors.Is(t.err, io.EOF) {
		return nil
	}
	return t.err
}

// next takes a byte. There must be one.
func (t *text) next() byte {
	b := t.piece[0]
	t.piece = t.piece[1:]
	if b == '\n' {
		t.line++
	}
	return b
}

// blank takes the white space of RFC 8259, and the record separators of RFC 7464.
func (t *text) blank() {
	for t.more() && isBlank(t.piece[0]) {
		t.next()
	}
}

func isBlank(b byte) bool {
	return b == ' ' || b == '\n' || b == '\r' || b == '\t' || b == recordSeparator
}

// recordSeparator stands before each value of a JSON text sequence.
const recordSeparator = 0x1E

// kept is a part of a text, as far as it may be kept.
type kept struct {
	raw  []byte
	most int
	long bool // there is more than what is kept
}

func (k *kept) add(p []byte) {
	if room := k.most - len(k.raw); len(p) > room {
		k.long, p = true, p[:max(room, 0)]
	}
	k.raw = append(k.raw, p...)
}

// value takes one value, by its brackets and quotes only; false if the text ends before it does. What is within the brackets is
// for somebody else to check.
func (t *text) value(into *kept) bool {
	depth := 0
	for t.more() {
		switch b := t.piece[0]; {
		case b == '"':
			if !t.quoted(into) {
				return false
			}
		case b == '{' || b == '[':
			depth++
			t.one(into)
			continue
		case b == '}' || b == ']':
			if depth == 0 {
				return true // of what is around a value that is none
			}
			depth--
			t.one(into)
		case depth == 0 && (isBlank(b) || b == ',' || b == ':'):
			return true
		case depth == 0:
			t.literal(into)
		default:
			t.one(into)
			continue
		}
		if depth == 0 {
			return true
		}
	}
	return false
}

func (t *text) one(into *kept) {
	b := [1]byte{t.next()}
	into.add(b[:])
}

// literal takes a number or a word.
func (t *text) literal(into *kept) {
	for t.more() {
		if b := t.piece[0]; isBlank(b) || bytes.IndexByte([]byte(`,:{}[]"`), b) >= 0 {
			return
		}
		t.one(into)
	}
}

// quoted takes a string; false if the text ends within it.
func (t *text) quoted(into *kept) bool {
	t.one(into)
	for t.more() {
		n := bytes.IndexAny(t.piece, "\"\\\n")
		if n < 0 {
			n = len(t.piece)
		}
		into.add(t.piece[:n])
		t.piece = t.piece[n:]
		if len(t.piece) == 0 {
			continue
		}
		b := t.piece[0]
		t.one(into)
		switch b {
		case '"':
			return true
		case '\\':
			if !t.more() {
				return false
			}
			t.one(into)
		}
	}
	return false
}

// lineOf takes the rest of a line, without its end.
func (t *text) lineOf(into *kept) {
	for t.more() {
		n := bytes.IndexByte(t.piece, '\n')
		if n < 0 {
			into.add(t.piece)
			t.piece = nil
			continue
		}
		into.add(t.piece[:n])
		t.piece = t.piece[n:]
		t.next()
		return
	}
}
