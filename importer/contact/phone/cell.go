package phone

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"
)

// cellReader reads cells by the numbering plan of one region.
type cellReader struct {
	parse  parser
	region string // the ISO code by which national numbers are read; empty: not known
	// former asks for the reading of version 1 of the normal form.
	former bool
}

// cell reads a cell. Most hold one number of a common form, and are done with the first question.
func (p cellReader) cell(text string) (Reading, error) {
	sure := oneNumber(text)
	if sure {
		if number, err := p.anyPrefix(text); err == nil {
			return Reading{Number: number}, nil
		}
	}
	r, err := p.unusual(text)
	switch {
	case r.Remark+r.Renumbered+r.Machine != "", len(r.Others)+len(r.Faxes) > 0, r.Decimals, mayHoldSeveral(text):
		r.Formerly = FormerlyOther
	case r.Formerly == FormerlySame && !sure:
		r.Formerly = FormerlySameOrNone
	}
	return r, err
}

// unusual reads a cell in which more may stand than one number, or something else.
func (p cellReader) unusual(text string) (Reading, error) {
	text = withoutParameters(text)
	if err := p.notTyped(text); err != nil {
		return Reading{}, err
	}
	if r, ok, err := p.withDecimals(text); ok {
		return r, err
	}
	pieces := p.pieces(text)
	r, err := p.joined(pieces)
	if err != nil || len(pieces) == 1 && digitsIn(text) >= twoNumbers {
		if parts := p.apart(text, err == nil); len(parts) > 1 {
			if r, err := p.joined(parts); err == nil {
				r.Formerly = FormerlyOther
				return r, nil
			}
		}
	}
	if err != nil && p.severalNone(text) {
		err = errSeveralNone
	}
	if len(pieces) > 1 {
		r.Formerly = FormerlyOther
	}
	return r, err
}

// severalNone reports whether a text that is no number surely holds several, of which the first has the length of one.
func (p cellReader) severalNone(text string) bool {
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
func (p cellReader) joined(pieces []string) (Reading, error) {
	var r Reading
	var fault error
	for i, piece := range pieces {
		one, err := p.one(piece)
		fax := isFax(piece, one.Remark)
		switch {
		case err != nil && i == 0:
			fault = err
		case err != nil && fax:
			r.Faxes = append(r.Faxes, told(withoutLabel(piece)))
		case err != nil:
			r.Others = append(r.Others, told(piece))
		case fax:
			r.Faxes = append(append(r.Faxes, one.Number), one.Faxes...)
		case r.Number == "":
			one.Others, one.Faxes = append(r.Others, one.Others...), append(r.Faxes, one.Faxes...)
			r, fault = one, nil
		default:
			if p.local(piece) {
				one.Number = told(piece)
			}
			r.Others = append(append(r.Others, one.Number), one.Others...)
			r.Faxes = append(r.Faxes, one.Faxes...)
		}
	}
	if fault != nil {
		return Reading{}, fault
	}
	same := func(number string) bool { return number == r.Number }
	r.Others, r.Faxes = slices.DeleteFunc(r.Others, same), slices.DeleteFunc(r.Faxes, same)
	return r, nil
}

// local reports whether a text that is a number by itself rather is one of the first one's town: it has no area code.
func (p cellReader) local(text string) bool {
	return '1' <= text[0] && text[0] <= '9' && phonenumbers.GetNddPrefixForRegion(p.region, true) == "0"
}

// told is how a piece that is no number by itself is told.
func told(piece string) string { return strings.Trim(piece, " ,;/&|.") }

// one reads a text with one number. What stands in brackets behind a whole number is a remark, or another number.
func (p cellReader) one(text string) (Reading, error) {
	var marks Reading
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
			marks.Faxes = append(marks.Faxes, told(withoutLabel(inside)))
		case err == nil && whole(number.Number):
			marks.Others = append(marks.Others, number.Number)
		case inside != "":
			remarks = append(remarks, inside)
		}
	}
	r, err := p.bare(text)
	if err != nil {
		return r, err
	}
	if r.Remark != "" {
		remarks = append([]string{r.Remark}, remarks...)
	}
	if number, digits, found := strings.Cut(r.Number, extensionMark); found {
		latin := phonenumbers.NormalizeDigitsOnly(digits)
		r.Number = number + extensionMark + latin
		if latin != digits {
			r.Formerly = FormerlyOther
		}
		if len(latin) > maxExtension {
			r.Number, marks.Others = number, append(marks.Others, p.another(latin))
		}
	}
	r.Remark, r.Others, r.Faxes = strings.Join(remarks, ", "), marks.Others, marks.Faxes
	return r, nil
}

// maxExtension are the digits of the longest extension that is taken for one. The library takes up to 20 (RFC 3966 sets
// no bound), of which more than these are the number of somebody else.
const maxExtension = 7

// another is the number that stands behind one; as it stands, if it is none of the region.
func (p cellReader) another(digits string) string {
	if r, err := p.bare(digits); err == nil && whole(r.Number) {
		return r.Number
	}
	return digits
}

// bare reads a text with one number and no marks behind it.
func (p cellReader) bare(text string) (Reading, error) {
	if err := p.notTyped(text); err != nil {
		return Reading{}, err
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
			r.Remark = m[2]
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
func (p cellReader) behind(front, inside string) bool {
	if tooFew(front) || strings.Count(front, "(") > strings.Count(front, ")") {
		return false
	}
	r, err := p.bare(front)
	return err == nil && (whole(r.Number) || longestRun(inside) <= maxMark)
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
