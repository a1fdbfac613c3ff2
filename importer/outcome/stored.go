package outcome

import (
	"slices"
	"strings"

	"github.com/contactsync/contactsync/importer/contact"
)

// Stored is what the service shows of contacts, a moment after they were written, in the fields in which it shows other values than
// were sent. It holds as much as it is told.
type Stored map[ContactRef]storedValues

// ContactRef is a contact of an organisation.
type ContactRef struct{ Org, ID int64 }

// storedValues are those of some fields, in their order.
type storedValues struct {
	fields contact.FieldMask
	values []string
}

// Add takes note of what is shown of a contact in some fields.
func (s Stored) Add(of ContactRef, fields []contact.Field, shown contact.Contact) {
	v := storedValues{fields: contact.MaskOf(fields...)}
	for f := range v.fields.All() {
		v.values = append(v.values, strings.Clone(shown.Value(f)))
	}
	s[of] = v
}

// Value is what is shown of a contact in a field; false if that is not known, or is what was sent.
func (s Stored) Value(of ContactRef, f contact.Field) (string, bool) {
	v := s[of]
	if i := slices.Index(v.fields.Fields(), f); i >= 0 {
		return v.values[i], true
	}
	return "", false
}
