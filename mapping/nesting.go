package mapping

import "bytes"

// maxNesting is how deep a profile's YAML may be nested. A profile has four levels; the parser needs memory with the
// square of them, some gigabytes at a hundred thousand.
const maxNesting = 32

// tooDeep returns the line, from 1, on which YAML gets deeper than maxNesting; 0: it does not. It looks at bytes only,
// before anything is parsed, and counts rather too much: brackets that no quotes keep from counting, indentation, and
// what stands in one line before a value (lists in lists, keys of keys, tags and anchors).
func tooDeep(data []byte) int {
	brackets := 0
	var indents []int
	for no, line := range bytes.Split(data, []byte("\n")) {
		text := bytes.TrimLeft(line, " ")
		if brackets == 0 && len(bytes.TrimSpace(text)) > 0 && text[0] != '#' {
			indent := len(line) - len(text)
			for len(indents) > 0 && indents[len(indents)-1] >= indent {
				indents = indents[:len(indents)-1]
			}
			indents = append(indents, indent)
		}
		if len(indents)+leadIn(text) > maxNesting {
			return no + 1
		}
		before, quote := byte(' '), byte(0) // a quote that goes on in the next line hides nothing there: it may be none
		for i := 0; i < len(text); i++ {
			c := text[i]
			switch {
			case quote == '"' && c == '\\':
				i++
			case quote == '\'' && c == quote && bytes.HasPrefix(text[i+1:], []byte("'")):
				i++ // a quote within quotes
			case quote != 0:
				if c == quote {
					quote = 0
				}
			case (c == '"' || c == '\'') && bytes.IndexByte([]byte(" \t[{,:"), before) >= 0:
				quote = c
			case c == '#' && (before == ' ' || before == '\t'):
				i = len(text)
			case c == '[' || c == '{':
				brackets++
			case (c == ']' || c == '}') && brackets > 0:
				brackets--
			}
			if len(indents)+brackets > maxNesting {
				return no + 1
			}
			before = c
		}
	}
	return 0
}

// opens reports whether a word at the beginning of a line is an indicator of YAML, and not a value.
func opens(word []byte) bool {
	switch word[0] {
	case '-', '?', ':':
		return len(word) == 1
	case '&', '!':
		return true
	}
	return false
}

// leadIn counts what opens a level, or stands before a value, at the beginning of a line: "- - ? &a !b".
func leadIn(text []byte) int {
	n := 0
	for {
		word, rest, ok := bytes.Cut(text, []byte(" "))
		if len(word) == 0 || !ok || !opens(word) {
			return n
		}
		n++
		text = bytes.TrimLeft(rest, " ")
	}
}
