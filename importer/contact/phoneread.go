package contact

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"
)

// phoneReading is what one cell of phone numbers says.
type phoneReading struct {
	number string   // empty if the cell holds nothing but fax numbers
	others []string // further numbers of the cell, and endings of the first ("/ 11")
	faxes  []string // those that the cell calls a fax
	remark string   // what stands beside the number: "privat", "9-17 Uhr"
	// decimals tells that a spreadsheet's decimals were taken away; renumbered since when the number has been another
	// one, and who says so; machine of which country's machines it is.
	decimals            bool
	renumbered, machine string
	// odd tells that version 1 may have read the cell otherwise.
	odd bool
}

// phoneReader reads cells of phone numbers.
type phoneReader struct {
	parse  phoneParser
	region string // the ISO code by which national numbers are read; empty: not known
	// former asks for the reading of version 1 of the normal form.
	former bool
}

// readPhone reads the number in a text, which may hold several: then it is the first one, and the others are told.
func readPhone(parse phoneParser, text, region string) (phoneReading, error) {
	return phoneReader{parse: parse, region: region}.cell(text)
}

// formerPhone is the number that version 1 of the normal form made of a text; ok is false if it refused it. Version 1
// glued digits behind a whole number to it, if the country's plan had room.
func formerPhone(parse phoneParser, text, region string) (number string, ok bool) {
	r, err := phoneReader{parse: parse, region: region, former: true}.cell(text)
	return r.number, err == nil
}

// cell reads a cell. Most hold one number of a common form, and are done with the first question.
func (p phoneReader) cell(text string) (phoneReading, error) {
	switch {
	case p.former:
		return p.formerCell(strings.ReplaceAll(text, lineEnd, " "))
	case oneNumber(text):
		if number, err := p.anyPrefix(text); err == nil {
			return phoneReading{number: number}, nil
		}
	}
	r, err := p.unusual(text)
	r.odd = r.odd || r.remark+r.renumbered+r.machine != "" || len(r.others)+len(r.faxes) > 0 || r.decimals || mayHoldSeveral(text)
	return r, err
}

// unusual reads a cell in which more may stand than one number, or something else.
func (p phoneReader) unusual(text string) (phoneReading, error) {
	text = withoutParameters(text)
	if err := p.notTyped(text); err != nil {
		return phoneReading{}, err
	}
	if r, ok, err := p.withDecimals(text); ok {
		return r, err
	}
	pieces := p.pieces(text)
	r, err := p.joined(pieces)
	if err != nil || len(pieces) == 1 && digitsIn(text) >= twoNumbers {
		if parts := p.apart(text, err == nil); len(parts) > 1 {
			if r, err := p.joined(parts); err == nil {
				r.odd = true
				return r, nil
			}
		}
	}
	if err != nil && p.severalNone(text) {
		err = errSeveralNone
	}
	r.odd = r.odd || len(pieces) > 1
	return r, err
}

// severalNone reports whether a text that is no number surely holds several, of which the first has the length of one.
func (p phoneReader) severalNone(text string) bool {
	for _, s := range findSeparators(text) {
		if front := strings.TrimSpace(text[:s.start]); s.kind != separatorWord && s.kind != separatorDash && !tooFew(front) {
			if _, err := p.bare(front); errors.Is(err, errNoSuch) {
				return true
			}
		}
	}
	return false
}

// joined makes one reading of the pieces of a cell: the first number that is no fax, and the rest told.
func (p phoneReader) joined(pieces []string) (phoneReading, error) {
	var r phoneReading
	var fault error
	for i, piece := range pieces {
		one, err := p.one(piece)
		fax := isFax(piece, one.remark)
		switch {
		case err != nil && i == 0:
			fault = err
		case err != nil && fax:
			r.faxes = append(r.faxes, told(withoutLabel(piece)))
		case err != nil:
			r.others = append(r.others, told(piece))
		case fax:
			r.faxes = append(append(r.faxes, one.number), one.faxes...)
		case r.number == "":
			one.others, one.faxes = append(r.others, one.others...), append(r.faxes, one.faxes...)
			r, fault = one, nil
		default:
			if p.local(piece) {
				one.number = told(piece)
			}
			r.others = append(append(r.others, one.number), one.others...)
			r.faxes = append(r.faxes, one.faxes...)
		}
	}
	if fault != nil {
		return phoneReading{}, fault
	}
	same := func(number string) bool { return number == r.number }
	r.others, r.faxes = slices.DeleteFunc(r.others, same), slices.DeleteFunc(r.faxes, same)
	return r, nil
}

// local reports whether a text that is a number by itself rather is one of the first one's town: it has no area code.
func (p phoneReader) local(text string) bool {
	return '1' <= text[0] && text[0] <= '9' && phonenumbers.GetNddPrefixForRegion(p.region, true) == "0"
}

// told is how a piece that is no number by itself is told.
func told(piece string) string { return strings.Trim(piece, " ,;/&|.") }

// one reads a text with one number. What stands in brackets behind a whole number is a remark, or another number.
func (p phoneReader) one(text string) (phoneReading, error) {
	var marks phoneReading
	var remarks []string
	for from := 0; ; {
		open, end := nextBracket(text, from)
		if open < 0 {
			break
		}
		inside := strings.Trim(text[open:end], brackets+"*† ")
		front := strings.TrimSpace(text[:open])
		if m := extensionAlone.FindStringSubmatch(inside); m != nil && !tooFew(front) {
			text, from = front+extensionMark+m[1]+text[end:], len(front)
			continue
		}
		if !p.behind(front, inside) {
			from = open + 1
			continue
		}
		text, from = strings.TrimSpace(front+" "+strings.TrimSpace(text[end:])), len(front)
		switch number, err := p.bare(inside); {
		case isFax(inside, "") && digitsIn(inside) > 0:
			marks.faxes = append(marks.faxes, told(withoutLabel(inside)))
		case err == nil && whole(number.number):
			marks.others = append(marks.others, number.number)
		case inside != "":
			remarks = append(remarks, inside)
		}
	}
	r, err := p.bare(text)
	if err != nil {
		return r, err
	}
	if r.remark != "" {
		remarks = append([]string{r.remark}, remarks...)
	}
	if number, digits, found := strings.Cut(r.number, extensionMark); found {
		latin := phonenumbers.NormalizeDigitsOnly(digits)
		r.number, r.odd = number+extensionMark+latin, latin != digits
		if len(latin) > maxExtension {
			r.number, marks.others = number, append(marks.others, p.another(latin))
		}
	}
	r.remark, r.others, r.faxes = join(remarks), marks.others, marks.faxes
	return r, nil
}

// maxExtension are the digits of the longest extension that is taken for one. The library takes up to 20 (RFC 3966 sets
// no bound), of which more than these are the number of somebody else.
const maxExtension = 7

// another is the number that stands behind one; as it stands, if it is none of the region.
func (p phoneReader) another(digits string) string {
	if r, err := p.bare(digits); err == nil && whole(r.number) {
		return r.number
	}
	return digits
}

// bare reads a text with one number and no marks behind it.
func (p phoneReader) bare(text string) (phoneReading, error) {
	if err := p.notTyped(text); err != nil {
		return phoneReading{}, err
	}
	if r, ok, err := p.withDecimals(text); ok {
		return r, err
	}
	text = strings.ReplaceAll(text, lineEnd, " ")
	if strings.LastIndex(text, "+") > 0 {
		text = plusInLabel.ReplaceAllString(text, "")
	}
	if m := hoursBehind.FindStringSubmatch(text); m != nil {
		if r, err := p.number(m[1]); err == nil {
			r.remark = m[2]
			return r, nil
		}
	}
	r, err := p.number(text)
	if err != nil {
		if changed, ok, reason := p.changed(text); ok {
			return changed, reason
		}
	}
	return r, err
}

// behind reports whether a bracket stands behind a whole number, and is no part of it: front is the text before it.
// Brackets around an area code, or around the zero, have no number before them.
func (p phoneReader) behind(front, inside string) bool {
	if tooFew(front) || strings.Count(front, "(") > strings.Count(front, ")") {
		return false
	}
	r, err := p.bare(front)
	return err == nil && (whole(r.number) || longestRun(inside) <= maxMark)
}

const brackets = "()[]{}<>（）［］【】"

// nextBracket returns where the next mark begins and ends; open is -1 if there is none.
func nextBracket(text string, from int) (open, end int) {
	at := markBehind.FindStringIndex(text[from:])
	if at == nil {
		return -1, -1
	}
	return from + at[0], from + at[1]
}

// withoutLabel takes away the words before a number.
func withoutLabel(text string) string {
	if first := strings.IndexFunc(text, func(c rune) bool { return strings.ContainsRune("+-(", c) || unicode.IsDigit(c) }); first > 0 {
		return text[first:]
	}
	return text
}

var (
	// plusInLabel are the words before a number with a plus sign that is not the number's: Tel. + Fax 030 1234567.
	plusInLabel = regexp.MustCompile(`^[^\pN]*\+[^\pN]*\pL[^\pN+(]*`)
	// markBehind is a bracket, closed or not, a star or a dagger with the digits behind it, a raised digit, or the number of a
	// footnote with half a bracket.
	markBehind = regexp.MustCompile(`\s\pN{1,2}[)\]]|[(（][^)）]*[)）]?|[\[［][^\]］]*[\]］]?|\{[^}]*\}?|<[^>]*>?|【[^】]*】?|[*†]+ ?\pN*|[¹²³⁰⁴-⁹]+`)
	// hoursBehind are hours without brackets: 9-17 Uhr.
	hoursBehind = regexp.MustCompile(`(?i)^(.*\pN[)\]]?)\s+(\pN{1,2}(?:[:.]\pN{2})?\s?(?:[-–—]|bis|to|à|a|tot|do)?\s?(?:\pN{1,2}(?:[:.]\pN{2})?)?\s?` +
		`(?:uhr|h|hrs|hours|am|pm|uur|heures|horas|ore|godz)\.?)$`)
	// extensionAlone is an extension by its word or sign, without the number before it.
	extensionAlone = regexp.MustCompile(`(?i)^(?:(?:` + extensionWords + `)[.:=]?\s*#?|#)\s*([0-9]{1,7})$`)
)
