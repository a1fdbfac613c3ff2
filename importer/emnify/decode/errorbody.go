package decode

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/contactsync/contactsync/importer/contact"
)

// maxWords bounds what an error keeps of the API's words, in characters.
const maxWords = 600

// ReadError takes from an error's body what it holds. The body is often undocumented: JSON with all fields, with a
// message only, with details as a list of objects or texts, an HTML page of the gateway, or nothing.
func ReadError(body []byte) *Error {
	body = bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")))
	if len(body) == 0 {
		return &Error{}
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		if details := readDetails(body); len(details) > 0 {
			return &Error{Details: details}
		}
		return &Error{Message: plainWords(string(body))}
	}
	e := &Error{
		Code:    int(readNumber(find(fields, "error_code", "code"))),
		Token:   Identifier(readText(find(fields, "error_token", "token"))),
		Message: Shorten(readText(find(fields, "message", "error_description", "error"))),
	}
	for _, name := range []string{"errors", "details", "error_details"} {
		e.Details = append(e.Details, readDetails(find(fields, name))...)
	}
	return e
}

// maxDetails bounds the list of an error.
const maxDetails = 50

func readDetails(raw json.RawMessage) []Detail {
	var list []json.RawMessage
	if json.Unmarshal(raw, &list) != nil {
		var byField map[string]json.RawMessage
		if json.Unmarshal(raw, &byField) != nil {
			return nil
		}
		list = []json.RawMessage{raw}
	}
	var details []Detail
	for _, item := range list[:min(len(list), maxDetails)] {
		var fields map[string]json.RawMessage
		if json.Unmarshal(item, &fields) != nil {
			if text := Shorten(readText(item)); text != "" {
				details = append(details, Detail{Message: text, Field: fieldIn(text)})
			}
			continue
		}
		d := Detail{
			Code:    int(readNumber(find(fields, "error_code", "code"))),
			Token:   Identifier(readText(find(fields, "error_token", "token"))),
			Message: Shorten(readText(find(fields, "message", "error_description", "error"))),
			Field:   known(readText(find(fields, "field", "property", "path"))),
		}
		if d.Field == "" {
			d.Field = fieldIn(d.Message)
		}
		if d.Code != 0 || d.Token != "" || d.Message != "" {
			details = append(details, d)
		}
	}
	return details
}

// find is the first of the names that stands in the object, in any case of its letters.
func find(fields map[string]json.RawMessage, names ...string) json.RawMessage {
	for _, name := range names {
		if raw, ok := fields[name]; ok {
			return raw
		}
		for have, raw := range fields {
			if strings.EqualFold(have, name) {
				return raw
			}
		}
	}
	return nil
}

func readText(raw json.RawMessage) string {
	var t Text
	if len(raw) == 0 || json.Unmarshal(raw, &t) != nil {
		return ""
	}
	return string(t)
}

func readNumber(raw json.RawMessage) int64 {
	var n Number
	if len(raw) == 0 || json.Unmarshal(raw, &n) != nil {
		return 0
	}
	return int64(n)
}

// plainWords is what a person would see of a body that is not JSON: the title of an HTML page, else its text.
func plainWords(body string) string {
	if !strings.Contains(body, "<") {
		return Shorten(body)
	}
	if title := titlePattern.FindStringSubmatch(body); title != nil && strings.TrimSpace(title[1]) != "" {
		return Shorten(title[1])
	}
	return Shorten(tagPattern.ReplaceAllString(body, " "))
}

var (
	titlePattern = regexp.MustCompile(`(?is)<title[^>]*>([^<]*)</title`)
	tagPattern   = regexp.MustCompile(`(?s)<[^>]*>?`)
)

// Shorten folds blanks and control characters and cuts what is too long to be read.
func Shorten(s string) string {
	if len(s) > 8*maxWords {
		s = s[:8*maxWords]
	}
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }), " ")
	if utf8.RuneCountInString(s) <= maxWords {
		return s
	}
	return string([]rune(s)[:maxWords-1]) + "…"
}

// subject is how the API begins a complaint: "Contact - type is required."
var subject = regexp.MustCompile(`(?i)\bcontact\s*[-.:]\s*([a-z_]+)`)

// word is a field's name as a complaint has it, outside of quoted values.
var (
	word   = regexp.MustCompile(`[A-Za-z_]+`)
	quoted = regexp.MustCompile(`"[^"]*"|'[^']*'`)
)

// fieldIn is the contact's field that a complaint names; empty if it names none that is ours.
func fieldIn(message string) contact.Field {
	if m := subject.FindStringSubmatch(message); m != nil {
		if f := known(m[1]); f != "" {
			return f
		}
	}
	for _, quote := range quoted.FindAllString(message, -1) {
		if f := known(strings.Trim(quote, `"'`)); f != "" {
			return f
		}
	}
	for _, w := range word.FindAllString(quoted.ReplaceAllString(message, " "), -1) {
		if f := known(w); f != "" {
			return f
		}
	}
	return ""
}

// known is the field of that name, as the API spells it, possibly with the path to it: "contact.country.id".
func known(name string) contact.Field {
	for part := range strings.FieldsFuncSeq(name, func(r rune) bool { return r == '.' || r == '/' || r == '[' || r == ']' }) {
		for _, f := range contact.Fields() {
			if strings.EqualFold(part, string(f)) && f != contact.Org && f != contact.ExternalID {
				return f
			}
		}
	}
	return ""
}
