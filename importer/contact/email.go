package contact

import "strings"

// Lengths of an address, from RFC 5321, sections 4.5.3.1.1 to 4.5.3.1.3.
const (
	maxLocalPart = 64
	maxAddress   = 254
	maxDomain    = 253
	maxLabel     = 63
)

// email is the rule of the e-mail address.
func (f *findings) email(s string) string {
	text, ok := f.legible(Email, s)
	if !ok || text == "" {
		return ""
	}
	narrow := f.narrowed(text)
	first, others := splitAddresses(narrow)
	bare := f.withoutApostrophe(first)
	f.reformed = f.reformed || narrow != text || bare != first
	address, fault := normalAddress(bare)
	kept := text
	if fault.what == "" && !f.former { // version 1 took any end of a domain
		fault, kept = topLevelFault(address), address
	}
	if fault.what != "" {
		fault = fault.withoutEnd(bare)
		p := Problem{Code: code(Email, fault.what), Field: Email, Value: s, Message: fault.message, Fix: fault.fix()}
		if !f.judge(p, "kept as it is") {
			return ""
		}
		f.short(Email, s, kept)
		return kept
	}
	if narrow != text {
		f.warnOfRepair(codeRepairedWidth, "full-width letters or signs in the address are read as the usual ones: "+address, s)
	}
	if bare != first {
		f.warnOfRepair(codeRepairedApostrophe, "the apostrophe before the address, with which spreadsheets protect a cell, is left out", s)
	}
	f.warnOfOthers(address, others, s)
	f.warnOfSlip(address, s)
	return address
}

func (f *findings) warnOfOthers(address string, others []string, value string) {
	var left []string
	for _, o := range others {
		o = f.withoutApostrophe(o)
		if a, fault := normalAddress(o); fault.what == "" {
			o = a
		}
		if !strings.EqualFold(o, address) {
			left = append(left, o)
		}
	}
	if len(left) > 0 {
		f.warn(Problem{
			Code: code(Email, whatSeveral), Field: Email, Value: value,
			Message: "several addresses in one cell; the first, " + address + ", is taken, and not " + join(left),
			Fix:     "give the others rows of their own",
		})
	}
}

// splitAddresses takes a cell with several addresses apart: all parts must have an @, else it is one text.
func splitAddresses(text string) (first string, others []string) {
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

// normalAddress brings an address to normal form: without mailto:, the domain in lower case and, where it is
// international, in its ASCII form, since mail systems that know no other take that.
func normalAddress(s string) (string, addressFault) {
	if len(s) > 7 && strings.EqualFold(s[:7], "mailto:") {
		s, _, _ = strings.Cut(s[7:], "?")
	}
	at := strings.LastIndexByte(s, '@')
	switch {
	case strings.ContainsAny(s, "<>"):
		return "", displayName(s)
	case at < 0:
		return "", addressFault{what: whatSyntax, message: "not an e-mail address: it has no @"}
	case at == 0:
		return "", addressFault{what: whatSyntax, message: "nothing before the @"}
	}
	if fault := checkLocalPart(s[:at]); fault.what != "" {
		return "", fault
	}
	domain, fault := normalDomain(s[at+1:])
	if fault.what != "" {
		return "", fault
	}
	if at+1+len(domain) > maxAddress {
		return "", addressFault{what: whatTooLong, message: "an e-mail address has at most 254 characters"}
	}
	if domain == s[at+1:] {
		return s, addressFault{}
	}
	return s[:at+1] + domain, addressFault{}
}

// addressFault is why a text is no address that is used in practice.
type addressFault struct{ what, message, proposal string }

func (a addressFault) fix() string {
	if a.proposal != "" {
		return a.proposal
	}
	return "correct it; --lenient email keeps it as it is"
}

// displayName is the fault of "Anna Lee <anna@example.com>".
func displayName(s string) addressFault {
	fault := addressFault{what: whatSyntax, message: "more than an e-mail address"}
	_, rest, _ := strings.Cut(s, "<")
	inner, _, closed := strings.Cut(rest, ">")
	if address, wrong := normalAddress(strings.TrimSpace(inner)); closed && wrong.what == "" {
		fault.proposal = "write only " + address
	}
	return fault
}

// checkLocalPart takes what stands before the @: the dot-atom of RFC 5322. Quoted forms are legal and nowhere used.
func checkLocalPart(local string) addressFault {
	bad := func(message string) addressFault { return addressFault{what: whatSyntax, message: message} }
	if len(local) > maxLocalPart {
		return addressFault{what: whatTooLong, message: "an e-mail address has at most 64 characters before the @"}
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
	return addressFault{}
}
