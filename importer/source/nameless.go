package source

import (
	"errors"
	"io"

	"github.com/contactsync/contactsync/importer/cell"
)

// Where every line ends with a delimiter, so does the header: its last column has no name, and nothing stands there. A
// row with one delimiter more inside (an address with a comma in it, and no quotes) has then its last cell under that
// column, and an empty one behind it. It has slipped; with texts nothing else would notice.

// What makes a last column without a name one that no row uses. A column that somebody fills, and forgot to name, is
// filled in more rows than a few; it is told as one that goes nowhere.
const (
	// namelessRows is how many rows there must be at least: one of two says nothing.
	namelessRows = 3
	// namelessPercent is the share of rows that may have something there; at least one may.
	namelessPercent = 10
)

// findSlipped looks through all rows for what stands under last columns without a name. Only an input that has such
// columns pays for that pass.
func (in *Input) findSlipped() error {
	first := len(in.dialect.Header)
	for first > 0 && cell.Clean(in.dialect.Header[first-1]) == "" {
		first--
	}
	if first == len(in.dialect.Header) || first == 0 {
		return nil
	}
	found, err := in.countFilled(first)
	if err != nil || found.rows < namelessRows {
		return err
	}
	few := max(1, found.rows*namelessPercent/100)
	for i, n := range found.filled {
		if n <= few {
			in.unused = append(in.unused, first+i)
		}
	}
	in.named, in.exact = first, len(in.unused) > 0 && found.long <= few
	return nil
}

// filledCells is what all rows that can be read have in the last columns.
type filledCells struct {
	rows   int
	filled []int // rows that have something there, for each of the columns
	long   int   // rows that have more cells than the header, and nothing in those
}

// countFilled looks at the columns from first on.
func (in *Input) countFilled(first int) (filledCells, error) {
	found := filledCells{filled: make([]int, len(in.header)-first)}
	r, err := in.readTable()
	if err != nil {
		return found, err
	}
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			found.long = r.long
			return found, r.Close()
		}
		if err != nil {
			return found, joinClose(err, r.Close)
		}
		if row.Defect != nil {
			continue
		}
		found.rows++
		for i, text := range row.Cells[first:] {
			if !cell.Empty(text) {
				found.filled[i]++
			}
		}
	}
}
