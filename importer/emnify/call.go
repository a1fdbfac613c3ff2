package emnify

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/remote"
)

// call is what the links of the chain need to know of one call. It belongs to the goroutine that makes the call.
type call struct {
	// template is the path as logs and errors show it, with {org} for the organisation and {contact} for the contact.
	template     string
	org, contact int64
	// body is sent with each attempt.
	body []byte
	// once: the call changes something, so that what may have arrived is not sent again.
	once bool
	// login: the call is the authentication itself.
	login bool
	hooks remote.Hooks
	// accept checks the body of a success; an answer that it refuses is no answer. May be nil.
	accept func(h http.Header, body []byte) error
	// read checks it in its place, as it arrives: that of a list, which is not held. It is called once for each answer.
	read func(io.Reader) error
	size int64 // how many bytes read may be given

	// checked is the answer that accept was asked about last, and unfit what it said: a listing is read once.
	checked *http.Response
	unfit   error

	receipt outcome.Receipt
	// attempt numbers the requests, also those answered 429 and 401; for the log.
	attempt int
}

func (c *call) path() string {
	path := strings.Replace(c.template, "{org}", strconv.FormatInt(c.org, 10), 1)
	return strings.Replace(path, "{contact}", strconv.FormatInt(c.contact, 10), 1)
}

// note keeps what an answer tells.
func (c *call) note(resp *http.Response) {
	c.receipt.HTTPStatus = resp.StatusCode
	c.receipt.RequestID, c.receipt.CloudFrontID = requestIDs(resp.Header)
	if resp.StatusCode != http.StatusTooManyRequests && resp.StatusCode != http.StatusUnauthorized {
		c.receipt.Attempts++
	}
}

type callKey struct{}

func withCall(ctx context.Context, c *call) context.Context {
	return context.WithValue(ctx, callKey{}, c)
}

// callOf finds the call of a request. Only this package makes requests for the chain, each with its call.
func callOf(req *http.Request) *call { return req.Context().Value(callKey{}).(*call) }
