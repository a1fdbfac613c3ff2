package emnify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/emnify/decode"
	"github.com/contactsync/contactsync/importer/remote"
)

// List lists what an organisation has. The listing is complete or an error: a *outcome.Refusal where the organisation does
// not exist or must not be seen. One that came out of a cache is read a second time with a query that no cache can have
// an answer to.
//
// keep is shown each contact as it arrives and tells whether it is to be kept; nil keeps all. It may be shown contacts
// twice, and some that are not in the listing in the end, since what does not add up is read again.
func (c *Client) List(ctx context.Context, org int64, keep func(contact.Stored) bool) (remote.Listing, error) {
	from := collection[decode.Contact, int64]{
		template: contactsPath, org: org, fresh: true,
		key: func(s *decode.Contact) (int64, error) { return s.Key(org) },
	}
	if keep != nil {
		from.keep = func(s *decode.Contact) bool { return keep(s.Stored(org)) }
	}
	ids, rows, cached, err := list(ctx, c, from)
	if err != nil {
		return remote.Listing{}, fmt.Errorf("listing the contacts of organisation %d: %w", org, err)
	}
	l := remote.Listing{IDs: ids, Contacts: make([]contact.Stored, len(rows)), Cached: cached}
	for i := range rows {
		l.Contacts[i] = rows[i].Stored(org)
	}
	return l, nil
}

// errCached tells that an answer came out of a cache however it was asked for, so that it proves nothing.
var errCached = errors.New("the answer comes out of a cache between the API and us, also where it was asked for past it")

// Contact reads one contact; false is the API's 404. That may also mean that the organisation does not exist or must
// not be seen, which only its listing can tell apart. Other answers are errors as those of [Client.List] are, and
// [errCached] where only caches answer: neither presence nor absence is known then.
func (c *Client) Contact(ctx context.Context, org, id int64) (contact.Stored, bool, error) {
	cl, got := readContact(org, id)
	resp, err := c.get(ctx, cl, nil) //nolint:bodyclose // the wire has read and closed it
	if err == nil && fromCache(resp.Header) {
		cl, got = readContact(org, id)
		resp, err = c.get(ctx, cl, c.pastCaches(nil)) //nolint:bodyclose // as above
	}
	if err == nil && fromCache(resp.Header) {
		err = errCached
	}
	if err == nil && resp.StatusCode == http.StatusNotFound {
		return contact.Stored{}, false, nil
	}
	if err == nil && resp.StatusCode != http.StatusOK {
		err = refusal(apiError(cl, http.MethodGet, resp))
	}
	if err != nil {
		return contact.Stored{}, false, fmt.Errorf("reading contact %d of organisation %d: %w", id, org, err)
	}
	return got.Stored(org), true, nil
}

// readContact is the call for one contact, and where its answer will be. An answer about another contact is none.
func readContact(org, id int64) (*call, *decode.Contact) {
	got := new(decode.Contact)
	return &call{template: contactPath, org: org, contact: id, accept: func(_ http.Header, body []byte) error {
		*got = decode.Contact{}
		if json.Unmarshal(body, got) != nil || int64(got.ID) != id {
			return decode.ErrNotJSON
		}
		if !got.IsOf(org) {
			return decode.ErrOtherOrg
		}
		return nil
	}}, got
}
