package emnify

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/contactsync/contactsync/importer/stop"
)

// observation is what one request tells about the API, whatever it means for its row.
type observation struct {
	kind kind
	// retryAfter is what a 429 asks for; 0 if it does not say.
	retryAfter time.Duration
	// answer words what came back, for the error that ends the run.
	answer string
	stop   *stop.Error
}

type kind int

const (
	nothing    kind = iota // it never left, or was cancelled: the API has no part in it
	accepted               // an answer, a refusal too
	limited                // 429
	failed                 // 5xx, a time-out, a broken connection
	redirected             // 3xx
)

// observe judges what came back through the wire.
func observe(cl *call, resp *http.Response, err error, longest time.Duration) observation {
	var broken *exchangeError
	switch {
	case errors.As(err, &broken) && !broken.cancelled:
		return observation{kind: failed, answer: broken.text}
	case err != nil:
		return observation{kind: nothing}
	}
	answer := fmt.Sprintf("HTTP %d", resp.StatusCode) + cl.ids()
	_, cut := content(resp)
	switch status := resp.StatusCode; {
	case status == http.StatusTooManyRequests:
		return observation{kind: limited, answer: answer, retryAfter: retryAfter(resp.Header, time.Now(), longest)}
	case status >= 300 && status < 400:
		return observation{kind: redirected, stop: redirectStop(resp)}
	case status >= 500, status == http.StatusRequestTimeout:
		return observation{kind: failed, answer: answer}
	case cut != nil && !errors.Is(cut, errTooLarge) && status != http.StatusCreated:
		return observation{kind: failed, answer: answer + ", cut off"}
	default:
		return observation{kind: accepted}
	}
}

// ids names the last answer for a support case.
func (c *call) ids() string {
	text := ""
	if c.receipt.RequestID != "" {
		text += ", request " + c.receipt.RequestID
	}
	if c.receipt.CloudFrontID != "" {
		text += ", CloudFront " + c.receipt.CloudFrontID
	}
	return text
}

func redirectStop(resp *http.Response) *stop.Error {
	target := "without saying where"
	if u, err := url.Parse(resp.Header.Get("Location")); err == nil && u.String() != "" {
		if resp.Request != nil {
			u = resp.Request.URL.ResolveReference(u)
		}
		// A query or user name could carry a secret; the address alone tells what is wrong.
		target = "to " + (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
	}
	return &stop.Error{
		Cause:   stop.CauseRedirect,
		Message: fmt.Sprintf("the API's address answers with a redirect (HTTP %d) %s", resp.StatusCode, target),
		Hint:    "redirects are not followed, because a request could arrive twice: give the API's own address with --api-url or EMNIFY_API_URL",
	}
}

// quotaStop ends a run that has heard nothing but 429 for so long. The service has no code of its own for a month that is
// used up; only its being longer than the window of five minutes speaks for that.
func quotaStop(now time.Time, lasted time.Duration, answer string) *stop.Error {
	stop := &stop.Error{Cause: stop.CauseQuota}
	if lasted <= serviceWindow {
		stop.Message = fmt.Sprintf("the API answered nothing but 429 (too many requests) for %s, as long as --patience allows; others may have used up the five minutes' limit of this address (last answer: %s)",
			lasted, answer)
		stop.Hint = "run the same command again later, or with a longer --patience; it goes on where this run stopped"
		return stop
	}
	utc := now.UTC()
	next := time.Date(utc.Year(), utc.Month()+1, 1, 0, 0, 0, 0, time.UTC)
	stop.Message = fmt.Sprintf("the API answered nothing but 429 (too many requests) for %s; the quota of the month seems to be used up until %s (last answer: %s)",
		lasted, next.Format("2006-01-02 15:04 MST"), answer)
	stop.Hint = "run the same command again then, or when others have stopped using the API from this address; it goes on where this run stopped"
	return stop
}

func outageStop(failures, probes int, answer string) *stop.Error {
	return &stop.Error{
		Cause:   stop.CauseOutage,
		Message: fmt.Sprintf("the API is down: %d requests in a row failed, %d of them probes after a pause (last answer: %s)", failures, probes, answer),
		Hint:    "run the same command again when the API is back; it goes on where this run stopped",
	}
}
