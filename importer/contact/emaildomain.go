package contact

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/idna"
)

// normalDomain takes what stands after the @ and returns it in lower case and ASCII.
func normalDomain(domain string) (string, addressFault) {
	bad := func(message string) (string, addressFault) {
		return "", addressFault{what: whatSyntax, message: message}
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
		return "", addressFault{what: whatTooLong, message: "a domain has at most 253 characters"}
	}
	dots, numeric := 0, false
	for rest, more := ascii, true; more; {
		var label string
		label, rest, more = strings.Cut(rest, ".")
		if fault := checkLabel(label); fault.what != "" {
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
	return ascii, addressFault{}
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

func checkLabel(label string) addressFault {
	bad := func(message string) addressFault { return addressFault{what: whatSyntax, message: message} }
	switch {
	case label == "":
		return bad("a dot after the @ needs a character on both sides")
	case len(label) > maxLabel:
		return addressFault{what: whatTooLong, message: "a part of a domain has at most 63 characters"}
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
	return addressFault{}
}

// warnOfSlip warns of a domain that is one slip away from one that very many people have.
func (f *findings) warnOfSlip(address, value string) {
	domain := address[strings.LastIndexByte(address, '@')+1:]
	meant := meantDomain(domain)
	if meant == "" {
		return
	}
	f.warn(Problem{
		Code: code(Email, whatSuspicious), Field: Email, Value: value,
		Message: "the domain " + domain + " looks misspelt", Fix: "did you mean " + meant + "?",
	})
}

// provider is a domain for private mail, and what other endings it has.
type provider struct{ name, endings string }

// providers are those with the most users whose names are long enough for one slip to say something.
func providers() [10]provider {
	return [...]provider{
		{"gmail", " com "}, {"googlemail", " com de "}, {"hotmail", " com de fr es it nl be co.uk com.br "},
		{"outlook", " com de fr es it be pt com.br "}, {"yahoo", " com de fr es it co.uk com.br ca "},
		{"icloud", " com "}, {"protonmail", " com ch "}, {"t-online", " de "}, {"freenet", " de "}, {"libero", " it "},
	}
}

// meantDomain returns the well-known domain that another one was probably meant to be; empty if there is none.
func meantDomain(domain string) string {
	name, ending, _ := strings.Cut(domain, ".")
	switch name {
	case "email", "mail", "fmail", "ymail", "zmail", "rmail", "mymail": // domains of their own, near to gmail
		return ""
	}
	misspelt := false
	switch ending {
	case "con", "cmo", "ocm", "comm", "co", "cm", "om", "vom", "xom", "cpm", "coom", "ccom":
		ending, misspelt = "com", true
	}
	for _, p := range providers() {
		slip := name == p.name && misspelt || slipOf(name, p.name)
		if slip && strings.Contains(p.endings, " "+ending+" ") {
			return p.name + "." + ending
		}
	}
	return ""
}

// slipOf reports whether two words of ASCII differ by one slip: a letter more, less or other, or two neighbours that
// changed places. It is asked for every row, and so looks only at what lies between the common beginning and end.
func slipOf(a, b string) bool {
	if len(a)-len(b) > 1 || len(b)-len(a) > 1 {
		return false
	}
	for a != "" && b != "" && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for a != "" && b != "" && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	if len(a) == 2 && len(b) == 2 {
		return a[0] == b[1] && a[1] == b[0]
	}
	return max(len(a), len(b)) == 1
}
