package cell

import (
	_ "embed"
	"regexp"
	"strings"
	"sync"
)

var (
	// ="01067", and with the doubled quotes that a careless writer of CSV makes of it, ='01067', =T("01067").
	wrapped = regexp.MustCompile(`(?s)^=\s*(?:T\(\s*)?(?:"(.*)"|'(.*)')\s*\)?$`)
	// =HYPERLINK("mailto:ann@example.com";"Ann"): the text that is shown stands behind the address.
	hyperlink = regexp.MustCompile(`(?is)^=\s*HYPERLINK\(\s*"((?:[^"]|"")*)"\s*(?:[,;]\s*"((?:[^"]|"")*)"\s*)?\)$`)
	// =A2, =Sheet1!$B$4, =A2&" "&B2, =VLOOKUP(...): the formula itself.
	formula = regexp.MustCompile(`(?s)^=\s*(?:[\p{L}][\p{L}\p{N}._]*\(.*\)|(?:(?:'[^']+'|[\p{L}\p{N}_]+)!)?\$?[A-Z]{1,3}\$?[0-9]{1,7}(?:\s*[&+*/^-].*)?)$`)
	// What a spreadsheet makes of a long number; with a plus and a decimal point, as it writes them: "12E5" is a code.
	powerOfTen = regexp.MustCompile(`^[0-9][.,][0-9]+E\+[0-9]{1,3}$`)
	// A number that a program took for one with decimals.
	withDecimals = regexp.MustCompile(`^([0-9]{1,15})[.,]0+$`)
	// "Lindenweg 5.0": a street and its number, joined by such a program.
	streetWithDecimals = regexp.MustCompile(`^(\p{L}.*\s[0-9]{1,4})\.0$`)
)

// Unwrap takes off what keeps a spreadsheet from changing a value: a formula that gives a text. It is all that [Read] does
// which may be done to an id.
func Unwrap(s string) (string, bool) {
	s = trim(s)
	if len(s) < 3 || s[0] != '=' {
		return s, false
	}
	if m := hyperlink.FindStringSubmatch(s); m != nil {
		shown := m[2]
		if shown == "" {
			shown = strings.TrimPrefix(m[1], "mailto:")
		}
		return strings.ReplaceAll(shown, `""`, `"`), true
	}
	m := wrapped.FindStringSubmatch(s)
	if m == nil {
		return s, false
	}
	inner := m[1] + m[2]
	if len(inner) > 1 && inner[0] == '"' && inner[len(inner)-1] == '"' && !strings.Contains(inner[1:len(inner)-1], `"`) {
		return inner[1 : len(inner)-1], true // =""01067""
	}
	bare := strings.ReplaceAll(inner, `""`, "")
	if strings.Contains(bare, `"`) || m[1] == "" && strings.Contains(bare, "'") {
		return s, false // ="a"&"b" is a formula, no wrapper
	}
	return strings.ReplaceAll(inner, `""`, `"`), true
}

// Loss is why a value is not in its cell any more.
type Loss string

// What a spreadsheet shows in place of a value.
const (
	Kept      Loss = ""
	ErrorLoss Loss = "a spreadsheet's error"
	Narrow    Loss = "what a spreadsheet shows where a column is too narrow"
	Formula   Loss = "a spreadsheet's formula"
	Power     Loss = "a number that a spreadsheet turned into a power of ten"
)

// Lost reports whether something else than its value stands in a cell. The text is that of a [Reading].
func Lost(text string) Loss {
	if len(text) < 2 {
		return Kept
	}
	switch text[0] {
	case '#':
		switch {
		case len(text) >= minNarrow && strings.Trim(text, "#") == "":
			return Narrow
		case errorNames()[text]:
			return ErrorLoss
		}
	case '=':
		if formula.MatchString(text) {
			return Formula
		}
	case 'E': // LibreOffice has numbers for what it has no name for
		if len(text) == 7 && text[:4] == "Err:" && strings.Trim(text[4:], "0123456789") == "" {
			return ErrorLoss
		}
	}
	return Kept
}

// minNarrow is how many # a column that is too narrow shows at least: with one or two a person may number or point out
// something.
const minNarrow = 3

// LostCode is [Lost] of a cell that holds a code, in which a power of ten is no value either.
func LostCode(text string) Loss {
	if len(text) > 5 && text[0] >= '0' && text[0] <= '9' && strings.Contains(text, "E+") && powerOfTen.MatchString(text) {
		return Power
	}
	return Lost(text)
}

//go:embed errors.txt
var errorsText string

// errorNames are the errors of spreadsheets in the languages in which they are written.
var errorNames = sync.OnceValue(func() map[string]bool {
	names := map[string]bool{}
	for line := range strings.Lines(errorsText) {
		line, _, _ = strings.Cut(line, " //")
		for _, word := range strings.Fields(line) {
			names[word] = true
		}
	}
	return names
})

// WithoutDecimals takes away the decimals that a code never has: 10117.0 is 10117. ok is false if there are none.
func WithoutDecimals(text string) (string, bool) {
	if !endsInZero(text) {
		return text, false
	}
	if m := withDecimals.FindStringSubmatch(text); m != nil {
		return m[1], true
	}
	return text, false
}

// StreetWithoutDecimals is [WithoutDecimals] of a street's number, also one behind the name of the street.
func StreetWithoutDecimals(text string) (string, bool) {
	if !endsInZero(text) {
		return text, false
	}
	if m := streetWithDecimals.FindStringSubmatch(text); m != nil {
		return m[1], true
	}
	return WithoutDecimals(text)
}

func endsInZero(text string) bool {
	n := len(text)
	return n > 2 && text[n-1] == '0' && strings.ContainsAny(text[max(0, n-8):], ".,")
}
