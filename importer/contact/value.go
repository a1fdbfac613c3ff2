package contact

// Value returns a field's value as text; empty if there is none. A country is its ISO code, or its name if it has none.
func (c Contact) Value(f Field) string {
	switch f {
	case CountryField:
		if c.Country.ISO != "" {
			return c.Country.ISO
		}
		return c.Country.Name
	case TypeField:
		return c.Type.Name
	default:
		return c.text(f)
	}
}

// Set makes a field what it is in from.
func (c *Contact) Set(f Field, from Contact) {
	switch f {
	case TypeField:
		c.Type = from.Type
	case CountryField:
		c.Country = from.Country
	default:
		if text := c.textOf(f); text != nil {
			*text = from.text(f)
		}
	}
}

// textOf returns where a field that is a plain text stands; nil for the others.
func (c *Contact) textOf(f Field) *string {
	switch f {
	case Name:
		return &c.Name
	case Title:
		return &c.Title
	case Department:
		return &c.Department
	case Street:
		return &c.Street
	case SecondaryAddress:
		return &c.SecondaryAddress
	case Zipcode:
		return &c.Zipcode
	case City:
		return &c.City
	case State:
		return &c.State
	case Email:
		return &c.Email
	case Phone:
		return &c.Phone
	case Mobile:
		return &c.Mobile
	case PurchaseOrderNumber:
		return &c.PurchaseOrderNumber
	}
	return nil
}
