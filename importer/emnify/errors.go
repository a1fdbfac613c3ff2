package emnify

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/stop"
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
		add(firstOf(d.Message, d.Token))
	}
	if len(parts) == 0 {
		return firstOf(e.Token, fmt.Sprintf("HTTP %d without a message", e.Status))
	}
	return shorten(strings.Join(parts, "; "))
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

// apiError makes an error of an answer.
func apiError(cl *call, method string, resp *http.Response) *Error {
	body, _ := content(resp) // a cut one still tells something
	e := readError(body)
	e.Method, e.Path, e.Status = method, cl.template, resp.StatusCode
	e.RequestID, e.CloudFrontID = requestIDs(resp.Header)
	return e
}

func refusal(e *Error) *outcome.Refusal {
	code, token := e.Code, e.Token
	for _, d := range e.Details { // the general 1400 says less than what is inside it
		if d.Code != 0 {
			code, token = d.Code, firstOf(d.Token, token)
			break
		}
	}
	return &outcome.Refusal{HTTPStatus: e.Status, Code: code, Token: token, Field: e.Field(), Message: e.Words(), Err: e}
}

// stopUnlessCancelled turns the failure of a call that every run needs into the error that ends the run.
func stopUnlessCancelled(req *http.Request, err error, answered *answeredFlag) error {
	var ended *stop.Error
	var broken *exchangeError
	switch {
	case errors.As(err, &ended):
		return ended
	case req.Context().Err() != nil:
		return context.Cause(req.Context())
	case !errors.As(err, &broken):
		return err
	case !answered.Load() && (isWrongPlace(broken.cause) || isNotHTTP(broken.cause)):
		return &stop.Error{
			Cause:   stop.CauseUnreachable,
			Message: fmt.Sprintf("the API at %s can't be reached", req.URL.Host),
			Hint:    "check --api-url, the proxy settings, and the certificates that SSL_CERT_FILE names",
			Err:     err,
		}
	case !answered.Load():
		return &stop.Error{
			Cause:   stop.CauseOutage,
			Message: fmt.Sprintf("the API at %s can't be reached", req.URL.Host),
			Hint:    "check the network, the proxy settings and --api-url; then run the same command again",
			Err:     err,
		}
	default:
		return &stop.Error{
			Cause:   stop.CauseOutage,
			Message: fmt.Sprintf("the API stopped answering (%s %s)", req.Method, callOf(req).template),
			Hint:    "run the same command again when the API is back; it goes on where this run stopped",
			Err:     err,
		}
	}
}

// noUseStop ends the run after an answer that is of no use, however often it was asked for.
func noUseStop(cl *call, req *http.Request, resp *http.Response) *stop.Error {
	stop := &stop.Error{
		Cause:   stop.CauseOutage,
		Message: fmt.Sprintf("the API does not give a usable answer to %s %s (last answer: HTTP %d%s)", req.Method, cl.template, resp.StatusCode, cl.ids()),
		Hint:    "run the same command again later; if it stays so, check --api-url and show the request id to emnify's support",
		Err:     apiError(cl, req.Method, resp),
	}
	if resp.StatusCode == http.StatusOK {
		stop.Err = cl.check(resp)
	}
	return stop
}

// requestIDs are the two ids that the gateway gives each answer, as far as they look like ids.
func requestIDs(h http.Header) (request, cloudFront string) {
	return identifier(h.Get("X-Amzn-Requestid")), identifier(h.Get("X-Amz-Cf-Id"))
}

// identifier is s if it is short and made as ids and error tokens are, so that it may stand in a log or on a terminal;
// else nothing.
func identifier(s string) string {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-=+/.:"
	if len(s) > 128 || strings.Trim(s, letters) != "" {
		return ""
	}
	return s
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
