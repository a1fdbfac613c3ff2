package history

import (
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
)

// noteLeft takes note of what a write made of a contact.
func (o *Org) noteLeft(row Row, after contact.Hash) {
	switch row.Status {
	case outcome.Updated:
		o.became[row.ID] = after // zero: the ledger is of a version that did not write it down
	case outcome.Created:
		delete(o.became, row.ID)
	}
}

// Left is the content of a contact as the last write of a run of ours left it; zero if that is not known. created: nothing
// has been written to it since a run of ours created it so.
func (o *Org) Left(id int64) (content contact.Hash, created bool) {
	if content, updated := o.became[id]; updated {
		return content, false
	}
	content = o.Latest[id]
	if row := o.rows[content]; row.Status != outcome.Created || row.ID != id || row.older {
		return contact.Hash{}, false
	}
	return content, true
}
