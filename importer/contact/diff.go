package contact

// Diff returns the fields in which have differs from wanted, in the order of [Fields]. Both are in normal form. What
// wanted leaves empty does not count: empty values are not sent.
func Diff(wanted, have Contact) []Field {
	var fields []Field
	for _, f := range Fields() {
		if differs(f, &wanted, &have) {
			fields = append(fields, f)
		}
	}
	return fields
}

func differs(f Field, wanted, have *Contact) bool {
	switch f {
	case TypeField:
		return !wanted.Type.IsZero() && !sameType(wanted.Type, have.Type)
	case CountryField:
		return !wanted.Country.IsZero() && !sameCountry(wanted.Country, have.Country)
	case Email:
		return wanted.Email != "" && emailKey(wanted.Email) != emailKey(have.Email)
	}
	text := wanted.text(f)
	return text != "" && text != have.text(f)
}

func sameType(a, b Type) bool {
	if a.ID != 0 && b.ID != 0 {
		return a.ID == b.ID
	}
	return a.Name != "" && FoldText(a.Name) == FoldText(b.Name)
}

func sameCountry(a, b Country) bool {
	switch {
	case a.ID != 0 && b.ID != 0:
		return a.ID == b.ID
	case a.ISO != "" && b.ISO != "":
		return a.ISO == b.ISO
	}
	return a.Name != "" && FoldText(a.Name) == FoldText(b.Name)
}
