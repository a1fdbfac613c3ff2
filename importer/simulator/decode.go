package simulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"regexp"
	"unicode/utf8"
)

// textField is a field of a contact that is a string.
type textField struct {
	name string
	of   func(*Contact) *string
}

// textFields returns them in the order in which a contact is written.
func textFields() []textField {
	return []textField{
		{"name", func(c *Contact) *string { return &c.Name }},
		{"title", func(c *Contact) *string { return &c.Title }},
		{"department", func(c *Contact) *string { return &c.Department }},
		{"street", func(c *Contact) *string { return &c.Street }},
		{"zipcode", func(c *Contact) *string { return &c.Zipcode }},
		{"city", func(c *Contact) *string { return &c.City }},
		{"email", func(c *Contact) *string { return &c.Email }},
		{"phone", func(c *Contact) *string { return &c.Phone }},
		{"mobile", func(c *Contact) *string { return &c.Mobile }},
		{"state", func(c *Contact) *string { return &c.State }},
		{"secondary_address", func(c *Contact) *string { return &c.SecondaryAddress }},
		{"purchase_order_number", func(c *Contact) *string { return &c.PurchaseOrderNumber }},
	}
}

// member is one name and value of a body, in the order of the body.
type member struct {
	name  string
	value json.RawMessage
}

type members []member

// decodeContact reads a body into its members: one JSON object in UTF-8, no name twice, nothing behind it.
func decodeContact(body []byte) (members, *answer) {
	if m, err := decodeObject(body); err == nil && utf8.Valid(body) {
		return m, nil
	}
	return nil, refuse(http.StatusBadRequest, badRequest("The request is unreadable."))
}

var errBody = errors.New("body is not one JSON object without repeated names")

func decodeObject(body []byte) (members, error) {
	decoder := json.NewDecoder(bytes.NewReader(body))
	if opening, err := decoder.Token(); err != nil || opening != json.Delim('{') {
		return nil, errBody
	}
	var out members
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, errBody
		}
		// The decoder gives nothing but a string at this place.
		m := member{name: name.(string)}
		if decoder.Decode(&m.value) != nil || out.has(m.name) {
			return nil, errBody
		}
		out = append(out, m)
	}
	if closing, err := decoder.Token(); err != nil || closing != json.Delim('}') {
		return nil, errBody
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, errBody
	}
	return out, nil
}

func (m members) has(name string) bool {
	for _, known := range m {
		if known.name == name {
			return true
		}
	}
	return false
}

// apply puts the members into a contact and returns all that is wrong with them. A create needs a type; a change
// needs nothing. The contact is only good if there was nothing wrong.
func (m members) apply(c *Contact, country func(int64) bool, create bool) []detail {
	var problems []detail
	if create && !m.has("type") {
		problems = append(problems, required("type"))
	}
	fields := textFields()
	for _, member := range m {
		switch member.name {
		case "type":
			problems = append(problems, setType(c, member.value)...)
		case "country":
			problems = append(problems, setCountry(c, member.value, country)...)
		default:
			problems = append(problems, setText(c, fields, member)...)
		}
	}
	if c.PurchaseOrderNumber != "" && c.Type != invoiceType && len(problems) == 0 {
		problems = append(problems, notAllowed("purchase_order_number"))
	}
	return problems
}

func setType(c *Contact, value json.RawMessage) []detail {
	if string(value) == "null" {
		return []detail{required("type")}
	}
	id, problem := referenceID("type", value)
	if problem != nil {
		return []detail{*problem}
	}
	if _, known := typeDescription(id); !known {
		return []detail{invalidReference("type")}
	}
	c.Type = id
	return nil
}

func setCountry(c *Contact, value json.RawMessage, known func(int64) bool) []detail {
	if string(value) == "null" {
		c.Country = 0
		return nil
	}
	id, problem := referenceID("country", value)
	if problem != nil {
		return []detail{*problem}
	}
	if !known(id) {
		return []detail{invalidReference("country")}
	}
	c.Country = id
	return nil
}

// referenceID reads {"id":N}, which is all that is documented.
func referenceID(field string, value json.RawMessage) (int64, *detail) {
	object, err := decodeObject(value)
	if err != nil {
		problem := invalidFormat(field, string(value))
		return 0, &problem
	}
	for _, m := range object {
		if m.name != "id" {
			problem := notAllowed(field + "." + m.name)
			return 0, &problem
		}
	}
	if len(object) == 0 {
		problem := required(field + ".id")
		return 0, &problem
	}
	var id int64
	if err := json.Unmarshal(object[0].value, &id); err != nil || string(object[0].value) == "null" {
		problem := invalidFormat(field+".id", string(object[0].value))
		return 0, &problem
	}
	return id, nil
}

// plainAddress is generous: it is no more than what a server asks as a rule.
var plainAddress = regexp.MustCompile(`^[^@\s]+@[^@\s]+\.[^@\s.]+$`)

func setText(c *Contact, fields []textField, m member) []detail {
	for _, f := range fields {
		if f.name != m.name {
			continue
		}
		if string(m.value) == "null" {
			*f.of(c) = ""
			return nil
		}
		var text string
		if json.Unmarshal(m.value, &text) != nil {
			return []detail{invalidFormat(m.name, string(m.value))}
		}
		if m.name == "email" && text != "" && !plainAddress.MatchString(text) {
			return []detail{invalidFormat(m.name, text)}
		}
		*f.of(c) = text
		return nil
	}
	return []detail{notAllowed(m.name)}
}
