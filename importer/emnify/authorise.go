package emnify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/contactsync/contactsync/importer/emnify/credential"
	"github.com/contactsync/contactsync/importer/emnify/decode"
	"github.com/contactsync/contactsync/importer/stop"
)

// authorise is the link that adds the token, and renews it when the API does not take it.
type authorise struct {
	next        http.RoundTripper
	tokens      *authentication
	maxRenewals int
}

func (a *authorise) RoundTrip(req *http.Request) (*http.Response, error) {
	t, err := a.tokens.current(req.Context())
	for renewals := 0; ; renewals++ {
		if err != nil {
			return nil, err
		}
		out := req.Clone(req.Context())
		out.Header.Set("Authorization", "Bearer "+t.text)
		resp, err2 := a.next.RoundTrip(out)
		if err2 != nil {
			return nil, err2
		}
		if resp.StatusCode != http.StatusUnauthorized {
			t.accepted.Store(true)
			return resp, nil
		}
		// A 401 with a token that was only just made in place of a rejected one: another one would fare no better.
		if renewals >= a.maxRenewals || t.replaces && !t.accepted.Load() {
			return nil, a.tokens.giveUp(rejectedStop(req, resp))
		}
		t, err = a.tokens.renew(req.Context(), t, true)
	}
}

// authentication gets tokens: one for everybody. No credential is tried again that was rejected, since three rejections in a
// row lock the account.
type authentication struct {
	via  http.RoundTripper
	base *url.URL
	// answered tells an address that never answered from an API that went away.
	answered *answeredFlag
	// once: the first answer is the last, and its token is used however old it is.
	once bool
	// turn is held by the one who authenticates; the others wait for it, but not longer than their context.
	turn chan struct{}
	// credential is used only by whoever has the turn.
	credential *credential.Rotating

	mu     sync.Mutex
	token  *token
	closed *stop.Error
}

// token is one that the API gave us.
type token struct {
	text string
	// renewAt is when it is about to end; zero if it does not say when.
	renewAt time.Time
	// replaces: it was made in place of a rejected one.
	replaces bool
	// accepted: a call with it was answered with something else than 401.
	accepted atomic.Bool
}

func (t *token) usable() bool {
	return t != nil && (t.renewAt.IsZero() || time.Now().Before(t.renewAt))
}

// current is the token to use now.
func (a *authentication) current(ctx context.Context) (*token, error) {
	a.mu.Lock()
	t, closed := a.token, a.closed
	a.mu.Unlock()
	if closed != nil {
		return nil, closed
	}
	if t.usable() || t != nil && a.once {
		return t, nil
	}
	return a.renew(ctx, t, false)
}

// renew gets a token in place of old, unless somebody has done so meanwhile. rejected tells that the API did not take
// the old one.
func (a *authentication) renew(ctx context.Context, old *token, rejected bool) (*token, error) {
	select {
	case a.turn <- struct{}{}:
		defer func() { <-a.turn }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	a.mu.Lock()
	t, closed := a.token, a.closed
	a.mu.Unlock()
	if closed != nil {
		return nil, closed
	}
	if t != old && t.usable() {
		return t, nil
	}
	t, err := a.authenticate(ctx)
	if ended := stop.Of(err); ended != nil && a.once {
		return nil, a.giveUp(ended)
	}
	if err != nil {
		return nil, err
	}
	t.replaces = rejected
	a.mu.Lock()
	a.token = t
	a.mu.Unlock()
	return t, nil
}

// giveUp keeps the reason why no token can be had.
func (a *authentication) giveUp(stop *stop.Error) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed == nil {
		a.closed = stop
	}
	return a.closed
}

const authenticatePath = "/api/v1/authenticate"

// authenticate gets a token for the credential as it stands now. If that one is rejected, another one that has taken its place
// meanwhile is tried, once.
func (a *authentication) authenticate(ctx context.Context) (*token, error) {
	t, err := a.exchange(ctx, a.credential.ForRenewal())
	if rejected, ok := errors.AsType[*rejectedError](err); ok {
		other, found := a.credential.InPlaceOfRejected()
		if rejected.final || !found {
			return nil, a.giveUp(rejected.stop)
		}
		t, err = a.exchange(ctx, other)
		if rejected, ok = errors.AsType[*rejectedError](err); ok {
			return nil, a.giveUp(rejected.stop)
		}
	}
	return t, err
}

// rejectedError says that a credential is of no use.
type rejectedError struct {
	stop *stop.Error
	// final: neither would any other one be, or it must not be tried.
	final bool
}

func (e *rejectedError) Error() string { return e.stop.Error() }

func (a *authentication) exchange(ctx context.Context, secret credential.Secret) (*token, error) {
	body, err := json.Marshal(struct {
		ApplicationToken string `json:"application_token"`
	}{secret.Reveal()})
	if err != nil {
		return nil, fmt.Errorf("authenticating: encoding the request: %w", err)
	}
	type tokens struct {
		AuthToken string `json:"auth_token"`
		MFAToken  string `json:"mfa_token"`
	}
	var got tokens
	cl := &call{template: authenticatePath, body: body, login: true, accept: func(_ http.Header, body []byte) error {
		got = tokens{}
		if json.Unmarshal(body, &got) != nil {
			return decode.ErrNotJSON
		}
		return nil
	}}
	u := *a.base
	u.Path += authenticatePath
	req := newRequest(withCall(ctx, cl), http.MethodPost, &u)
	resp, err := a.via.RoundTrip(req) //nolint:bodyclose // the wire has read and closed it
	if err != nil {
		return nil, stopUnlessCancelled(req, err, a.answered)
	}
	switch status := resp.StatusCode; {
	case status == http.StatusUnauthorized || refused(status):
		stopped, locked := credentialStop(cl, resp)
		return nil, &rejectedError{stopped, locked || stopped.Cause != stop.CauseCredentials}
	case status != http.StatusOK || cl.check(resp) != nil:
		return nil, noUseStop(cl, req, resp)
	case got.AuthToken == "" || !credential.Visible(got.AuthToken):
		return nil, &rejectedError{noTokenStop(got.MFAToken != ""), false}
	}
	return newToken(got.AuthToken, time.Now()), nil
}

func rejectedStop(req *http.Request, resp *http.Response) *stop.Error {
	return &stop.Error{
		Cause:   stop.CauseCredentials,
		Message: "the API rejects a token that it has only just given",
		Hint:    "check in the emnify portal that the application token is active and has the right to manage contacts",
		Err:     apiError(callOf(req), req.Method, resp),
	}
}

// credentialStop also tells whether the account is locked.
func credentialStop(cl *call, resp *http.Response) (ended *stop.Error, locked bool) {
	e := apiError(cl, http.MethodPost, resp)
	ended = &stop.Error{
		Cause:   stop.CauseCredentials,
		Message: "the API rejects the application token",
		Hint:    "make a new one in the emnify portal; it was tried once only, because three rejections lock the account for 5 minutes",
		Err:     e,
	}
	switch {
	case e.Token == "TooManyRequests":
		locked = true
		ended.Message = "the account is locked after too many rejected authentications"
		ended.Hint = "wait 5 minutes, check the application token, then run the same command again"
	case e.Status == http.StatusNotFound || e.Status == http.StatusMethodNotAllowed:
		ended.Cause = stop.CauseUnreachable
		ended.Message = "the address does not answer as the API does"
		ended.Hint = "check --api-url or EMNIFY_API_URL"
	}
	return ended, locked
}

func noTokenStop(secondFactor bool) *stop.Error {
	stop := &stop.Error{
		Cause:   stop.CauseCredentials,
		Message: "the API answered the authentication without a token",
		Hint:    "check --api-url, and that the credential is an application token",
	}
	if secondFactor {
		stop.Message = "the API asks for a second factor, which a batch job does not have"
		stop.Hint = "use an application token instead of a user's credential"
	}
	return stop
}
