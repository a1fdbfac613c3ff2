package outcome

import "github.com/contactsync/contactsync/importer/contact"

// FieldChange is a field that differs between a row and its contact, with the values as people read them.
type FieldChange struct {
	Field    contact.Field
	Old, New string
	// Conflict: somebody has changed the field in the organisation since a run of ours wrote it.
	Conflict bool
}
