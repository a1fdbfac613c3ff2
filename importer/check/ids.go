package check

import (
	"cmp"
	"context"
	"iter"

	"github.com/contactsync/contactsync/importer/contact"
)

// IDs yields the rows with nothing but their organisation and their own id. It costs a part of what checking them does.
func (c *Checker) IDs(ctx context.Context) iter.Seq2[*Row, error] {
	return c.walk(ctx, Selection{}, func() func(*batch) {
		mappers := c.mappers()
		return func(b *batch) {
			for i := range b.rows[:b.n] {
				c.identify(&b.rows[i], mappers)
			}
		}
	})
}

// identify reads one row's id. A panic is told when the row is checked.
func (c *Checker) identify(r *Row, mappers []rowMapper) {
	defer func() {
		if recover() != nil {
			r.Checked = contact.Checked{}
		}
	}()
	m := mappers[r.Input]
	if r.Source.Defect != nil || r.refused != nil || m.rejects.is(r.Source.Cells) {
		return
	}
	r.Checked = c.Rules.Identify(contact.Draft{
		ExternalID: m.Field(contact.ExternalID, r.Source.Cells), Org: m.Field(contact.Org, r.Source.Cells),
	})
	c.setOrg(r)
}

// setFormerID notes a row's own id as it was read before something was taken off its cell.
func (c *Checker) setFormerID(r *Row, was contact.Draft) {
	former := c.Rules.Identify(was)
	if id := cmp.Or(former.FormerID, former.ExternalID); r.Checked.ExternalID != "" && id != r.Checked.ExternalID {
		r.Checked.FormerID = id
	}
}

// ExternalHashes are the hashes under which the ledger may know a row's own id, whether it identifies the row or not.
func ExternalHashes(key contact.Key, row *Row) []contact.Hash {
	if row.Checked.ExternalID == "" {
		return nil
	}
	hashes := []contact.Hash{contact.HashText(key, row.Checked.ExternalID)}
	for _, former := range row.Checked.FormerIDs() {
		hashes = append(hashes, contact.HashText(key, former))
	}
	return hashes
}
