package contact

// Value returns a field's value as text; empty if there is none. A country is its ISO code, or its name if it has none.
func (c Contact) Value(f Field) string {
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
	case CountryField:
		if c.Country.ISO != "" {
			return c.Country.ISO
		}
		return c.Country.Name
	case Email:
		return c.Email
	case Phone:
		return c.Phone
	case Mobile:
		return c.Mobile
	case PurchaseOrderNumber:
		return c.PurchaseOrderNumber
	case TypeField:
		return c.Type.Name
	default:
		return ""
	}
}
