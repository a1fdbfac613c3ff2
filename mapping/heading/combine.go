package heading

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

// combine decides what the concepts of one header mean together; KindNone if they make no sense to us.
func combine(s set, scoped bool, m Meaning) (k, about Kind) {
	switch {
	case s["emnify"]:
		return combineEmnify(s), KindNone
	case s["label"] || (s["type"] && !s.only("type", "address") && !s["address"]):
		return combineLabel(s)
	case s["type"] && m.Group > 0 && s["address"]: // "Address 1 - Type"
		return KindLabel, KindAddress
	case s["mobile"]:
		return ifOnly(s, KindMobile, "mobile", "phone", "company", "full"), KindNone
	case s["phone"]:
		return combinePhone(s), KindNone
	}
	if part := addressPart(s); part != KindNone {
		return part, KindNone
	}
	if s["email"] {
		return ifOnly(s, KindEmail, "email", "address", "company", "full"), KindNone
	}
	if s["login"] {
		return ifOnly(s, KindEmail, "login"), KindNone
	}
	if k := namePart(s); k != KindNone {
		return k, KindNone
	}
	return combineRest(s, scoped), KindNone
}

func ifOnly(s set, k Kind, concepts ...string) Kind {
	if !s.only(concepts...) || s["~code"] {
		return KindNone
	}
	return k
}

func combineEmnify(s set) Kind {
	switch {
	case s["company"] && s.only("emnify", "company", "id"):
		return KindOrg
	case s["type"] && s.only("emnify", "type"):
		return KindEmnifyType
	}
	return KindNone
}

func combineLabel(s set) (k, about Kind) {
	for _, of := range []Kind{KindPhone, KindEmail, KindAddress} {
		if s[string(of)] && s.only("label", "type", string(of), "address") {
			return KindLabel, of
		}
	}
	return KindNone, KindNone
}

func combinePhone(s set) Kind {
	if s["company"] {
		return ifOnly(s, KindPhone, "phone", "company")
	}
	// "Default Address Phone"
	return ifOnly(s, KindPhone, "phone", "address", "full")
}

// addressPart finds the one part of an address that a header names. Two parts in one column ("ZIP City") are none.
func addressPart(s set) Kind {
	parts := []Kind{}
	for _, k := range []Kind{KindZip, KindCity, KindState, KindCountry, KindNation, KindHouse, KindHouseSuffix, KindSecond, KindCombined, KindStreet} {
		if s[string(k)] {
			parts = append(parts, k)
		}
	}
	if s["county"] && len(parts) == 0 {
		parts = append(parts, KindState)
	}
	// "House number of street", "Street name addition", "Street Building"
	if len(parts) == 2 && parts[1] == KindStreet && slices.Contains([]Kind{KindHouse, KindHouseSuffix, KindSecond}, parts[0]) {
		parts = parts[:1]
	}
	if len(parts) > 1 || (len(parts) == 0 && !s["address"] && !s["line"]) {
		return KindNone
	}
	if s["id"] && (len(parts) == 0 || parts[0] != KindCountry) { // "country_id" is the country, "region_id" a number
		return KindNone
	}
	if !s.only("id", "zip", "city", "state", "county", "country", "nation", "house", "house_addition", "second", "combined", "street", "address", "line", "company", "name", "email") {
		return KindNone
	}
	part := KindAddress
	if len(parts) == 1 {
		part = parts[0]
	} else if s["email"] || s["name"] || (s["line"] && !s["address"]) {
		return KindNone
	}
	if s["~code"] && part != KindZip && part != KindCountry && part != KindState {
		return KindNone
	}
	return part
}

// namePart finds the part of a person's or a company's name that a header names.
func namePart(s set) Kind {
	switch {
	case s["bare_first"] && s.only("bare_first", "name") && !s.noisy():
		return KindFirst
	case s["bare_middle"] && s.only("bare_middle", "name") && !s.noisy():
		return KindMiddle
	case s["bare_last"] && s.only("bare_last", "name") && !s.noisy():
		return KindLast
	case (s["first"] || s["bare_first"]) && (s["last"] || s["bare_last"]) && s.only("first", "last", "bare_first", "bare_last", "middle", "name"):
		return KindFull
	case s["first"] && s.only("first", "name", "address", "full"):
		return KindFirst
	case s["middle"] && s.only("middle", "name", "address", "full"):
		return KindMiddle
	case s["infix"] && s.only("infix", "last", "name"):
		return KindInfix
	case s["last"] && s.only("last", "name", "address", "full"):
		return KindLast
	case s["company"]:
		if s["~number"] || s["~code"] {
			return KindNone
		}
		return ifOnly(s, KindCompany, "company", "name", "address")
	case s["full"]:
		return ifOnly(s, KindFull, "full", "name")
	case s["display"]:
		return ifOnly(s, KindDisplay, "display", "name")
	case s["name"] && s.only("name"):
		if s["~number"] || s["~code"] {
			return KindNone
		}
		if s["~contact"] {
			return KindFull
		}
		return KindName
	}
	return KindNone
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
func combineRest(s set, scoped bool) Kind {
	for _, k := range []Kind{KindSalutation, KindAcademic, KindTitle, KindPO, KindCustomerNo} {
		if s[string(k)] {
			return ifOnly(s, k, string(k))
		}
	}
	switch {
	case s["department"]:
		return ifOnly(s, KindDepartment, "department", "company", "name")
	case s["type"]:
		return ifOnly(s, KindType, "type", "address")
	case s["record"]:
		return ifOnly(s, KindRecord, "record", "id")
	case s["id"] && s.only("id"):
		if s["~customer"] {
			return KindCustomerNo
		}
		return KindID
	case len(s) == 0 && scoped:
		return KindScopeOnly
	case !s.only():
		return KindNone
	case s["~customer"] && s["~number"] && !scoped:
		return KindCustomerNo
	case s["~contact"] && s["~number"] && !scoped:
		return KindAsk
	case s["~number"] && len(s) == 1 && !scoped:
		return KindNumber
	case s["~contact"] && len(s) == 1 && !scoped:
		return KindFull
	}
	return KindNone
}
