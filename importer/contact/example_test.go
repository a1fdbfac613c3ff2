package contact

import (
	"slices"
	"strconv"
	"strings"

	"github.com/contactsync/contactsync/importer/contact/email"
)

// atlas is a small table of countries for these tests.
type atlas struct{ needID bool }

var places = []Country{
	{ISO: "DE", ID: 74, Name: "Germany"}, {ISO: "FR", ID: 65, Name: "France"}, {ISO: "US", ID: 223, Name: "United States"},
	{ISO: "IT", ID: 98, Name: "Italy"}, {ISO: "GB", ID: 219, Name: "United Kingdom"}, {ISO: "AQ", Name: "Antarctica"},
}

func (a atlas) Lookup(text string) (Country, bool) {
	fold := FoldText(text)
	if fold == "deutschland" {
		fold = "germany"
	}
	for _, p := range places {
		if fold == FoldText(p.Name) || fold == strings.ToLower(p.ISO) {
			return p, true
		}
	}
	return Country{}, false
}

func (a atlas) ByID(id int) (Country, bool) {
	i := slices.IndexFunc(places, func(c Country) bool { return c.ID == id && id != 0 })
	if i < 0 {
		return Country{}, false
	}
	return places[i], true
}

func (a atlas) Nearest(text string) string {
	for _, p := range places {
		if email.OneSlip(FoldText(text), FoldText(p.Name)) {
			return p.Name
		}
	}
	return ""
}

func (a atlas) NeedID() bool { return a.needID }

// kinds is a small table of contact types for these tests: Shipping address has no known number.
type kinds struct{ needID bool }

var knownTypes = []Type{{1, "Commercial"}, {2, "Technical"}, {6, invoiceType}, {0, "Shipping address"}}

func (k kinds) Lookup(text string) (Type, bool) {
	for _, t := range knownTypes {
		if FoldText(text) == FoldText(t.Name) || text == strconv.Itoa(t.ID) && t.ID != 0 {
			return t, true
		}
	}
	if id, err := strconv.Atoi(text); err == nil && id > 0 {
		return Type{ID: id}, true
	}
	return Type{}, false
}

func (k kinds) Names() []string {
	var names []string
	for _, t := range knownTypes {
		names = append(names, t.Name)
	}
	return names
}

func (k kinds) NeedID() bool { return k.needID }

// imports are the rules of an import of technical contacts.
func imports() *Rules {
	return &Rules{Countries: atlas{needID: true}, Types: kinds{needID: true}, DefaultType: knownTypes[1]}
}

func codesIn(lists ...[]Problem) []string {
	var codes []string
	for _, list := range lists {
		for _, p := range list {
			codes = append(codes, p.Code)
		}
	}
	return codes
}
