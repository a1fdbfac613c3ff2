package decode

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/contactsync/contactsync/importer/contact"
)

// Error is an answer of the API that is not what the call asked for.
type Error struct {
	Method string
	// Path has {org} in place of the organisation, and {contact} in place of the contact.
	Path   string
	Status int
	// Code and Token are error_code and error_token; 0 and empty where the body has none.
	Code  int
	Token string
	// Message and Details are the API's own words; they may repeat personal data.
	Message string
	Details []Detail
	// RequestID and CloudFrontID are x-amzn-RequestId and X-Amz-Cf-Id: a support case needs them.
	RequestID    string
	CloudFrontID string
}

// Detail is one entry of an error's list.
type Detail struct {
	Code    int
	Token   string
	Message string
	// Field is the contact's field that the entry is about; empty if it names none.
	Field contact.Field
}

// Error tells everything but the API's own words.
func (e *Error) Error() string {
	text := fmt.Sprintf("%s %s: HTTP %d", e.Method, e.Path, e.Status)
	if e.Code != 0 || e.Token != "" {
		text += strings.TrimRight(fmt.Sprintf(", error %d %s", e.Code, e.Token), " ")
	}
	if e.RequestID != "" {
		text += ", request " + e.RequestID
	}
	if e.CloudFrontID != "" {
		text += ", CloudFront " + e.CloudFrontID
	}
	return text
}

// Words are the API's own, details included, for the report.
func (e *Error) Words() string {
	var parts []string
	add := func(s string) {
		if s != "" && !slices.Contains(parts, s) {
			parts = append(parts, s)
		}
	}
	add(e.Message)
	for _, d := range e.Details {
		add(cmp.Or(d.Message, d.Token))
	}
	if len(parts) == 0 {
		return cmp.Or(e.Token, fmt.Sprintf("HTTP %d without a message", e.Status))
	}
	return Shorten(strings.Join(parts, "; "))
}

// Field is the first field that the error names.
func (e *Error) Field() contact.Field {
	for _, d := range e.Details {
		if d.Field != "" {
			return d.Field
		}
	}
	return fieldIn(e.Message)
}

// Identifier is s if it is short and made as ids and error tokens are, so that it may stand in a log or on a terminal;
// else nothing.
func Identifier(s string) string {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-=+/.:"
	if len(s) > 128 || strings.Trim(s, letters) != "" {
		return ""
	}
	return s
}
