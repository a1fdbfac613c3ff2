package contact

import (
	"fmt"

	"github.com/contactsync/contactsync/importer/contact/housenumber"
)

// streetDate warns of a house number that is a date.
func (f *findings) streetDate(field Field, text, value string) {
	if tooLong(text) {
		return
	}
	date, ok := housenumber.Date(text)
	if !ok {
		return
	}
	low, high := min(date.First, date.Second), max(date.First, date.Second)
	fix := fmt.Sprintf("write it as it was, probably %d-%d or %d/%d", low, high, low, high)
	if low != high {
		fix = fmt.Sprintf("write it as it was, probably %d-%d or %d-%d", low, high, high, low)
	}
	f.warn(Problem{
		Code: code(field, whatDate), Field: field, Value: value,
		Message: "a spreadsheet made a date of the house number: " + date.Text,
		Fix:     fix + "; format the column as text",
	})
}
