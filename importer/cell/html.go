package cell

import (
	stdhtml "html"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// decodeEntities reads HTML's entities: those that stand for a letter or a mark of a text, and are ended by a semicolon;
// without one only where nobody would write that otherwise.
func decodeEntities(s string) (string, bool) {
	if !strings.Contains(s, "&") {
		return s, false
	}
	var out strings.Builder
	found := false
	for i := 0; i < len(s); {
		at := strings.IndexByte(s[i:], '&')
		if at < 0 {
			out.WriteString(s[i:])
			break
		}
		out.WriteString(s[i : i+at])
		i += at
		text, size := entity(s[i:])
		if size == 0 {
			text, size = "&", 1
		} else {
			found = true
		}
		out.WriteString(text)
		i += size
	}
	return out.String(), found
}

// maxEntity is the longest name of an entity that stands for a letter or a mark ("&thetasym;").
const maxEntity = 12

// entity reads the entity that a text begins with; size is 0 if there is none.
func entity(s string) (text string, size int) {
	end := 1
	for end < len(s) && end < maxEntity && (s[end] == '#' && end == 1 || isAlnum(s[end])) {
		end++
	}
	name := s[1:end]
	if end < len(s) && s[end] == ';' {
		if text := spelled(name); text != "" {
			return text, end + 1
		}
		return "", 0
	}
	return bareEntity(name)
}

// spelled is what an entity of this name stands for; empty if that is nothing which belongs to a text. Programs that
// write all in capitals do not spare entities.
func spelled(name string) string {
	if len(name) < 2 {
		return ""
	}
	names := []string{name}
	if name == strings.ToUpper(name) {
		names = append(names, name[:1]+strings.ToLower(name[1:]), strings.ToLower(name))
	}
	for _, n := range names {
		raw := "&" + n + ";"
		text := stdhtml.UnescapeString(raw)
		if r, size := utf8.DecodeRuneInString(text); text != raw && size == len(text) && belongs(r) {
			return text
		}
	}
	return ""
}

// belongs reports whether a character is one of texts, and none of mathematics, for which HTML has two thousand names
// (&in;, &or;, &star;) that may as well be words behind an ampersand.
func belongs(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || ' ' <= r && r < 0x7F ||
		0xA0 <= r && unicode.In(r, unicode.L, unicode.M, unicode.N) && !unicode.Is(letterlike, r) ||
		0xA0 <= r && r <= 0xBF || 0x2002 <= r && r <= 0x2044 || r == '€' || r == '™' || r > 0xFFFF
}

// letterlike are symbols made of letters, as ℑ, which HTML calls &image;.
var letterlike = &unicode.RangeTable{R16: []unicode.Range16{{Lo: 0x2100, Hi: 0x214F, Stride: 1}}}

// bareEntity reads an entity without its semicolon, by the letters behind its ampersand. Sure are the letters with a mark (&uuml), the
// three that programs write most where a word ends there, and numbers of what is no ASCII.
func bareEntity(name string) (text string, size int) {
	if digits := strings.TrimPrefix(name, "#"); digits != name {
		n := len(digits) - len(strings.TrimLeft(digits, "0123456789"))
		text := spelled("#" + digits[:n])
		if r, _ := utf8.DecodeRuneInString(text); n >= 2 && (r >= 0xA0 || strings.ContainsRune(`&'"<>`, r)) && text != "" {
			return text, 2 + n
		}
		return "", 0
	}
	switch name {
	case "amp", "nbsp", "quot", "apos", "lt", "gt":
		return spelled(name), 1 + len(name)
	}
	for n := min(len(name), len("Atilde")); n > 2; n-- { // the longest first
		mark := name[1:n]
		switch mark {
		case "uml", "acute", "grave", "circ", "tilde", "cedil", "ring", "slash", "elig", "zlig":
			if text := spelled(name[:n]); text != "" {
				return text, 1 + n
			}
		}
	}
	return "", 0
}

func isAlnum(b byte) bool {
	return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9'
}

// elements are the elements of HTML that stand in texts: those of which a line ends (true) and those within a line.
func elements() map[string]bool {
	return map[string]bool{
		"p": true, "div": true, "br": true, "hr": true, "li": true, "ul": true, "ol": true, "tr": true, "table": true, "tbody": true, "thead": true,
		"h1": true, "h2": true, "h3": true, "h4": true, "h5": true, "h6": true, "pre": true, "blockquote": true, "address": true, "center": true, //nolint:misspell // HTML
		"html": true, "body": true, "head": true, "dl": true, "dt": true, "dd": true, "section": true, "article": true,
		"a": false, "b": false, "i": false, "u": false, "s": false, "em": false, "strong": false, "span": false, "font": false, "small": false,
		"big": false, "sub": false, "sup": false, "strike": false, "del": false, "ins": false, "mark": false, "label": false, "code": false,
		"tt": false, "q": false, "cite": false, "abbr": false, "img": false, "wbr": false, "nobr": false, "td": false, "th": false, "o:p": false,
		"script": false, "style": false,
	}
}

// dropTags takes the tags of HTML out of a text. One that could be something else, as a name or a remark in angle
// brackets, is one only if its other half is there, or attributes; an unknown element is text.
func dropTags(s string) (string, bool) {
	if !strings.Contains(s, "<") || !strings.Contains(s, ">") {
		return s, false
	}
	known := elements()
	closed := map[string]bool{}
	for t := range tags(s) {
		if t.kind == html.EndTagToken {
			closed[t.name] = true
		}
	}
	var out strings.Builder
	found, silent := false, ""
	for t := range tags(s) {
		line, element := known[t.name]
		switch {
		case silent != "": // what a browser does not show either
			if t.kind == html.EndTagToken && t.name == silent {
				silent = ""
			}
		case t.kind == html.CommentToken && strings.HasPrefix(t.raw, "<!--"):
			found = true
		case !element || t.kind == html.TextToken, !t.beyondDoubt(closed[t.name], out.Len() == 0):
			out.WriteString(t.raw)
		default:
			found = true
			switch {
			case (t.name == "script" || t.name == "style") && t.kind == html.StartTagToken:
				silent = t.name
			case line:
				out.WriteByte('\n')
			case t.name == "td" || t.name == "th":
				out.WriteByte(' ')
			}
		}
	}
	return trim(out.String()), found
}

// tag is one piece of a text: a tag, or what stands between tags.
type tag struct {
	kind       html.TokenType
	raw, name  string
	attributes bool
}

// beyondDoubt reports whether a tag of a known element is one. closed: the text closes such an element somewhere.
func (t tag) beyondDoubt(closed, first bool) bool {
	switch t.name {
	case "br", "hr", "wbr", "img":
		return true
	case "p", "div", "span", "li", "td": // of a text that was cut off
		if first {
			return true
		}
	}
	return t.kind == html.EndTagToken || t.kind == html.SelfClosingTagToken || closed || t.attributes
}

// tags takes a text apart without losing a byte of it.
func tags(s string) func(func(tag) bool) {
	return func(yield func(tag) bool) {
		z := html.NewTokenizer(strings.NewReader(s))
		at := 0
		for {
			kind := z.Next()
			raw := string(z.Raw())
			if kind == html.ErrorToken {
				break
			}
			at += len(raw)
			t := tag{kind: kind, raw: raw}
			if kind == html.StartTagToken || kind == html.EndTagToken || kind == html.SelfClosingTagToken {
				name, more := z.TagName()
				t.name = string(name)
				for more {
					var value []byte
					_, value, more = z.TagAttr()
					t.attributes = t.attributes || len(value) > 0
				}
			}
			if !yield(t) {
				return
			}
		}
		if at < len(s) { // a tag without its end is none
			yield(tag{kind: html.TextToken, raw: s[at:]})
		}
	}
}
