package source

import (
	"encoding/binary"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// The encodings that are detected, as reports and --encoding name them. Any other one-byte encoding that
// golang.org/x/text knows can be named by hand.
const (
	UTF8        = "utf-8"
	UTF16LE     = "utf-16-le"
	UTF16BE     = "utf-16-be"
	Windows1252 = "windows-1252"
	Windows1250 = "windows-1250"
	Windows1251 = "windows-1251"
	ISO88591    = "iso-8859-1"
	ISO88592    = "iso-8859-2"
	ISO885915   = "iso-8859-15"
	MacRoman    = "mac-roman"
)

// charset is an encoding that an input can have. Exactly one of table and utf16 is set, or neither for UTF-8.
type charset struct {
	name  string
	table *charmap.Charmap
	utf16 binary.ByteOrder
}

// lookupCharset finds an encoding by any of the names that people and programs give it. "utf-16" alone leaves the byte
// order open, which is told by its name being "utf-16".
func lookupCharset(name string) (charset, bool) {
	key := foldName(name)
	switch key {
	case "utf8", "utf8sig", "utf8bom", "ascii", "usascii", "65001":
		return charset{name: UTF8}, true
	case "utf16le", "utf16lebom", "unicode", "ucs2", "ucs2le", "1200":
		return charset{name: UTF16LE, utf16: binary.LittleEndian}, true
	case "utf16be", "utf16bebom", "ucs2be", "1201":
		return charset{name: UTF16BE, utf16: binary.BigEndian}, true
	case "utf16":
		return charset{name: "utf-16"}, true
	}
	for alias, c := range map[string]string{
		"ansi": Windows1252, "latin1": ISO88591, "l1": ISO88591, "latin2": ISO88592, "l2": ISO88592, "latin9": ISO885915,
		"l9": ISO885915, "mac": MacRoman, "macroman": MacRoman, "macosroman": MacRoman, "macintosh": MacRoman,
	} {
		if key == alias {
			return tableCharset(c), true
		}
	}
	if rest, ok := strings.CutPrefix(key, "cp"); ok && strings.HasPrefix(rest, "125") {
		key = "windows" + rest
	} else if strings.HasPrefix(key, "125") {
		key = "windows" + key
	}
	for _, e := range charmap.All {
		table, ok := e.(*charmap.Charmap)
		if !ok {
			continue
		}
		shown := tableName(table)
		if f := foldName(shown); f == key || strings.Replace(f, "ibmcodepage", "cp", 1) == key {
			return charset{name: shown, table: table}, true
		}
	}
	return charset{}, false
}

// tableCharset returns one of the one-byte encodings by its own name.
func tableCharset(name string) charset {
	for _, e := range charmap.All {
		if table, ok := e.(*charmap.Charmap); ok && tableName(table) == name {
			return charset{name: name, table: table}
		}
	}
	return charset{name: UTF8}
}

// tableName spells golang.org/x/text's name of an encoding ("Windows 1252") as files and flags do.
func tableName(table *charmap.Charmap) string {
	if table == charmap.Macintosh {
		return MacRoman
	}
	return strings.ReplaceAll(strings.ToLower(table.String()), " ", "-")
}

func foldName(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || r == ' ' || r == '.' {
			return -1
		}
		return r
	}, strings.ToLower(strings.TrimSpace(name)))
}

// decoder turns an input's bytes into UTF-8, a piece at a time. Bytes that mean nothing become U+FFFD; in UTF-8 they stay
// as they are, so that they can be found, and given back untouched.
type decoder struct {
	order binary.ByteOrder
	table *[256]string
	odd   []byte // the start of a unit of UTF-16 that the last piece ended with
}

func (c charset) decoder() *decoder {
	d := &decoder{order: c.utf16}
	if c.table != nil {
		d.table = new([256]string)
		for b := range d.table {
			d.table[b] = string(c.table.DecodeByte(byte(b)))
		}
	}
	return d
}

// append decodes a piece; last says that it is the last one.
func (d *decoder) append(dst, src []byte, last bool) []byte {
	switch {
	case d.table != nil:
		return d.appendTable(dst, src)
	case d.order != nil:
		return d.appendUTF16(dst, src, last)
	}
	return append(dst, src...)
}

func (d *decoder) appendTable(dst, src []byte) []byte {
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

func (d *decoder) appendUTF16(dst, src []byte, last bool) []byte {
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
