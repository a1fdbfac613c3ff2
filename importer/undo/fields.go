package undo

import (
	"math/bits"
	"slices"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/diff"
)

// writtenFields are the fields, among those that differ, which the target wrote: in others somebody else was at work
// between its look at the contact and its end.
func writtenFields(key contact.Key, item *entry, before, now contact.Contact, differing []contact.Field) []contact.Field {
	if item.fields.Empty() {
		return searchFields(key, item, before, now, differing)
	}
	return slices.DeleteFunc(slices.Clone(differing), func(f contact.Field) bool { return !item.fields.Has(f) })
}

// searchFields finds the fields of an update from before ledgers held them: those with which the contact as it was becomes
// what the ledger has the hash of. Where none do, it is all that differ.
func searchFields(key contact.Key, item *entry, before, now contact.Contact, differing []contact.Field) []contact.Field {
	if len(differing) > diff.MostSearched {
		return differing
	}
	all := uint(1)<<len(differing) - 1
	for set := all; set > 0; set-- {
		fields := make([]contact.Field, 0, bits.OnesCount(set))
		for i, f := range differing {
			if set>>i&1 == 1 {
				fields = append(fields, f)
			}
		}
		if diff.With(before, now, fields).ContentHash(key, item.org) == item.wrote {
			return fields
		}
	}
	return differing
}
