package lookup

import (
	_ "embed"
	"iter"
	"strings"
)

//go:embed countries.txt
var countriesFile string

//go:embed types.txt
var typesFile string

//go:embed subdivisions.txt
var subdivisionsFile string

//go:embed places.txt
var placesFile string

// place is a line of countries.txt.
type place struct {
	iso, iso3 string
	// name is the English one; aliases are the others on the line.
	name    string
	aliases []string
}

// parsePlaces reads countries.txt: the countries, and the CLDR regions whose names mean one of them.
func parsePlaces(text string) (places []place, regions map[string]string) {
	regions = map[string]string{}
	for line := range dataLines(text) {
		first, rest, _ := strings.Cut(line, " ")
		second, rest, _ := strings.Cut(rest, " ")
		if first == "=" {
			regions[second] = rest
			continue
		}
		names := splitNames(rest)
		places = append(places, place{iso: first, iso3: second, name: names[0], aliases: names[1:]})
	}
	return places, regions
}

// typeLine is a line of types.txt.
type typeLine struct {
	name     string
	synonyms []string
}

// parseTypes reads types.txt.
func parseTypes(text string) []typeLine {
	var types []typeLine
	for line := range dataLines(text) {
		name, rest, _ := strings.Cut(line, ":")
		types = append(types, typeLine{name: strings.TrimSpace(name), synonyms: splitNames(rest)})
	}
	return types
}

// dataLines yields the lines of a data file that say something.
func dataLines(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for line := range strings.Lines(text) {
			line = strings.TrimSpace(line)
			if line == "" || strings.HasPrefix(line, "#") {
				continue
			}
			if !yield(line) {
				return
			}
		}
	}
}

func splitNames(text string) []string {
	names := strings.Split(text, ";")
	for i := range names {
		names[i] = strings.TrimSpace(names[i])
	}
	return names
}
