package charset

import (
	"errors"
	"math"
	"strings"
	"unicode/utf8"
)

// Detection is an input's encoding, and what is known of its bytes by it.
type Detection struct {
	Charset
	Mark  int  // length of the byte order mark
	Sound bool // no byte is wrong in the encoding
	Mixed bool // some of the input is well-formed UTF-8, which it is not
	// Former is what version 1 read it in, if that was another text.
	Former *Charset
	// languages are what its words may be of, where they told its encoding.
	languages []string
}

// ErrBinary says that an input is no text.
var ErrBinary = errors.New("binary data")

// Detect tells the encoding of an input, from what was seen of it and what the user told; empty: nothing. The error is an
// *[UndecidedError], or [ErrBinary].
func (s *Survey) Detect(named string) (Detection, error) {
	marked, mark := byteOrderMark(s.Head)
	wide, isWide := wideWithoutMark(s.start())
	var d Detection
	switch told, _ := Lookup(named); {
	case named != "" && told.Name == "utf-16":
		switch {
		case marked.utf16 != nil:
			d.Charset, d.Mark = marked, mark
		case isWide:
			d.Charset = wide
		default:
			d.Charset, _ = Lookup(utf16LE)
		}
	case named != "":
		d.Charset = told
		if told.Name == marked.Name {
			d.Mark = mark
		}
		if mark == 0 && !isWide {
			d.Former = s.former(d.Charset)
		}
	case mark > 0:
		d.Charset, d.Mark = marked, mark
	case isWide:
		d.Charset = wide
	default:
		if start := s.start(); !shiftsToJapanese(start) && LooksBinary(latin1(start[:min(len(start), 64<<10)])) {
			return d, ErrBinary
		}
		r, doubt := s.narrow()
		if doubt != nil {
			return d, doubt
		}
		d.Charset, d.languages = r.Charset, r.page.languages
		d.Mixed = d.table != nil && s.multibyte > 0
		d.Former = s.former(d.Charset)
	}
	d.Sound = d.Name == UTF8 && s.invalid == 0
	return d, nil
}

// former is the encoding that version 1 took the input for; nil if the text reads alike in it. Somebody may name the right
// one just because of that.
func (s *Survey) former(now Charset) *Charset {
	if now.utf16 != nil || now.Name == UTF8 || now.Name == iso2022JP {
		return nil
	}
	if was, ok := formerCharset(s.strange); ok && !s.evidence.same(was, now) {
		return &was
	}
	return nil
}

// latin1 makes text of bytes one by one, those above ASCII taken for letters.
func latin1(b []byte) string {
	var s strings.Builder
	for _, c := range b {
		if c >= utf8.RuneSelf {
			c = 'x'
		}
		s.WriteByte(c)
	}
	return s.String()
}

// LooksBinary reports whether more than one character in twenty is one that texts do not have.
func LooksBinary(text string) bool {
	strange, all := 0, 0
	for _, r := range text[:min(len(text), 64<<10)] {
		all++
		switch {
		case r == '\t', r == '\n', r == '\r', r == '\f', r == '\v', r == 0x1A:
		case r < ' ', r == 0x7F, r >= 0x80 && r < 0xA0:
			strange++
		}
	}
	return strange > 2 && strange*20 > all
}

// BetterAsUTF8 reports whether a text surely makes more sense in UTF-8 than as it was read in the input's encoding.
func (d Detection) BetterAsUTF8(utf8Text, own string) bool {
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
	for _, code := range d.languages {
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

// Wrong reports whether a text, as it was read, has bytes that mean nothing in the encoding.
func (c Charset) Wrong(text string) bool {
	if c.Name == UTF8 {
		return !utf8.ValidString(text)
	}
	return strings.Contains(text, "\uFFFD")
}
