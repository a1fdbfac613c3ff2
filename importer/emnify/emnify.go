// Package emnify is the client of the emnify API, as far as contacts need it: the token, the caller's organisation,
// countries, and listing, reading, creating and deleting contacts.
//
// It owns the token, paging, what requests hold, and the chain that every request goes through ([Client.assemble]). It
// guarantees that a request that may have taken effect is never sent again, that each request has a place in the
// budget and its caller's consent before it leaves, that nobody sends while the API wants to be left alone, and that
// what an answer holds is bounded. It tells what it knows of a call's effect, and decides nothing about rows.
//
// Errors say what happened in words that may be logged: no names, addresses or numbers of contacts and no secrets.
// The API's own words, which may repeat those, stand in [decode.Error] and [outcome.Refusal] only and are no part of their text.
package emnify

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"

	"github.com/contactsync/contactsync/importer/emnify/credential"
	"github.com/contactsync/contactsync/importer/limit"
)

// Defaults of [Config], those of the command line.
const (
	defaultTimeout     = 30 * time.Second
	defaultMaxAttempts = 8
	defaultMaxBackoff  = 30 * time.Second
	DefaultPatience    = 2 * serviceWindow
)

// Config says how to reach the API. Zero values stand for the defaults.
type Config struct {
	// BaseURL is the address without the /api/v1 of the calls.
	BaseURL string
	// Token is the application token. Reread gives it as it stands now: it is asked before each authentication but the first, and
	// after one that was rejected, so that a token which is changed meanwhile is taken up. Nil: it does not change.
	Token  credential.Secret
	Reread func() (credential.Secret, error)
	// Transport is the wire; nil makes a [NewTransport]. It must not repeat requests by itself.
	Transport http.RoundTripper
	// Budget counts every request, look-ups and authentications too; nil is unlimited.
	Budget *limit.Budget
	// Timeout is for one request, from dialling to the last byte of its answer. Waiting is no part of it.
	Timeout time.Duration
	// MaxAttempts is how often a call is tried; requests answered 429 or 401 do not count. It is also the number of
	// probes after which an outage ends the run.
	MaxAttempts int
	// MaxBackoff is the longest wait between two attempts, or two probes, unless the API asks for a longer one.
	MaxBackoff time.Duration
	// Patience is how long nothing but 429 is borne; then it is taken for the quota of the month used up.
	Patience time.Duration
	// Rand spreads the waits; nil seeds one.
	Rand *rand.Rand
	// ReadOnly refuses every request that is neither a GET nor the authentication, before it leaves.
	ReadOnly bool
	// LoginOnce sends one authentication at most, whatever comes of it.
	LoginOnce bool
	UserAgent string
	// Observer is told of each request; nil: nobody is.
	Observer Observer
	Log      zerolog.Logger
}

// Client makes the calls. It is safe for concurrent use.
type Client struct {
	cfg     Config
	base    *url.URL
	waits   *waits
	wire    *wire
	breaker *breaker
	tokens  *authentication
	open    http.RoundTripper // for what needs no token
	chain   http.RoundTripper
}

// New makes a client; it sends nothing yet.
func New(cfg Config) (*Client, error) {
	base, err := parseBase(cfg.BaseURL)
	if err != nil {
		return nil, err
	}
	if err := cfg.Token.Check(); err != nil {
		return nil, err
	}
	cfg.setDefaults()
	c := &Client{cfg: cfg, base: base, waits: newWaits(cfg.Rand)}
	c.chain = c.assemble()
	return c, nil
}

func (cfg *Config) setDefaults() {
	if cfg.Timeout <= 0 {
		cfg.Timeout = defaultTimeout
	}
	if cfg.MaxAttempts <= 0 {
		cfg.MaxAttempts = defaultMaxAttempts
	}
	if cfg.MaxBackoff <= 0 {
		cfg.MaxBackoff = defaultMaxBackoff
	}
	if cfg.Patience <= 0 {
		cfg.Patience = DefaultPatience
	}
	if cfg.Transport == nil {
		cfg.Transport = NewTransport()
	}
	if cfg.UserAgent == "" {
		cfg.UserAgent = "contactsync"
	}
}

// assemble puts the chain together. Each link does one thing; the order is what makes them add up:
//
//	retry      decides per attempt whether the call is made again, and waits in between
//	authorise  adds the token; renews it once for all after a 401, through retry and everything below authorise
//	readOnly   in a dry run: lets nothing pass that could change anything
//	budget     waits for a slot, so that every attempt of whatever kind counts, also those of authorise and retry
//	breaker    holds everybody back while the API asks for a pause or is down; behind the budget, because a pause may
//	           begin while a request waits for its slot
//	intent     asks the caller, who makes the intent durable: behind all that waits, so that no intent waits for a slot
//	wire       starts the time-out, sends once, reads the answer whole, tells whether a byte had left
//
// The links find what belongs to one call (its body, its hooks, whether it may be repeated or is the authentication itself,
// what its attempts left behind) in the request's context under a private key.
func (c *Client) assemble() http.RoundTripper {
	c.wire = &wire{cfg: &c.cfg}
	c.breaker = newBreaker(&intent{next: c.wire}, breakerLimits{
		maxProbes:  c.cfg.MaxAttempts,
		maxBackoff: c.cfg.MaxBackoff,
		patience:   c.cfg.Patience,
	}, c.waits, c.cfg.Log)
	var counted http.RoundTripper = &budget{next: c.breaker, budget: c.cfg.Budget}
	if c.cfg.ReadOnly {
		counted = &readOnly{next: counted}
	}
	c.open = c.retry(counted)
	c.tokens = &authentication{
		via: c.open, base: c.base, answered: &c.wire.answered, turn: make(chan struct{}, 1), once: c.cfg.LoginOnce,
		credential: credential.NewRotating(c.cfg.Token, c.cfg.Reread, c.cfg.Log),
	}
	renewals := c.cfg.MaxAttempts
	if c.cfg.LoginOnce {
		c.tokens.via, renewals = counted, 0
	}
	return c.retry(&authorise{next: counted, tokens: c.tokens, maxRenewals: renewals})
}

func (c *Client) retry(next http.RoundTripper) http.RoundTripper {
	return &retry{
		next: next, maxAttempts: c.cfg.MaxAttempts, maxBackoff: c.cfg.MaxBackoff, waits: c.waits,
		answered: &c.wire.answered, told: &c.wire.told, log: c.cfg.Log,
	}
}

// Requests counts the requests that left, of whatever kind.
func (c *Client) Requests() int { return int(c.wire.sent.Load()) }

// Close closes connections that are kept for further requests.
func (c *Client) Close() {
	if closer, ok := c.cfg.Transport.(interface{ CloseIdleConnections() }); ok {
		closer.CloseIdleConnections()
	}
}

// roundTrip sends one call down the chain. The request comes back beside an error too.
func (c *Client) roundTrip(ctx context.Context, cl *call, method string, query url.Values) (*http.Response, *http.Request, error) {
	u := *c.base
	u.Path += cl.path()
	u.RawQuery = query.Encode()
	req := newRequest(withCall(ctx, cl), method, &u)
	resp, err := c.chain.RoundTrip(req)
	return resp, req, err
}

// newRequest makes a request for the chain. It has no body of its own: the wire takes that of the call, each time anew.
func newRequest(ctx context.Context, method string, u *url.URL) *http.Request {
	req := &http.Request{Method: method, URL: u, Host: u.Host, Header: http.Header{"Accept": {"application/json"}}}
	return req.WithContext(ctx)
}

// parseBase reads the address of the API.
func parseBase(text string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(text))
	switch {
	case err != nil:
		// The text of url.Parse's error quotes the address, which may hold a password.
		return nil, fmt.Errorf("reading the API's address: not a URL; write it like https://cdn.emnify.net")
	case u.User != nil:
		return nil, fmt.Errorf("reading the API's address: it must not hold a user name or password")
	case u.Scheme != "https" && u.Scheme != "http", u.Hostname() == "":
		return nil, fmt.Errorf("reading the API's address %q: write it like https://cdn.emnify.net", text)
	case u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("reading the API's address: it must not hold a query or fragment")
	}
	u.Path = strings.TrimSuffix(strings.TrimRight(u.Path, "/"), "/api/v1")
	u.RawPath = ""
	return u, nil
}

// Host is the API's host as the ledger scopes what it knows by it: host and port, in lower case, without the scheme's
// own port. It is empty if the address can't be read.
func Host(baseURL string) string {
	u, err := parseBase(baseURL)
	if err != nil {
		return ""
	}
	host := strings.ToLower(u.Host)
	if u.Scheme == "https" {
		return strings.TrimSuffix(host, ":443")
	}
	return strings.TrimSuffix(host, ":80")
}

// answeredFlag tells whether the API has ever answered anything in this run.
type answeredFlag = atomic.Bool
