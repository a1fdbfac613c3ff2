package emnify

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/emnify/decode"
	"github.com/contactsync/contactsync/importer/remote"
	"github.com/contactsync/contactsync/importer/stop"
)

// Reach asks without a token, which the API answers with a refusal: that answer tells that the API is there, and what time
// it has. ahead is how far its clock is before ours, negative where it is behind; known is false where it does not tell.
func (c *Client) Reach(ctx context.Context) (ahead time.Duration, known bool, err error) {
	cl := &call{template: myOrganisationPath, accept: func(_ http.Header, body []byte) error {
		var any map[string]json.RawMessage
		if json.Unmarshal(body, &any) != nil {
			return decode.ErrNotJSON
		}
		return nil
	}}
	u := *c.base
	u.Path += myOrganisationPath
	req := newRequest(withCall(ctx, cl), http.MethodGet, &u)
	begun := time.Now()
	resp, err := c.open.RoundTrip(req) //nolint:bodyclose // the wire has read and closed it
	if err != nil {
		return 0, false, stopUnlessCancelled(req, err, &c.wire.answered)
	}
	switch status := resp.StatusCode; {
	case status == http.StatusUnauthorized, status == http.StatusForbidden, status == http.StatusOK && cl.check(resp) == nil:
		ahead, known = clockOf(resp.Header, begun, time.Now())
		return ahead, known, nil
	case status == http.StatusNotFound, status == http.StatusMethodNotAllowed, status == http.StatusOK:
		return 0, false, &stop.Error{
			Cause:   stop.CauseUnreachable,
			Message: fmt.Sprintf("%s does not answer as the API does (HTTP %d)", u.Host, status),
			Hint:    "check --api-url or EMNIFY_API_URL, and whether a proxy or a sign-in page answers in its place",
		}
	default:
		return 0, false, noUseStop(cl, req, resp)
	}
}

// clockOf compares the clock of an answer with ours. It was made at some moment of the request, and its date has no fractions
// of a second; an answer out of a cache says how old it is.
func clockOf(h http.Header, begun, ended time.Time) (ahead time.Duration, known bool) {
	at, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return 0, false
	}
	if age, err := strconv.ParseUint(h.Get("Age"), 10, 31); err == nil {
		at = at.Add(time.Duration(age) * time.Second)
	}
	half := ended.Sub(begun) / 2
	ahead = at.Add(time.Second / 2).Sub(begun.Add(half))
	if ahead.Abs() <= half+time.Second {
		return 0, true
	}
	return ahead, true
}

// Authenticate gets the token that further calls use, and tells how long it lives; 0: it does not say.
func (c *Client) Authenticate(ctx context.Context) (life time.Duration, err error) {
	t, err := c.tokens.current(ctx)
	if err != nil {
		return 0, err
	}
	return tokenLife(t.text), nil
}

// Glimpse reads the first page of an organisation's contacts. Its errors are those of [Client.List].
func (c *Client) Glimpse(ctx context.Context, org int64) (remote.Glimpse, error) {
	seen := map[contact.Type]bool{}
	l := &listing[decode.Contact, int64]{client: c, collection: collection[decode.Contact, int64]{
		template: contactsPath, org: org,
		key: func(s *decode.Contact) (int64, error) { return s.Key(org) },
		keep: func(s *decode.Contact) bool {
			t := s.Stored(org).Type
			isNew := !seen[t]
			seen[t] = true
			return isNew
		},
	}}
	said, err := l.page(ctx, url.Values{})
	if err != nil {
		return remote.Glimpse{}, fmt.Errorf("reading the contacts of organisation %d: %w", org, err)
	}
	g := remote.Glimpse{Count: max(said.total, len(l.keys)), Whole: !l.hasMore(said, 2)}
	for i := range l.rows {
		g.Types = append(g.Types, l.rows[i].Stored(org).Type)
	}
	g.CountKnown = g.Whole || said.total >= 0
	return g, nil
}
