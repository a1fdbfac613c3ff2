package charset

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/transform"
)

// Decoder turns an input's bytes into UTF-8, a piece at a time. Bytes that mean nothing become U+FFFD; in UTF-8 they stay
// as they are, so that they can be found, and given back untouched.
type Decoder struct {
	order binary.ByteOrder
	table *[256]string
	other transform.Transformer
	odd   []byte // the start of a character that the last piece ended with
}

// Decoder returns a decoder of one text.
func (c Charset) Decoder() *Decoder {
	d := &Decoder{order: c.utf16}
	if c.other != nil {
		d.other = c.other.NewDecoder().Transformer
	}
	if c.table != nil {
		d.table = c.texts()
	}
	return d
}

// Append decodes a piece; last says that it is the last one.
func (d *Decoder) Append(dst, src []byte, last bool) []byte {
	switch {
	case d.table != nil:
		return d.appendTable(dst, src)
	case d.order != nil:
		return d.appendUTF16(dst, src, last)
	case d.other != nil:
		return d.appendOther(dst, src, last)
	}
	return append(dst, src...)
}

func (d *Decoder) appendTable(dst, src []byte) []byte {
	for len(src) > 0 {
		n := asciiLen(src)
		dst = append(dst, src[:n]...)
		src = src[n:]
		for len(src) > 0 && src[0] >= utf8.RuneSelf {
			dst = append(dst, d.table[src[0]]...)
			src = src[1:]
		}
	}
	return dst
}

// appendOther decodes an encoding of several bytes a character.
func (d *Decoder) appendOther(dst, src []byte, last bool) []byte {
	if len(d.odd) > 0 {
		src = append(d.odd, src...)
		d.odd = nil
	}
	for {
		dst = slices.Grow(dst, 2*len(src)+utf8.UTFMax)
		n, read, err := d.other.Transform(dst[len(dst):cap(dst)], src, last)
		dst, src = dst[:len(dst)+n], src[read:]
		switch {
		case errors.Is(err, transform.ErrShortDst):
		case errors.Is(err, transform.ErrShortSrc):
			d.odd = bytes.Clone(src)
			return dst
		case err != nil && len(src) > 0: // decoders write U+FFFD for what means nothing; this is for one that does not
			dst, src = utf8.AppendRune(dst, utf8.RuneError), src[1:]
		default:
			return dst
		}
	}
}

func (d *Decoder) appendUTF16(dst, src []byte, last bool) []byte {
	if len(d.odd) > 0 {
		src = append(d.odd, src...)
		d.odd = nil
	}
	for len(src) >= 2 {
		for len(src) >= 8 { // four characters of ASCII at once
			u := d.order.Uint64(src)
			if u&0xFF80FF80FF80FF80 != 0 {
				break
			}
			if d.order == binary.ByteOrder(binary.BigEndian) {
				dst = append(dst, byte(u>>48), byte(u>>32), byte(u>>16), byte(u))
			} else {
				dst = append(dst, byte(u), byte(u>>16), byte(u>>32), byte(u>>48))
			}
			src = src[8:]
		}
		if len(src) < 2 {
			break
		}
		r := rune(d.order.Uint16(src))
		size := 2
		switch {
		case r < utf8.RuneSelf:
			dst = append(dst, byte(r))
			src = src[2:]
			continue
		case utf16.IsSurrogate(r):
			if len(src) < 4 && !last {
				d.odd = append([]byte(nil), src...)
				return dst
			}
			low := rune(utf8.RuneError)
			if len(src) >= 4 {
				low = rune(d.order.Uint16(src[2:]))
			}
			if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
				size = 4
			}
		}
		dst = utf8.AppendRune(dst, r)
		src = src[size:]
	}
	if len(src) == 1 {
		if last {
			return utf8.AppendRune(dst, utf8.RuneError)
		}
		d.odd = []byte{src[0]}
	}
	return dst
}

// asciiLen returns how many bytes of ASCII a text begins with.
func asciiLen(b []byte) int {
	i := 0
	for ; i+8 <= len(b); i += 8 {
		if binary.LittleEndian.Uint64(b[i:])&0x8080808080808080 != 0 {
			break
		}
	}
	for i < len(b) && b[i] < utf8.RuneSelf {
		i++
	}
	return i
}

// IsASCII reports whether a text holds nothing but ASCII.
func IsASCII(text string) bool { return asciiLen([]byte(text)) == len(text) }
