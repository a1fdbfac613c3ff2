package contact

// country is the rule of the country. region is the ISO code by which national phone numbers are read, empty if there
// is none: a number must not be read by --country where the row names another country, even one that is not known.
func (r *Rules) country(f *findings, s string) (country Country, region string) {
	text, _ := plain(s)
	if text == "" {
		return r.defaultCountry(f), r.DefaultCountry.ISO
	}
	country, known := r.lookupCountry(text)
	switch {
	case !known:
		f.judge(Problem{
			Code: code(CountryField, whatUnknown), Field: CountryField, Value: s,
			Message: "no country that is known", Fix: r.nearestCountry(text),
		}, "left out")
		return Country{}, ""
	case !r.sendable(country):
		f.judge(r.noCountryID(country, s), "left out")
		return Country{}, country.ISO
	}
	if r.isPartOfCountry(text, country) {
		f.warn(Problem{
			Code: code(CountryField, whatSubdivision), Field: CountryField, Value: s,
			Message: "the code of a part of a country (ISO 3166-2); the country, " + nameOf(country) + ", is taken",
			Fix:     "write the country, and put its part into a column for the state if it matters",
		})
	}
	return country, country.ISO
}

// isPartOfCountry reports whether a text that means the country has the form of a code of ISO 3166-2, and does not name
// the country twice ("GB-UK").
func (r *Rules) isPartOfCountry(text string, country Country) bool {
	if len(text) < len("AT-1") || len(text) > len("GB-ENG") || text[2] != '-' && text[2] != '_' {
		return false
	}
	for _, other := range [...]string{text[:2], text[3:]} {
		for i := range len(other) {
			if c := other[i] | 0x20; (c < 'a' || c > 'z') && (other[i] < '0' || other[i] > '9') {
				return false
			}
		}
	}
	behind, known := r.lookupCountry(text[3:])
	return !known || behind != country
}

// nameOf is a country for a message.
func nameOf(c Country) string {
	if c.Name != "" {
		return c.Name
	}
	return c.ISO
}

// defaultCountry is the country of a row that names none. One that can't be sent still helps to read phone numbers.
func (r *Rules) defaultCountry(f *findings) Country {
	if r.DefaultCountry.IsZero() {
		return Country{}
	}
	if r.sendable(r.DefaultCountry) {
		f.defaulted = f.defaulted.With(CountryField)
		return r.DefaultCountry
	}
	p := r.noCountryID(r.DefaultCountry, "")
	p.Message += "; left out"
	f.warn(p)
	return Country{}
}

func (r *Rules) lookupCountry(text string) (Country, bool) {
	if r.Countries == nil || text == "" || tooLong(text) {
		return Country{}, false
	}
	return r.Countries.Lookup(text)
}

// sendable reports whether a country can be sent where numbers are a must.
func (r *Rules) sendable(c Country) bool {
	return c.ID != 0 || r.Countries == nil || !r.Countries.NeedID()
}

func (r *Rules) noCountryID(c Country, value string) Problem {
	return Problem{
		Code: code(CountryField, whatNoID), Field: CountryField, Value: value,
		Message: "emnify has no number for the country " + nameOf(c),
		Fix:     "leave the country empty, or import with --lenient country, which leaves it out",
	}
}

func (r *Rules) nearestCountry(text string) string {
	if r.Countries != nil && !tooLong(text) {
		if near := r.Countries.Nearest(text); near != "" {
			return "did you mean " + near + "?"
		}
	}
	return "write its name or its ISO code, as DE or DEU; --lenient country leaves it out"
}
