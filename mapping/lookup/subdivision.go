package lookup

import (
	"strings"

	"golang.org/x/text/language"
)

// parseSubdivisions reads subdivisions.txt: for each code in capitals the alpha-2 code of the country that it names.
func parseSubdivisions(text string) map[string]string {
	countries := make(map[string]string, 6000)
	for line := range dataLines(text) {
		words := strings.Fields(line)
		if words[0] == "=" {
			countries[words[1]] = words[2]
			continue
		}
		for _, part := range words[1:] {
			countries[words[0]+"-"+part] = words[0]
		}
	}
	return countries
}

// subdivision returns the country that the code of one of its parts names (ISO 3166-2: US-CA, GB-ENG), also as programs
// write it (gb_eng); nowhere if text is no such code, or may as well be the name of a locale.
func (a *atlas) subdivision(text string) int {
	text = strings.TrimSpace(text)
	// Two letters for the country, a hyphen, and one to three characters for its part.
	if len(text) < len("AT-1") || len(text) > len("GB-ENG") || text[2] != '-' && text[2] != '_' {
		return nowhere
	}
	code := strings.ToUpper(text[:2]) + "-" + strings.ToUpper(text[3:])
	if code[:2]+text[2:3]+code[3:] != text && a.maybeLocale(code) {
		return nowhere
	}
	a.subdivisionsOnce.Do(func() {
		countries := parseSubdivisions(subdivisionsFile)
		a.subdivisions = make(map[string]int, len(countries))
		for code, iso := range countries {
			a.subdivisions[code] = a.byISO[iso]
		}
	})
	if place, ok := a.subdivisions[code]; ok {
		return place
	}
	return nowhere
}

// maybeLocale reports whether a code that is not written in capitals may be a language and a country: de-BE is German as
// in Belgium, DE-BE Berlin. Neither is guessed.
func (a *atlas) maybeLocale(code string) bool {
	if _, isCountry := a.byISO[code[3:]]; !isCountry {
		return false
	}
	_, err := language.ParseBase(strings.ToLower(code[:2]))
	return err == nil
}
