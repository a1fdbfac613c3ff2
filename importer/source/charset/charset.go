package charset

import (
	"encoding/binary"
	"fmt"
	"strings"
	"sync"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// The usual encodings, as reports and --encoding name them. Any other one that golang.org/x/text knows can be named by
// hand, and those of [codepages] are detected.
const (
	UTF8        = "utf-8"
	utf16LE     = "utf-16-le"
	utf16BE     = "utf-16-be"
	windows1252 = "windows-1252"
	windows1250 = "windows-1250"
	windows1251 = "windows-1251"
	iso88591    = "iso-8859-1"
	iso88592    = "iso-8859-2"
	iso885915   = "iso-8859-15"
	macRoman    = "mac-roman"
	shiftJIS    = "shift_jis"
	eucJP       = "euc-jp"
	eucKR       = "euc-kr"
	gbk         = "gbk"
	big5        = "big5"
	iso2022JP   = "iso-2022-jp"
)

// Charset is an encoding that an input can have. At most one of table, utf16 and other is set; none for UTF-8.
type Charset struct {
	Name  string
	table *charmap.Charmap
	texts func() *[256]string // what each byte means, of a table
	utf16 binary.ByteOrder
	other encoding.Encoding // of several bytes a character, as East Asian ones are
}

// Lookup finds an encoding by any of the names that people and programs give it. "utf-16" alone leaves the byte
// order open, which is told by its name being "utf-16".
func Lookup(name string) (Charset, bool) {
	key := foldName(name)
	switch key {
	case "utf8", "utf8sig", "utf8bom", "ascii", "usascii", "65001":
		return Charset{Name: UTF8}, true
	case "utf16le", "utf16lebom", "unicode", "ucs2", "ucs2le", "1200":
		return Charset{Name: utf16LE, utf16: binary.LittleEndian}, true
	case "utf16be", "utf16bebom", "ucs2be", "1201":
		return Charset{Name: utf16BE, utf16: binary.BigEndian}, true
	case "utf16":
		return Charset{Name: "utf-16"}, true
	}
	if c, ok := all()[key]; ok {
		return c, true
	}
	// What has other names yet, the registries know.
	e, err := htmlindex.Get(name)
	if err != nil {
		e, err = ianaindex.IANA.Encoding(name)
	}
	if err != nil || e == nil || e == encoding.Replacement || e == unicode.UTF8 {
		return Charset{}, false
	}
	return wrap(e), true
}

// all has every encoding of golang.org/x/text by its folded names.
var all = sync.OnceValue(func() map[string]Charset {
	all := map[string]Charset{}
	for _, family := range [][]encoding.Encoding{charmap.All, japanese.All, korean.All, simplifiedchinese.All, traditionalchinese.All} {
		for _, e := range family {
			c := wrap(e)
			all[foldName(c.Name)] = c
			all[foldName(fmt.Sprint(e))] = c // "ibmcodepage850"
			if number, ok := strings.CutPrefix(c.Name, "windows-"); ok {
				all["cp"+number], all[number] = c, c
			}
			if number, ok := strings.CutPrefix(c.Name, "cp"); ok {
				all["ibm"+number], all[number] = c, c
			}
		}
	}
	for alias, name := range map[string]string{
		"ansi": windows1252, "latin1": iso88591, "l1": iso88591, "latin2": iso88592, "l2": iso88592, "latin9": iso885915,
		"l9": iso885915, "mac": macRoman, "macroman": macRoman, "macosroman": macRoman, "macintosh": macRoman,
		"latin5": "iso-8859-9", "latin7": "iso-8859-13", "iso885911": "windows-874", "tis620": "windows-874",
		"cp932": shiftJIS, "932": shiftJIS, "ms932": shiftJIS, "sjis": shiftJIS, "cp936": gbk, "936": gbk, "gb2312": gbk,
		"cp949": eucKR, "949": eucKR, "uhc": eucKR, "ksc5601": eucKR, "cp950": big5, "950": big5, "hzgb2312": "hz-gb-2312",
		"cp51932": eucJP, "koi8": "koi8-r",
	} {
		all[alias] = all[foldName(name)]
	}
	return all
})

// wrap wraps an encoding of golang.org/x/text.
func wrap(e encoding.Encoding) Charset {
	c := Charset{Name: nameOf(e)}
	if table, ok := e.(*charmap.Charmap); ok {
		c.table = table
		c.texts = sync.OnceValue(func() *[256]string {
			texts := new([256]string)
			for b := range texts {
				texts[b] = string(table.DecodeByte(byte(b)))
			}
			return texts
		})
	} else {
		c.other = e
	}
	return c
}

// nameOf spells golang.org/x/text's name of an encoding ("Windows 1252", "IBM Code Page 850") as files and flags do.
func nameOf(e encoding.Encoding) string {
	switch e {
	case charmap.Macintosh:
		return macRoman
	case charmap.MacintoshCyrillic:
		return "mac-cyrillic"
	case japanese.ShiftJIS:
		return shiftJIS
	case simplifiedchinese.HZGB2312:
		return "hz-gb-2312"
	}
	name := strings.ToLower(fmt.Sprint(e))
	if _, number, ok := strings.Cut(name, " code page "); ok {
		return "cp" + number
	}
	return strings.ReplaceAll(name, " ", "-")
}

// named returns an encoding by a name of ours.
func named(name string) Charset {
	c, ok := Lookup(name)
	if !ok {
		panic("no encoding is called " + name)
	}
	return c
}

// Decode reads a whole text.
func (c Charset) Decode(text []byte) string { return string(c.Decoder().Append(nil, text, true)) }

// Encode writes a whole text; what the encoding lacks becomes "?".
func (c Charset) Encode(text string) []byte { return c.encoder().append(nil, []byte(text)) }

// Has reports whether the encoding has every character of a text.
func (c Charset) Has(text string) bool { return c.Decode(c.Encode(text)) == text }

func foldName(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || r == ' ' || r == '.' {
			return -1
		}
		return r
	}, strings.ToLower(strings.TrimSpace(name)))
}

// Wide reports whether it has two bytes, or four, for each character.
func (c Charset) Wide() bool { return c.utf16 != nil }
