package diff

import (
	"slices"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
)

// Lead is how far a row's own id leads. This is the whole rule of what an id is worth, in the order in which it is asked:
//
//  1. An id in rows of different people is nobody's (external_id.shared): it leads nowhere, as one that the job does not
//     know, or whose contact is not listed. The row is matched by its key.
//  2. The id leads to one contact, and the key (type, e-mail, a name that fits; not a type that is only the default) to
//     others only: one of the two has come to mean somebody else (external_id.moved). Nothing is taken over, unless the user
//     says which one counts: the id ([Options.TrustIDs]), or the key, and then the id is from now on that of the key's
//     contact ([Options.AcceptMoved]).
//  3. The key leads to nobody, and the id to a contact that is clearly somebody else (external_id.other_person): there is
//     nobody else whom the row could be, and all the same nothing is taken over, unless the id is trusted.
//  4. Else the id leads to the row's contact, whatever has changed of it.
//
// The job knows a contact by one id, the newest (history.Org): an older one that comes again leads nowhere.
type Lead uint8

// Where a row's own id leads.
const (
	Nowhere   Lead = iota
	Home           // to the row's contact
	Moved          // to a contact, while the key leads to another
	Elsewhere      // to a contact that is clearly somebody else
)

// Lead tells how far a row's own id leads, by which the job knows the contact linked; 0: none.
func (m *Matcher) Lead(row *check.Row, linked int64) Lead {
	switch same := row.Found.Same; {
	case !m.Now.Has(linked):
		return Nowhere
	case m.Options.TrustIDs:
		return Home
	case len(same) > 0 && !slices.Contains(same, linked) &&
		!slices.Contains(m.Now.FindDespite(row.Checked.Contact, row.Checked.Defaulted), linked):
		return Moved
	case m.isSomebodyElse(row, linked):
		return Elsewhere
	}
	return Home
}

// isSomebodyElse reports whether the contact that a row's id leads to is clearly somebody else than the row. What a run of
// ours last wrote of the row's name or address is the row's, whatever somebody has made of it in the portal since.
func (m *Matcher) isSomebodyElse(row *check.Row, linked int64) bool {
	have, _ := m.Now.ByID(linked)
	if !contact.ClearlyOthers(&row.Checked.Contact, &have) || row.Former != nil && !contact.ClearlyOthers(&row.Former.Contact, &have) {
		return false
	}
	return !row.Checked.Contact.FieldHashes(m.Key).Shares(m.Base[linked], contact.Name, contact.Email)
}

// follows reports whether a row has the contact that its own id leads to, if it has any: it stands in doubt, or the key counts.
func (m *Matcher) follows(row *check.Row, linked int64) bool {
	switch m.Lead(row, linked) {
	case Nowhere:
		return false
	case Moved:
		return !m.Options.AcceptMoved
	}
	return true
}

// IsAnothersID reports whether the job knows a contact that a row is matched with by the id of what may be another row: if
// one is that contact's by its id, it is not this row's.
func (m *Matcher) IsAnothersID(row *check.Row, linked, id int64) bool {
	if id == 0 || id == linked && m.follows(row, linked) {
		return false
	}
	_, known := m.Before.KnownBy(id)
	return known
}
