package contact

import (
	"errors"
	"regexp"
	"strings"
	"unicode"
)

// phone is the rule of both phone numbers. A mobile number in the phone column stays there. region is the ISO code by
// which a national number is read.
func (f *findings) phone(field Field, s, region string) string {
	if s == "" {
		return ""
	}
	text, ok := f.legible(field, s)
	if !ok || text == "" || !f.short(field, s, text) {
		return ""
	}
	number, others, err := readPhone(libraryPhone, text, region)
	if err != nil {
		if f.judge(phoneProblem(field, s, region, err), "kept as it is") {
			return text
		}
		return ""
	}
	if len(others) > 0 {
		f.warn(Problem{
			Code: code(field, whatSeveral), Field: field, Value: s,
			Message: "several numbers in one cell; the first, " + number + ", is taken, and not " + join(others),
			Fix:     "give the others a column or row of their own",
		})
	}
	return number
}

func phoneProblem(field Field, value, region string, err error) Problem {
	p := Problem{
		Code: code(field, whatUnparsable), Field: field, Value: value, Message: err.Error(),
		Fix: "correct it; --lenient " + string(field) + " keeps it as it is",
	}
	switch {
	case errors.Is(err, errScientific):
		p.Code = code(field, whatScientific)
		p.Fix = "format the column as text in the spreadsheet and fill it anew from the source"
	case errors.Is(err, errNoCountry):
		p.Fix = "write it with its country's code, as +49 30 1234567, fill in the row's country, or give --country"
	case region != "":
		p.Message += " (read as one of " + region + " where it names no country itself)"
	}
	return p
}

// Why a text is no phone number.
var (
	errNotPhone   = errors.New("not a phone number")
	errNoCountry  = errors.New("a number without its country's code, and the row's country is not known")
	errTooShort   = errors.New("too short for a phone number")
	errTooLong    = errors.New("too long for a phone number")
	errNoSuch     = errors.New("no number that its country's numbering plan has")
	errScientific = errors.New("a spreadsheet turned the number into a power of ten, and its last digits are lost")
)

// readPhone reads the number in a text, which may hold several: then it is the first one, and the others are told.
func readPhone(parse phoneParser, text, region string) (number string, others []string, err error) {
	if scientific(text) {
		return "", nil, errScientific
	}
	parts := splitNumbers(text)
	if len(parts) > 1 {
		if number, others := firstOf(parse, parts, region); len(others) > 0 {
			return number, others, nil
		}
	}
	number, err = parseAnyPrefix(parse, text, region)
	if err == nil || len(parts) < 2 {
		return number, nil, err
	}
	// The whole is no number; the first part may be, with a remark behind it.
	first, errFirst := parseAnyPrefix(parse, parts[0], region)
	if errFirst != nil {
		return "", nil, err
	}
	return first, parts[1:], nil
}

// firstOf reads parts as numbers of their own. There are others only if the first part and one more are numbers: else
// the separators belong to one number ("030 / 1234567", "030 1234567, 22").
func firstOf(parse phoneParser, parts []string, region string) (number string, others []string) {
	number, err := parseAnyPrefix(parse, parts[0], region)
	if err != nil {
		return "", nil
	}
	numbers := 0
	for _, p := range parts[1:] {
		other, err := parseAnyPrefix(parse, p, region)
		switch {
		case err != nil:
			others = append(others, p)
		case other != number:
			numbers++
			others = append(others, other)
		default:
			numbers++
		}
	}
	if numbers == 0 {
		return "", nil
	}
	return number, others
}

// parseAnyPrefix reads a number, also one whose international prefix is 00 where its region dials another one: files
// travel further than telephone exchanges.
func parseAnyPrefix(parse phoneParser, text, region string) (string, error) {
	number, err := parse(text, region)
	if err == nil {
		return number, nil
	}
	if rest, found := strings.CutPrefix(text, "00"); found {
		if international, errPlus := parse("+"+rest, region); errPlus == nil {
			return international, nil
		}
	}
	return "", err
}

// splitNumbers takes a cell apart where several numbers may stand in it. A slash without blanks is part of a number.
func splitNumbers(text string) []string {
	if !strings.ContainsAny(text, ";,|/:&") && !strings.Contains(text, " o") && !strings.Contains(text, " u") {
		return nil
	}
	var parts []string
	for _, p := range betweenNumbers.Split(text, -1) {
		if strings.IndexFunc(p, unicode.IsDigit) >= 0 {
			parts = append(parts, strings.TrimSpace(p))
		}
	}
	return parts
}

var (
	betweenNumbers = regexp.MustCompile(`[;,|]| ?::: ?| [/&] |//| (?:or|oder|ou|und) `)
	powerOfTen     = regexp.MustCompile(`^[+-]?[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+$`)
)

func scientific(text string) bool {
	return strings.ContainsAny(text, "eE") && powerOfTen.MatchString(text)
}
