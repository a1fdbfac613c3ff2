package contact

import (
	"strings"

	"github.com/contactsync/contactsync/importer/contact/phone"
)

// FieldSet is a set of fields.
type FieldSet map[Field]bool

// Rules are what a row is checked by. They are not changed once they are used, and safe for concurrent use then.
type Rules struct {
	// Countries and Types resolve names. Without one nothing is known.
	Countries Countries
	Types     Types
	// DefaultCountry is the country of rows that name none; zero: none.
	DefaultCountry Country
	// DefaultType is the type of rows that name none; zero: none.
	DefaultType Type
	// Lenient are the fields whose values are kept, with a warning, where they do not pass their rule: of email, phone
	// and mobile as they are; a country that is not known is left out.
	Lenient FieldSet

	phones phone.Reader
}

// Checked is a draft after the rules.
type Checked struct {
	// Contact is in normal form. It is complete only if there are no problems.
	Contact Contact
	// Org is the organisation that the row names; 0 if it names none.
	Org int64
	// ExternalID is the row's id in the system that it came from; empty if it has none, or one that is lost. FormerID is
	// the same id as version 1 of the normal form had it, if that is another text.
	ExternalID, FormerID string
	// Problems are all that keeps the row from being sent, in the order of [Fields]; Warnings do not.
	Problems []Problem
	Warnings []Problem
	// Defaulted are the fields that the row leaves empty, and that have a default here: a contact is created with that, but one
	// that is there keeps its own. The rules know those of the run, whoever made the draft those of a profile.
	Defaulted FieldMask
	// Reformed tells that an earlier version may have given the draft another normal form: see [Rules.Former].
	Reformed bool
}

// Check brings a draft to normal form and tells everything that is wrong with it. It never fails.
func (r *Rules) Check(d Draft) Checked { return r.check(d, false) }

// Former brings a draft to the normal form that version 1 gave it, by which ledgers and organisations know contacts that
// were made then; ok is false if version 1 refused it.
func (r *Rules) Former(d Draft) (c Contact, ok bool) {
	checked := r.check(d, true)
	return checked.Contact, len(checked.Problems) == 0
}

func (r *Rules) check(d Draft, former bool) Checked {
	f := findings{lenient: r.Lenient, phones: &r.phones, former: former}
	var c Contact
	f.checkEmpty(&d)
	c.Name = f.text(Name, d.Name)
	c.Title = f.text(Title, d.Title)
	c.Department = f.text(Department, d.Department)
	c.Street = f.text(Street, d.Street)
	c.SecondaryAddress = f.text(SecondaryAddress, d.SecondaryAddress)
	f.streetDate(Street, c.Street, d.Street)
	f.streetDate(SecondaryAddress, c.SecondaryAddress, d.SecondaryAddress)
	c.Zipcode = f.text(Zipcode, d.Zipcode)
	c.City = f.text(City, d.City)
	c.State = f.text(State, d.State)
	country, region := r.country(&f, d.Country)
	c.Country = country
	f.zipcodeZero(c.Zipcode, region, d.Zipcode)
	c.Email = f.email(d.Email)
	c.Phone = f.phone(Phone, d.Phone, region)
	c.Mobile = f.phone(Mobile, d.Mobile, region)
	c.PurchaseOrderNumber = f.text(PurchaseOrderNumber, d.PurchaseOrderNumber)
	c.Type = r.contactType(&f, d.Type, c.PurchaseOrderNumber)
	f.checkLeft(&c)
	org := f.org(d.Org)
	external, formerID := f.externalID(d.ExternalID)
	return Checked{
		Contact: c, Org: org, ExternalID: external, FormerID: formerID, Problems: f.problems, Warnings: f.warnings,
		Defaulted: f.defaulted, Reformed: f.reformed,
	}
}

// findings collects what the rules find in one row.
type findings struct {
	lenient  FieldSet
	phones   *phone.Reader
	problems []Problem
	warnings []Problem
	// defaulted are the fields that were given the run's default.
	defaulted FieldMask
	// former asks for the normal form of version 1; reformed tells that the draft has another one now.
	former, reformed bool
}

func (f *findings) refuse(p Problem) { f.problems = append(f.problems, p) }

func (f *findings) warn(p Problem) { f.warnings = append(f.warnings, p) }

// judge refuses a value, unless its field is lenient: then it warns and reports true, and the value may stay.
func (f *findings) judge(p Problem, kept string) bool {
	if !f.lenient[p.Field] {
		f.refuse(p)
		return false
	}
	p.Message += "; " + kept
	f.warn(p)
	return true
}

// code is the code of what can be wrong with a field.
func code(f Field, what string) string { return string(f) + "." + what }

// checkEmpty refuses a row that names nobody and leads to nobody.
func (f *findings) checkEmpty(d *Draft) {
	for _, s := range [...]string{d.Name, d.Email, d.Phone, d.Mobile} {
		if s == "" {
			continue
		}
		if text, _ := plain(s); text != "" {
			return
		}
	}
	f.refuse(rowEmpty())
}

// checkLeft refuses a row of which nothing is left that names somebody or leads to somebody, and for which nothing else is
// told: a fax number alone.
func (f *findings) checkLeft(c *Contact) {
	if c.Name == "" && c.Email == "" && c.Phone == "" && c.Mobile == "" && len(f.problems) == 0 {
		f.refuse(rowEmpty())
	}
}

func rowEmpty() Problem {
	return Problem{
		Code: codeRowEmpty, Message: "neither name nor e-mail nor any phone number",
		Fix: "fill in one of them, or remove the row",
	}
}

// text is the rule of every free text.
func (f *findings) text(field Field, s string) string {
	text, ok := f.legible(field, s)
	if ok {
		f.short(field, s, text)
	}
	return text
}

// legible brings a text to normal form; ok is false if it was refused because it can't be one.
func (f *findings) legible(field Field, s string) (text string, ok bool) {
	text, ok = plain(s)
	if !ok {
		f.refuse(Problem{
			Code: code(field, whatInvalidText), Field: field, Value: s,
			Message: "holds control characters, or bytes that are no text in the input's encoding",
			Fix:     "remove them, or name the encoding with --encoding",
		})
	}
	return text, ok
}

// short refuses a text that is too long, and reports whether it is not.
func (f *findings) short(field Field, value, text string) bool {
	if !tooLong(text) {
		return true
	}
	f.refuse(Problem{
		Code: code(field, whatTooLong), Field: field, Value: value,
		Message: "longer than 255 characters; the limit is contactsync's own",
		Fix:     "shorten it; a text of this length often comes from a quote or separator that went astray",
	})
	return false
}

// join makes a list for a message.
func join(items []string) string { return strings.Join(items, ", ") }
