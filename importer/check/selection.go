package check

import "slices"

// Selection says which rows a pass is about. The zero value is all of them.
type Selection struct {
	Has  func(seq int) bool // nil: all up to last
	Last int                // the last row that it can have; 0: the inputs' last; less: it has none
}

// RowsOf selects the rows that a table has something of. It is asked while the rows are read, so that what is put into
// the table meanwhile counts, but no row behind those that it has now.
func RowsOf[V any](table map[int]V) Selection {
	last := -1
	for seq := range table {
		last = max(last, seq)
	}
	return Selection{Has: func(seq int) bool { _, ok := table[seq]; return ok }, Last: last}
}

// And selects those of the rows that something else holds of, too.
func (s Selection) And(holds func(seq int) bool) Selection {
	has := s.Has
	return Selection{Has: func(seq int) bool { return (has == nil || has(seq)) && holds(seq) }, Last: s.Last}
}

// Those selects the rows, wherever they stand, of which something holds.
func Those(hold func(seq int) bool) Selection { return Selection{Has: hold} }

// Holds reports whether a row is selected.
func (s Selection) Holds(seq int) bool { return s.Has == nil || s.Has(seq) }

// isOver reports whether no row behind this one is selected.
func (s Selection) isOver(seq int) bool { return s.Last != 0 && seq >= s.Last }

// Of selects rows by their numbers, ascending.
func Of(rows []uint32) Selection {
	if len(rows) == 0 {
		return Selection{Last: -1}
	}
	return Selection{Last: int(rows[len(rows)-1]), Has: func(seq int) bool {
		_, found := slices.BinarySearch(rows, uint32(seq))
		return found
	}}
}
