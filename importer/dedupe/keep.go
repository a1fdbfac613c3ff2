package dedupe

// OnDuplicate says which row of a group counts: rows that are the same contact.
type OnDuplicate string

// The ways to treat a group, as the command line spells them.
const (
	KeepFirst  OnDuplicate = "first" // the first row counts
	KeepLast   OnDuplicate = "last"  // the last row counts
	KeepMerged OnDuplicate = "merge" // the first row counts, and its blanks are filled from the later ones
	KeepError  OnDuplicate = "error" // the first row counts, and the later ones are invalid
)

// AfterAll reports whether all rows must have been seen before it is known what counts.
func (o OnDuplicate) AfterAll() bool { return o == KeepLast || o == KeepMerged }

// NoteLast notes for each group which row is its last one. It comes after Resolve, once.
//
// The number stands in the place that a first row has for the number of its own first row, which it does not need: it is
// told from that by being the greater one. So the last rows cost no memory.
func (d *Groups) NoteLast() {
	for row := uint32(1); row <= d.last; row++ {
		if t := d.Earlier(row); t != 0 {
			d.group.Set(t, d.group.Get(t)&hasPrimary|row)
		}
	}
}

// Last returns the last row of the group that begins with first, 0 if first begins none. It needs NoteLast.
func (d *Groups) Last(first uint32) uint32 {
	if g := d.group.Get(first) &^ hasPrimary; g > first {
		return g
	}
	return 0
}

// KeepLast makes the last row of each group the one that counts.
func (d *Groups) KeepLast() {
	d.NoteLast()
	d.keepLast = true
}

// Counting returns the row of row's group that counts: row itself if it stands alone.
func (d *Groups) Counting(row uint32) uint32 {
	first := d.firstOf(row)
	if last := d.Last(first); d.keepLast && last != 0 {
		return last
	}
	return first
}

// DuplicateOf returns the row that counts in row's place, 0 if row itself does.
func (d *Groups) DuplicateOf(row uint32) uint32 {
	if c := d.Counting(row); c != row {
		return c
	}
	return 0
}

// RelatedTo returns the row that counts of those that are equal in the key with row and clearly differ in the name; 0 if
// there is none. A row that counts for its group has what its first row has.
func (d *Groups) RelatedTo(row uint32) uint32 {
	other := d.Related(row)
	if other == 0 && d.Counting(row) == row {
		other = d.Related(d.firstOf(row))
	}
	if other == 0 {
		return 0
	}
	return d.Counting(other)
}

// Rows returns the number of the last row that was added.
func (d *Groups) Rows() uint32 { return d.last }
