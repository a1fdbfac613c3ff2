package remote

import "github.com/contactsync/contactsync/importer/contact"

// Snapshot is what one organisation had when a run listed it. It is not changed any more.
type Snapshot struct {
	Org int64
	// IDs are the numbers of all its contacts, as listed; Listed has the same.
	IDs    []int64
	Listed map[int64]bool
	// Index has those that may be a row's, in normal form.
	Index *Index
	// Shown are the same as the API gave them; only where contacts may be changed.
	Shown map[int64]contact.Stored
	// Hashes are those of the contacts that are not in the index; only where a plan is kept.
	Hashes map[int64]contact.FieldHashes
}

// NewSnapshot is what an organisation had, by the numbers of its contacts alone.
func NewSnapshot(org int64, ids []int64) *Snapshot {
	s := &Snapshot{Org: org, IDs: ids, Listed: make(map[int64]bool, len(ids))}
	for _, id := range ids {
		s.Listed[id] = true
	}
	return s
}

// ByID returns a contact in normal form; false if it is not there, or can't be a row's.
func (s *Snapshot) ByID(id int64) (contact.Contact, bool) {
	if s == nil {
		return contact.Contact{}, false
	}
	return s.Index.ByID(id)
}

// FindDespite is [Index.FindDespite].
func (s *Snapshot) FindDespite(c contact.Contact, defaulted contact.FieldMask) []int64 {
	if s == nil {
		return nil
	}
	return s.Index.FindDespite(c, defaulted)
}

// Has reports whether a contact was listed.
func (s *Snapshot) Has(id int64) bool { return s != nil && s.Listed[id] }
