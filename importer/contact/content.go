package contact

// Version is the version of the normal form and of the hashes over it. It goes into every hash; it is raised
// whenever the same input would give another one, so that a ledger of an earlier version is not misread.
const Version = 1

// ContentHash is the hash of all that is sent for a contact, and of the organisation that it is sent to.
func (c Contact) ContentHash(org int64) Hash {
	var scratch [512]byte
	return c.contentHash(scratch[:0], org)
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
