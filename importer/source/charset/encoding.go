package charset

import (
	"bytes"
	"encoding/binary"
)

// byteOrderMark returns the encoding that a mark at the start of an input names, and the mark's length.
func byteOrderMark(head []byte) (Charset, int) {
	switch {
	case bytes.HasPrefix(head, []byte("\xEF\xBB\xBF")):
		return Charset{Name: UTF8}, 3
	case bytes.HasPrefix(head, []byte("\xFF\xFE")):
		return Charset{Name: utf16LE, utf16: binary.LittleEndian}, 2
	case bytes.HasPrefix(head, []byte("\xFE\xFF")):
		return Charset{Name: utf16BE, utf16: binary.BigEndian}, 2
	}
	return Charset{}, 0
}

// wideWithoutMark recognises UTF-16 by its NUL bytes: in any text with delimiters and line ends, one byte of some pairs
// is NUL, always the same one.
func wideWithoutMark(head []byte) (Charset, bool) {
	var zeros [2]int
	for i, b := range head {
		if b == 0 {
			zeros[i&1]++
		}
	}
	pairs := len(head) / 2
	switch few, many := pairs/50+1, pairs/12+1; {
	case pairs == 0:
	case zeros[1] > many && zeros[0] <= few:
		return Charset{Name: utf16LE, utf16: binary.LittleEndian}, true
	case zeros[0] > many && zeros[1] <= few:
		return Charset{Name: utf16BE, utf16: binary.BigEndian}, true
	}
	return Charset{}, false
}

// narrow tells the encoding of an input that is neither marked nor UTF-16, from what the survey saw.
func (s *Survey) narrow() (reading, *UndecidedError) {
	// A text in a one-byte encoding hardly holds well-formed UTF-8 by chance; one in UTF-8 may hold a few bad bytes,
	// which cost their rows and not the file.
	if s.invalid <= s.multibyte {
		if s.multibyte == 0 && shiftsToJapanese(s.Head) {
			return reading{Charset: named(iso2022JP)}, nil
		}
		return reading{Charset: Charset{Name: UTF8}}, nil
	}
	return s.evidence.judge()
}

// shiftsToJapanese reports whether a text of ASCII has the escape sequences of ISO-2022-JP, the encoding of Japanese mail.
func shiftsToJapanese(head []byte) bool {
	return bytes.Contains(head, []byte("\x1B$B")) || bytes.Contains(head, []byte("\x1B$@"))
}
