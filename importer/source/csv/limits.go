package csv

// The limits of one record. They are far above what a contact can need, and low enough that a broken quote or a file
// without line ends does not fill the memory.
const (
	// MaxCell is the size in bytes (of UTF-8) above which a cell makes its row defective, unless nobody reads its column.
	MaxCell = 64 << 10
	// MaxRow is the size in bytes (of UTF-8) above which a record is no longer read as a whole.
	MaxRow = 1 << 20
)
