package source

import (
	"strings"

	"github.com/contactsync/contactsync/importer/source/csv"
)

// Rows within one pair of quotes. A table that is opened in a spreadsheet with another delimiter has all of each row in
// its first cell. Saved, the row stands in quotes: "Ann,Lee,""Ulm, Ost""". Left as it is, it is a contact that is called
// so, without anything else.

// unwrap decides over a record that may be a row within one pair of quotes. It is one if the file is written so, or if it
// holds as many cells as a row has and no blank behind a delimiter, as a sentence does. A text with one comma, in a table
// of two columns, is a name. What remains in doubt must not become a contact.
func (r *tableReader) unwrap(rec *found) {
	file, width := r.split.Whole, len(r.in.header)
	if width < 2 || !file && len(rec.Cells) > 1 {
		return
	}
	cells, ok := r.split.WholeRow(&rec.Record)
	if cells == nil {
		return
	}
	if !ok { // the text within is broken: read as one value it would pass for a name
		rec.doubt = file || width > 2 && strings.Count(rec.Cells[0], r.split.Delimiter) >= width-1
		return
	}
	tight := csv.IsTight(cells)
	switch n := len(cells); {
	case file && n >= width, n == width && width > 2 && tight:
		rec.repairs = append(rec.repairs, Repair{Code: CodeQuotedRowRead, Value: clip(rec.Raw),
			Message: "the row stands as a whole within one pair of quotes, and was taken apart"})
		rec.Cells = r.split.Put(cells)
	case file, n == width && (width > 2 || tight), width > 2 && n > 2 && tight:
		rec.doubt = true
	}
}
