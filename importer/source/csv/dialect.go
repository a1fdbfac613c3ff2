package csv

import (
	"io"
	"strings"
	"unicode/utf8"

	"github.com/contactsync/contactsync/importer/cell"
)

// Dialect is the form of a table: all that must be known, besides the encoding, to read its rows.
type Dialect struct {
	Delimiter  rune
	Form       Form
	Newline    string // the most frequent line end behind a record
	Mixed      bool   // others occur too
	SepLine    bool
	HeaderLine int // physical, from 1
	Header     []string
	Strange    string // what the cells stand within that is text in CSV; empty for nothing
}

// delimiters returns those that are looked for; of two that fit equally well, the earlier one is taken.
func delimiters() []rune { return []rune{'\t', ';', '|', '^', ','} }

const (
	lookAtRecords = 500
	lookAtHeader  = 50
)

// look is a sample cut into records with one delimiter.
type look struct {
	Form
	records []Record
	width   int     // the usual number of cells
	quality float64 // how much it looks like a table, from 0 to 1
	header  int     // index in records; -1 if none was found
}

// Told is what the user told of a table; what is zero is found out.
type Told struct {
	Delimiter rune
	// HeaderLine is the physical line that names the columns, from 1.
	HeaderLine int
}

// Sniff tells the dialect of the text at the start of an input. whole says that the text is all there is. What the
// user told is taken as told.
func Sniff(text string, whole bool, o Told) (Dialect, bool) {
	d := Dialect{Delimiter: o.Delimiter}
	line := 1
	if sep, rest, ok := sepLine(text); ok {
		d.SepLine = true
		text, line = rest, 2
		if d.Delimiter == 0 {
			d.Delimiter = sep
		}
	}
	for ; o.HeaderLine > line; line++ {
		_, rest, ok := cutLine(text)
		if !ok {
			return d, false
		}
		text = rest
	}
	var best look
	if d.Delimiter != 0 {
		best = bestForm(counted(text, d.Delimiter), line, whole, d.Delimiter, o.HeaderLine > 0)
	} else {
		best = bestLook(text, line, whole, o.HeaderLine > 0)
	}
	if best.header < 0 {
		return d, false
	}
	d.Form = best.Form
	d.Delimiter, _ = utf8.DecodeRuneInString(best.Delimiter)
	d.HeaderLine = best.records[best.header].Line
	if counted(text, d.Delimiter) == text {
		d.Header = best.records[best.header].Cells
	} else if plain := lookAt(text, line, whole, best.Form, o.HeaderLine > 0); best.header < len(plain.records) {
		d.Header = plain.records[best.header].Cells // with the entities that were not counted
	}
	d.Strange = best.strangeQuotes()
	d.Newline, d.Mixed = usualNewline(best.records)
	return d, true
}

func bestLook(text string, line int, whole bool, told bool) look {
	var best look
	single := look{header: -1}
	for _, delim := range delimiters() {
		l := bestForm(counted(text, delim), line, whole, delim, told)
		if l.quality > best.quality+1e-9 {
			best = l
		}
		if l.width <= 1 && (single.header < 0 || delim == ',') {
			single = l // does not cut anything: fits a table of one column
		}
	}
	if best.quality > 0 {
		return best
	}
	if single.header < 0 {
		return lookAt(text, line, whole, plainForm('\t'), told)
	}
	return single
}

// counted is the text as one delimiter's places are counted in it.
func counted(text string, delim rune) string {
	if delim != ';' {
		return text
	}
	return maskEntities(text)
}

// lookAt cuts a text with one delimiter. told says that the first record is the header.
func lookAt(text string, line int, whole bool, f Form, told bool) look {
	l := look{Form: f, header: -1}
	s := NewSplitter(f, func() ([]byte, error) { return []byte(text), io.EOF })
	s.Line = line
	for len(l.records) < lookAtRecords {
		rec, err := s.Next()
		if err != nil {
			break
		}
		if !whole && s.eof && s.pos == len(s.text) {
			break // cut off by the sample's end
		}
		rec.Cells = append([]string(nil), rec.Cells...)
		if f.Whole {
			if cells, ok := s.WholeRow(&rec); ok {
				rec.wholeOf, rec.Cells = len(rec.Cells), cells
			}
		}
		rec.Blank = rec.Blank || rec.Fault == NoFault && cell.AllEmpty(rec.Cells)
		l.records = append(l.records, rec)
	}
	l.width = usualWidth(l.records)
	l.header = findHeader(l.records, s.Delimiter, l.width, told)
	if l.width > 1 && l.header >= 0 && (len(l.records[l.header].Cells) > 1 || l.records[l.header].Fault != NoFault) {
		l.quality = tableness(l.records[l.header:], l.width)
	}
	return l
}

// usualWidth returns how many cells most records have that have more than one, empty ones at the end not counted.
func usualWidth(records []Record) int {
	counts := map[int]int{}
	best := 1
	for _, rec := range records {
		n := Filled(rec.Cells)
		if rec.Blank || rec.Fault != NoFault || n < 2 {
			continue
		}
		counts[n]++
		if counts[n] > counts[best] || counts[n] == counts[best] && n > best {
			best = n
		}
	}
	return best
}

// Filled counts cells without the empty ones at the end.
func Filled(cells []string) int {
	n := len(cells)
	for n > 0 && cell.Clean(cells[n-1]) == "" {
		n--
	}
	return n
}

// tableness tells how much records look like the rows of a table below its header, which is the first of them: they have
// the usual number of cells, or as many as the header, also where the last ones are empty.
func tableness(records []Record, width int) float64 {
	sum, total := 0.0, 0
	named := len(records[0].Cells)
	for _, rec := range records {
		if rec.Blank {
			continue
		}
		total++
		switch n := Filled(rec.Cells); {
		case rec.Fault != NoFault:
			sum -= 0.5
		case n == width || len(rec.Cells) == width || named >= width && len(rec.Cells) == named:
			sum++
		case len(rec.Cells) > 1:
			sum += 0.5
		}
	}
	if total == 0 {
		return 0
	}
	return sum / float64(total) * (1 - 1/float64(width))
}

// findHeader returns the first record that is wide enough to name the columns: titles, dates and filters that reports
// put above the table are not.
func findHeader(records []Record, delim string, width int, told bool) int {
	first, gap := -1, false
	for i, rec := range records[:min(len(records), lookAtHeader)] {
		if rec.Blank {
			gap = gap || first >= 0
			continue
		}
		if told {
			return i
		}
		if first < 0 {
			first = i
		}
		if rec.Fault != NoFault && (strings.Count(rec.Raw, delim)+1)*10 >= width*6 {
			return i // a header with a broken quote; to take the next row for one would be worse than to say so
		}
		if rec.Fault != NoFault || !wideEnough(rec.Cells, width) {
			continue
		}
		if i != first && width == 2 && !gap {
			break // a list of one column with a comma in it, rather than a title above two columns
		}
		if len(rec.Cells) < width && i+1 < len(records) && records[i+1].Blank {
			continue // a title with a comma in it: no blank line stands between a header and its rows
		}
		return i
	}
	return first
}

func wideEnough(cells []string, width int) bool {
	named := 0
	for _, c := range cells {
		if cell.Clean(c) != "" {
			named++
		}
	}
	if width <= 2 {
		return len(cells) >= width && named > 0
	}
	return len(cells)*10 >= width*6 && named >= max(2, (width+1)/2)
}

func usualNewline(records []Record) (newline string, mixed bool) {
	counts := map[string]int{}
	for _, rec := range records {
		if rec.EOL != "" {
			counts[rec.EOL]++
		}
	}
	newline = "\n"
	for _, eol := range []string{"\r\n", "\r"} {
		if counts[eol] > counts[newline] {
			newline = eol
		}
	}
	return newline, len(counts) > 1
}

// sepLine reads the line "sep=;" with which a file tells spreadsheets its delimiter.
func sepLine(text string) (delim rune, rest string, ok bool) {
	line, rest, _ := cutLine(text)
	line = strings.Trim(strings.TrimSpace(line), `"`)
	if len(line) < 5 {
		if line != "sep=" && line != "SEP=" { // a tab may be taken for a blank at the end
			return 0, text, false
		}
		return '\t', rest, true
	}
	if !strings.EqualFold(line[:4], "sep=") {
		return 0, text, false
	}
	r, size := utf8.DecodeRuneInString(line[4:])
	if len(line) != 4+size || !ValidDelimiter(r) {
		return 0, text, false
	}
	return r, rest, true
}

// ValidDelimiter reports whether a character can separate cells.
func ValidDelimiter(r rune) bool {
	return r != 0 && r != '"' && r != '\r' && r != '\n' && r != utf8.RuneError && utf8.ValidRune(r)
}

// cutLine splits a text behind its first line; ok is false where there is none behind it.
func cutLine(text string) (line, rest string, ok bool) {
	i := strings.IndexAny(text, "\r\n")
	if i < 0 {
		return text, "", false
	}
	line, rest = text[:i], text[i+1:]
	if text[i] == '\r' {
		rest = strings.TrimPrefix(rest, "\n")
	}
	return line, rest, true
}
