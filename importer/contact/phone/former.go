package phone

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// formerCell reads a cell as version 1 of the normal form did.
func (p cellReader) formerCell(text string) (number string, err error) {
	parts := splitNumbers(text)
	if len(parts) > 1 {
		if first, several := p.firstOf(parts); several {
			return first, nil
		}
	}
	r, err := p.number(text)
	if err == nil || len(parts) < 2 {
		return r.Number, err
	}
	// The whole is no number; the first part may be, with a remark behind it.
	first, errFirst := p.number(parts[0])
	if errFirst != nil {
		return "", err
	}
	return first.Number, nil
}

// firstOf reads parts as numbers of their own. They are several only if the first part and one more are numbers: else
// the separators belong to one number ("030 / 1234567", "030 1234567, 22").
func (p cellReader) firstOf(parts []string) (number string, several bool) {
	first, err := p.number(parts[0])
	if err != nil {
		return "", false
	}
	several = slices.ContainsFunc(parts[1:], func(part string) bool {
		_, err := p.number(part)
		return err == nil
	})
	return first.Number, several
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

var betweenNumbers = regexp.MustCompile(`[;,|]| ?::: ?| [/&] |//| (?:or|oder|ou|und) `)
