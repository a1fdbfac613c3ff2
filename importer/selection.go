package importer

// selection says which rows a pass is about. The zero value is all of them.
type selection struct {
	has  func(seq int) bool // nil: all up to last
	last int                // the last row that it can have; 0: the inputs' last; less: it has none
}

// rowsOf selects the rows that a table has something of. It is asked while the rows are read, so that what is put into
// the table meanwhile counts, but no row behind those that it has now.
func rowsOf[V any](table map[int]V) selection {
	last := -1
	for seq := range table {
		last = max(last, seq)
	}
	return selection{has: func(seq int) bool { _, ok := table[seq]; return ok }, last: last}
}

// and selects those of the rows that something else holds of, too.
func (s selection) and(holds func(seq int) bool) selection {
	has := s.has
	return selection{has: func(seq int) bool { return (has == nil || has(seq)) && holds(seq) }, last: s.last}
}

// those selects the rows, wherever they stand, of which something holds.
func those(hold func(seq int) bool) selection { return selection{has: hold} }

// holds reports whether a row is selected.
func (s selection) holds(seq int) bool { return s.has == nil || s.has(seq) }

// isOver reports whether no row behind this one is selected.
func (s selection) isOver(seq int) bool { return s.last != 0 && seq >= s.last }
