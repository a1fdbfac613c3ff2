package housenumber

import (
	"strings"
	"unicode/utf8"
)

// shortMonth is a month as a spreadsheet writes it short.
type shortMonth struct {
	// number is 1 to 12; 0 if it is none.
	number int
	// whole says that the short form is the whole word, so that it stands in names of streets ("Platz des 1. Mai").
	// A number before it is a spreadsheet's only if it has the zero that people leave out.
	whole bool
	// hyphened says that spreadsheets of the language write a whole word with a hyphen and without that zero: "3-May".
	hyphened bool
	// german says that the language writes the month of a year as "Mrz 50"; only, that the form is no word of anything else.
	german, only bool
}

// longestMonth is the length, in bytes, of the longest short form with its dot.
const longestMonth = len("févr.")

// monthOf knows the short months of spreadsheets in English, German, French, Spanish, Italian, Dutch, Polish and
// Portuguese.
func monthOf(word string) shortMonth {
	if len(word) < 3 || len(word) > longestMonth || word[0] <= '9' {
		return shortMonth{}
	}
	word = strings.TrimSuffix(word, ".")
	var buf [longestMonth]byte // instead of strings.ToLower, which allocates: a word of every street is asked
	lower := buf[:copy(buf[:], word)]
	for i, c := range lower {
		if c >= utf8.RuneSelf {
			return shortMonthOf(strings.ToLower(word))
		}
		if 'A' <= c && c <= 'Z' {
			lower[i] = c | 0x20
		}
	}
	return shortMonthOf(string(lower))
}

func shortMonthOf(lower string) shortMonth {
	switch lower {
	case "jan":
		return shortMonth{number: 1, german: true}
	case "jän", "janv", "ene", "gen", "sty":
		return shortMonth{number: 1}
	case "feb":
		return shortMonth{number: 2, german: true}
	case "févr", "fevr", "fév", "fev", "lut":
		return shortMonth{number: 2}
	case "mrz":
		return shortMonth{number: 3, german: true, only: true}
	case "mar", "mär", "mrt":
		return shortMonth{number: 3}
	case "mars":
		return shortMonth{number: 3, whole: true}
	case "apr":
		return shortMonth{number: 4, german: true}
	case "avr", "abr", "kwi":
		return shortMonth{number: 4}
	case "mai":
		return shortMonth{number: 5, whole: true, german: true}
	case "may", "mei", "maj":
		return shortMonth{number: 5, whole: true, hyphened: true}
	case "mag":
		return shortMonth{number: 5}
	case "jun":
		return shortMonth{number: 6, german: true}
	case "juin":
		return shortMonth{number: 6, whole: true}
	case "giu", "cze":
		return shortMonth{number: 6}
	case "jul":
		return shortMonth{number: 7, german: true}
	case "juil", "lug", "lip":
		return shortMonth{number: 7}
	case "aug":
		return shortMonth{number: 8, german: true}
	case "août", "aout":
		return shortMonth{number: 8, whole: true}
	case "ago", "sie":
		return shortMonth{number: 8}
	case "sep":
		return shortMonth{number: 9, german: true}
	case "sept", "set", "wrz":
		return shortMonth{number: 9}
	case "okt":
		return shortMonth{number: 10, german: true, only: true}
	case "oct", "ott", "out", "paź", "paz":
		return shortMonth{number: 10}
	case "nov":
		return shortMonth{number: 11, german: true}
	case "lis":
		return shortMonth{number: 11}
	case "dez":
		return shortMonth{number: 12, german: true, only: true}
	case "dec", "déc", "dic", "gru":
		return shortMonth{number: 12}
	}
	return shortMonth{}
}
