package dedupe

// Column is one value for each row, in pieces that stay where they are: growing never needs a second copy of the whole.
type Column[T any] struct{ pieces [][]T }

const pieceRows = 1 << 14

// Get returns a row's value; the zero value if none was set.
func (c *Column[T]) Get(row uint32) T {
	var zero T
	if int(row/pieceRows) >= len(c.pieces) || c.pieces[row/pieceRows] == nil {
		return zero
	}
	return c.pieces[row/pieceRows][row%pieceRows]
}

// Set gives a row its value.
func (c *Column[T]) Set(row uint32, value T) {
	i := int(row / pieceRows)
	for len(c.pieces) <= i {
		c.pieces = append(c.pieces, nil)
	}
	if c.pieces[i] == nil {
		c.pieces[i] = make([]T, pieceRows)
	}
	c.pieces[i][row%pieceRows] = value
}
