package detect

import (
	"slices"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/mapping/heading"
)

// rest maps what needs no weighing against other fields.
func (d *detection) rest() {
	d.simple(contact.Department, heading.KindDepartment)
	d.simple(contact.PurchaseOrderNumber, heading.KindPO)
	d.simple(contact.Org, heading.KindOrg)
	d.externalID()
	d.contactType()
}

func (d *detection) simple(f contact.Field, k heading.Kind) {
	if col, ok := d.best(d.byKind(k)); ok {
		d.put(f, d.sure(col), col)
	}
}

// contactType maps emnify's contact type: a column that names emnify, or one whose values are such types. A CRM's own
// "contact type" is something else.
func (d *detection) contactType() {
	cs := d.byKind(heading.KindEmnifyType, heading.KindType)
	cs = slices.DeleteFunc(cs, func(c candidate) bool {
		col := d.cols[c.col]
		return d.means[c.col].Kind == heading.KindType && (col.filled == 0 || col.share(col.typeWord) < 0.5)
	})
	if col, ok := d.best(cs); ok {
		d.put(contact.TypeField, d.sure(col), col)
	}
}
