package cell

import (
	"io"
	"mime"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
)

// decodeWords reads the encoded words of mail headers (RFC 2047).
func decodeWords(s string) (string, bool) {
	if !strings.Contains(s, "=?") {
		return s, false
	}
	d := mime.WordDecoder{CharsetReader: func(charset string, input io.Reader) (io.Reader, error) {
		charset, _, _ = strings.Cut(charset, "*") // RFC 2231: the language behind it
		enc, err := htmlindex.Get(charset)
		if err != nil {
			return nil, err
		}
		return enc.NewDecoder().Reader(input), nil
	}}
	text, err := d.DecodeHeader(s)
	return text, err == nil && text != s
}

// encodedWord reports whether an encoded word is left of which the end is lost, or whose encoding nobody knows.
func encodedWord(s string) bool { return strings.Contains(s, "=?") && wordStart.MatchString(s) }

var (
	wordStart     = regexp.MustCompile(`=\?[A-Za-z0-9*_:.-]+\?[QqBb]\?`)
	percentEscape = regexp.MustCompile(`(?:%[0-9A-Fa-f]{2})+`)
	quotedEscape  = regexp.MustCompile(`(?:=[0-9A-F]{2})+`)
	byteEscape    = regexp.MustCompile(`(?:\\x[0-9A-Fa-f]{2})+|(?:\\[0-3][0-7]{2}){2,}`)
	unitEscape    = regexp.MustCompile(`(?:[\\%]u[0-9A-Fa-f]{4})+|(?:\\u\{[0-9A-Fa-f]{1,6}\})+`)
	slashEscape   = regexp.MustCompile(`(\p{L})\\+'(\p{L})`)
	pythonBytes   = regexp.MustCompile(`^b(?:'(.*\\x.*)'|"(.*\\x.*)")$`)
)

// decodeEscapes reads the escapes of addresses (%C3%BC), of mail (=C3=BC) and of programming languages (\u00fc, \xc3\xbc,
// \303\274, %u00FC, O\'Neil).
func decodeEscapes(s string) (string, bool) {
	before := s
	if strings.Contains(s, `\`) {
		if m := pythonBytes.FindStringSubmatch(s); m != nil {
			s = m[1] + m[2]
		}
		s = byteEscape.ReplaceAllStringFunc(s, func(run string) string {
			text, ok := fromBytes(bytesOf(run))
			return either(ok, text, run)
		})
		s = slashEscape.ReplaceAllString(s, "$1'$2")
	}
	if strings.Contains(s, `\u`) || strings.Contains(s, "%u") {
		s = unitEscape.ReplaceAllStringFunc(s, decodeUnits)
	}
	if strings.Contains(s, "%") {
		s = decodePercent(s)
	}
	if strings.Contains(s, "=") && !encodedWord(s) {
		s = decodeQuoted(s)
	}
	return s, s != before
}

func either(ok bool, a, b string) string {
	if ok {
		return a
	}
	return b
}

// decodeUnits reads a run of \u00fc.
func decodeUnits(run string) string {
	var units []uint16
	text := ""
	for _, hex := range strings.FieldsFunc(run, func(r rune) bool { return strings.ContainsRune(`\%u{}`, r) }) {
		n, err := strconv.ParseUint(hex, 16, 32)
		if err != nil || n > unicode.MaxRune {
			return run
		}
		if n > 0xFFFF {
			text += string(rune(n))
		} else {
			units = append(units, uint16(n))
		}
	}
	text += string(utf16.Decode(units))
	if !legible(text) {
		return run
	}
	return text
}

// decodePercent reads the escapes of addresses. They must be all that the text has of percent signs, and one of them must
// be beyond doubt: "50%20" may be a share and a number.
func decodePercent(s string) string {
	runs := percentEscape.FindAllStringIndex(s, -1)
	inRuns := 0
	sure := false
	var out strings.Builder
	last := 0
	for _, at := range runs {
		run := s[at[0]:at[1]]
		inRuns += len(run) / 3
		text, ok := fromBytes(bytesOf(run))
		if !ok {
			if text, ok = westernLetter(s, at[0], at[1]); !ok {
				return s
			}
			sure = true
		}
		behindLetter := at[0] > 0 && unicode.IsLetter(lastRune(s[:at[0]]))
		sure = sure || !ascii(text) || behindLetter
		out.WriteString(s[last:at[0]])
		out.WriteString(text)
		last = at[1]
	}
	if !sure || inRuns != strings.Count(s, "%") {
		return s
	}
	out.WriteString(s[last:])
	text := out.String()
	if strings.Contains(s, "+") && !strings.ContainsAny(text, " @") && s[0] != '+' {
		text = strings.ReplaceAll(text, "+", " ") // the blanks of a form that was sent
	}
	return text
}

// decodeQuoted reads quoted-printable. The sign is one of arithmetic and of keys too: one run must be a character of
// UTF-8, or a letter of Western Europe within a word.
func decodeQuoted(s string) string {
	sure := false
	text := quotedEscape.ReplaceAllStringFunc(s, func(run string) string {
		text, ok := fromBytes(bytesOf(run))
		sure = sure || ok && !ascii(text)
		return either(ok, text, run)
	})
	if sure {
		return text
	}
	if strings.Contains(s, "@") { // addresses of mailing lists hold such things
		return s
	}
	var out strings.Builder
	last := 0
	for _, at := range quotedEscape.FindAllStringIndex(s, -1) {
		if letter, ok := westernLetter(s, at[0], at[1]); ok {
			out.WriteString(s[last:at[0]])
			out.WriteString(letter)
			last = at[1]
		}
	}
	return out.String() + s[last:]
}

// westernLetter reads the one escape s[from:to] as a letter of Windows-1252. It is one only within a word, or at its end,
// and with its digits as programs write them, in capitals: "ART%CAFE" is none.
func westernLetter(s string, from, to int) (string, bool) {
	b := bytesOf(s[from:to])
	if len(b) != 1 || b[0] < 0xC0 || strings.ToUpper(s[from:to]) != s[from:to] {
		return "", false
	}
	letter := charmap.Windows1252.DecodeByte(b[0])
	before := lastRune(s[:from])
	next, size := utf8.DecodeRuneInString(s[to:])
	switch {
	case !unicode.IsLetter(letter) || !unicode.IsLetter(before):
		return "", false
	case size == 0 || unicode.IsSpace(next):
		return string(letter), unicode.IsLower(before) && unicode.IsLower(letter)
	}
	return string(letter), unicode.IsLower(next) || unicode.IsLetter(next) && unicode.IsLower(before)
}

// bytesOf reads a run of %C3, =C3, \xc3 or \303.
func bytesOf(run string) []byte {
	width, base, mark := 2, 16, run[:1]
	switch {
	case strings.HasPrefix(run, `\x`):
		mark = `\x`
	case run[0] == '\\':
		width, base = 3, 8
	}
	var out []byte
	for rest := run; len(rest) >= len(mark)+width; rest = rest[len(mark)+width:] {
		n, err := strconv.ParseUint(rest[len(mark):len(mark)+width], base, 8)
		if err != nil {
			return nil
		}
		out = append(out, byte(n))
	}
	return out
}

// fromBytes is the text of UTF-8 that bytes are, if they are one that can be read.
func fromBytes(b []byte) (string, bool) {
	return string(b), len(b) > 0 && utf8.Valid(b) && legible(string(b))
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// lastRune is the last character of a text, 0 of an empty one.
func lastRune(s string) rune {
	if s == "" {
		return 0
	}
	r, _ := utf8.DecodeLastRuneInString(s)
	return r
}
