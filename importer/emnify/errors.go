package emnify

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/contactsync/contactsync/importer/emnify/decode"
	"github.com/contactsync/contactsync/importer/emnify/network"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/stop"
)

// apiError makes an error of an answer.
func apiError(cl *call, method string, resp *http.Response) *decode.Error {
	body, _ := content(resp) // a cut one still tells something
	e := decode.ReadError(body)
	e.Method, e.Path, e.Status = method, cl.template, resp.StatusCode
	e.RequestID, e.CloudFrontID = requestIDs(resp.Header)
	return e
}

func refusal(e *decode.Error) *outcome.Refusal {
	code, token := e.Code, e.Token
	for _, d := range e.Details { // the general 1400 says less than what is inside it
		if d.Code != 0 {
			code, token = d.Code, cmp.Or(d.Token, token)
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
	case !answered.Load() && (network.IsWrongPlace(broken.cause) || network.IsNotHTTP(broken.cause)):
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
	return decode.Identifier(h.Get("X-Amzn-Requestid")), decode.Identifier(h.Get("X-Amz-Cf-Id"))
}
