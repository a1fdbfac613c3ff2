// Package contact owns the contact: its fields, its normal form, the rules that a field must pass and the keys that
// make two contacts the same.
//
// Everything here is pure: no I/O, no clock, no logging. The same draft under the same [Rules] gives the same contact,
// problems and keys, on every machine and in every run; the ledger and the report rely on that.
package contact

// Field names one field of a contact, spelled as the API, the report and the command line spell it.
type Field string

// The fields of a contact. Org and ExternalID travel with a row but are no part of what is sent: the organisation
// stands in the path of the call, and the API has no place for an id of another system.
const (
	Name                Field = "name"
	Title               Field = "title"
	Department          Field = "department"
	Street              Field = "street"
	SecondaryAddress    Field = "secondary_address"
	Zipcode             Field = "zipcode"
	City                Field = "city"
	State               Field = "state"
	CountryField        Field = "country"
	Email               Field = "email"
	Phone               Field = "phone"
	Mobile              Field = "mobile"
	PurchaseOrderNumber Field = "purchase_order_number"
	TypeField           Field = "type"
	Org                 Field = "org_id"
	ExternalID          Field = "external_id"
)

// Fields returns every field in the order in which tables, exports and help texts show them.
func Fields() []Field {
	return []Field{
		Name, Title, Department, Street, SecondaryAddress, Zipcode, City, State, CountryField,
		Email, Phone, Mobile, PurchaseOrderNumber, TypeField, Org, ExternalID,
	}
}

// Draft is a contact as an input gives it: one text for each field, composed from its columns and cleaned of what
// spreadsheets leave behind, but not yet checked. Empty means that the input says nothing. The tags are the names of the
// fields as columns of a CSV file (gocsv), in the order in which one that we write has them.
type Draft struct {
	Type                string `csv:"type"`
	Name                string `csv:"name"`
	Title               string `csv:"title"`
	Department          string `csv:"department"`
	Street              string `csv:"street"`
	SecondaryAddress    string `csv:"secondary_address"`
	Zipcode             string `csv:"zipcode"`
	City                string `csv:"city"`
	State               string `csv:"state"`
	Country             string `csv:"country"`
	Email               string `csv:"email"`
	Phone               string `csv:"phone"`
	Mobile              string `csv:"mobile"`
	PurchaseOrderNumber string `csv:"purchase_order_number"`
	Org                 string `csv:"org_id"`
	ExternalID          string `csv:"external_id"`
}

// Country is a country as both sides of an import know it.
type Country struct {
	// ISO is the ISO 3166-1 alpha-2 code in upper case; empty if only the API's id is known.
	ISO string
	// ID is emnify's number for the country; 0 if it is not known (as in validate) or emnify has none.
	ID int
	// Name is the English name, for messages.
	Name string
}

// IsZero reports whether no country is meant at all.
func (c Country) IsZero() bool { return c == Country{} }

// Type is a contact type of emnify.
type Type struct {
	// ID is emnify's number; 0 if it is not known. The numbers are not documented: they are learned from the contacts
	// that an organisation has, or given by the user.
	ID int
	// Name is one of the documented names ("Invoice address"), or what the API calls it; empty if only the id is known.
	Name string
}

// IsZero reports whether no type is meant at all.
func (t Type) IsZero() bool { return t == Type{} }

// Contact is a contact in normal form: two contacts that mean the same value in a field have the same value there.
// Empty fields are not sent.
type Contact struct {
	Type                Type
	Name                string
	Title               string
	Department          string
	Street              string
	SecondaryAddress    string
	Zipcode             string
	City                string
	State               string
	Country             Country
	Email               string
	Phone               string
	Mobile              string
	PurchaseOrderNumber string
}

// Problem is one thing wrong, or doubtful, with one field of a row.
type Problem struct {
	// Code is stable, for scripts: "email.syntax". The README lists all of them.
	Code string
	// Field is the field that it is about; empty if it is about the whole row.
	Field Field
	// Column is the header of the column that the value came from; filled in by whoever knows the mapping.
	Column string
	// Value is the offending value as the input has it. It is personal data: report and terminal only, never a log.
	Value string
	// Message says what is wrong, in one lower-case clause without the value.
	Message string
	// Fix says what to do now; empty if there is nothing to propose.
	Fix string
	// Cure is where that is done.
	Cure Cure
}

// Cure is where a problem is mended.
type Cure uint8

// Where problems are mended.
const (
	CureRow     Cure = iota // in the row
	CurePortal              // among the organisation's contacts
	CureCommand             // by what the command says
	CureLater               // the same command finds out
	CureOther               // with another row, which has a cure of its own
)
