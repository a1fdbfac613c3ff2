package mapping

import (
	"slices"
	"strings"
)

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
	if part := addressPart(s); part != kindNone {
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
func addressPart(s set) kind {
	parts := []kind{}
	for _, k := range []kind{kindZip, kindCity, kindState, kindCountry, kindNation, kindHouse, kindHouseSuffix, kindSecond, kindCombined, kindStreet} {
		if s[string(k)] {
			parts = append(parts, k)
		}
	}
	if s["county"] && len(parts) == 0 {
		parts = append(parts, kindState)
	}
	// "House number of street", "Street name addition", "Street Building"
	if len(parts) == 2 && parts[1] == kindStreet && slices.Contains([]kind{kindHouse, kindHouseSuffix, kindSecond}, parts[0]) {
		parts = parts[:1]
	}
	if len(parts) > 1 || (len(parts) == 0 && !s["address"] && !s["line"]) {
		return kindNone
	}
	if s["id"] && (len(parts) == 0 || parts[0] != kindCountry) { // "country_id" is the country, "region_id" a number
		return kindNone
	}
	if !s.only("id", "zip", "city", "state", "county", "country", "nation", "house", "house_addition", "second", "combined", "street", "address", "line", "company", "name", "email") {
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
