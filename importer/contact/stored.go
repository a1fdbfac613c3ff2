package contact

import (
	"strings"

	"github.com/contactsync/contactsync/importer/contact/email"
)

// Stored is a contact as an organisation has it.
type Stored struct {
	ID, Org int64
	// Draft has the texts as the API gave them.
	Draft   Draft
	Type    Type
	Country Country
}

// Normalise brings a stored contact to the normal form of the rows. It refuses nothing: what does not pass its rule
// stays as it is, trimmed.
func (r *Rules) Normalise(s Stored) Contact {
	country := r.storedCountry(s)
	d := s.Draft
	return Contact{
		Type:                r.storedType(s),
		Name:                trimmed(d.Name),
		Title:               trimmed(d.Title),
		Department:          trimmed(d.Department),
		Street:              trimmed(d.Street),
		SecondaryAddress:    trimmed(d.SecondaryAddress),
		Zipcode:             trimmed(d.Zipcode),
		City:                trimmed(d.City),
		State:               trimmed(d.State),
		Country:             country,
		Email:               storedEmail(d.Email),
		Phone:               r.storedPhone(d.Phone, r.storedRegion(Phone, country)),
		Mobile:              r.storedPhone(d.Mobile, r.storedRegion(Mobile, country)),
		PurchaseOrderNumber: trimmed(d.PurchaseOrderNumber),
	}
}

// Called is the name and the e-mail address of a stored contact, in normal form.
func (s Stored) Called() (name, address string) {
	return trimmed(s.Draft.Name), storedEmail(s.Draft.Email)
}

func trimmed(s string) string {
	text, _ := plain(strings.ReplaceAll(s, "\x00", ""))
	// What a spreadsheet writes before a number to keep it a text is taken away from rows too.
	if len(text) > 1 && text[0] == '\'' && (text[1] == '+' || '0' <= text[1] && text[1] <= '9') {
		text = text[1:]
	}
	return text
}

func (r *Rules) storedCountry(s Stored) Country {
	if s.Country.ID != 0 && r.Countries != nil {
		if c, ok := r.Countries.ByID(s.Country.ID); ok {
			return c
		}
	}
	if s.Country.ID == 0 {
		for _, text := range [...]string{s.Country.ISO, s.Country.Name, s.Draft.Country} {
			if c, ok := r.lookupCountry(trimmed(text)); ok {
				return c
			}
		}
	}
	return s.Country
}

// storedRegion is the ISO code by which a national number of a stored contact is read. Where both the field and the
// country are lenient, a contact without a country may be a row whose country was left out, and whose number was
// therefore not read by the run's country: it stays as it was sent.
func (r *Rules) storedRegion(f Field, country Country) string {
	if !country.IsZero() {
		return country.ISO
	}
	if r.Lenient[f] && r.Lenient[CountryField] {
		return ""
	}
	return r.DefaultCountry.ISO
}

func (r *Rules) storedType(s Stored) Type {
	if s.Type.ID != 0 {
		return s.Type
	}
	for _, text := range [...]string{s.Type.Name, s.Draft.Type} {
		if text = trimmed(text); text == "" {
			continue
		}
		if t, ok := r.lookupType(text); ok {
			return t
		}
	}
	return s.Type
}

func storedEmail(s string) string {
	text := trimmed(s)
	first, _ := email.Split(text)
	if address, fault := email.Normal(first); fault.What == "" {
		return address
	}
	return text
}

func (r *Rules) storedPhone(s, region string) string {
	text := trimmed(s)
	if text == "" || tooLong(text) {
		return text
	}
	if reading, err := r.phones.Read(plainLines(s, text), region); err == nil && reading.Number != "" {
		return reading.Number
	}
	return text
}
