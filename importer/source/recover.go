package source

import "strings"

// How a broken record ends.
//
// A quote that is never closed, or one too many, makes everything behind it doubtful: by the letter of RFC 4180 the
// next rows are part of a cell. So the record is given up and the next physical line is tried as a record of its own.
// A line that parses and has as many cells as rows of this input have is a row: reading goes on with it. Any other line,
// while the broken record's quote is open, is a rest of that record (the second line of an address, say) and must not
// become a row that says something else than its writer meant. So a broken record costs itself, its rests, and nothing
// that can be recognised as a row.

// recover takes the record at the window's start, which parse could not read, together with what belongs to it.
func (s *splitter) recover(p parsed) (record, error) {
	kind, column := p.fault, p.column
	if kind == noFault {
		kind = faultUnclosed
	}
	start := s.pos
	l := lenient{delim: s.delim, blanks: s.blanks}
	at, lines, end := start, 0, start
	for {
		eol := s.lineEnd(at)
		if eol-at > MaxRow {
			if lines > 0 { // this line is a record of its own
				break
			}
			end, at, kind = eol, eol, faultTooLong
			s.rest = restOfLine
			break
		}
		next, err := s.lineNext(eol)
		if err != nil {
			return record{}, err
		}
		if lines > 0 {
			row, err := s.isRow(at)
			if err != nil {
				return record{}, err
			}
			if row {
				break
			}
		}
		l.line(s.text[at:eol])
		at, end = next, eol
		lines++
		if !l.open || at == len(s.text) && s.eof {
			break
		}
		if at-start > MaxRow {
			kind, s.rest = faultTooLong, restQuoted
			break
		}
	}
	s.cells = nil
	return s.take(parsed{
		start: start, end: end, next: at, lines: lines, quoted: true, fault: kind, column: column,
	}), nil
}

// isRow reports whether a line, taken as the start of a record, is one that rows of this input look like.
func (s *splitter) isRow(at int) (bool, error) {
	p, err := s.parse(at)
	if err != nil {
		return false, err
	}
	if p.fault != noFault {
		// Broken as well, but with as many cells as a row: one that is broken by itself.
		return s.width > 2 && s.looksWide(s.text[at:s.lineEnd(at)]), nil
	}
	if p.blank {
		return false, nil
	}
	n := len(s.cells)
	return s.width == 0 || n == s.width || n > 1 && n < len(s.usual) && s.usual[n], nil
}

// skipRest drops what belongs to a record that was given out as too long.
func (s *splitter) skipRest() error {
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
		s.line++
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
		l := lenient{delim: s.delim, blanks: s.blanks, open: true}
		l.line(s.text[s.pos:eol])
		s.pos = next
		s.line++
		if !l.open {
			s.rest = noRest
			return nil
		}
	}
	return nil
}

// lenient follows quotes as a tolerant reader does: one within a cell is text, one before a delimiter or a line end
// closes.
type lenient struct {
	delim  string
	blanks bool
	open   bool
}

func (l *lenient) line(line string) {
	i := 0
	for {
		if !l.open {
			if l.blanks {
				i += blanksBeforeQuote(line[i:])
			}
			if i < len(line) && line[i] == '"' {
				l.open = true
				i++
				continue
			}
			d := strings.Index(line[i:], l.delim)
			if d < 0 {
				return
			}
			i += d + len(l.delim)
			continue
		}
		q := strings.IndexByte(line[i:], '"')
		if q < 0 {
			return
		}
		i += q + 1
		switch rest := line[i:]; {
		case rest == "":
			l.open = false
			return
		case rest[0] == '"':
			i++
		case strings.HasPrefix(rest, l.delim):
			l.open = false
			i += len(l.delim)
		}
	}
}

// swallowed reports whether a record of several lines, well-formed by the letter, is in truth rows between two stray
// quotes: its lines look like rows, and it does not.
func (s *splitter) swallowed(p parsed) bool {
	if s.width < 3 {
		return false
	}
	lines := splitLines(s.text[p.start:p.end])
	first, last := lines[0], lines[len(lines)-1]
	if len(s.cells) != s.width && s.looksWide(first) && s.looksWide(last) {
		return true
	}
	// A text of several lines may have a line with two commas; that each of them has as many as a row has, is another
	// matter.
	if s.width < 5 || len(lines) < 3 || !s.looksWide(first) && !s.looksWide(last) {
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
func (s *splitter) looksWide(line string) bool { return strings.Count(line, s.delim)+1 == s.width }

func splitLines(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' })
}
