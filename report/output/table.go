package output

import (
	"encoding/csv"
	"io"

	"github.com/gocarina/gocsv"
)

// batchRows is how many rows gocsv marshals at once. One by one it prepares for each of them anew, which makes a row a
// fifth more expensive; above some dozens nothing is gained any more.
const batchRows = 64

// Table writes rows of a tagged struct as CSV.
type Table[T any] struct {
	writer *csv.Writer
	batch  []T
}

// NewTable begins a table with its header.
func NewTable[T any](w io.Writer) (*Table[T], error) {
	t := &Table[T]{writer: csv.NewWriter(w), batch: make([]T, 0, batchRows)}
	return t, gocsv.MarshalCSV(&t.batch, t.writer)
}

// Add adds a row.
func (t *Table[T]) Add(row T) error {
	t.batch = append(t.batch, row)
	if len(t.batch) < batchRows {
		return nil
	}
	return t.Flush()
}

// Flush writes what waits.
func (t *Table[T]) Flush() error {
	if len(t.batch) == 0 {
		return nil
	}
	err := gocsv.MarshalCSVWithoutHeaders(&t.batch, t.writer)
	clear(t.batch)
	t.batch = t.batch[:0]
	return err
}
