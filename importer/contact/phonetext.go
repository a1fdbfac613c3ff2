package contact

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"
)

// formerCell reads a cell as version 1 of the normal form did.
func (p phoneReader) formerCell(text string) (phoneReading, error) {
	parts := splitNumbers(text)
	if len(parts) > 1 {
		if r, several := p.firstOf(parts); several {
			return r, nil
		}
	}
	r, err := p.number(text)
	if err == nil || len(parts) < 2 {
		return r, err
	}
	// The whole is no number; the first part may be, with a remark behind it.
	first, errFirst := p.number(parts[0])
	if errFirst != nil {
		return phoneReading{}, err
	}
	first.others = parts[1:]
	return first, nil
}

// firstOf reads parts as numbers of their own. They are several only if the first part and one more are numbers: else
// the separators belong to one number ("030 / 1234567", "030 1234567, 22").
func (p phoneReader) firstOf(parts []string) (first phoneReading, several bool) {
	first, err := p.number(parts[0])
	if err != nil {
		return phoneReading{}, false
	}
	for _, part := range parts[1:] {
		other, err := p.number(part)
		switch {
		case err != nil:
			first.others = append(first.others, part)
		case other.number != first.number:
			several = true
			first.others = append(first.others, other.number)
		default:
			several = true
		}
	}
	return first, several
}

// number reads the one number in a text. The library would turn the letters of a remark into digits, as on the keys
// of a telephone, so that "030 1234567 (privat)" became a number that nobody has: words are taken away before.
func (p phoneReader) number(text string) (phoneReading, error) {
	switch {
	case scientific(text):
		return phoneReading{}, errScientific
	case strings.IndexFunc(text, unicode.IsLetter) < 0:
		number, err := p.anyPrefix(asText(text))
		return phoneReading{number: number}, err
	}
	words := extensionWord
	if p.former {
		words = formerExtensionWord
	}
	text = words.ReplaceAllString(text, "${1}"+extensionMark+"${2}")
	if m := remarkBehind.FindStringSubmatch(text); m != nil {
		if number, err := p.anyPrefix(m[1]); err == nil {
			return phoneReading{number: number, remark: strings.Trim(m[2], " ()[].,-")}, nil
		}
	}
	number, err := p.anyPrefix(text)
	if err != nil && hasWords(text) {
		err = errWords
	}
	return phoneReading{number: number}, err
}

// anyPrefix reads a number, also one whose international prefix is 00 where its region dials another one (files
// travel further than telephone exchanges), and one that lost its plus sign in a spreadsheet.
func (p phoneReader) anyPrefix(text string) (string, error) {
	if lacksPlus(text, p.region) {
		if international, err := p.parse("+"+text, p.region); err == nil {
			return international, nil
		}
	}
	number, err := p.parse(text, p.region)
	if err == nil {
		return number, nil
	}
	if rest, found := strings.CutPrefix(text, "00"); found {
		if international, errPlus := p.parse("+"+rest, p.region); errPlus == nil {
			return international, nil
		}
	}
	return "", err
}

// lacksPlus reports whether a text begins with the code of its own country and not with the 0 that national numbers
// have there. German numbers may be so long that 4915112345678 would pass as a national one.
func lacksPlus(text, region string) bool {
	if text == "" || text[0] < '1' || text[0] > '9' || region == "" {
		return false
	}
	code := phonenumbers.GetCountryCodeForRegion(region)
	return code != 0 && strings.HasPrefix(text, strconv.Itoa(code)) && phonenumbers.GetNddPrefixForRegion(region, true) == "0"
}

// splitNumbers takes a cell apart, as version 1 did, where several numbers may stand in it. A slash without blanks is part of a number.
func splitNumbers(text string) []string {
	if !mayHoldSeveral(text) {
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

// mayHoldSeveral reports whether betweenNumbers may match; it is cheaper to ask.
func mayHoldSeveral(text string) bool {
	if strings.ContainsAny(text, ";,|") {
		return true
	}
	for _, mark := range [...]string{"//", " / ", " & ", ":::", " o", " u"} {
		if strings.Contains(text, mark) {
			return true
		}
	}
	return false
}

var (
	betweenNumbers = regexp.MustCompile(`[;,|]| ?::: ?| [/&] |//| (?:or|oder|ou|und) `)
	powerOfTen     = regexp.MustCompile(`^[+-]?[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+$`)
	// A number that a program took for one with decimals: "4915112345678.0".
	withDecimal         = regexp.MustCompile(`^([0-9]{6,15})[.,]0$`)
	extensionWord       = extensionBehind(extensionWords)
	formerExtensionWord = extensionBehind(formerExtensionWords)
	// Words behind the last digit: "030 1234567 (privat)".
	remarkBehind = regexp.MustCompile(`^(.*\pN[)\]]?)([^\pN]*\pL[^\pN]*)$`)
)

// What extensions are called in the languages of the headers, in version 1 and since.
const (
	formerExtensionWords = `ext|extn|extension|extensión|x|durchwahl|dw|nebenstelle|apparat|app|poste|anexo|interno|int|toestel|tst|` +
		`doorkiesnummer|wewnętrzny|wewn|wew|ramal|доб`
	extensionWords = formerExtensionWords + `|extensão|nst|klappe|kl`
)

func extensionBehind(words string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)([0-9][)\]]?)[\s,;.(\[–-]*(?:` + words + `)[.:]?\s*#?\s*([0-9]{1,7})[)\]]?$`)
}

func scientific(text string) bool {
	return strings.ContainsAny(text, "eE") && powerOfTen.MatchString(text)
}

// asText takes away the decimal that a number never has.
func asText(text string) string {
	if n := len(text); n > 2 && text[n-1] == '0' && (text[n-2] == '.' || text[n-2] == ',') && withDecimal.MatchString(text) {
		return text[:len(text)-2]
	}
	return text
}

// hasWords reports whether letters stand behind the first digit that name no extension: they are dialled, or a remark.
func hasWords(text string) bool {
	first := strings.IndexFunc(text, unicode.IsDigit)
	if first < 0 {
		return false
	}
	if cut := strings.LastIndex(text, extensionMark); cut > first {
		text = text[:cut]
	}
	return strings.IndexFunc(text[first:], unicode.IsLetter) >= 0
}
