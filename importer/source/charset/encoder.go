package charset

import (
	"encoding/binary"
	"io"
	"slices"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
)

// Writer returns a writer that takes UTF-8 and writes it in the encoding, with a byte order mark if bom says so and there is
// one. Bytes that are not UTF-8 pass unchanged into UTF-8; a character that the encoding lacks (in our own messages, never
// in what came out of the input) becomes "?". Closing it closes nothing below.
func (c Charset) Writer(w io.Writer, bom bool) io.WriteCloser {
	e := c.encoder()
	e.w = w
	if bom && c.table == nil && c.other == nil {
		e.buf = e.append(nil, []byte("\uFEFF"))
	}
	return e
}

type encoder struct {
	w     io.Writer
	table *charmap.Charmap
	order binary.ByteOrder
	other *encoding.Encoder
	buf   []byte // encoded, not yet written
	carry []byte // the start of a character whose end is still to come
}

func (c Charset) encoder() *encoder {
	e := &encoder{table: c.table, order: c.utf16}
	if c.other != nil {
		e.other = c.other.NewEncoder()
	}
	return e
}

func (e *encoder) Write(p []byte) (int, error) {
	text := p
	if len(e.carry) > 0 {
		text = slices.Concat(e.carry, p)
		e.carry = nil
	}
	if e.table != nil || e.order != nil || e.other != nil {
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
	case e.other != nil:
		dst = e.appendOther(dst, text)
	default:
		dst = append(dst, text...)
	}
	return dst
}

// appendOther encodes for encodings of several bytes a character. Some of those shift between sets of characters, so that
// a text is encoded at once, with what the encoding lacks replaced before.
func (e *encoder) appendOther(dst, text []byte) []byte {
	whole, err := e.other.Bytes(text)
	if err != nil {
		var known []byte
		for _, r := range string(text) {
			if _, err := e.other.String(string(r)); err != nil {
				r = '?'
			}
			known = utf8.AppendRune(known, r)
		}
		if whole, err = e.other.Bytes(known); err != nil {
			whole = known
		}
	}
	return append(dst, whole...)
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
