package emnify

import (
	"context"
	"errors"
	"net/http"

	"github.com/contactsync/contactsync/importer/limit"
	"github.com/contactsync/contactsync/importer/stop"
)

// intent is the link that asks the caller before a request leaves, and tells it when it has ended.
type intent struct{ next http.RoundTripper }

func (i *intent) RoundTrip(req *http.Request) (*http.Response, error) {
	hooks := callOf(req).hooks
	if hooks.Before != nil {
		if err := hooks.Before(req.Context()); err != nil {
			return nil, err
		}
	}
	if hooks.After != nil {
		defer hooks.After()
	}
	return i.next.RoundTrip(req)
}

// budget is the link that waits for a slot. It waits with the call's context: the time-out of a request begins later.
type budget struct {
	next   http.RoundTripper
	budget *limit.Budget
}

func (b *budget) RoundTrip(req *http.Request) (*http.Response, error) {
	slot, err := b.budget.Acquire(req.Context())
	switch {
	case err != nil && req.Context().Err() != nil:
		return nil, context.Cause(req.Context())
	case err != nil:
		return nil, budgetStop(err)
	}
	defer slot.Done()
	return b.next.RoundTrip(req)
}

// budgetStop ends the run where nobody can tell any more how many requests may be sent.
func budgetStop(err error) *stop.Error {
	return &stop.Error{
		Cause:   stop.CauseLedger,
		Message: "what is left of the request budget can't be kept",
		Hint:    "make the folder of the ledger writable and its disk sound, or name another place with --state; the same command goes on where this run stopped",
		Err:     err,
	}
}

// readOnly is the link of a dry run.
type readOnly struct{ next http.RoundTripper }

var errReadOnly = errors.New("a dry run changes nothing: the request was refused before it left")

func (r *readOnly) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Method != http.MethodGet && !callOf(req).login {
		return nil, errReadOnly
	}
	return r.next.RoundTrip(req)
}
