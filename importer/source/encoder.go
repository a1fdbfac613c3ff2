package source

import (
	"encoding/binary"
	"fmt"
	"io"
	"slices"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Encoder returns a writer that takes UTF-8 and writes it in the encoding of an input, as [Detected] names it, with its
// byte order mark if it had one: corrected rows go back the way they came. Bytes that are not UTF-8 pass unchanged into
// UTF-8; a character that the encoding lacks (in our own messages, never in what came out of the input) becomes "?".
// Closing it closes nothing below.
func Encoder(w io.Writer, encoding string, bom bool) (io.WriteCloser, error) {
	c, ok := lookupCharset(encoding)
	if !ok || c.name == "utf-16" {
		return nil, fmt.Errorf("writing in encoding %q: it is not known", encoding)
	}
	e := &encoder{w: w, table: c.table, order: c.utf16}
	if bom && c.table == nil {
		e.buf = e.append(nil, []byte("\uFEFF"))
	}
	return e, nil
}

type encoder struct {
	w     io.Writer
	table *charmap.Charmap
	order binary.ByteOrder
	buf   []byte // encoded, not yet written
	carry []byte // the start of a character whose end is still to come
}

func (e *encoder) Write(p []byte) (int, error) {
	text := p
	if len(e.carry) > 0 {
		text = slices.Concat(e.carry, p)
		e.carry = nil
	}
	if e.table != nil || e.order != nil {
		if cut := wholeRunes(text); cut < len(text) {
			e.carry = append([]byte(nil), text[cut:]...)
			text = text[:cut]
		}
	}
	e.buf = e.append(e.buf, text)
	return len(p), e.flush()
}

// Close writes what is left.
func (e *encoder) Close() error {
	e.buf = e.append(e.buf, e.carry)
	e.carry = nil
	return e.flush()
}

func (e *encoder) flush() error {
	if len(e.buf) == 0 {
		return nil
	}
	_, err := e.w.Write(e.buf)
	e.buf = e.buf[:0]
	return err
}

func (e *encoder) append(dst, text []byte) []byte {
	switch {
	case e.table != nil:
		for len(text) > 0 {
			r, size := utf8.DecodeRune(text)
			text = text[size:]
			b, ok := e.table.EncodeRune(r)
			if !ok {
				b = '?'
			}
			dst = append(dst, b)
		}
	case e.order != nil:
		for len(text) > 0 {
			r, size := utf8.DecodeRune(text)
			text = text[size:]
			if high, low := utf16.EncodeRune(r); high != utf8.RuneError {
				dst = appendUnit(dst, e.order, uint16(high))
				r = low
			}
			dst = appendUnit(dst, e.order, uint16(r))
		}
	default:
		dst = append(dst, text...)
	}
	return dst
}

func appendUnit(dst []byte, order binary.ByteOrder, unit uint16) []byte {
	var two [2]byte
	order.PutUint16(two[:], unit)
	return append(dst, two[:]...)
}

// wholeRunes returns the length of a text without an unfinished character at its end.
func wholeRunes(text []byte) int {
	for i := len(text) - 1; i >= 0 && i >= len(text)-utf8.UTFMax; i-- {
		if utf8.RuneStart(text[i]) {
			if utf8.FullRune(text[i:]) {
				break
			}
			return i
		}
	}
	return len(text)
}
