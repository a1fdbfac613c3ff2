package emnify

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"github.com/contactsync/contactsync/importer/emnify/network"
	"github.com/contactsync/contactsync/importer/wait"
)

// retry is the link that decides after each attempt whether the call is made again.
type retry struct {
	next        http.RoundTripper
	maxAttempts int
	maxBackoff  time.Duration
	waits       *waits
	answered    *answeredFlag
	// told: that the API has not answered yet has been said. A person may be waiting, and what is tried for minutes may be
	// a wrong address; in a pod it is more often a network that comes up late.
	told *atomic.Bool
	log  zerolog.Logger
}

// verdict is what an attempt proved.
type verdict int

const (
	final   verdict = iota // an answer that stands, or an error that trying again can't mend
	again                  // known not to have happened, or harmless to repeat
	waiting                // 429: the breaker waits, and the attempt does not count
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
		if attempt >= r.maxAttempts {
			return resp, err
		}
		if !r.answered.Load() && !r.told.Swap(true) {
			r.log.Warn().Str(logHost, req.URL.Host).Err(err).
				Msgf("the API can't be reached yet: it is tried %d times in all, with growing waits", r.maxAttempts)
		}
		attempt++
		if err := wait.Sleep(req.Context(), gap.NextBackOff()); err != nil {
			return nil, err
		}
	}
}

// judge decides on one attempt. What may have happened is repeated only if it changes nothing.
func (r *retry) judge(cl *call, resp *http.Response, err error) verdict {
	if broken, ok := err.(*exchangeError); ok { //nolint:errorlint // not one that another error has as its cause
		switch {
		case broken.cancelled, network.IsWrongPlace(broken.cause) && !r.answered.Load(), broken.sent && cl.once:
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
		c.unfit = cutOff(cut)
	case c.accept != nil:
		c.unfit = c.accept(resp.Header, body)
	}
	return c.unfit
}

func cutOff(err error) error { return fmt.Errorf("the answer is cut off: %w", err) }
