package emnify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/remote"
)

// storedContact is a contact as a listing has it.
type storedContact struct {
	ID                  number `json:"id"`
	Organisation        ref    `json:"organisation"`
	Type                ref    `json:"type"`
	Name                text   `json:"name"`
	Title               text   `json:"title"`
	Department          text   `json:"department"`
	Street              text   `json:"street"`
	SecondaryAddress    text   `json:"secondary_address"`
	Zipcode             text   `json:"zipcode"`
	City                text   `json:"city"`
	State               text   `json:"state"`
	Country             ref    `json:"country"`
	Email               text   `json:"email"`
	Phone               text   `json:"phone"`
	Mobile              text   `json:"mobile"`
	PurchaseOrderNumber text   `json:"purchase_order_number"`
}

// key tells contacts of one organisation apart. A contact without a number is none, and one that says that it is another
// organisation's shows that the listing is not that of this one: neither what it holds nor what it lacks can be believed.
func (s *storedContact) key(org int64) (int64, error) {
	if s.ID <= 0 {
		return 0, fmt.Errorf("a contact of the listing has no number: %w", errNotJSON)
	}
	if !s.isOf(org) {
		return 0, errOtherOrg
	}
	return int64(s.ID), nil
}

// isOf reports whether nothing speaks against the contact being an organisation's.
func (s *storedContact) isOf(org int64) bool {
	return s.Organisation.id == 0 || int64(s.Organisation.id) == org
}

var errOtherOrg = errors.New("the answer holds contacts of another organisation than the one that was asked for")

func (s *storedContact) stored(org int64) contact.Stored {
	return contact.Stored{
		ID: int64(s.ID), Org: org,
		Draft: contact.Draft{
			Name: string(s.Name), Title: string(s.Title), Department: string(s.Department),
			Street: string(s.Street), SecondaryAddress: string(s.SecondaryAddress), Zipcode: string(s.Zipcode),
			City: string(s.City), State: string(s.State), Country: string(s.Country.name),
			Email: string(s.Email), Phone: string(s.Phone), Mobile: string(s.Mobile),
			PurchaseOrderNumber: string(s.PurchaseOrderNumber), Type: string(s.Type.name),
		},
		Type:    contact.Type{ID: int(s.Type.id), Name: string(s.Type.name)},
		Country: contact.Country{ID: int(s.Country.id), Name: string(s.Country.name)},
	}
}

// List lists what an organisation has. The listing is complete or an error: a *outcome.Refusal where the organisation does
// not exist or must not be seen. One that came out of a cache is read a second time with a query that no cache can have
// an answer to.
//
// keep is shown each contact as it arrives and tells whether it is to be kept; nil keeps all. It may be shown contacts
// twice, and some that are not in the listing in the end, since what does not add up is read again.
func (c *Client) List(ctx context.Context, org int64, keep func(contact.Stored) bool) (remote.Listing, error) {
	from := collection[storedContact, int64]{
		template: contactsPath, org: org, fresh: true,
		key: func(s *storedContact) (int64, error) { return s.key(org) },
	}
	if keep != nil {
		from.keep = func(s *storedContact) bool { return keep(s.stored(org)) }
	}
	ids, rows, cached, err := list(ctx, c, from)
	if err != nil {
		return remote.Listing{}, fmt.Errorf("listing the contacts of organisation %d: %w", org, err)
	}
	l := remote.Listing{IDs: ids, Contacts: make([]contact.Stored, len(rows)), Cached: cached}
	for i := range rows {
		l.Contacts[i] = rows[i].stored(org)
	}
	return l, nil
}

// Contacts is the contacts of [Client.List], for whoever draws no conclusion from an absence.
func (c *Client) Contacts(ctx context.Context, org int64) ([]contact.Stored, error) {
	l, err := c.List(ctx, org, nil)
	return l.Contacts, err
}

// ErrCached tells that an answer came out of a cache however it was asked for, so that it proves nothing.
var ErrCached = errors.New("the answer comes out of a cache between the API and us, also where it was asked for past it")

// Contact reads one contact; false is the API's 404. That may also mean that the organisation does not exist or must
// not be seen, which only its listing can tell apart. Other answers are errors as those of [Client.List] are, and
// [ErrCached] where only caches answer: neither presence nor absence is known then.
func (c *Client) Contact(ctx context.Context, org, id int64) (contact.Stored, bool, error) {
	cl, got := readContact(org, id)
	resp, err := c.get(ctx, cl, nil) //nolint:bodyclose // the wire has read and closed it
	if err == nil && fromCache(resp.Header) {
		cl, got = readContact(org, id)
		resp, err = c.get(ctx, cl, c.pastCaches(nil)) //nolint:bodyclose // as above
	}
	if err == nil && fromCache(resp.Header) {
		err = ErrCached
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
	return got.stored(org), true, nil
}

// readContact is the call for one contact, and where its answer will be. An answer about another contact is none.
func readContact(org, id int64) (*call, *storedContact) {
	got := new(storedContact)
	return &call{template: contactPath, org: org, contact: id, accept: func(_ http.Header, body []byte) error {
		*got = storedContact{}
		if json.Unmarshal(body, got) != nil || int64(got.ID) != id {
			return errNotJSON
		}
		if !got.isOf(org) {
			return errOtherOrg
		}
		return nil
	}}, got
}
