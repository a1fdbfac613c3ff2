// Package phone reads a phone number, as people and spreadsheets write it, into its international form.
package phone

import (
	"errors"
	"strings"
)

// Reader reads cells of phone numbers. It makes the numbering plans ready that it is asked for, and keeps them. The zero
// value is ready, and safe for concurrent use; it must not be copied once it is used.
type Reader struct{ plans numberingPlans }

// Read reads the number in a cell, which may hold several: then it is the first one that is no fax, and the others are
// told. text has one blank between words, accents as Unicode's NFC has them, and "\n" between lines. region is the ISO
// code of the country by which a national number is read; empty: not known.
//
// The error tells why the text is no number: one of those below, an [OutdatedError], or another that says no more than
// its message does.
func (r *Reader) Read(text, region string) (Reading, error) {
	return cellReader{parse: r.plans.parse, region: region}.cell(text)
}

// Former is the number that version 1 of the normal form made of a text, which contacts of earlier runs have. Version 1
// glued digits behind a whole number to it, if the country's plan had room. It never changes.
func (r *Reader) Former(text, region string) (number string, err error) {
	return cellReader{parse: r.plans.parse, region: region, former: true}.formerCell(strings.ReplaceAll(text, lineEnd, " "))
}

// Reading is what a cell of phone numbers says.
type Reading struct {
	// Number is what a person can read and dial: E.164, with " ext. 22" behind it where there is an extension. It is
	// empty if the cell holds nothing but fax numbers.
	Number string
	// Others are further numbers of the cell, and endings of the first ("/ 11"); Faxes those that the cell calls a fax.
	// Those that are no numbers by themselves stand as they were written.
	Others, Faxes []string
	// Remark is what stands beside the number: "privat", "9-17 Uhr".
	Remark string
	// Decimals tells that a spreadsheet's decimals or thousands separators were taken away.
	Decimals bool
	// Renumbered tells of a number from before a renumbering, of which Number is the new one, since when it is another
	// one, and who says so; else empty.
	Renumbered string
	// Machine is the country of whose machines (M2M) the number is, which no plan checks further; else empty.
	Machine string
	// Formerly tells whether [Reader.Former] may answer otherwise, so that most cells need not be read twice.
	Formerly Formerly
}

// Formerly is how version 1 of the normal form may have read a cell.
type Formerly int

const (
	// FormerlySame tells that it surely read the same number.
	FormerlySame Formerly = iota
	// FormerlySameOrNone tells that it read the same number, if it did not refuse the cell.
	FormerlySameOrNone
	// FormerlyOther tells that it perhaps read another number.
	FormerlyOther
)

// Why a text is no phone number, where something else is to be done about it than to correct it.
var (
	ErrNoCountry  = errors.New("a number without its country's code, and the row's country is not known")
	ErrScientific = errors.New("a spreadsheet turned the number into a power of ten, and its last digits are lost")
	ErrCalculated = errors.New("a number that a spreadsheet calculated, or the formula; the phone number is lost")
	ErrDate       = errors.New("a date or a time, into which a spreadsheet turned the number; it is lost")
	ErrMachine    = errors.New("not of the numbering plan for people; it may be a number of a range for machines (M2M)")
)

// OutdatedError tells of a number from before a renumbering that is one digit shorter than the new one: it may as well be
// a new one that lost a digit, so that the new one is proposed only.
type OutdatedError struct {
	Current string // the new number, as in [Reading]
	Since   string // when the old one stopped to be dialled, and who says so
}

func (OutdatedError) Error() string {
	return "a number from before a renumbering, or one that lost a digit"
}

// Why else.
var (
	errNotPhone    = errors.New("not a phone number")
	errTooShort    = errors.New("too short for a phone number")
	errTooLong     = errors.New("too long for a phone number")
	errNoSuch      = errors.New("no number that its country's numbering plan has")
	errWords       = errors.New("words among the digits")
	errSeveralNone = errors.New("several numbers in one cell, and the first is none that its country's numbering plan has")
)
