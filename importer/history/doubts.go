package history

import (
	"context"
	"slices"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

// LoadDoubts reads which rows are still in doubt after what could be found out of them was.
func (o *Org) LoadDoubts(ctx context.Context, book Ledger, s ledger.Scope) error {
	open, err := o.runs.inDoubt(ctx, book, s)
	if err != nil {
		return err
	}
	o.doubted, o.older = map[contact.Hash]bool{}, nil
	for _, a := range open {
		if a.Action != outcome.Create {
			continue
		}
		if a.Row.Version != contact.Version {
			o.older = append(o.older, a.Row.Identifiers)
		}
		o.doubted[a.Row.Content] = true
		if a.Row.Key != (contact.Hash{}) {
			o.doubted[a.Row.Key] = true
		}
	}
	return nil
}

// Doubts reports whether an earlier run left this row in doubt, or one that is matched as the same contact. Hashes of
// another version of the normal form say nothing; there the identifiers have to do.
func (o *Org) Doubts(row *check.Row) bool {
	doubted := func(k contact.Keys) bool { return o.doubted[k.Content] || k.HasPrimary && o.doubted[k.Primary] }
	if row.Any(doubted) {
		return true
	}
	if len(o.older) == 0 {
		return false
	}
	identifiers := row.Checked.Contact.Identifiers(o.key)
	return slices.ContainsFunc(o.older, identifiers.Agrees)
}
