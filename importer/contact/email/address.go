package email

import "strings"

// Lengths of an address, from RFC 5321, sections 4.5.3.1.1 to 4.5.3.1.3.
const (
	maxLocalPart = 64
	maxAddress   = 254
	maxDomain    = 253
	maxLabel     = 63
)

// Split takes a cell with several addresses apart: all parts must have an @, else it is one text.
func Split(text string) (first string, others []string) {
	if !strings.ContainsAny(text, ";, |") {
		return text, nil
	}
	parts := strings.FieldsFunc(text, func(r rune) bool { return r == ';' || r == ',' || r == ' ' || r == '|' })
	addresses := parts[:0]
	for _, p := range parts {
		switch {
		case strings.Contains(p, "@"):
			addresses = append(addresses, p)
		case p == ":::" || p == "/" || p == "&": // Google Contacts joins with the first
		default:
			return text, nil
		}
	}
	if len(addresses) == 0 {
		return text, nil
	}
	return addresses[0], addresses[1:]
}

// Normal brings an address to normal form: without mailto:, the domain in lower case and, where it is
// international, in its ASCII form, since mail systems that know no other take that.
func Normal(s string) (string, Fault) {
	if len(s) > 7 && strings.EqualFold(s[:7], "mailto:") {
		s, _, _ = strings.Cut(s[7:], "?")
	}
	at := strings.LastIndexByte(s, '@')
	switch {
	case strings.ContainsAny(s, "<>"):
		return "", displayName(s)
	case at < 0:
		return "", Fault{What: Syntax, Message: "not an e-mail address: it has no @"}
	case at == 0:
		return "", Fault{What: Syntax, Message: "nothing before the @"}
	}
	if fault := checkLocalPart(s[:at]); fault.What != "" {
		return "", fault
	}
	domain, fault := normalDomain(s[at+1:])
	if fault.What != "" {
		return "", fault
	}
	if at+1+len(domain) > maxAddress {
		return "", Fault{What: TooLong, Message: "an e-mail address has at most 254 characters"}
	}
	if domain == s[at+1:] {
		return s, Fault{}
	}
	return s[:at+1] + domain, Fault{}
}

// What may be wrong with an address.
const (
	Syntax  = "syntax"
	TooLong = "too_long"
)

// Fault is why a text is no address that is used in practice.
type Fault struct{ What, Message, Proposal string }

// Fix says what to do.
func (a Fault) Fix() string {
	if a.Proposal != "" {
		return a.Proposal
	}
	return "correct it; --lenient email keeps it as it is"
}

// displayName is the fault of "Anna Lee <anna@example.com>".
func displayName(s string) Fault {
	fault := Fault{What: Syntax, Message: "more than an e-mail address"}
	_, rest, _ := strings.Cut(s, "<")
	inner, _, closed := strings.Cut(rest, ">")
	if address, wrong := Normal(strings.TrimSpace(inner)); closed && wrong.What == "" {
		fault.Proposal = "write only " + address
	}
	return fault
}

// checkLocalPart takes what stands before the @: the dot-atom of RFC 5322. Quoted forms are legal and nowhere used.
func checkLocalPart(local string) Fault {
	bad := func(message string) Fault { return Fault{What: Syntax, Message: message} }
	if len(local) > maxLocalPart {
		return Fault{What: TooLong, Message: "an e-mail address has at most 64 characters before the @"}
	}
	if local[0] == '.' || local[len(local)-1] == '.' || strings.Contains(local, "..") {
		return bad("a dot before the @ needs a character on both sides")
	}
	for _, r := range local {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9':
		case strings.ContainsRune(".!#$%&'*+/=?^_`{|}~-", r):
		case r == ' ':
			return bad("a blank in the address")
		case r == '@':
			return bad("more than one @")
		default:
			return bad("the character " + string(r) + " cannot stand before the @")
		}
	}
	return Fault{}
}

// WithoutEnd proposes an address without what stands behind it, as the dot of a sentence.
func (a Fault) WithoutEnd(text string) Fault {
	bare := strings.TrimRight(text, ".,;:!?'’)")
	if a.Proposal != "" || bare == text {
		return a
	}
	if address, fault := Normal(bare); fault.What == "" && TopLevelFault(address).What == "" {
		a.Proposal = "write only " + address
	}
	return a
}
