package mapping

import "strings"

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
	email   bool // names e-mail, though not all of it is understood
	less    bool // behind another of the same kind: a contact person's beside the contact's own, a county beside a state
}

// understand reads a header.
func (l *lexicon) understand(header string, in langs) meaning {
	pieces := l.parse(header, in)
	m := meaning{scope: scopeNone}
	found := map[string]bool{}
	scopes := 0
	for _, p := range pieces {
		switch p.term.class {
		case classUnknown:
			m.unknown++
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
	m.email = found["email"]
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
	m.less = found["full"] && m.kind != kindFull || found["county"] && !found["state"]
	if found["email"] && isAddressPart(m.kind) && m.scope == scopeNone {
		m.scope = scopeMailing // "MailAddressStreet"
	}
	return m
}

// holdsAddress reports whether a phrase ends with a word for address.
func holdsAddress(phrase string) bool {
	for _, word := range []string{"address", "adresse", "anschrift", "adres", "adress", "adresa"} {
		if strings.HasSuffix(phrase, word) {
			return true
		}
	}
	for _, word := range []string{"adres", "direccion", "indirizzo", "endereco"} {
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
	case kindStreet, kindAddress, kindHouse, kindHouseSuffix, kindSecond, kindCombined, kindZip, kindCity, kindState, kindCountry:
		return true
	}
	return false
}

// set is the concepts and the noise (with ~) of a header.
type set map[string]bool

// only reports whether there is nothing but these concepts, whatever noise stands beside them.
func (s set) only(concepts ...string) bool {
	left := 0
	for c := range s {
		if !strings.HasPrefix(c, "~") {
			left++
		}
	}
	for _, c := range concepts {
		if s[c] {
			left--
		}
	}
	return left == 0
}

// combine decides what the concepts of one header mean together; kindNone if they make no sense to us.
func combine(s set, scoped bool, m meaning) (k, about kind) {
	switch {
	case s["emnify"]:
		return combineEmnify(s), kindNone
	case s["label"] || (s["type"] && !s.only("type", "address") && !s["address"]):
		return combineLabel(s)
	case s["type"] && m.group > 0 && s["address"]: // "Address 1 - Type"
		return kindLabel, kindAddress
	case s["mobile"]:
		return ifOnly(s, kindMobile, "mobile", "phone", "company", "full"), kindNone
	case s["phone"]:
		return combinePhone(s), kindNone
	}
	if part := addressPart(s, m); part != kindNone {
		return part, kindNone
	}
	if s["email"] {
		return ifOnly(s, kindEmail, "email", "address", "company", "full"), kindNone
	}
	if s["login"] {
		return ifOnly(s, kindEmail, "login"), kindNone
	}
	if k := namePart(s); k != kindNone {
		return k, kindNone
	}
	return combineRest(s, scoped), kindNone
}

func ifOnly(s set, k kind, concepts ...string) kind {
	if !s.only(concepts...) || s["~code"] {
		return kindNone
	}
	return k
}

func combineEmnify(s set) kind {
	switch {
	case s["company"] && s.only("emnify", "company", "id"):
		return kindOrg
	case s["type"] && s.only("emnify", "type"):
		return kindEmnifyType
	}
	return kindNone
}

func combineLabel(s set) (k, about kind) {
	for _, of := range []kind{kindPhone, kindEmail, kindAddress} {
		if s[string(of)] && s.only("label", "type", string(of), "address") {
			return kindLabel, of
		}
	}
	return kindNone, kindNone
}

func combinePhone(s set) kind {
	if s["company"] {
		return ifOnly(s, kindPhone, "phone", "company")
	}
	// "Default Address Phone"
	return ifOnly(s, kindPhone, "phone", "address", "full")
}

// addressPart finds the one part of an address that a header names. Two parts in one column ("ZIP City") are none.
func addressPart(s set, m meaning) kind {
	parts := []kind{}
	for _, k := range []kind{kindZip, kindCity, kindState, kindCountry, kindHouse, kindHouseSuffix, kindSecond, kindCombined, kindStreet} {
		if s[string(k)] {
			parts = append(parts, k)
		}
	}
	if s["county"] && len(parts) == 0 {
		parts = append(parts, kindState)
	}
	if len(parts) == 2 && parts[1] == kindStreet {
		switch { // "House number of street", "Street name addition", "Street Building"
		case parts[0] == kindHouse || parts[0] == kindHouseSuffix || parts[0] == kindSecond:
			parts = parts[:1]
		}
	}
	if len(parts) > 1 || (len(parts) == 0 && !s["address"] && !s["line"]) {
		return kindNone
	}
	if s["id"] && (len(parts) == 0 || parts[0] != kindCountry) { // "country_id" is the country, "region_id" a number
		return kindNone
	}
	if !s.only("id", "zip", "city", "state", "county", "country", "house", "house_addition", "second", "combined", "street", "address", "line", "company", "name", "email") {
		return kindNone
	}
	part := kindAddress
	if len(parts) == 1 {
		part = parts[0]
	} else if s["email"] || s["name"] || (s["line"] && !s["address"]) {
		return kindNone
	}
	if s["~code"] && part != kindZip && part != kindCountry && part != kindState {
		return kindNone
	}
	return part
}

// namePart finds the part of a person's or a company's name that a header names.
func namePart(s set) kind {
	switch {
	case s["bare_first"] && s.only("bare_first", "name") && !s.noisy():
		return kindFirst
	case s["bare_middle"] && s.only("bare_middle", "name") && !s.noisy():
		return kindMiddle
	case s["bare_last"] && s.only("bare_last", "name") && !s.noisy():
		return kindLast
	case (s["first"] || s["bare_first"]) && (s["last"] || s["bare_last"]) && s.only("first", "last", "bare_first", "bare_last", "middle", "name"):
		return kindFull
	case s["first"] && s.only("first", "name", "address", "full"):
		return kindFirst
	case s["middle"] && s.only("middle", "name", "address", "full"):
		return kindMiddle
	case s["infix"] && s.only("infix", "last", "name"):
		return kindInfix
	case s["last"] && s.only("last", "name", "address", "full"):
		return kindLast
	case s["company"]:
		if s["~number"] || s["~code"] {
			return kindNone
		}
		return ifOnly(s, kindCompany, "company", "name", "address")
	case s["full"]:
		return ifOnly(s, kindFull, "full", "name")
	case s["display"]:
		return ifOnly(s, kindDisplay, "display", "name")
	case s["name"] && s.only("name"):
		if s["~number"] || s["~code"] {
			return kindNone
		}
		if s["~contact"] {
			return kindFull
		}
		return kindName
	}
	return kindNone
}

// noisy reports whether words stand in the header beside its concepts.
func (s set) noisy() bool {
	for c := range s {
		if strings.HasPrefix(c, "~") {
			return true
		}
	}
	return false
}

// combineRest decides on what is neither a name, an address nor a way to reach somebody.
func combineRest(s set, scoped bool) kind {
	for _, k := range []kind{kindSalutation, kindAcademic, kindTitle, kindPO, kindCustomerNo} {
		if s[string(k)] {
			return ifOnly(s, k, string(k))
		}
	}
	switch {
	case s["department"]:
		return ifOnly(s, kindDepartment, "department", "company", "name")
	case s["type"]:
		return ifOnly(s, kindType, "type", "address")
	case s["record"]:
		return ifOnly(s, kindRecord, "record", "id")
	case s["id"] && s.only("id"):
		if s["~customer"] {
			return kindCustomerNo
		}
		return kindID
	case len(s) == 0 && scoped:
		return kindScopeOnly
	case !s.only():
		return kindNone
	case s["~customer"] && s["~number"] && !scoped:
		return kindCustomerNo
	case s["~contact"] && s["~number"] && !scoped:
		return kindAsk
	case s["~number"] && len(s) == 1 && !scoped:
		return kindNumber
	case s["~contact"] && len(s) == 1 && !scoped:
		return kindFull
	}
	return kindNone
}
