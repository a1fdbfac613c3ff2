package contact

import (
	"strings"
	"unicode/utf8"
)

const (
	codeRepairedApostrophe = "repaired.apostrophe"
	codeRepairedWidth      = "repaired.width"
)

// emailRepairs are what is taken off the text of an e-mail cell because it can't belong to an address.
func emailRepairs() []CodeInfo {
	const right = "nothing, if the address is right now"
	return []CodeInfo{
		{codeRepairedApostrophe, "warning: an apostrophe before an address, with which spreadsheets protect a cell, is left out", right},
		{codeRepairedWidth, "warning: full-width letters or signs of an address (`＠`) are read as the usual ones", right},
	}
}

func (f *findings) warnOfRepair(code, message, value string) {
	f.warn(Problem{Code: code, Field: Email, Value: value, Message: message, Fix: "nothing, if the address is right now"})
}

// narrowed writes the full-width and the small forms of ASCII, which keyboards of East Asia give, as ASCII, and the full
// stops of their scripts as the dots that domains take them for (RFC 3490, section 3.1). Version 1 left them.
func (f *findings) narrowed(text string) string {
	if f.former || isASCII(text) {
		return text
	}
	return strings.Map(func(r rune) rune {
		switch {
		case 0xFF01 <= r && r <= 0xFF5E:
			return r - 0xFEE0
		case r == '。', r == '｡', r == '﹒':
			return '.'
		case r == '﹫':
			return '@'
		case r == '﹐':
			return ','
		case r == '﹔':
			return ';'
		case r == '﹣':
			return '-'
		case r == '﹢':
			return '+'
		}
		return r
	}, text)
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// withoutApostrophe takes the apostrophe that keeps a cell from being a formula off an address, and one at its end with
// it. No mailbox in use begins with one. Version 1 left it.
func (f *findings) withoutApostrophe(address string) string {
	bare, found := cutApostrophe(address, strings.CutPrefix)
	if f.former || !found {
		return address
	}
	for found {
		bare, found = cutApostrophe(bare, strings.CutPrefix)
	}
	bare, _ = cutApostrophe(bare, strings.CutSuffix)
	return bare
}

// cutApostrophe cuts an apostrophe, or what keyboards and word processors make of one.
func cutApostrophe(text string, cut func(text, apostrophe string) (string, bool)) (rest string, found bool) {
	for _, apostrophe := range [...]string{"'", "’", "‘", "´", "`"} {
		if rest, found = cut(text, apostrophe); found {
			return rest, true
		}
	}
	return text, false
}

// topLevelFault refuses an address in normal form whose domain ends with what no top-level domain is: one letter, or one
// that is not letters only, as the DNS has none but the encoded international ones ("xn--...", RFC 3696, section 2). Such
// an address was cut off or mistyped, and mail to it comes back.
func topLevelFault(address string) addressFault {
	top := address[strings.LastIndexByte(address, '.')+1:]
	if len(top) == 1 {
		return addressFault{what: whatSyntax, message: "the domain ends with ." + top + ", and no top-level domain has one letter", proposal: "fill in what is missing; --lenient email keeps it as it is"}
	}
	if strings.Trim(top, "abcdefghijklmnopqrstuvwxyz") == "" || strings.HasPrefix(top, "xn--") {
		return addressFault{}
	}
	fault := addressFault{what: whatSyntax, message: "the domain ends with ." + top + ", and top-level domains are letters only"}
	if bare := strings.TrimRight(top, "0123456789-"); len(bare) > 1 && strings.Trim(bare, "abcdefghijklmnopqrstuvwxyz") == "" {
		fault.proposal = "write " + address[:len(address)-len(top)+len(bare)] + " if that is meant; --lenient email keeps it as it is"
	}
	return fault
}

// withoutEnd proposes an address without what stands behind it, as the dot of a sentence.
func (a addressFault) withoutEnd(text string) addressFault {
	bare := strings.TrimRight(text, ".,;:!?'’)")
	if a.proposal != "" || bare == text {
		return a
	}
	if address, fault := normalAddress(bare); fault.what == "" && topLevelFault(address).what == "" {
		a.proposal = "write only " + address
	}
	return a
}
