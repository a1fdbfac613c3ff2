package emnify

import (
	"fmt"
	"net/http"
	"time"
)

// retry is the link that decides after each attempt whether the call is made again.
type retry struct {
	next        http.RoundTripper
	maxAttempts int
	maxBackoff  time.Duration
	waits       *waits
	answered    *answeredFlag
}

// Where the API has never answered yet, its address is probably wrong, and a person waits for the word.
const (
	startAttempts = 4
	startBackoff  = 2 * time.Second
)

// verdict is what an attempt proved.
type verdict int

const (
	final   verdict = iota // an answer that stands, or an error that trying again can't mend
	again                  // known not to have happened, or harmless to repeat
	waiting                // 429: the gate waits, and the attempt does not count
)

func (r *retry) RoundTrip(req *http.Request) (*http.Response, error) {
	cl := callOf(req)
	gap := r.waits.upTo(r.maxBackoff)
	for attempt := 1; ; {
		resp, err := r.next.RoundTrip(req)
		switch r.judge(cl, resp, err) {
		case final:
			return resp, err
		case waiting:
			continue
		case again:
		}
		attempts, wait := r.maxAttempts, gap.NextBackOff()
		if !r.answered.Load() {
			attempts, wait = min(attempts, startAttempts), min(wait, startBackoff)
		}
		if attempt >= attempts {
			return resp, err
		}
		attempt++
		if err := sleep(req.Context(), wait); err != nil {
			return nil, err
		}
	}
}

// judge decides on one attempt. What may have happened is repeated only if it changes nothing.
func (r *retry) judge(cl *call, resp *http.Response, err error) verdict {
	if broken, ok := err.(*exchangeError); ok { //nolint:errorlint // not one that another error has as its cause
		switch {
		case broken.cancelled, isCertificate(broken.cause) && !r.answered.Load(), broken.sent && cl.once:
			return final
		default:
			return again
		}
	}
	if err != nil {
		return final
	}
	switch {
	case resp.StatusCode == http.StatusTooManyRequests:
		return waiting
	case cl.once, resp.StatusCode == http.StatusUnauthorized, refused(resp.StatusCode):
		return final
	case resp.StatusCode == http.StatusOK && cl.check(resp) == nil:
		return final
	default:
		return again
	}
}

// refused reports whether the API said no, and nothing has happened. Other statuses prove nothing: a gateway may have
// made them up while the API went on.
func refused(status int) bool {
	switch status {
	case http.StatusBadRequest, http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed,
		http.StatusConflict, http.StatusGone, http.StatusRequestEntityTooLarge, http.StatusRequestURITooLong,
		http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity, http.StatusRequestHeaderFieldsTooLarge:
		return true
	default:
		return false
	}
}

// check tells whether a success holds what was asked for. An HTML page with status 200 does not, nor does a listing
// that was cut off.
func (c *call) check(resp *http.Response) error {
	if c.checked == resp {
		return c.unfit
	}
	c.checked, c.unfit = resp, nil
	body, cut := content(resp)
	switch {
	case cut != nil:
		c.unfit = fmt.Errorf("the answer is cut off: %w", cut)
	case c.accept != nil:
		c.unfit = c.accept(resp.Header, body)
	}
	return c.unfit
}
