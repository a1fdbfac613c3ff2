package source

import "strings"

// Rows within one pair of quotes. A table that is opened in a spreadsheet with another delimiter has all of each row in
// its first cell. Saved, the row stands in quotes: "Ann,Lee,""Ulm, Ost""". Left as it is, it is a contact that is called
// so, without anything else.

// wholeRow takes a record apart that is one cell in quotes with the delimiter in it, and nothing beside it. It does not
// say that it has to be. Without cells the record is none; ok says that its text is one by itself.
func (s *splitter) wholeRow(rec *record) (cells []string, ok bool) {
	if !rec.quoted || rec.fault != noFault || !strings.Contains(rec.cells[0], s.delim) || !allEmpty(rec.cells[1:]) ||
		!strings.HasPrefix(strings.TrimLeft(rec.raw, " "), string(s.quote)) {
		return nil, false
	}
	f := s.form
	f.whole = false
	found, _, ok := s.alone(rec.cells[0], f)
	return append([]string{}, found...), ok
}

// unwrap decides over a record that may be a row within one pair of quotes. It is one if the file is written so, or if it
// holds as many cells as a row has and no blank behind a delimiter, as a sentence does. A text with one comma, in a table
// of two columns, is a name. What remains in doubt must not become a contact.
func (r *Reader) unwrap(rec *record) {
	file, width := r.split.whole, len(r.in.header)
	if width < 2 || !file && len(rec.cells) > 1 {
		return
	}
	cells, ok := r.split.wholeRow(rec)
	if cells == nil {
		return
	}
	if !ok { // the text within is broken: read as one value it would pass for a name
		rec.doubt = file || width > 2 && strings.Count(rec.cells[0], r.split.delim) >= width-1
		return
	}
	tight := isTight(cells)
	switch n := len(cells); {
	case file && n >= width, n == width && width > 2 && tight:
		rec.repairs = append(rec.repairs, Repair{Code: CodeQuotedRowRead, Value: clip(rec.raw),
			Message: "the row stands as a whole within one pair of quotes, and was taken apart"})
		rec.cells = r.split.slab[:0]
		rec.cells = append(rec.cells, cells...)
	case file, n == width && (width > 2 || tight), width > 2 && n > 2 && tight:
		rec.doubt = true
	}
}
