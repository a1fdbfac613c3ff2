package source

import (
	"fmt"
	"unicode/utf8"

	"github.com/contactsync/contactsync/importer/source/charset"
)

// Exports that were put together have rows in two encodings. In a file in UTF-8 the other rows have bytes that mean
// nothing there, which is a defect. In a file in a one-byte encoding all bytes mean something, but a row that is
// well-formed UTF-8 is so by chance only if it makes more sense as the file's encoding has it.

// apart reads a row that is in UTF-8 while its input is not.
func (r *tableReader) apart(row *Row, raw string) {
	if charset.IsASCII(raw) {
		return
	}
	if bytes := r.in.text.Encode(raw); !utf8.Valid(bytes) || !r.in.text.BetterAsUTF8(string(bytes), raw) {
		return
	}
	row.Apart = true
	for i, cell := range row.Cells {
		if text := string(r.in.text.Encode(cell)); text != cell {
			row.Cells[i] = text
			row.Repairs = append(row.Repairs, Repair{Code: CodeEncodingRead, Column: i + 1, Value: cell,
				Message: fmt.Sprintf("the file is in %s, and this row in UTF-8: it was read as that", r.in.text.Name)})
		}
	}
}
