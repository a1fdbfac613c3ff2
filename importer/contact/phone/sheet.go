package phone

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// notTyped tells why a text is no number that somebody typed, but what a spreadsheet made of one; nil if nothing says so.
func (p cellReader) notTyped(text string) error {
	switch {
	case scientific(text):
		return ErrScientific
	case formula(text), negative.MatchString(text), fraction(text):
		return ErrCalculated
	case digitsIn(text) <= maxStamp && (dated(text) || clock.MatchString(text) || p.shortDate(text)):
		return ErrDate
	}
	return nil
}

// maxStamp are the digits of a date with a time to the microsecond and its offset.
const maxStamp = 24

// dateDigits are the digits of a date without a time.
const dateDigits = 8

// formula reports whether a text is a formula, and not one that only says that a text is one: ="030 1234567".
func formula(text string) bool {
	return len(text) > 1 && text[0] == '=' && text[1] != '"' && text[1] != '\''
}

// A minus before the number: what +49-30-23125010 comes to. A dash before a 0 or a plus begins an item of a list: no
// spreadsheet writes a number so. With thousands separators also in the brackets of accounts.
var negative = regexp.MustCompile(`^['’]?[-−–—]\s*(?:[1-9]|0[.,]\d)|^\([1-9]\d{0,2}(?:[.,'’]\d{3})+(?:[.,]\d+)?\)$`)

// fraction reports whether a text is a number with decimals that are not all zeros, as only calculating makes them.
func fraction(text string) bool {
	if !strings.ContainsAny(text, ".,") {
		return false
	}
	if smallFraction.MatchString(text) {
		return true
	}
	m := decimalNumber.FindStringSubmatch(text)
	return m != nil && strings.Trim(m[1]+m[2]+m[3], "0") != ""
}

var (
	smallFraction = regexp.MustCompile(`^-?0?[.,][0-9]{3,}$`)
	// Whole numbers of at least 7 digits, so that 30.23125010 is an area code with its number; with a dot only, since an
	// extension may stand behind a comma.
	decimalNumber = regexp.MustCompile(`^[1-9](?:[0-9]{6,}\.([0-9]+)|[0-9]{0,2}(?:(?:,[0-9]{3}){2,}\.([0-9]+)|(?:\.[0-9]{3}){2,},([0-9]+)))$`)
)

// Dates as spreadsheets and programs write them. Where the year has four digits, the form is enough: no country groups
// its numbers so.
var (
	yearFirst = regexp.MustCompile(`^([0-9]{4})([-/.年])\s?([0-9]{1,2})([-/.月])\s?([0-9]{1,2})[.日]?` + timeOfDay + `$`)
	yearLast  = regexp.MustCompile(`^([0-9]{1,2})([-/.])\s?([0-9]{1,2})([-/.])\s?([0-9]{4})\.?` + timeOfDay + `$`)
	yearShort = regexp.MustCompile(`^([0-9]{1,2})([-/.])([0-9]{1,2})([-/.])([0-9]{2})$`)
	yearMonth = regexp.MustCompile(`^(?:19|2[0-9])[0-9]{2}-(?:0[1-9]|1[0-2])$`)
	clock     = regexp.MustCompile(`^[0-9]{1,4}:[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]+)?)?(?:\s?[AaPp]\.?[Mm]\.?)?$`)
	// A day, a month's name and perhaps a year, in any order: 05. Mrz, 5-Mar, Mar-05, March 5, 2034.
	monthNamed = regexp.MustCompile(`^(?:\pL{2,12}\.?,?\s+)?(?:([0-9]{1,2}|[0-9]{4})(?:st|nd|rd|th|er|º|ª)?[-./,\s]*(?:de\s+|di\s+)?)?` +
		`(\pL[\pL\pM]{2,11})[-./,\s]*(?:de\s+|del\s+|di\s+)?([0-9]{1,4})?(?:[-./,\s]+([0-9]{2,4}))?` + timeOfDay + `$`)
)

const timeOfDay = `(?:[T,\s]\s?[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?:[.,][0-9]+)?(?:\s?[AaPp]\.?[Mm]\.?)?\s?(?:Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})?)?`

// firstYear and lastYear bound the years of a spreadsheet's dates.
const (
	firstYear = 1900
	lastYear  = 9999
)

// dated reports whether a text is a date with a year of four digits, or with a month's name.
func dated(text string) bool {
	if m := yearFirst.FindStringSubmatch(text); m != nil {
		return sameMark(m[2], m[4]) && isYear(m[1]) && isDay(m[5], m[3])
	}
	if m := yearLast.FindStringSubmatch(text); m != nil {
		return sameMark(m[2], m[4]) && isYear(m[5]) && (isDay(m[1], m[3]) || isDay(m[3], m[1]))
	}
	m := monthNamed.FindStringSubmatch(text)
	return m != nil && m[1]+m[3] != "" && isMonth(m[2])
}

// shortDate reports whether a text is a date of six digits: its year has two of them, or it has no day. Where numbers have six digits, as in New
// Caledonia, they are written so, too.
func (p cellReader) shortDate(text string) bool {
	if m := yearShort.FindStringSubmatch(text); !yearMonth.MatchString(text) &&
		(m == nil || m[2] != m[4] || !isDay(m[1], m[3]) && !isDay(m[3], m[1])) {
		return false
	}
	usual := phonenumbers.GetExampleNumber(p.region)
	return usual == nil || len(phonenumbers.GetNationalSignificantNumber(usual)) != shortPlan
}

// shortPlan are the digits of the numbers of a small country that look like a date.
const shortPlan = 6

// sameMark reports whether two marks stand in one date: 6837.1-12 is none, but a number of Niue.
func sameMark(first, second string) bool { return first == second || first == "年" && second == "月" }

func isYear(s string) bool { return between(s, firstYear, lastYear) }

func isDay(day, month string) bool { return between(day, 1, 31) && between(month, 1, 12) }

func between(s string, low, high int) bool {
	n, err := strconv.Atoi(s)
	return err == nil && low <= n && n <= high
}

// monthNames are the names of months in the languages of the headers, which programs cut anywhere, and in the last line
// the short forms that are no beginning of one.
var monthNames = strings.Fields(`january february march april may june july august september october november december
	januar jänner februar märz mai juni juli oktober dezember
	janvier février fevrier mars avril juin juillet août aout septembre octobre novembre décembre
	enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
	gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre
	januari februari maart mei augustus
	styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad grudzień
	stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia
	janeiro fevereiro março marco maio junho julho setembro outubro novembro dezembro
	mrz mrt paz`)

func isMonth(word string) bool {
	word = strings.ToLower(word)
	return len([]rune(word)) >= 3 && slices.ContainsFunc(monthNames, func(m string) bool { return strings.HasPrefix(m, word) })
}

// withDecimals reads a number that a spreadsheet or a program wrote with decimals or thousands separators:
// 3023125010.00, 3.023.125.010,00. ok is false if it is none. A row of digits with decimals is nothing else, also where
// it is no number without them; elsewhere a point may stand between groups, as in 01 42 68 53.00.
func (p cellReader) withDecimals(text string) (r Reading, ok bool, err error) {
	front, ok := withoutPoint(strings.TrimFunc(text, currency))
	if !ok {
		return Reading{}, false, nil
	}
	if r, err = p.number(front); err != nil {
		if changed, ok, reason := p.changed(front); ok {
			r, err = changed, reason
		}
	}
	if err != nil {
		return Reading{}, plainDigits(front), err
	}
	r.Decimals = true
	return r, true, nil
}

// withoutPoint takes away what a phone number never has; ok is false if there is nothing of it.
func withoutPoint(text string) (number string, ok bool) {
	if m := thousands.FindStringSubmatch(text); m != nil {
		separators := strings.Map(func(c rune) rune {
			if '0' <= c && c <= '9' {
				return -1
			}
			return c
		}, m[1])
		one, count := separators[:1], len([]rune(separators))
		// Groups with dots alone are how people write numbers.
		if strings.Count(separators, one) == count && count > 1 && !strings.HasPrefix(m[2], one) && (one != "." || m[2] != "") {
			return strings.Map(onlyDigits, m[1]), true
		}
	}
	m := zeroDecimals.FindStringSubmatch(text)
	// 030 23125.0 is rather the switchboard of 030 23125.
	if m == nil || len(m[2]) == 1 && !plainDigits(m[1]) && digitsIn(m[1]) < longNumber-1 {
		return "", false
	}
	return m[1], true
}

var (
	// zeroDecimals are one point and zeros behind a number without other points.
	zeroDecimals = regexp.MustCompile(`^([^.,;/]*[0-9)]|[^.,;]*/[^.,;/]*[0-9])[.,](0+)$`)
	// thousands is a number in groups of three, in India of two, and perhaps zeros as decimals.
	thousands = regexp.MustCompile(`^([1-9][0-9]{0,2}(?:[.,'’][0-9]{2,3})*[.,'’][0-9]{3})([.,]0+)?$`)
)

func currency(c rune) bool { return c == ' ' || strings.ContainsRune("€$£¥₹₽₺zł", c) }

func plainDigits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// withoutParameters writes a URI of RFC 3966 as a number with its extension: tel:+49-30-23125010;ext=12. Other
// parameters say nothing about what is dialled; a context is the beginning of a local number.
func withoutParameters(text string) string {
	if !strings.Contains(text, "=") {
		return text
	}
	found := uriParameter.FindAllStringSubmatch(text, -1)
	if found == nil {
		return text
	}
	number, extension := uriParameter.ReplaceAllString(text, ""), ""
	for _, m := range found {
		switch name, value := strings.ToLower(m[1]), m[2]; {
		case name == "ext":
			extension = extensionMark + strings.Map(onlyDigits, value)
		case name == "phone-context" && strings.HasPrefix(value, "+") && !strings.Contains(number, "+"):
			number = value + " " + strings.TrimLeftFunc(number, func(c rune) bool { return onlyDigits(c) < 0 && c != '(' })
		}
	}
	return strings.TrimSpace(number) + extension
}

var uriParameter = regexp.MustCompile(`\s?;\s?([A-Za-z][A-Za-z0-9-]*)=([^;,\s]*)`)

// onlyDigits drops what is no digit.
func onlyDigits(c rune) rune {
	if '0' <= c && c <= '9' {
		return c
	}
	return -1
}
