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
	switch f {
	case Name:
		return c.Name
	case Title:
		return c.Title
	case Department:
		return c.Department
	case Street:
		return c.Street
	case SecondaryAddress:
		return c.SecondaryAddress
	case Zipcode:
		return c.Zipcode
	case City:
		return c.City
	case State:
		return c.State
	case Email:
		return c.Email
	case Phone:
		return c.Phone
	case Mobile:
		return c.Mobile
	case PurchaseOrderNumber:
		return c.PurchaseOrderNumber
	}
	return ""
}
