package source

import (
	"errors"
	"io"
)

// Where every line ends with a delimiter, so does the header: its last column has no name, and nothing stands there. A
// row with one delimiter more inside (an address with a comma in it, and no quotes) is then no longer than the header,
// and what was its last cell stands under that column. It has slipped; with texts nothing else would notice.

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
	first := len(in.dialect.header)
	for first > 0 && Clean(in.dialect.header[first-1]) == "" {
		first--
	}
	if first == len(in.dialect.header) || first == 0 {
		return nil
	}
	counts, rows, err := in.countFilled(first)
	if err != nil {
		return err
	}
	for i, n := range counts {
		if rows >= namelessRows && n <= max(1, rows*namelessPercent/100) {
			in.unused = append(in.unused, first+i)
		}
	}
	in.named = first
	return nil
}

// countFilled counts, for each column from first on, the rows that have something in it, and all rows that can be read.
func (in *Input) countFilled(first int) (counts []int, rows int, err error) {
	r, err := in.Read()
	if err != nil {
		return nil, 0, err
	}
	counts = make([]int, len(in.header)-first)
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			return counts, rows, r.Close()
		}
		if err != nil {
			return nil, 0, joinClose(err, r.Close)
		}
		if row.Defect != nil {
			continue
		}
		rows++
		for i, cell := range row.Cells[first:] {
			if !emptyCell(cell) {
				counts[i]++
			}
		}
	}
}
