package csv

import "strings"

// How a broken record ends.
//
// A quote that is never closed, or one too many, makes everything behind it doubtful: by the letter of RFC 4180 the
// next rows are part of a cell. So the record is given up and the next physical line is tried as a record of its own.
// A line that parses and has as many cells as rows of this input have is a row: reading goes on with it. Any other line,
// while the broken record's quote is open, is a rest of that record (the second line of an address, say) and must not
// become a row that says something else than its writer meant. So a broken record costs itself, its rests, and nothing
// that can be recognised as a row.
//
// Where the quotes of its first line come in pairs ("5" Nails Lane), that line most likely holds all of it, and the lines
// behind it are rows, however many cells they have; it has rests only if a quote closes further down in such a way that
// the whole has as many cells as a row.

// recover takes the record at the window's start, which parse could not read, together with what belongs to it.
func (s *Splitter) recover(p parsed) (Record, error) {
	kind, column := p.fault, p.column
	if kind == NoFault {
		kind = UnclosedQuote
	}
	start := s.pos
	l := lenient{Form: s.Form}
	at, lines, end := start, 0, start
	for {
		eol := s.lineEnd(at)
		if eol-at > MaxRow {
			if lines > 0 { // this line is a record of its own
				break
			}
			end, at, kind = eol, eol, TooLong
			s.rest = restOfLine
			break
		}
		next, err := s.lineNext(eol)
		if err != nil {
			return Record{}, err
		}
		if lines > 0 {
			row, err := s.isRow(at)
			if err != nil {
				return Record{}, err
			}
			if row {
				break
			}
		}
		if lines == 0 {
			if rec, ok := s.reread(parsed{start: at, end: eol, next: next, lines: 1, quoted: true}); ok {
				return rec, nil
			}
		}
		l.line(s.text[at:eol])
		at, end = next, eol
		lines++
		if lines == 1 && l.open && strings.Count(s.text[start:eol], string(s.Quote))%2 == 0 {
			closes, err := s.closes(l, at)
			if err != nil {
				return Record{}, err
			}
			l.open = closes
		}
		if !l.open || at == len(s.text) && s.eof {
			break
		}
		if at-start > MaxRow {
			kind, s.rest = TooLong, restQuoted
			break
		}
	}
	s.cells, s.unescaped = nil, nil
	return s.take(parsed{
		start: start, end: end, next: at, lines: lines, quoted: true, fault: kind, column: column,
	}), nil
}

// reread reads a line that is broken by the letter in the ways of other programs, which the rest of the input need not
// follow: blanks before an opening quote, backslashes before quotes that belong to the text. It has to be one record with
// exactly the cells of a row.
func (s *Splitter) reread(p parsed) (Record, bool) {
	line := s.text[p.start:p.end]
	if s.Width < 2 || s.Quote != '"' {
		return Record{}, false
	}
	for _, f := range s.otherForms(line) {
		if cells, escaped, ok := s.alone(line, f); ok && len(cells) == s.Width {
			s.cells, s.unescaped = s.slab[:0], escaped
			s.cells = append(s.cells, cells...)
			return s.take(p), true
		}
	}
	return Record{}, false
}

// otherForms are the forms that a line, read on its own, gives cause to try.
func (s *Splitter) otherForms(line string) []Form {
	var forms []Form
	for _, f := range []Form{{blanks: true, Escape: s.Escape}, {blanks: s.blanks, Escape: !s.Escape}, {blanks: true, Escape: !s.Escape}} {
		if f.Escape != s.Escape && !strings.Contains(line, `\"`) || f.blanks != s.blanks && !strings.Contains(line, s.Delimiter+` "`) && !strings.HasPrefix(line, ` "`) {
			continue
		}
		f.Delimiter, f.Quote = s.Delimiter, s.Quote
		if f != s.Form {
			forms = append(forms, f)
		}
	}
	return forms
}

// alone reads a text that is one record and nothing else.
func (s *Splitter) alone(text string, f Form) ([]string, []Unescaped, bool) {
	if s.other == nil {
		s.other = NewSplitter(f, nil)
	}
	o := s.other
	o.Form, o.text, o.pos, o.eof = f, text, 0, true
	o.lf.reset()
	o.cr.reset()
	o.quotes = newFinder(f.Quote)
	p, err := o.parse(0)
	if err != nil || p.fault != NoFault || p.next != len(text) {
		return nil, nil, false
	}
	return o.cells, o.unescaped, true
}

// closesWithin is how many lines are searched for the quote that ends a text with stray quotes in its first line. It is
// more than an address or a note has, and few enough for a file that is broken in every line.
const closesWithin = 100

// closes reports whether a quote that is open at a line's end closes before the next row, and makes a record of the width
// of one of all that stands before it. The lines from at on are looked at, as many as a text may have.
func (s *Splitter) closes(l lenient, at int) (bool, error) {
	from := at
	for range closesWithin {
		if at == len(s.text) && s.eof || at-from > MaxCell {
			break
		}
		eol := s.lineEnd(at)
		next, err := s.lineNext(eol)
		if err != nil {
			return false, err
		}
		if row, err := s.isRow(at); row || err != nil {
			return false, err
		}
		l.line(s.text[at:eol])
		if !l.open {
			return l.cells+1 == s.Width, nil
		}
		at = next
	}
	return false, nil
}

// isRow reports whether a line, taken as the start of a record, is one that rows of this input look like.
func (s *Splitter) isRow(at int) (bool, error) {
	p, err := s.parse(at)
	if err != nil {
		return false, err
	}
	if p.fault != NoFault {
		// Broken as well, but with as many cells as a row: one that is broken by itself.
		return s.Width > 2 && s.looksWide(s.text[at:s.lineEnd(at)]), nil
	}
	if p.blank {
		return false, nil
	}
	n := len(s.cells)
	switch {
	case s.Width == 0, n == s.Width, n > 1 && n < len(s.usual) && s.usual[n]:
		return true, nil
	case n > s.Width && Filled(s.cells) > s.Width:
		return true, nil // one with too many cells: it is told as that, and can't become a contact
	}
	return s.Whole && n == 1 && p.quoted && strings.Contains(s.cells[0], s.Delimiter), nil
}

// skipRest drops what belongs to a record that was given out as too long.
func (s *Splitter) skipRest() error {
	if s.rest == restOfLine {
		eol := s.lineEnd(s.pos)
		if eol == len(s.text) && !s.eof {
			s.pos = eol
			return errMore
		}
		next, err := s.lineNext(eol)
		if err != nil {
			return err
		}
		s.pos = next
		s.Line++
		s.rest = noRest
		return nil
	}
	for s.pos < len(s.text) {
		eol := s.lineEnd(s.pos)
		if eol-s.pos > MaxRow {
			s.rest = noRest // no line of a cell: let it be a record, and too long, by itself
			return nil
		}
		next, err := s.lineNext(eol)
		if err != nil {
			return err
		}
		row, err := s.isRow(s.pos)
		if err != nil {
			return err
		}
		if row {
			s.rest = noRest
			return nil
		}
		l := lenient{Form: s.Form, open: true}
		l.line(s.text[s.pos:eol])
		s.pos = next
		s.Line++
		if !l.open {
			s.rest = noRest
			return nil
		}
	}
	return nil
}

// bothWide is the least width of a table in which a record is taken for two broken ones because its first and its last
// line have as many delimiters as a row, though the whole has the cells of one: its text would have to have as many again.
const bothWide = 4

// swallowed reports whether a record of several lines, well-formed by the letter, is in truth rows between two stray
// quotes: its lines look like rows, and it does not.
func (s *Splitter) swallowed(p parsed) bool {
	if s.Width < 3 {
		return false
	}
	lines := splitLines(s.text[p.start:p.end])
	first, last := lines[0], lines[len(lines)-1]
	if (len(s.cells) != s.Width || s.Width >= bothWide) && s.looksWide(first) && s.looksWide(last) {
		return true
	}
	// A text of several lines may have a line with two commas; that each of them has as many as a row has, is another
	// matter.
	if s.Width < 5 || len(lines) < 3 || !s.looksWide(first) && !s.looksWide(last) {
		return false
	}
	for _, line := range lines[1 : len(lines)-1] {
		if !s.looksWide(line) {
			return false
		}
	}
	return true
}

// looksWide reports whether a line has as many cells as the header when quotes are taken for text.
func (s *Splitter) looksWide(line string) bool { return strings.Count(line, s.Delimiter)+1 == s.Width }

func splitLines(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' })
}
