package mapping

import (
	"slices"

	"github.com/contactsync/contactsync/importer/contact"
)

// rest maps what needs no weighing against other fields.
func (d *detection) rest() {
	d.simple(contact.Department, kindDepartment)
	d.simple(contact.PurchaseOrderNumber, kindPO)
	d.simple(contact.Org, kindOrg)
	d.externalID()
	d.contactType()
}

func (d *detection) simple(f contact.Field, k kind) {
	if col, ok := d.best(d.byKind(k)); ok {
		d.put(f, d.sure(col), col)
	}
}

// externalID maps the record's own id: one that says so, then a bare "ID", then a customer's number.
func (d *detection) externalID() {
	cs := d.candidates(func(m meaning) (int, bool) {
		r := slices.Index([]kind{kindRecord, kindID, kindCustomerNo}, m.kind)
		return r * 10, r >= 0 && m.scope == scopeNone && m.group == 0
	})
	cs = slices.DeleteFunc(cs, func(c candidate) bool {
		col := d.cols[c.col]
		return col.filled >= 5 && col.share(col.distinct) < 0.5
	})
	if col, ok := d.best(cs); ok {
		d.put(contact.ExternalID, d.sure(col), col)
		return
	}
	if d.systemID() {
		d.put(contact.ExternalID, d.sure(0), 0)
	}
}

// systemID reports whether the first column is the record's id under the name of its system: "Copper ID". Elsewhere an id
// of something that nobody knows is not the contact's.
func (d *detection) systemID() bool {
	if len(d.header) == 0 || d.skip[0] || d.means[0].kind != kindNone || d.means[0].forbids {
		return false
	}
	name, _ := plain(d.header, 0)
	pieces := slices.DeleteFunc(d.lex.parse(name, 0), func(p piece) bool { return p.term.class == classNoise })
	if len(pieces) != 2 || pieces[0].term.class != classUnknown || (pieces[1].term.concept != string(kindID) && pieces[1].term.concept != string(kindRecord)) {
		return false
	}
	c := d.cols[0]
	return c.filled == c.rows && c.distinct == c.rows && !c.contradicts(kindID)
}

// contactType maps emnify's contact type: a column that names emnify, or one whose values are such types. A CRM's own
// "contact type" is something else.
func (d *detection) contactType() {
	cs := d.byKind(kindEmnifyType, kindType)
	cs = slices.DeleteFunc(cs, func(c candidate) bool {
		col := d.cols[c.col]
		return d.means[c.col].kind == kindType && (col.filled == 0 || col.share(col.typeWord) < 0.5)
	})
	if col, ok := d.best(cs); ok {
		d.put(contact.TypeField, d.sure(col), col)
	}
}
