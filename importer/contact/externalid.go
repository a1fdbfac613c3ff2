package contact

import "strings"

// externalID is the rule of a row's id in the system that it came from. Two spellings of one id have one normal form: the
// blanks at its ends go, and so do the decimals of a whole number, which programs add that keep numbers as fractions as
// soon as one row has none (101.0). Case, blanks within and leading zeros stay: they may tell two people apart. former is
// the id as version 1 of the normal form had it, if that is another one: ledgers know rows by it.
func (f *findings) externalID(s string) (id, former string) {
	if s == "" {
		return "", ""
	}
	id, _ = plain(s)
	if isScientific(id) {
		f.warn(Problem{
			Code: code(ExternalID, whatScientific), Field: ExternalID, Value: s,
			Message: "a spreadsheet turned the id into a number like 1.23457E+10: its last digits are lost, and the row is matched without it",
			Fix:     "format the column as text in the spreadsheet and fill it anew from the source",
		})
		return "", ""
	}
	if whole := wholeID(id); whole != id {
		return whole, id
	}
	return id, ""
}

// wholeID is a whole number without the zeros behind its point or comma, and any other text as it is. Three zeros
// behind up to three digits stay: 1.000 is one thousand in half of the world.
func wholeID(id string) string {
	at := strings.IndexAny(id, ".,")
	if at <= 0 || !digitsOnly(id[:at]) {
		return id
	}
	zeros := id[at+1:]
	if zeros == "" || strings.Trim(zeros, "0") != "" || len(zeros) == 3 && at <= 3 {
		return id
	}
	return id[:at]
}

// isScientific reports whether an id is a number in scientific notation. An exponent alone is not enough: 12E3 is an id
// that people give, and a spreadsheet writes it as 1.2E+04, with decimals or a sign.
func isScientific(id string) bool {
	mantissa, exponent, found := cutAny(id, "eE")
	if !found {
		return false
	}
	power := strings.TrimLeft(exponent, "+-")
	signed := len(exponent) == len(power)+1
	if !digitsOnly(power) || len(exponent) > len(power)+1 {
		return false
	}
	whole, decimals, fraction := cutAny(strings.TrimLeft(mantissa, "+-"), ".,")
	if !digitsOnly(whole) || decimals != "" && !digitsOnly(decimals) {
		return false
	}
	return fraction || signed
}

// cutAny cuts a text at the first of some one-byte characters.
func cutAny(s, chars string) (before, after string, found bool) {
	if i := strings.IndexAny(s, chars); i >= 0 {
		return s[:i], s[i+1:], true
	}
	return s, "", false
}

func digitsOnly(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// Identify tells only which organisation and which id of its own a row names, for whoever needs no more of it.
func (r *Rules) Identify(d Draft) Checked {
	var f findings
	org := f.org(d.Org)
	id, former := f.externalID(d.ExternalID)
	return Checked{Org: org, ExternalID: id, FormerID: former}
}

// FormerIDs are the spellings under which version 1 of the normal form may have kept a row's id, beside its normal form,
// the likeliest first: as the row has it, and whole numbers with the decimals that programs add.
func (c *Checked) FormerIDs() []string {
	if c.ExternalID == "" {
		return nil
	}
	var ids []string
	if c.FormerID != "" {
		ids = append(ids, c.FormerID)
	}
	if !digitsOnly(c.ExternalID) {
		return ids
	}
	for _, decimals := range [...]string{".0", ",0", ".00", ",00"} {
		if id := c.ExternalID + decimals; id != c.FormerID {
			ids = append(ids, id)
		}
	}
	return ids
}
