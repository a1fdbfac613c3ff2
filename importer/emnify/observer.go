package emnify

import (
	"errors"
	"net/http"
	"time"

	"github.com/contactsync/contactsync/importer/emnify/network"
)

// Observer is told of requests, by many goroutines.
type Observer interface {
	// Request tells that a request has ended: of which call, with which status, or why without one, in a word. sent tells that
	// a byte of it may have left. How long it took begins with the connection, and has no wait for a slot in it.
	Request(call, code string, sent bool, took time.Duration)
}

// The calls, as an observer hears of them.
const (
	callAuthenticate = "authenticate"
	callOrganisation = "organisation"
	callCountries    = "countries"
	callList         = "list"
	callRead         = "read"
	callCreate       = "create"
	callUpdate       = "update"
	callDelete       = "delete"
	callOther        = "other"
)

// Calls are the names of all calls, each with the status that it has where all is well.
func Calls() map[string]int {
	return map[string]int{
		callAuthenticate: http.StatusOK, callOrganisation: http.StatusOK, callCountries: http.StatusOK, callList: http.StatusOK, callRead: http.StatusOK,
		callCreate: http.StatusCreated, callUpdate: http.StatusNoContent, callDelete: http.StatusNoContent,
	}
}

// name is the call's, by what it asks of the API.
func (c *call) name(method string) string {
	switch [2]string{method, c.template} {
	case [2]string{http.MethodPost, authenticatePath}:
		return callAuthenticate
	case [2]string{http.MethodGet, myOrganisationPath}:
		return callOrganisation
	case [2]string{http.MethodGet, countriesPath}:
		return callCountries
	case [2]string{http.MethodGet, contactsPath}:
		return callList
	case [2]string{http.MethodPost, contactsPath}:
		return callCreate
	case [2]string{http.MethodGet, contactPath}:
		return callRead
	case [2]string{http.MethodPatch, contactPath}:
		return callUpdate
	case [2]string{http.MethodDelete, contactPath}:
		return callDelete
	}
	return callOther
}

func (w *wire) observe(req *http.Request, cl *call, code string, begun time.Time, sent bool) {
	if w.cfg.Observer != nil {
		w.cfg.Observer.Request(cl.name(req.Method), code, sent, time.Since(begun))
	}
}

// word tells in one word, of a few, why there was no answer.
func (e *exchangeError) word() string {
	switch {
	case e.cancelled:
		return "cancelled"
	case errors.Is(e.cause, errTimeout):
		return network.Timeout
	}
	return network.Word(e.cause, e.sent)
}
