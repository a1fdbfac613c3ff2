package contact

import (
	"github.com/contactsync/contactsync/importer/contact/postcode"
)

// zipcodeZero warns of a postcode that lacks the zeros at its front, as spreadsheets leave it that take it for a number.
// It stays as it is, since a digit may be missing elsewhere.
func (f *findings) zipcodeZero(text, iso, value string) {
	full := postcode.Full(text, iso)
	if full == "" {
		return
	}
	f.warn(Problem{
		Code: code(Zipcode, whatZero), Field: Zipcode, Value: value,
		Message: "a zero is missing at the front, as when a spreadsheet takes a postcode for a number",
		Fix:     "write " + full + " if that is the place's; format the column as text",
	})
}
