package mapping

import (
	"github.com/contactsync/contactsync/importer/contact"
)

// Profile says which headers feed which field, from a file or built in. As YAML:
//
//	name: acme-crm                      # for reports; optional
//	fields:
//	  name:
//	    columns: [First Name, Last Name]  # in this order; empty cells are left out
//	    join: " "                         # between the cells; a blank if not given
//	    fallback: [Company]               # where the columns are all empty: the first of these that is not
//	  email: E-mail                       # short for {columns: [E-mail]}
//	  street: [Street, Number]            # short for {columns: [Street, Number]}
//	  type:
//	    columns: [Kind]
//	    values: {Billing: Invoice address}  # compared without case and outer blanks; others stay as they are
//	    default: Commercial                 # where nothing else gives a value
//	  country: {constant: DE}             # the same for every row
//	ignore: [Notes]                     # columns that are known and not wanted: not listed as unmapped
//	defaults:                           # settings of the run; flags and environment beat them
//	  type: Commercial
//	  country: DE
//	  match_on: [type, email]
//	partial: true                       # columns may be missing: the export lets people choose them
//	detect: [Mailing Street]            # built-in profiles: the headers by which the export is recognised
//	exclusive: true                     # ... and that it has no other columns than the profile names
//
// The fields are name, title, department, street, secondary_address, zipcode, city, state, country, email, phone,
// mobile, purchase_order_number, type, org_id (the emnify organisation of the row) and external_id (the row's id in
// the system it comes from). Anything else is an error that names line and column. Headers are compared without outer
// blanks and case; a header that occurs twice is told apart by its column, counted from 1: "Phone #7".
type Profile struct {
	Name     string
	Fields   map[contact.Field]FieldMap
	Ignore   []string
	Defaults Defaults
	// Partial allows columns to be missing. Without it a missing column is drift, and an error.
	Partial bool
	// Detect are headers that must all be there for the profile to be recognised.
	Detect []string
	// Exclusive lets only an input be recognised that has no other columns than the profile names.
	Exclusive bool
}

// AllColumns lists the columns of a field map, those of the fallback behind.
func (fm FieldMap) AllColumns() []string {
	out := make([]string, 0, len(fm.Columns)+len(fm.Fallback))
	return append(append(out, fm.Columns...), fm.Fallback...)
}
