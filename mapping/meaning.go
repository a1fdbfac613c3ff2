package mapping

import (
	"slices"
	"strings"
)

// kind is what one column holds, as its header says.
type kind string

// The kinds: the concepts of synonyms.yaml, and what combinations of them mean.
const (
	kindNone        kind = ""
	kindFirst       kind = "first"
	kindMiddle      kind = "middle"
	kindInfix       kind = "infix"
	kindLast        kind = "last"
	kindFull        kind = "full"
	kindDisplay     kind = "display"
	kindName        kind = "name"
	kindSalutation  kind = "salutation"
	kindAcademic    kind = "academic"
	kindTitle       kind = "title"
	kindDepartment  kind = "department"
	kindCompany     kind = "company"
	kindStreet      kind = "street"
	kindAddress     kind = "address"
	kindHouse       kind = "house"
	kindHouseSuffix kind = "house_addition"
	kindSecond      kind = "second"
	kindCombined    kind = "combined"
	kindZip         kind = "zip"
	kindCity        kind = "city"
	kindState       kind = "state"
	kindCountry     kind = "country"
	kindNation      kind = "nation" // a country or a state: what stands beside it decides
	kindEmail       kind = "email"
	kindPhone       kind = "phone"
	kindMobile      kind = "mobile"
	kindPO          kind = "po_number"
	kindType        kind = "type"
	kindEmnifyType  kind = "emnify type"
	kindOrg         kind = "emnify organisation"
	kindRecord      kind = "record"
	kindID          kind = "id"
	kindCustomerNo  kind = "customer_number"
	kindLabel       kind = "label" // what the value beside it is: "E-mail 1 - Type"
	kindScopeOnly   kind = "scope" // "Work": a phone, if its values say so
	kindNumber      kind = "number"
	kindAsk         kind = "contact number" // a phone or an id: its values say which
)

// scope is which of several a column belongs to; the order is the order of preference of addresses.
type scope int

const (
	scopeBusiness scope = iota
	scopeMailing
	scopePrimary
	scopeNone
	scopeBilling
	scopeHome
	scopeOther
	scopeShipping
	scopeDirect
	scopeCompany
)

func scopeOf(concept string) scope {
	switch concept {
	case "business":
		return scopeBusiness
	case "mailing":
		return scopeMailing
	case "primary":
		return scopePrimary
	case "billing":
		return scopeBilling
	case "home":
		return scopeHome
	case "other":
		return scopeOther
	case "shipping":
		return scopeShipping
	case "direct":
		return scopeDirect
	}
	return scopeNone
}

// meaning is what a header says of its column.
type meaning struct {
	kind    kind
	scope   scope
	group   int // "Address 2 - City", "E-mail 2": 2; 0 if it has no number
	line    int // "Address Line 2": 2
	langs   langs
	forbids bool // it says that it is somebody else's or something else
	about   kind // with kindLabel: of what
	unknown int  // words that nobody knows
	aside   bool // one of these is known as a word that no contact needs: "Lead source"
	strange bool // no word in it is known, other than those of any question
	email   bool // names e-mail, though not all of it is understood
	phone   bool // names a phone or a mobile, though not all of it is understood
	coded   bool // names an id or a code, though not all of it is understood
	bare    bool // a name for no more than "Contact" or "Member"
	less    bool // behind another of the same kind: a contact person's beside the contact's own, a county beside a state
}

// understand reads a header.
func (l *lexicon) understand(header string, in langs) meaning {
	pieces := l.parse(header, in)
	if unknownIn(pieces) && len(header) <= maxHeader {
		pieces = l.understandable(header, in)
	}
	m := meaning{scope: scopeNone}
	found := map[string]bool{}
	scopes := 0
	for _, p := range pieces {
		switch p.term.class {
		case classUnknown:
			m.unknown++
		case classUnneeded:
			m.unknown++
			m.aside = true
		case classNever:
			m.forbids = true
		case classConcept:
			found[p.term.concept] = true
			m.langs |= p.term.langs
		case classScope:
			m.scope = sharper(m.scope, scopeOf(p.term.concept))
			m.langs |= p.term.langs
			scopes++
			if holdsAddress(p.text) { // "Rechnungsadresse" is billing and address
				found["address"] = true
			}
		case classNoise:
			found["~"+p.term.concept] = true
		}
	}
	m.email, m.phone = found["email"], found["phone"] || found["mobile"]
	m.coded = found["id"] || found["record"] || found["customer_number"] || found["po_number"] || found["~code"]
	m.strange = m.unknown > 0 && !m.forbids && !m.aside && scopes == 0 && !known(found)
	if m.unknown > 0 || m.forbids || len(pieces) == 0 {
		return m
	}
	m.number(pieces)
	m.kind, m.about = combine(found, scopes > 0, m)
	if found["company"] && m.kind != kindCompany && (m.scope == scopeNone || m.scope == scopePrimary) {
		m.scope = scopeCompany
	}
	if found["login"] {
		m.scope = scopeOther
	}
	m.bare = m.kind == kindFull && len(found) == 1 && found["~contact"]
	m.less = found["full"] && m.kind != kindFull || found["county"] && !found["state"]
	if found["email"] && isAddressPart(m.kind) && m.scope == scopeNone {
		m.scope = scopeMailing // "MailAddressStreet"
	}
	return m
}

// understandable parses a header with abbreviations written out and, if that is not enough, without the remark that
// stands in brackets at its end: "Telefonnummer (für Rückfragen)". One unknown word there is no remark: it may say whose.
func (l *lexicon) understandable(header string, in langs) []piece {
	pieces := l.parse(l.expand(header), in)
	base, remark, found := strings.Cut(header, "(")
	forbids := slices.ContainsFunc(pieces, func(p piece) bool { return p.term.class == classNever })
	if !unknownIn(pieces) || forbids || !found || !strings.HasSuffix(strings.TrimSpace(remark), ")") || len(words(remark)) < 2 {
		return pieces
	}
	if short := l.parse(base, in); len(short) > 0 && !unknownIn(short) {
		return short
	}
	return pieces
}

// known reports whether a header says anything beside the words of a question.
func known(found map[string]bool) bool {
	for c := range found {
		if c != "~"+questionWords && c != "~filler" {
			return true
		}
	}
	return false
}

func unknownIn(pieces []piece) bool {
	return slices.ContainsFunc(pieces, func(p piece) bool {
		return p.term.class == classUnknown || p.term.class == classUnneeded
	})
}

// holdsAddress reports whether a phrase ends with a word for address.
func holdsAddress(phrase string) bool {
	for _, word := range []string{"address", "adresse", "anschrift", "adres", "adress", "adresa"} { //nolint:misspell // Dutch and Polish
		if strings.HasSuffix(phrase, word) {
			return true
		}
	}
	for _, word := range []string{"adres", "direccion", "indirizzo", "endereco"} { //nolint:misspell // Dutch and Polish
		if strings.HasPrefix(phrase, word) {
			return true
		}
	}
	return false
}

// sharper combines two scopes of one header: "Other Home Phone" is other, "Default Billing Address" billing.
func sharper(a, b scope) scope {
	rank := func(s scope) int {
		switch s {
		case scopeShipping:
			return 8
		case scopeOther:
			return 7
		case scopeHome:
			return 6
		case scopeBilling:
			return 5
		case scopeDirect:
			return 4
		case scopeBusiness:
			return 3
		case scopeMailing:
			return 2
		case scopePrimary:
			return 1
		}
		return 0
	}
	if rank(b) > rank(a) {
		return b
	}
	return a
}

// number tells the number of a group from that of a line: a number right behind an address or street word is a line,
// unless a further part of an address follows ("Address 2: City" is group 2, "Business Address 2" line 2).
func (m *meaning) number(pieces []piece) {
	for i, p := range pieces {
		if p.term.class != classNumber {
			continue
		}
		behind := ""
		for j := i - 1; j >= 0 && behind == ""; j-- {
			switch q := pieces[j]; {
			case q.term.class == classConcept:
				behind = q.term.concept
			case q.term.class == classScope && holdsAddress(q.text):
				behind = "address"
			}
		}
		follows := false
		for _, q := range pieces[i+1:] {
			follows = follows || (q.term.class == classConcept && (isAddressPart(kind(q.term.concept)) || q.term.concept == "line"))
		}
		lineWord := behind == "address" || behind == "street" || behind == "line"
		if lineWord && !follows {
			m.line = p.number
		} else {
			m.group = p.number
		}
	}
}

func isAddressPart(k kind) bool {
	switch k {
	case kindStreet, kindAddress, kindHouse, kindHouseSuffix, kindSecond, kindCombined, kindZip, kindCity, kindState, kindCountry, kindNation:
		return true
	}
	return false
}
