package email

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// normalDomain takes what stands after the @ and returns it in lower case and ASCII.
func normalDomain(domain string) (string, Fault) {
	bad := func(message string) (string, Fault) {
		return "", Fault{What: Syntax, Message: message}
	}
	if domain == "" {
		return bad("nothing after the @")
	}
	if domain[0] == '[' {
		return bad("an address with a number in brackets instead of a domain")
	}
	ascii := lowerASCII(domain)
	if strings.IndexFunc(domain, func(r rune) bool { return r >= utf8.RuneSelf }) >= 0 {
		var err error
		if ascii, err = toASCII(domain); err != nil {
			return bad("the domain after the @ is no domain name")
		}
	}
	if len(ascii) > maxDomain {
		return "", Fault{What: TooLong, Message: "a domain has at most 253 characters"}
	}
	dots, numeric := 0, false
	for rest, more := ascii, true; more; {
		var label string
		label, rest, more = strings.Cut(rest, ".")
		if fault := checkLabel(label); fault.What != "" {
			return "", fault
		}
		if more {
			dots++
		}
		numeric = strings.Trim(label, "0123456789") == ""
	}
	switch {
	case dots == 0:
		return bad("the domain after the @ has no dot")
	case numeric:
		return bad("the domain after the @ ends with a number")
	}
	return ascii, Fault{}
}

// toASCII gives an international domain name as the DNS has it. The profile is the one of look-ups, without the old
// mapping of ß to ss; it refuses what can't be registered.
func toASCII(domain string) (string, error) {
	return idna.New(idna.MapForLookup(), idna.BidiRule(), idna.Transitional(false)).ToASCII(domain)
}

func lowerASCII(s string) string {
	for i := range len(s) {
		if 'A' <= s[i] && s[i] <= 'Z' {
			return strings.ToLower(s)
		}
	}
	return s
}

func checkLabel(label string) Fault {
	bad := func(message string) Fault { return Fault{What: Syntax, Message: message} }
	switch {
	case label == "":
		return bad("a dot after the @ needs a character on both sides")
	case len(label) > maxLabel:
		return Fault{What: TooLong, Message: "a part of a domain has at most 63 characters"}
	case label[0] == '-' || label[len(label)-1] == '-':
		return bad("a part of the domain begins or ends with a hyphen")
	}
	for i, r := range label {
		c := label[i]
		if 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-' {
			continue
		}
		if c == ' ' {
			return bad("a blank in the address")
		}
		return bad("the character " + string(r) + " cannot stand in a domain")
	}
	return Fault{}
}

// TopLevelFault refuses an address in normal form whose domain ends with what no top-level domain is: one letter, or one
// that is not letters only, as the DNS has none but the encoded international ones ("xn--...", RFC 3696, section 2). Such
// an address was cut off or mistyped, and mail to it comes back.
func TopLevelFault(address string) Fault {
	top := address[strings.LastIndexByte(address, '.')+1:]
	if len(top) == 1 {
		return Fault{What: Syntax, Message: "the domain ends with ." + top + ", and no top-level domain has one letter", Proposal: "fill in what is missing; --lenient email keeps it as it is"}
	}
	if strings.Trim(top, "abcdefghijklmnopqrstuvwxyz") == "" || strings.HasPrefix(top, "xn--") {
		return Fault{}
	}
	fault := Fault{What: Syntax, Message: "the domain ends with ." + top + ", and top-level domains are letters only"}
	if bare := strings.TrimRight(top, "0123456789-"); len(bare) > 1 && strings.Trim(bare, "abcdefghijklmnopqrstuvwxyz") == "" {
		fault.Proposal = "write " + address[:len(address)-len(top)+len(bare)] + " if that is meant; --lenient email keeps it as it is"
	}
	return fault
}
