package csv

import (
	"errors"
	"io"
	"math"
	"strings"

	"github.com/contactsync/contactsync/importer/cell"
)

// Feed returns the next piece of decoded text, valid until the next call; with io.EOF it is the last one.
type Feed func() ([]byte, error)

// slabSize is how many cells are allocated at once.
const slabSize = 4096

// Splitter cuts text into records. Unlike encoding/csv it can go on after a broken quote (see recover.go), keeps line
// ends within cells as they are, and takes LF, CRLF and CR as line ends alike, also mixed.
//
// It holds a window of the text, as one string, and gives out parts of it: a record costs no copy. The window always
// starts with the record in hand, so that a broken one can be looked at again from its start; it grows to little more
// than MaxRow.
type Splitter struct {
	Form
	// Width is how many cells the header has; 0 while that is not known.
	Width int

	feed Feed
	text string
	pos  int // where the next record starts in text
	Line int // the physical line of pos, from 1
	eof  bool
	err  error // why the feed ended, if not in io.EOF

	lf, cr, quotes finder
	cells          []string
	slab           []string    // cells are put here; the caller cuts off what it keeps
	unescaped      []Unescaped // cells of the record in hand
	other          *Splitter   // reads single texts in another form
	// usual holds the numbers of cells that good records had, so that recover can tell a row from a rest of one.
	usual [256]bool
	// rest means that what comes belongs to a record that has been given out as too long.
	rest restKind
}

type restKind int

const (
	noRest     restKind = iota
	restOfLine          // up to the next line end
	restQuoted          // up to where its quote closes, or a line that is a row by itself
)

// Record is what the splitter found. Its texts are parts of the window's string and stay valid.
type Record struct {
	Line   int
	Raw    string   // without the last line end
	EOL    string   // the last line end
	Cells  []string // valid until the next call
	Blank  bool
	Quoted bool
	Fault  Fault
	Column int // of the fault, from 1
	// Unescaped are the cells with quotes that have a backslash before them.
	Unescaped []Unescaped
	wholeOf   int // how many cells there were, all but the first one empty, before that was taken apart
}

// Unescaped is a cell whose quotes had backslashes before them.
type Unescaped struct {
	Column int    // from 1
	Text   string // as it stands
}

// Fault is what is wrong with a record.
type Fault int

// The faults.
const (
	NoFault Fault = iota
	StrayQuote
	UnclosedQuote
	TooLong
)

// errMore says that the window ends before the record does.
var errMore = errors.New("more text is needed")

// NewSplitter cuts the text that a feed gives, of a table in a form.
func NewSplitter(how Form, f Feed) *Splitter {
	return &Splitter{
		Form: how, feed: f, Line: 1, slab: make([]string, 256),
		lf: newFinder('\n'), cr: newFinder('\r'), quotes: newFinder(how.Quote),
	}
}

// Next returns the next record; a line with nothing on it is a record that is blank. It returns io.EOF at the end, or
// the feed's error once all records before it are given out.
func (s *Splitter) Next() (Record, error) {
	for {
		rec, err := s.try()
		if !errors.Is(err, errMore) {
			return rec, err
		}
		if err := s.more(); err != nil {
			return Record{}, err
		}
	}
}

func (s *Splitter) try() (Record, error) {
	if s.rest != noRest {
		if err := s.skipRest(); err != nil {
			return Record{}, err
		}
	}
	if s.pos == len(s.text) {
		if s.eof {
			return Record{}, io.EOF
		}
		return Record{}, errMore
	}
	p, err := s.parse(s.pos)
	switch {
	case err != nil:
		return Record{}, err
	case p.fault != NoFault || p.lines > 1 && s.swallowed(p):
		return s.recover(p)
	}
	if n := len(s.cells); s.Width > 0 && n < len(s.usual) {
		s.usual[n] = true
	}
	return s.take(p), nil
}

// SkipLine drops the rest of a physical line, whatever quotes it has.
func (s *Splitter) SkipLine() error {
	s.rest = restOfLine
	for {
		err := s.skipRest()
		if !errors.Is(err, errMore) {
			return err
		}
		if err := s.more(); err != nil {
			return err
		}
	}
}

// more appends to the window, dropping what lies before the record in hand.
func (s *Splitter) more() error {
	if s.err != nil {
		return s.err
	}
	piece, err := s.feed()
	if errors.Is(err, io.EOF) {
		s.eof = true
	} else if err != nil {
		s.err = err
		return err
	}
	var window strings.Builder
	window.Grow(len(s.text) - s.pos + len(piece))
	window.WriteString(s.text[s.pos:])
	window.Write(piece)
	s.text = window.String()
	s.pos = 0
	s.lf.reset()
	s.cr.reset()
	s.quotes.reset()
	return nil
}

// parsed is where a record lies in the window.
type parsed struct {
	start, end, next int
	lines            int // physical lines
	blank, quoted    bool
	fault            Fault
	column           int
}

func (s *Splitter) take(p parsed) Record {
	rec := Record{
		Line: s.Line, Raw: s.text[p.start:p.end], EOL: s.text[p.end:p.next], Cells: s.cells,
		Blank: p.blank, Quoted: p.quoted, Fault: p.fault, Column: p.column, Unescaped: s.unescaped,
	}
	s.pos = p.next
	s.Line += p.lines
	return rec
}

// parse reads the record that starts at a place of the window into s.cells. It moves nothing.
func (s *Splitter) parse(start int) (parsed, error) {
	s.cells, s.unescaped = s.slab[:0], nil
	end := s.lineEnd(start)
	if end-start > MaxRow {
		return parsed{start: start, end: end, next: end, fault: TooLong}, nil
	}
	next, err := s.lineNext(end)
	if err != nil {
		return parsed{}, err
	}
	if s.quotes.at(s.text, start) < end {
		return s.parseQuoted(start)
	}
	line := s.text[start:end]
	p := parsed{start: start, end: end, next: next, lines: 1, blank: cell.Blank(line) && !strings.Contains(line, s.Delimiter)}
	s.split(line)
	return p, nil
}

// split cuts a line without quotes.
func (s *Splitter) split(line string) {
	cells := s.cells
	for i := s.indexDelim(line); i >= 0; i = s.indexDelim(line) {
		cells = append(cells, line[:i])
		line = line[i+len(s.Delimiter):]
	}
	cells = append(cells, line)
	s.cells = cells
}

func (s *Splitter) indexDelim(text string) int {
	if len(s.Delimiter) == 1 {
		return strings.IndexByte(text, s.Delimiter[0])
	}
	return strings.Index(text, s.Delimiter)
}

// lineEnd returns where the line ends in which i stands: at its CR or LF, or at the end of the window.
func (s *Splitter) lineEnd(i int) int {
	return min(s.lf.at(s.text, i), s.cr.at(s.text, i))
}

// lineNext returns where the line behind the line end at i starts. A CR at the end of the window may be half a CRLF.
func (s *Splitter) lineNext(i int) (int, error) {
	switch {
	case i == len(s.text):
		if !s.eof {
			return 0, errMore
		}
		return i, nil
	case s.text[i] == '\n':
		return i + 1, nil
	case i+1 < len(s.text):
		if s.text[i+1] == '\n' {
			return i + 2, nil
		}
		return i + 1, nil
	case !s.eof:
		return 0, errMore
	}
	return i + 1, nil
}

func countLineEnds(s string) int {
	return strings.Count(s, "\n") + strings.Count(s, "\r") - strings.Count(s, "\r\n")
}

// finder finds the next place of a byte and remembers it, so that however many records a stretch of text holds, it is
// searched once.
type finder struct {
	c           byte
	from, found int
}

func newFinder(c byte) finder { return finder{c: c, from: math.MaxInt} }

func (f *finder) reset() { f.from = math.MaxInt }

// at returns the first place of the byte at or behind i, or the length of the text.
func (f *finder) at(text string, i int) int {
	if f.from <= i && i <= f.found {
		return f.found
	}
	return f.find(text, i)
}

func (f *finder) find(text string, i int) int {
	f.from, f.found = i, len(text)
	if j := strings.IndexByte(text[i:], f.c); j >= 0 {
		f.found = i + j
	}
	return f.found
}
