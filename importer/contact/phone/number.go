package phone

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"
)

// number reads the one number in a text. The library would turn the letters of a remark into digits, as on the keys
// of a telephone, so that "030 1234567 (privat)" became a number that nobody has: words are taken away before.
func (p cellReader) number(text string) (Reading, error) {
	switch {
	case scientific(text):
		return Reading{}, ErrScientific
	case strings.IndexFunc(text, unicode.IsLetter) < 0:
		number, err := p.anyPrefix(asText(text))
		return Reading{Number: number}, err
	}
	words := extensionWord
	if p.former {
		words = formerExtensionWord
	}
	text = words.ReplaceAllString(text, "${1}"+extensionMark+"${2}")
	if m := remarkBehind.FindStringSubmatch(text); m != nil {
		if number, err := p.anyPrefix(m[1]); err == nil {
			return Reading{Number: number, Remark: strings.Trim(m[2], " ()[].,-")}, nil
		}
	}
	number, err := p.anyPrefix(text)
	if err != nil && hasWords(text) {
		err = errWords
	}
	return Reading{Number: number}, err
}

// anyPrefix reads a number, also one whose international prefix is 00 where its region dials another one (files
// travel further than telephone exchanges), and one that lost its plus sign in a spreadsheet.
func (p cellReader) anyPrefix(text string) (string, error) {
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

var (
	powerOfTen = regexp.MustCompile(`^[+-]?[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+$`)
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
