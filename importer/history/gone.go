package history

import (
	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

// noteGone takes note of a contact that a run was to make anew. What became of that is the row's last attempt, so that nothing else says
// any more which contact the row had.
func (o *Org) noteGone(a ledger.Attempt, row Row) {
	delete(o.gone, a.Row.Content)
	if row.HasContact() {
		return
	}
	if ids := NotedIDs(a.Told, outcome.CodeGone); len(ids) > 0 {
		o.gone[a.Row.Content] = ids[0]
	}
}

// Gone is the contact that a row had when somebody deleted it, if a run of ours was to make it anew and has not; 0: there is none.
func (o *Org) Gone(row *check.Row) int64 {
	var id int64
	row.Any(func(k contact.Keys) bool {
		id = o.gone[k.Content]
		return id != 0
	})
	return id
}
