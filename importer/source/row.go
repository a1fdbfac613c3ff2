package source

// maxColumns is the widest header: that of a spreadsheet.
const maxColumns = 16384

// maxRaw is how much of a record that is too long is kept to show it.
const maxRaw = 64 << 10

// Row is one data record as found. It is never changed after it is made.
//
// The texts share memory with those of neighbouring rows: what is to be kept for long is to be cloned.
type Row struct {
	// Number counts the data rows of the input from 1, defective ones included; blank ones are none.
	Number int
	// Line is the physical line on which the record starts, from 1.
	Line int
	// Cells are as decoded, not cleaned: exactly as many as the header has, if Defect is nil. With a defect they are
	// what could be told apart, at most as many as the header has, or nil.
	Cells []string
	// Raw is the record's text without its last line end. It is only there with a Defect, and cut off for a record that
	// is longer than MaxRow.
	Raw string
	// Defect says why the record cannot be used; nil if it can.
	Defect *Defect
	// Repairs say what was read otherwise than it stands, because it can't be meant as it stands.
	Repairs []Repair
	// Apart says that the row is in UTF-8, and its input is not.
	Apart bool
}

// Repair is one thing that was read otherwise than it stands.
type Repair struct {
	Code string
	// Column is the cell that it is about, from 1; 0 if it is about the whole record.
	Column int
	// Value is the text as it stands.
	Value string
	// Message says in one lower-case clause how it was read.
	Message string
}

// The codes of repairs. They are stable, for scripts.
const (
	CodeQuotedRowRead   = "repaired.quoted_row"
	CodeBackslashQuotes = "repaired.backslash_quotes"
	CodeEncodingRead    = "repaired.encoding"
)

// The codes of defects. They are stable, for scripts.
const (
	CodeQuote       = "row.quote"
	CodeExtraCells  = "row.extra_cells"
	CodeRowTooLong  = "row.too_long"
	CodeCellTooLong = "cell.too_long"
	CodeEncoding    = "row.encoding"
	CodeQuotedRow   = "row.quoted"
	CodeJSON        = "row.json"
)

// Defect is what is wrong with the text of one record. It costs that record and no other.
type Defect struct {
	Code string
	// Message says what is wrong, in one lower-case clause.
	Message string
	// Fix says what to do now.
	Fix string
	// Column is the cell that it is about, from 1; 0 if it is about the whole record.
	Column int
}
