package notify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/contactsync/contactsync/importer/emnify/network"
	"github.com/contactsync/contactsync/importer/wait"
)

const (
	tries = 3
	// patience is how long one try may take, from dialling to the answer's status.
	patience = 10 * time.Second
	// pause is before the second try; before the third it is three times as long.
	pause = time.Second
)

// Sender sends notifications.
type Sender struct {
	// Transport must follow no redirect and repeat nothing, as that of the API.
	Transport http.RoundTripper
	UserAgent string
}

var errNoTime = errors.New("there was no time left for it")

// refusedError is an answer that would be the same the next time.
type refusedError struct{ text string }

func (e *refusedError) Error() string { return e.text }

// Send sends a notification, at most three times. Its error says what kept it, without more of any address than scheme and host,
// and without a word of what was answered, which could repeat one.
func (s Sender) Send(ctx context.Context, to Address, body []byte) error {
	for try := 1; ; try++ {
		if ctx.Err() != nil {
			return errNoTime
		}
		err := s.try(ctx, to, body)
		if err == nil {
			return nil
		}
		if _, final := errors.AsType[*refusedError](err); final || ctx.Err() != nil {
			return err
		}
		if try == tries {
			return fmt.Errorf("%w (%d tries)", err, tries)
		}
		if wait.Sleep(ctx, pause*time.Duration(2*try-1)) != nil {
			return err
		}
	}
}

func (s Sender) try(whole context.Context, to Address, body []byte) error {
	ctx, cancel := context.WithTimeout(whole, patience)
	defer cancel()
	u := *to.url
	u.User = nil
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, u.String(), bytes.NewReader(body))
	if err != nil {
		return ErrNoAddress
	}
	req.GetBody = nil // nobody but us sends it again
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", s.UserAgent)
	if user := to.url.User; user != nil {
		password, _ := user.Password()
		req.SetBasicAuth(user.Username(), password)
	}
	resp, err := s.Transport.RoundTrip(req)
	switch {
	case err != nil && whole.Err() != nil:
		return errNoTime
	case err != nil && ctx.Err() != nil:
		return fmt.Errorf("no answer within %s", patience)
	case err != nil:
		return errors.New(network.Describe(err, true))
	}
	_ = resp.Body.Close() // nobody asks for more than the status
	return judge(resp)
}

// judge tells whether an answer means that the notification has arrived.
func judge(resp *http.Response) error {
	switch status := resp.StatusCode; {
	case status >= 200 && status < 300:
		return nil
	case status >= 300 && status < 400:
		return &refusedError{fmt.Sprintf("it was answered with a redirect%s (HTTP %d), which is not followed: give the address that it leads to", target(resp), status)}
	case status == http.StatusRequestTimeout, status == http.StatusTooEarly, status == http.StatusTooManyRequests, status >= 500:
		return fmt.Errorf("it was answered with HTTP %d", status)
	default:
		return &refusedError{fmt.Sprintf("it was refused (HTTP %d)", status)}
	}
}

// target is where a redirect leads, as far as that may be shown.
func target(resp *http.Response) string {
	u, err := url.Parse(resp.Header.Get("Location"))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	return " to " + shown(u)
}
