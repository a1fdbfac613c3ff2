package contact

import "slices"

// What can be found in a field; a code is the field, a dot and one of these.
const (
	whatSyntax      = "syntax"
	whatSeveral     = "several"
	whatSuspicious  = "suspicious"
	whatUnparsable  = "unparsable"
	whatScientific  = "scientific"
	whatRemark      = "remark"
	whatCalculated  = "calculated"
	whatFax         = "fax"
	whatMachine     = "machine"
	whatRenumbered  = "renumbered"
	whatUnknown     = "unknown"
	whatNoID        = "no_id"
	whatMissing     = "missing"
	whatNotInvoice  = "not_invoice"
	whatTooLong     = "too_long"
	whatInvalidText = "invalid_text"
	whatSubdivision = "subdivision"
	whatZero        = "zero"
	whatDate        = "date"

	codeRowEmpty = "row.empty"

	codeRepairedDecimals   = "repaired.phone_decimals"
	codeRepairedRenumbered = "repaired.phone_renumbered"
)

// CodeInfo explains a code that [Rules.Check] gives.
type CodeInfo struct {
	Code    string
	Meaning string
	Fix     string
}

// Codes returns every code that [Rules.Check] can give, in the order of [Fields]. The codes are stable.
func Codes() []CodeInfo {
	codes := []CodeInfo{{
		codeRowEmpty, "the row has neither name nor e-mail nor any phone number", "fill in one of them, or remove the row",
	}}
	for _, f := range Fields() {
		codes = append(codes, codesOf(f)...)
		if length := lengthOf(f); length != "" {
			codes = append(codes,
				CodeInfo{code(f, whatTooLong), "longer than " + length, "shorten it"},
				CodeInfo{
					code(f, whatInvalidText), "control characters, or bytes that are no text in the input's encoding",
					"remove them, or name the encoding with `--encoding`",
				})
		}
	}
	return append(append(codes, emailRepairs()...), phoneRepairs()...)
}

// phoneRepairs are the codes of phone numbers that are taken for others than they say.
func phoneRepairs() []CodeInfo {
	return []CodeInfo{
		{
			codeRepairedDecimals, "warning: a phone number with a spreadsheet's decimals or thousands separators (3023125010.00); they are left out",
			"format the column as text in the spreadsheet",
		},
		{
			codeRepairedRenumbered, "warning: a phone number from before a renumbering (+52 1 55 ...); the number that it became is taken",
			"correct the number if it is wrong",
		},
	}
}

// lengthOf tells the longest text of a field that is sent as text; empty for the others.
func lengthOf(f Field) string {
	switch {
	case f == Email:
		return "64 characters before the @ or 254 in all (RFC 5321)"
	case slices.Contains([]Field{CountryField, TypeField, Org, ExternalID}, f):
		return ""
	}
	return "255 characters, a limit of contactsync's own"
}

func codesOf(f Field) []CodeInfo {
	switch f {
	case CountryField:
		return []CodeInfo{
			{code(f, whatUnknown), "no country that is known", "write its name or ISO code; `--lenient country` leaves it out"},
			{code(f, whatNoID), "emnify's table has no such country", "leave it empty; `--lenient country` leaves it out"},
			{
				code(f, whatSubdivision), "warning: the code of a part of a country (GB-ENG); the country is taken",
				"write the country; its part belongs into `state`",
			},
		}
	case Street, SecondaryAddress:
		return []CodeInfo{{
			code(f, whatDate), "warning: a date that a spreadsheet made of a house number (3-5 became 5-Mar)",
			"write the number as it was, in a column that is formatted as text",
		}}
	case Zipcode:
		return []CodeInfo{{
			code(f, whatZero), "warning: a digit less than the country's postcodes have, as when a spreadsheet took the zero at the front (1067)",
			"write the code of the message, in a column that is formatted as text",
		}}
	case Email:
		return []CodeInfo{
			{code(f, whatSyntax), "not an e-mail address", "correct it; `--lenient email` keeps it as it is"},
			{code(f, whatSeveral), "warning: several addresses in one cell, the first is taken", "give the others rows of their own"},
			{code(f, whatSuspicious), "warning: the domain looks like a misspelt well-known one (gmial.com)", "correct it if it is"},
		}
	case Phone, Mobile:
		return []CodeInfo{
			{
				code(f, whatUnparsable), "no phone number of the country that it belongs to, or a national one without a country",
				"write it with its country's code (+49 ...), or give `--country`; `--lenient " + string(f) + "` keeps it as it is",
			},
			{
				code(f, whatScientific), "a spreadsheet turned the number into 4.9151E+11; its last digits are lost",
				"format the column as text in the spreadsheet and fill it anew from the source",
			},
			{
				code(f, whatCalculated), "a spreadsheet calculated with the number, or took it for a date (-23124991, 2034-12-01); it is lost",
				"format the column as text in the spreadsheet and fill it anew from the source",
			},
			{
				code(f, whatRenumbered), "a number from before a renumbering, or one that lost a digit", "write the number in the message, or correct it",
			},
			{code(f, whatSeveral), "warning: several numbers in one cell, the first is taken", "give the others a column or row of their own"},
			{code(f, whatRemark), "warning: words or brackets behind the number (030 1234567, private) are left out", "correct the number if it is wrong"},
			{code(f, whatFax), "warning: a number that the cell calls a fax is not taken", "write a phone number, or leave it"},
			{code(f, whatMachine), "warning: a number of a range for machines (M2M), which is not checked further", "correct the number if it is wrong"},
		}
	case PurchaseOrderNumber:
		return []CodeInfo{{code(f, whatNotInvoice), "only invoice contacts may have one", "leave it empty, or change the type"}}
	case TypeField:
		return []CodeInfo{
			{code(f, whatUnknown), "no contact type that is known", "use one of the names in the message, or a number"},
			{code(f, whatMissing), "the row names no contact type, and there is no `--type`", "give `--type`"},
			{
				code(f, whatNoID), "emnify's number of this type is not known",
				"give it with `--type-id NAME=ID`, or make one contact of that type in the portal and import again",
			},
		}
	case Org:
		return []CodeInfo{{code(f, whatSyntax), "not the number of an emnify organisation", "write the number, or leave it empty"}}
	case ExternalID:
		return []CodeInfo{{
			code(f, whatScientific), "warning: a spreadsheet turned the id into 1.23457E+10; its last digits are lost, and the row is matched without it",
			"format the column as text in the spreadsheet and fill it anew from the source",
		}}
	}
	return nil
}
