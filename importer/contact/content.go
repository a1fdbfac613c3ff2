package contact

// Version is the version of the normal form: it is raised whenever an input may be given another one than before. It is no
// part of the hashes, so that a row whose normal form is what it was is known by the hashes of earlier versions too. A row
// whose normal form has changed is known by its former one: see [Rules.Former].
//
//   - 1: the first.
//   - 2: layers of encoding, wrappers, placeholders and decimals that programs leave in a cell are taken off; digits that
//     are no part of a phone number are not glued to it; the apostrophe before an e-mail address and
//     the widths of East Asian keyboards in it are taken off.
const Version = 2

// ContentHash is the hash of all that is sent for a contact, and of the organisation that it is sent to, under a key.
func (c Contact) ContentHash(k Key, org int64) Hash {
	var scratch [512]byte
	return k.Hash(c.contentHash(scratch[:0], org))
}

func (c *Contact) contentHash(scratch []byte, org int64) Hash {
	d := newDigest(scratch, kindContent, org)
	d.contactType(c.Type)
	d.country(c.Country)
	d.text(emailKey(c.Email))
	for _, s := range [...]string{
		c.Name, c.Title, c.Department, c.Street, c.SecondaryAddress, c.Zipcode, c.City, c.State, c.Phone, c.Mobile,
		c.PurchaseOrderNumber,
	} {
		d.text(s)
	}
	return d.sum()
}

// text returns a field that is a plain text; empty for the others.
func (c *Contact) text(f Field) string {
	if text := c.textOf(f); text != nil {
		return *text
	}
	return ""
}
