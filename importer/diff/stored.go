package diff

import (
	"slices"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/history"
)

// StoredAs are the fields of a row's contact that the service has stored otherwise than a run sent them, and that neither
// the row nor the portal has changed since. They are as they should be: sending them again would give the same.
//
// Of what was sent last the ledger has the hash of all of it, and what it was in each field is found by trying: as the row
// has it now, or as the contact has it.
func StoredAs(key contact.Key, before *history.Org, base map[int64]contact.FieldHashes, row *check.Row, id int64, have contact.Contact) []contact.Field {
	shown, known := base[id]
	noted := before.Differs[id]
	if !known || len(noted) == 0 {
		return nil
	}
	now := have.FieldHashes(key)
	differing := row.Checked.Contact.FieldHashes(key).Changed(now)
	since := now.Changed(shown)
	asRow := sentAsRow(key, row.Checked.Contact, have, row.Org, differing, before.Latest[id])
	return slices.DeleteFunc(asRow, func(f contact.Field) bool {
		return slices.Contains(since, f) || !slices.Contains(noted, f)
	})
}

// MostSearched bounds the fields of which all combinations are tried.
const MostSearched = 10

// sentAsRow are the fields, among those in which a row and its contact differ, that were sent as the row has them now, if
// what was sent has this hash; nil if it can't be told.
func sentAsRow(key contact.Key, wanted, have contact.Contact, org int64, differing []contact.Field, sent contact.Hash) []contact.Field {
	if len(differing) > MostSearched {
		return nil
	}
	for set := uint(1)<<len(differing) - 1; set > 0; set-- {
		var asRow, asHave []contact.Field
		for i, f := range differing {
			if set>>i&1 == 1 {
				asRow = append(asRow, f)
			} else {
				asHave = append(asHave, f)
			}
		}
		if With(wanted, have, asHave).ContentHash(key, org) == sent {
			return asRow
		}
	}
	return nil
}
