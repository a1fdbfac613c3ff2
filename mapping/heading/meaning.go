package heading

import (
	"slices"
	"strings"
)

// Kind is what one column holds, as its header says.
type Kind string

// The kinds: the concepts of synonyms.yaml, and what combinations of them mean.
const (
	KindNone        Kind = ""
	KindFirst       Kind = "first"
	KindMiddle      Kind = "middle"
	KindInfix       Kind = "infix"
	KindLast        Kind = "last"
	KindFull        Kind = "full"
	KindDisplay     Kind = "display"
	KindName        Kind = "name"
	KindSalutation  Kind = "salutation"
	KindAcademic    Kind = "academic"
	KindTitle       Kind = "title"
	KindDepartment  Kind = "department"
	KindCompany     Kind = "company"
	KindStreet      Kind = "street"
	KindAddress     Kind = "address"
	KindHouse       Kind = "house"
	KindHouseSuffix Kind = "house_addition"
	KindSecond      Kind = "second"
	KindCombined    Kind = "combined"
	KindZip         Kind = "zip"
	KindCity        Kind = "city"
	KindState       Kind = "state"
	KindCountry     Kind = "country"
	KindNation      Kind = "nation" // a country or a state: what stands beside it decides
	KindEmail       Kind = "email"
	KindPhone       Kind = "phone"
	KindMobile      Kind = "mobile"
	KindPO          Kind = "po_number"
	KindType        Kind = "type"
	KindEmnifyType  Kind = "emnify type"
	KindOrg         Kind = "emnify organisation"
	KindRecord      Kind = "record"
	KindID          Kind = "id"
	KindCustomerNo  Kind = "customer_number"
	KindLabel       Kind = "label" // what the value beside it is: "E-mail 1 - Type"
	KindScopeOnly   Kind = "scope" // "Work": a phone, if its values say so
	KindNumber      Kind = "number"
	KindAsk         Kind = "contact number" // a phone or an id: its values say which
)

// Scope is which of several a column belongs to; the order is the order of preference of addresses.
type Scope int

// The scopes.
const (
	ScopeBusiness Scope = iota
	ScopeMailing
	ScopePrimary
	ScopeNone
	ScopeBilling
	ScopeHome
	ScopeOther
	ScopeShipping
	ScopeDirect
	ScopeCompany
)

func scopeOf(concept string) Scope {
	switch concept {
	case "business":
		return ScopeBusiness
	case "mailing":
		return ScopeMailing
	case "primary":
		return ScopePrimary
	case "billing":
		return ScopeBilling
	case "home":
		return ScopeHome
	case "other":
		return ScopeOther
	case "shipping":
		return ScopeShipping
	case "direct":
		return ScopeDirect
	}
	return ScopeNone
}

// Meaning is what a header says of its column.
type Meaning struct {
	Kind    Kind
	Scope   Scope
	Group   int // "Address 2 - City", "E-mail 2": 2; 0 if it has no number
	Line    int // "Address Line 2": 2
	Langs   Languages
	Forbids bool // it says that it is somebody else's or something else
	About   Kind // with KindLabel: of what
	Unknown int  // words that nobody knows
	Aside   bool // one of these is known as a word that no contact needs: "Lead source"
	Strange bool // no word in it is known, other than those of any question
	Email   bool // names e-mail, though not all of it is understood
	Phone   bool // names a phone or a mobile, though not all of it is understood
	Coded   bool // names an id or a code, though not all of it is understood
	Bare    bool // a name for no more than "Contact" or "Member"
	Less    bool // behind another of the same kind: a contact person's beside the contact's own, a county beside a state
}

// Understand reads a header.
func (l *Lexicon) Understand(header string, in Languages) Meaning {
	header = l.unwrapped(header)
	pieces := l.parse(header, in)
	if unknownIn(pieces) && len(header) <= maxHeader {
		pieces = l.understandable(header, in)
	}
	m := Meaning{Scope: ScopeNone}
	found := map[string]bool{}
	scopes := 0
	for _, p := range pieces {
		switch p.term.class {
		case classUnknown:
			m.Unknown++
		case classUnneeded:
			m.Unknown++
			m.Aside = true
		case classNever:
			m.Forbids = true
		case classConcept:
			found[p.term.concept] = true
			m.Langs |= p.term.langs
		case classScope:
			m.Scope = sharper(m.Scope, scopeOf(p.term.concept))
			m.Langs |= p.term.langs
			scopes++
			if holdsAddress(p.text) { // "Rechnungsadresse" is billing and address
				found["address"] = true
			}
		case classNoise:
			found["~"+p.term.concept] = true
		}
	}
	m.Email, m.Phone = found["email"], found["phone"] || found["mobile"]
	m.Coded = found["id"] || found["record"] || found["customer_number"] || found["po_number"] || found["~code"]
	m.Strange = m.Unknown > 0 && !m.Forbids && !m.Aside && scopes == 0 && !known(found)
	if m.Unknown > 0 || m.Forbids || len(pieces) == 0 {
		return m
	}
	m.number(pieces)
	m.Kind, m.About = combine(found, scopes > 0, m)
	if found["company"] && m.Kind != KindCompany && (m.Scope == ScopeNone || m.Scope == ScopePrimary) {
		m.Scope = ScopeCompany
	}
	if found["login"] {
		m.Scope = ScopeOther
	}
	m.Bare = m.Kind == KindFull && len(found) == 1 && found["~contact"]
	m.Less = found["full"] && m.Kind != KindFull || found["county"] && !found["state"]
	if found["email"] && IsAddressPart(m.Kind) && m.Scope == ScopeNone {
		m.Scope = ScopeMailing // "MailAddressStreet"
	}
	return m
}

// unwrapped is the path of a value in JSON without the objects at its front that say nothing of what they hold, or the first of
// several: "properties.email", "names.0.displayName".
func (l *Lexicon) unwrapped(header string) string {
	for {
		outer, rest, ok := strings.Cut(header, ".")
		if !ok || rest == "" || !l.wrapper[Squash(outer)] {
			return header
		}
		header = strings.TrimPrefix(rest, "0.")
	}
}

// understandable parses a header with abbreviations written out and, if that is not enough, without the remark that
// stands in brackets at its end: "Telefonnummer (für Rückfragen)". One unknown word there is no remark: it may say whose.
func (l *Lexicon) understandable(header string, in Languages) []piece {
	pieces := l.parse(l.expand(header), in)
	base, remark, found := strings.Cut(header, "(")
	forbids := slices.ContainsFunc(pieces, func(p piece) bool { return p.term.class == classNever })
	if !unknownIn(pieces) || forbids || !found || !strings.HasSuffix(strings.TrimSpace(remark), ")") || len(Words(remark)) < 2 {
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
func sharper(a, b Scope) Scope {
	rank := func(s Scope) int {
		switch s {
		case ScopeShipping:
			return 8
		case ScopeOther:
			return 7
		case ScopeHome:
			return 6
		case ScopeBilling:
			return 5
		case ScopeDirect:
			return 4
		case ScopeBusiness:
			return 3
		case ScopeMailing:
			return 2
		case ScopePrimary:
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
func (m *Meaning) number(pieces []piece) {
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
			follows = follows || (q.term.class == classConcept && (IsAddressPart(Kind(q.term.concept)) || q.term.concept == "line"))
		}
		lineWord := behind == "address" || behind == "street" || behind == "line"
		if lineWord && !follows {
			m.Line = p.number
		} else {
			m.Group = p.number
		}
	}
}

// IsAddressPart reports whether a kind is an address, or a part of one.
func IsAddressPart(k Kind) bool {
	switch k {
	case KindStreet, KindAddress, KindHouse, KindHouseSuffix, KindSecond, KindCombined, KindZip, KindCity, KindState, KindCountry, KindNation:
		return true
	}
	return false
}

// IsSystemID reports whether a header is a word for an id behind one that nobody knows: "Copper ID".
func (l *Lexicon) IsSystemID(header string) bool {
	pieces := slices.DeleteFunc(l.parse(header, 0), func(p piece) bool { return p.term.class == classNoise })
	return len(pieces) == 2 && pieces[0].term.class == classUnknown &&
		(pieces[1].term.concept == string(KindID) || pieces[1].term.concept == string(KindRecord))
}
