package postcode

import "strings"

// country tells how a country writes its postcodes, where zeros may stand in front.
type country struct {
	// form has a 0 for each digit, and the sign between groups where they are written apart.
	form string
	// longer is a second form that begins with the first; empty if there is none.
	longer string
	// lowest is the first code in use, as a number: what is less is merely wrong, and not short of zeros.
	lowest int
}

// formOf returns the form of a country's postcodes; ok is false where none begins with a zero or codes are no fixed
// number of digits. The sources are the Universal Postal Union's sheets on addresses; beside each is where codes with a
// zero lie. Left out for a reason: Czechia, Sweden, Greece, Croatia, Estonia, Austria, Switzerland, Belgium, Hungary,
// Portugal, Russia, India, Thailand and Indonesia have none; in Denmark three digits may also be a Faroese code; Britain,
// the Netherlands, Ireland, Malta, Canada and Argentina have letters.
func formOf(iso string) (p country, ok bool) {
	switch iso {
	case "AM": // Yerevan
		p = country{form: "0000", lowest: 1}
	case "AU": // 0200 Canberra, 0800 the Northern Territory
		p = country{form: "0000", lowest: 200}
	case "BR": // São Paulo
		p = country{form: "00000-000", lowest: 1000000}
	case "CN": // Inner Mongolia, Shanxi, Hebei
		p = country{form: "000000", lowest: 10000}
	case "CO": // Antioquia, Atlántico
		p = country{form: "000000", lowest: 50000}
	case "DE": // Saxony, Thuringia, Brandenburg; none below 01
		p = country{form: "00000", lowest: 1000}
	case "DZ": // the provinces from Adrar to Tizi Ouzou and beyond
		p = country{form: "00000", lowest: 1000}
	case "EC": // the provinces from Azuay to El Oro and beyond
		p = country{form: "000000", lowest: 10000}
	case "ES": // Álava to Barcelona
		p = country{form: "00000", lowest: 1000}
	case "FI": // Helsinki; those below 00100 are of single firms
		p = country{form: "00000", lowest: 100}
	case "FR": // Ain to Ariège
		p = country{form: "00000", lowest: 1000}
	case "GE": // Tbilisi
		p = country{form: "0000", lowest: 100}
	case "GT": // Guatemala City
		p = country{form: "00000", lowest: 1000}
	case "IT", "VA": // Rome and Lazio
		p = country{form: "00000", lowest: 10}
	case "JP": // Hokkaido, Akita, Iwate, Aomori
		p = country{form: "000-0000", lowest: 10000}
	case "KE": // Nairobi
		p = country{form: "00000", lowest: 100}
	case "KR": // Seoul
		p = country{form: "00000", lowest: 1000}
	case "KZ": // Astana, Almaty
		p = country{form: "000000", lowest: 10000}
	case "LK": // Colombo
		p = country{form: "00000", lowest: 100}
	case "LT": // Vilnius, Palanga
		p = country{form: "00000", lowest: 100}
	case "MX": // Mexico City
		p = country{form: "00000", lowest: 1000}
	case "MY": // Perlis, Kedah
		p = country{form: "00000", lowest: 1000}
	case "NO": // Oslo; those below 0010 are not in use
		p = country{form: "0000", lowest: 10}
	case "NZ": // Northland, Auckland
		p = country{form: "0000", lowest: 110}
	case "PE": // Amazonas to Cajamarca
		p = country{form: "00000", lowest: 1000}
	case "PL": // Warsaw
		p = country{form: "00-000", lowest: 1}
	case "PR", "VI": // all of Puerto Rico and the Virgin Islands
		p = country{form: "00000", longer: "00000-0000", lowest: 600}
	case "RO": // Bucharest
		p = country{form: "000000", lowest: 10000}
	case "SG": // the sectors from Raffles Place to Anson
		p = country{form: "000000", lowest: 10000}
	case "SK": // Žilina, Košice, Prešov
		p = country{form: "000 00", lowest: 1000}
	case "TR": // Adana to Balıkesir
		p = country{form: "00000", lowest: 1000}
	case "UA": // Kyiv and its region
		p = country{form: "00000", lowest: 1000}
	case "US": // 00501 Holtsville, New England, New Jersey
		p = country{form: "00000", longer: "00000-0000", lowest: 501}
	case "ZA": // Pretoria; 0001 are its post boxes
		p = country{form: "0000", lowest: 1}
	default:
		return country{}, false
	}
	return p, true
}

// Full is what a country's postcode was before it lost the zeros at its front; empty if it has lost none.
func Full(text, iso string) string {
	const least, most = 1, len("F-00000-0000") // what may be a code at all; a quick look, since every row is asked
	if len(text) < least || len(text) > most || text[len(text)-1] < '0' || text[len(text)-1] > '9' {
		return ""
	}
	p, ok := formOf(iso)
	if !ok || len(text) == len(p.form) && text[0] >= '0' && text[0] <= '9' {
		return ""
	}
	prefix, code := cutPostalPrefix(text)
	if code == "" || code[0] == '0' { // a spreadsheet takes all the zeros, or none
		return ""
	}
	for _, form := range [...]string{p.form, p.longer} {
		lowest := p.lowest
		if form == "" {
			continue
		}
		if form == p.longer {
			lowest *= 10000 // the four digits behind the hyphen
		}
		if full, number := padded(code, form); full != "" && number >= lowest {
			return prefix + full
		}
	}
	return ""
}

// cutPostalPrefix takes a country's letters off a postcode: "D-1067". What is no code of digits then comes back empty.
func cutPostalPrefix(text string) (prefix, code string) {
	if before, _, ok := strings.Cut(text, "-"); ok && before != "" && len(before) <= 3 && strings.Trim(before, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" {
		prefix, text = text[:len(before)+1], text[len(before)+1:]
	}
	if strings.Trim(text, "0123456789- ") != "" {
		return "", ""
	}
	return prefix, text
}

// padded writes a code in a form, with zeros for the digits that it lacks at its front, and returns it with its number.
// It is empty if the code lacks none, or has its signs at other places than the form.
func padded(code, form string) (full string, number int) {
	var out [16]byte
	digits := strings.Count(form, "0")
	at := len(code)
	apart := strings.ContainsAny(code, "- ")
	scale := 1
	missing := 0
	for i := len(form) - 1; i >= 0; i-- {
		out[i] = form[i]
		switch {
		case form[i] != '0':
			if apart && at > 0 {
				if at--; code[at] != form[i] {
					return "", 0
				}
			}
		case at == 0:
			missing++
		default:
			at--
			if code[at] < '0' || code[at] > '9' {
				return "", 0
			}
			out[i] = code[at]
			number += int(code[at]-'0') * scale
			scale *= 10
		}
	}
	if at > 0 || missing == 0 || missing == digits {
		return "", 0
	}
	return string(out[:len(form)]), number
}
