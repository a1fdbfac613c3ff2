package diff

import "github.com/contactsync/contactsync/importer/contact"

// Since is what somebody has done to a contact since a run of ours wrote it, or saw it as the file had it.
type Since struct {
	Changed bool
	// Fields are those that were changed; none where it is only known that something was.
	Fields contact.FieldMask
}

// Since tells what somebody has done to a contact, which is as have, by what updates go by: what it looked like when a run of ours
// had written it, else, where no listing told that, what it was created as. Of one that was never written or agreed on nothing
// is known, and nothing is a conflict.
func (m *Matcher) Since(id int64, have contact.Contact) Since {
	left, created := m.Before.Left(id)
	if left == have.ContentHash(m.Key, m.Now.Org) {
		return Since{} // what a run that was broken off had written is no change, although no listing showed it
	}
	if base, known := m.Base[id]; known {
		fields := have.FieldHashes(m.Key).Changed(base)
		return Since{Changed: len(fields) > 0, Fields: contact.MaskOf(fields...)}
	}
	return Since{Changed: created}
}

// Keeps reports whether a contact that is to be pruned stays, since somebody has changed it.
func (o OnConflict) Keeps(s Since) bool {
	return s.Changed && (o == ConflictRemote || o == ConflictFail)
}
