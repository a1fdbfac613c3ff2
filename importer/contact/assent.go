package contact

// AsSent is a contact as the API gave it, to be sent back as it was.
func (s Stored) AsSent() Contact {
	d := s.Draft
	return Contact{
		Type: s.Type, Name: d.Name, Title: d.Title, Department: d.Department, Street: d.Street,
		SecondaryAddress: d.SecondaryAddress, Zipcode: d.Zipcode, City: d.City, State: d.State, Country: s.Country,
		Email: d.Email, Phone: d.Phone, Mobile: d.Mobile, PurchaseOrderNumber: d.PurchaseOrderNumber,
	}
}
