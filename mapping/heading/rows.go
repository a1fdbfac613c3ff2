package heading

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Row is what a row is that names columns and nobody.
type Row int

// What a row may be. Files are put one behind the other, each with its header; forms repeat theirs every few rows; exports
// have the names of their fields in one line and their labels in the next.
const (
	// NoHeader is a row like any other.
	NoHeader Row = iota
	// HeaderAgain is the input's own header, or the labels of its columns.
	HeaderAgain
	// HeaderOfOther is the header of another table: the rows below it have other columns.
	HeaderOfOther
)

// Rows knows the rows of one input that are no records but name its columns. It is safe for concurrent use.
type Rows struct {
	lex     *Lexicon
	columns []headerColumn
	words   map[string]bool // all columns' headers, squashed
	langs   Languages       // of the header, English aside
	least   int             // how many cells it takes
}

type headerColumn struct {
	at       int
	header   string
	squashed string
	kind     Kind
	used     bool // a field is made of it
}

// NewRows returns what knows the header rows of an input with these columns; used says of which a field is made.
func NewRows(header []string, used []bool) *Rows {
	h := &Rows{lex: Shared(), words: map[string]bool{}, least: 2}
	for i := range header {
		name, _ := Plain(header, i)
		if Ours(name) { // the remarks of a rejects.csv say nothing of the row
			continue
		}
		c := headerColumn{at: i, header: name, squashed: Squash(name), used: used[i]}
		if means := h.lex.Understand(name, 0); !means.Forbids {
			c.kind = means.Kind
			h.langs |= means.Langs &^ (langEN | langAny)
		}
		h.columns = append(h.columns, c)
		h.words[c.squashed] = true
	}
	if len(h.columns) == 1 {
		h.least = 1
	}
	return h
}

// Of tells what a row is by its cells, cleaned or raw. It is a header only if all its cells are names of columns: whoever
// is called Name has something else beside it. first says that no row stands above it, where labels are to be expected.
func (h *Rows) Of(cells []string, first bool) Row {
	if !h.maybe(cells) || !h.mayName(cells) {
		return NoHeader
	}
	verdict, in := h.read(cells, h.langs, first)
	if verdict == NoHeader && in != h.langs { // some words are columns in a header of their language only
		verdict, _ = h.read(cells, in, first)
	}
	return verdict
}

// read tells what a row is in some languages, and which more it has words of.
func (h *Rows) read(cells []string, in Languages, first bool) (Row, Languages) {
	seen := headerCells{kinds: map[Kind]bool{}, own: true, in: in, found: in}
	for _, c := range h.columns {
		if c.at >= len(cells) {
			break
		}
		if text := strings.TrimSpace(cells[c.at]); text != "" && !seen.add(h, c, text) {
			return NoHeader, seen.found
		}
	}
	return seen.verdict(h.least, first), seen.found
}

// maybe is a quick look, since every row is asked: hardly a row has neither an address nor a cell that begins with a digit.
func (h *Rows) maybe(cells []string) bool {
	filled := 0
	for i := range h.columns {
		c := &h.columns[i]
		if c.at >= len(cells) {
			break
		}
		text := cells[c.at]
		if text == "" {
			continue
		}
		filled++
		if (text[0] <= '9' && (text[0] >= '0' || text[0] == '+') || strings.IndexByte(text, '@') >= 0) && !strings.EqualFold(text, c.header) {
			return false
		}
	}
	return filled >= h.least
}

// mayName is a second look at what is left: to read a cell as a header costs as much as to check a row. Enough cells must
// have a whole word that is one of headers.
func (h *Rows) mayName(cells []string) bool {
	found := 0
	for i := range h.columns {
		c := &h.columns[i]
		if c.at >= len(cells) {
			break
		}
		if text := cells[c.at]; text != "" && len(text) <= maxHeader && (strings.EqualFold(text, c.header) || h.hasWord(text)) {
			if found++; found == h.least {
				return true
			}
		}
	}
	return false
}

// hasWord reports whether a text, or a word of it, is a phrase of headers.
func (h *Rows) hasWord(text string) bool {
	var buf [maxHeader]byte
	all, start := buf[:0], 0 // the folded text without what stands between its words, and where the last word begins
	for i := range len(text) {
		switch c := text[i]; {
		case c >= utf8.RuneSelf:
			folded := Words(text)
			return slices.ContainsFunc(append(folded, strings.Join(folded, "")), func(w string) bool { return h.known([]byte(w)) })
		case 'A' <= c && c <= 'Z':
			all = append(all, c|0x20)
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
			all = append(all, c)
		default:
			if h.known(all[start:]) {
				return true
			}
			start = len(all)
		}
	}
	return h.known(all[start:]) || h.known(all)
}

func (h *Rows) known(word []byte) bool {
	if len(word) == 0 {
		return false
	}
	if h.words[string(word)] {
		return true
	}
	for _, t := range h.lex.terms[string(word)] {
		if t.class == classConcept || t.class == classScope {
			return true
		}
	}
	return false
}

// headerCells counts what the cells of a row name.
type headerCells struct {
	same    int // their own columns
	fresh   int // columns, below a header that says nothing to us
	other   int // other columns
	unknown int // nothing to us, as the header above them
	kinds   map[Kind]bool
	own     bool // all are words of the input's header
	in      Languages
	found   Languages // in, and those of the cells
}

// add counts a cell; false if it names no column.
func (s *headerCells) add(h *Rows, c headerColumn, text string) bool {
	word := Squash(text)
	if word == "" {
		return false
	}
	s.own = s.own && h.words[word]
	if word == c.squashed {
		s.same++
		s.kinds[c.kind] = true
		return true
	}
	k := s.named(h.lex, text)
	switch {
	case k == KindNone && h.words[word]:
		s.other++
	case k == KindNone && c.kind == KindNone && !c.used && !strings.ContainsAny(text, "0123456789"):
		s.unknown++
	case k == KindNone:
		return false
	case c.kind == KindNone:
		s.fresh++
	case alike(k, c.kind):
		s.same++
	default:
		s.other++
	}
	s.kinds[k] = true
	return true
}

// named is the kind of column that a text names. Words that say only whose or what kind of something are values too.
func (s *headerCells) named(lex *Lexicon, text string) Kind {
	m := lex.Understand(text, s.in)
	if m.Forbids || m.Unknown > 0 {
		return KindNone
	}
	s.found |= m.Langs &^ (langEN | langAny)
	switch m.Kind {
	case KindScopeOnly, KindLabel, KindNumber, KindAsk:
		return KindNone
	}
	return m.Kind
}

// fewestNamed is how many columns the header of another table names: two words that are columns elsewhere may be
// somebody's name ("Nick Land").
const fewestNamed = 3

func (s *headerCells) verdict(least int, first bool) Row {
	named := s.same + s.fresh + s.other
	delete(s.kinds, KindNone)
	switch {
	case named < least || s.unknown > s.same:
		return NoHeader
	case s.other == 0:
		return HeaderAgain
	case s.own && s.unknown == 0:
		return HeaderOfOther // the same columns in another order
	case named < fewestNamed || len(s.kinds) < fewestNamed || !s.ofPeople():
		return NoHeader
	case first && s.same > s.other:
		return HeaderAgain // labels, of which one or two are worded otherwise
	}
	return HeaderOfOther
}

// ofPeople reports whether one of the columns names or reaches somebody.
func (s *headerCells) ofPeople() bool {
	return slices.ContainsFunc([]Kind{KindFirst, KindLast, KindFull, KindDisplay, KindName, KindEmail, KindPhone, KindMobile},
		func(k Kind) bool { return s.kinds[k] })
}

// alike reports whether two kinds are what people call one column.
func alike(a, b Kind) bool {
	for _, same := range [...][]Kind{{KindFull, KindDisplay, KindName}, {KindStreet, KindAddress, KindCombined}, {KindCountry, KindNation, KindState}} {
		if slices.Contains(same, a) && slices.Contains(same, b) {
			return true
		}
	}
	return a == b
}
