package simulator

import (
	"encoding/json"
	"strconv"
)

// appendContact writes a contact as it is read back. Absent fields are missing in contacts with an even id and null in
// those with an odd one: both are seen.
func (x *exchange) appendContact(b []byte, c *Contact, org Organisation) []byte {
	description, _ := typeDescription(c.Type)
	b = append(b, `{"id":`...)
	b = x.view.appendNumber(b, c.ID)
	b = append(b, `,"type":{"id":`...)
	b = x.view.appendNumber(b, c.Type)
	b = append(b, `,"description":`...)
	b = appendText(b, description)
	b = append(b, `},"organisation":{"id":`...)
	b = x.view.appendNumber(b, c.Org)
	b = append(b, `,"name":`...)
	b = appendText(b, org.Name)
	b = append(b, '}')
	for _, f := range textFields() {
		value := *f.of(c)
		if value == "" && c.ID%2 == 0 {
			continue
		}
		b = append(b, `,"`...)
		b = append(b, f.name...)
		b = append(b, `":`...)
		if value == "" {
			b = append(b, "null"...)
		} else {
			b = appendText(b, value)
		}
	}
	return append(x.appendCountry(b, c), '}')
}

func (x *exchange) appendCountry(b []byte, c *Contact) []byte {
	if c.Country == 0 {
		if c.ID%2 == 0 {
			return b
		}
		return append(b, `,"country":null`...)
	}
	name, _ := x.countryName(c.Country)
	b = append(b, `,"country":{"id":`...)
	b = x.view.appendNumber(b, c.Country)
	b = append(b, `,"name":`...)
	b = appendText(b, name)
	return append(b, '}')
}

func appendText(b []byte, s string) []byte {
	// A string can always be encoded.
	text, _ := json.Marshal(s)
	return append(b, text...)
}

// view is how faults want answers to be shown; the zero value shows them as they are.
type view struct {
	stringNumbers bool
	hide          int64 // nanoseconds: contacts younger than this are not listed
	repeatPage    bool  // page n is the page before it
	shift         bool  // a contact was inserted in front after the first page had been read
	otherOrg      bool  // the last contact is said to be another organisation's
	slip          bool  // a contact was deleted in front after the first page had been read
	short         bool  // the second half is missing
}

func (v view) appendNumber(b []byte, n int64) []byte {
	if !v.stringNumbers {
		return strconv.AppendInt(b, n, 10)
	}
	b = append(b, '"')
	return append(strconv.AppendInt(b, n, 10), '"')
}

func (v view) number(n int64) any {
	if v.stringNumbers {
		return strconv.FormatInt(n, 10)
	}
	return n
}
