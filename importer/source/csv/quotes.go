package csv

import "strings"

// Form is how the cells of a table are told apart.
type Form struct {
	Delimiter string
	// Quote encloses a cell that may hold anything.
	Quote byte
	// blanks says that blanks may stand before the quote that opens a cell. Behind the one that closes it they always may.
	blanks bool
	// Escape says that a quote with a backslash before it is text, as some databases write it.
	Escape bool
	// Whole says that rows stand as a whole within one more pair of quotes: a table that was opened with another
	// delimiter, so that each row was one cell, and saved.
	Whole bool
}

func plainForm(delim rune) Form { return Form{Delimiter: string(delim), Quote: '"'} }

// parseQuoted reads a record with quotes, cell by cell, by the letter of RFC 4180: a quote stands at the very start of
// a cell, and the one that closes it at the very end. Blanks behind that one belong to nothing.
func (s *Splitter) parseQuoted(start int) (parsed, error) {
	p := parsed{start: start, lines: 1, quoted: true}
	i := start
	for {
		if s.blanks {
			i += s.blanksBeforeQuote(s.text[i:])
		}
		var c part
		var err error
		if i < len(s.text) && s.text[i] == s.Quote {
			c, err = s.quotedCell(i)
		} else {
			c, err = s.plainCell(start, i)
		}
		if err != nil {
			return p, err
		}
		p.lines += c.lines
		if c.fault != NoFault {
			p.fault, p.column, p.end, p.next = c.fault, len(s.cells)+1, c.end, c.end
			return p, nil
		}
		s.cells = append(s.cells, c.value)
		if strings.HasPrefix(s.text[c.end:], s.Delimiter) {
			i = c.end + len(s.Delimiter)
			continue
		}
		p.end = c.end
		p.next, err = s.lineNext(c.end)
		return p, err
	}
}

// part is one cell of a record with quotes.
type part struct {
	value string
	end   int // behind it, or where the fault is
	close int // behind the closing quote
	lines int // line ends within
	fault Fault
}

// plainCell reads the cell without quotes around it that starts at i.
func (s *Splitter) plainCell(start, i int) (part, error) {
	eol := s.lineEnd(i)
	if eol-start > MaxRow {
		return part{end: eol, fault: TooLong}, nil
	}
	if eol == len(s.text) && !s.eof {
		return part{}, errMore
	}
	end := eol
	if d := s.indexDelim(s.text[i:eol]); d >= 0 {
		end = i + d
	}
	q := s.quotes.at(s.text, i)
	if q >= end || s.Quote == '\'' { // an apostrophe within a word
		return part{value: s.text[i:end], end: end}, nil
	}
	if open := i + len(s.text[i:q]) - 1; q > i && s.text[open] == '=' && strings.Trim(s.text[i:open], " ") == "" {
		return s.wrapped(open)
	}
	if s.Escape {
		if text, ok := unescapePlain(s.text[i:end]); ok {
			s.escaped(s.text[i:end])
			return part{value: text, end: end}, nil
		}
	}
	return part{end: end, fault: StrayQuote}, nil
}

// wrapped reads ="...", the known way to keep a spreadsheet from changing a text; at is the equals sign. It is given out
// as it stands, delimiters within it included.
func (s *Splitter) wrapped(at int) (part, error) {
	c, err := s.quotedCell(at + 1)
	if err != nil || c.fault != NoFault {
		return c, err
	}
	if c.lines > 0 {
		c.fault = StrayQuote
		return c, nil
	}
	c.value = s.text[at:c.close]
	return c, nil
}

// quotedCell reads the cell whose opening quote is at open.
func (s *Splitter) quotedCell(open int) (part, error) {
	doubled, escaped := false, false
	for i := open + 1; ; {
		q := s.quotes.at(s.text, i)
		if q-s.pos > MaxRow && q-open > MaxCell {
			return part{end: q, fault: TooLong}, nil
		}
		if q == len(s.text) {
			if s.eof {
				return part{end: q, fault: UnclosedQuote}, nil
			}
			return part{}, errMore
		}
		if s.Escape && isEscaped(s.text[open+1:q]) {
			escaped = true
			i = q + 1
			continue
		}
		if q+1 == len(s.text) && !s.eof {
			return part{}, errMore
		}
		if q+1 < len(s.text) && s.text[q+1] == s.Quote {
			doubled = true
			i = q + 2
			continue
		}
		c := part{value: s.text[open+1 : q], end: q + 1, close: q + 1}
		if rest := s.text[q+1:]; rest != "" && rest[0] != '\n' && rest[0] != '\r' && !strings.HasPrefix(rest, s.Delimiter) {
			n, err := s.blanksBehindQuote(rest)
			if err != nil {
				return part{}, err
			}
			if n == 0 {
				c.fault = StrayQuote
				return c, nil
			}
			c.end += n
		}
		if s.lineEnd(open) < q {
			c.lines = countLineEnds(c.value)
		}
		if escaped {
			s.escaped(c.value)
			c.value = strings.ReplaceAll(c.value, `\`+string(s.Quote), string(s.Quote))
		}
		if doubled {
			c.value = strings.ReplaceAll(c.value, string(s.Quote)+string(s.Quote), string(s.Quote))
		}
		return c, nil
	}
}

// blanksBeforeQuote returns the number of blanks that stand before a quote, or 0.
func (f *Form) blanksBeforeQuote(text string) int {
	n := 0
	for n < len(text) && text[n] == ' ' {
		n++
	}
	if n < len(text) && text[n] == f.Quote {
		return n
	}
	return 0
}

// blanksBehindQuote returns the length of what stands behind a closing quote and belongs to nothing, blanks up to the
// delimiter or the line's end; 0 if anything else stands there.
func (s *Splitter) blanksBehindQuote(text string) (int, error) {
	n := s.blanksUpTo(text)
	rest := text[n:]
	if !s.eof && len(rest) < max(len(s.Delimiter), len(noBreak)) && !strings.ContainsAny(rest, "\r\n") {
		return 0, errMore
	}
	if rest == "" || rest[0] == '\n' || rest[0] == '\r' || strings.HasPrefix(rest, s.Delimiter) {
		return n, nil
	}
	return 0, nil
}

const noBreak = "\u00a0"

// blanksUpTo returns the length of the blanks at the start of a text. One that is the delimiter is none.
func (f *Form) blanksUpTo(text string) int {
	n := 0
	for n < len(text) && !strings.HasPrefix(text[n:], f.Delimiter) {
		switch {
		case text[n] == ' ' || text[n] == '\t':
			n++
		case strings.HasPrefix(text[n:], noBreak):
			n += len(noBreak)
		default:
			return n
		}
	}
	return n
}

// isEscaped reports whether what stands before a quote ends with a backslash that is not escaped itself.
func isEscaped(before string) bool {
	return (len(before)-len(strings.TrimRight(before, `\`)))%2 == 1
}

// unescapePlain frees a cell without quotes around it of the backslashes before its quotes; ok is false if one has none.
func unescapePlain(text string) (string, bool) {
	for i := range len(text) {
		if text[i] == '"' && !isEscaped(text[:i]) {
			return "", false
		}
	}
	return strings.ReplaceAll(text, `\"`, `"`), true
}

// escaped notes that the cell in hand has quotes with backslashes.
func (s *Splitter) escaped(text string) {
	s.unescaped = append(s.unescaped, Unescaped{Column: len(s.cells) + 1, Text: text})
}

// lenient follows quotes as a tolerant reader does: one within a cell is text, one before a delimiter or a line end
// closes.
type lenient struct {
	Form
	open  bool
	cells int // delimiters passed
}

func (l *lenient) line(line string) {
	i := 0
	for {
		if !l.open {
			if n := openingQuote(line[i:], &l.Form); n > 0 {
				l.open = true
				i += n
				continue
			}
			d := strings.Index(line[i:], l.Delimiter)
			if d < 0 {
				return
			}
			l.cells++
			i += d + len(l.Delimiter)
			continue
		}
		q := strings.IndexByte(line[i:], l.Quote)
		if q < 0 {
			return
		}
		escaped := l.Escape && isEscaped(line[:i+q])
		i += q + 1
		if escaped {
			continue
		}
		switch rest := line[i+l.blanksUpTo(line[i:]):]; {
		case i < len(line) && line[i] == l.Quote:
			i++
		case rest == "":
			l.open = false
			return
		case strings.HasPrefix(rest, l.Delimiter):
			l.open = false
			l.cells++
			i = len(line) - len(rest) + len(l.Delimiter)
		}
	}
}

// openingQuote returns the length of what opens a cell at the start of a text: a quote, or that of a wrapper; else 0.
func openingQuote(text string, f *Form) int {
	n := 0
	if f.blanks {
		n = f.blanksBeforeQuote(text)
	}
	switch {
	case n < len(text) && text[n] == f.Quote:
		return n + 1
	case len(text) > 1 && text[0] == '=' && text[1] == f.Quote:
		return 2
	}
	return 0
}
