package emnify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/remote"
	"github.com/contactsync/contactsync/importer/stop"
)

const (
	contactsPath = "/api/v1/organisation/{org}/contact"
	contactPath  = contactsPath + "/{contact}"
)

// newContact is the body of a create, as documented: no id, no organisation, nothing empty.
type newContact struct {
	Type                idOnly  `json:"type"`
	Name                string  `json:"name,omitempty"`
	Title               string  `json:"title,omitempty"`
	Department          string  `json:"department,omitempty"`
	Street              string  `json:"street,omitempty"`
	SecondaryAddress    string  `json:"secondary_address,omitempty"`
	Zipcode             string  `json:"zipcode,omitempty"`
	City                string  `json:"city,omitempty"`
	State               string  `json:"state,omitempty"`
	Country             *idOnly `json:"country,omitempty"`
	Email               string  `json:"email,omitempty"`
	Phone               string  `json:"phone,omitempty"`
	Mobile              string  `json:"mobile,omitempty"`
	PurchaseOrderNumber string  `json:"purchase_order_number,omitempty"`
}

type idOnly struct {
	ID int `json:"id"`
}

func encodeContact(ct contact.Contact) ([]byte, error) {
	if ct.Type.ID == 0 {
		return nil, fmt.Errorf("the contact type %q has no number: give it with --type-id", ct.Type.Name)
	}
	body := newContact{
		Type: idOnly{ct.Type.ID}, Name: ct.Name, Title: ct.Title, Department: ct.Department,
		Street: ct.Street, SecondaryAddress: ct.SecondaryAddress, Zipcode: ct.Zipcode, City: ct.City, State: ct.State,
		Email: ct.Email, Phone: ct.Phone, Mobile: ct.Mobile, PurchaseOrderNumber: ct.PurchaseOrderNumber,
	}
	if ct.Country.ID != 0 {
		body.Country = &idOnly{ct.Country.ID}
	}
	return json.Marshal(body)
}

// CreateContact makes a contact in an organisation. The receipt tells what is known, also beside an error:
//
//   - [outcome.EffectDone]: made; its number is in the receipt if the answer names it. The error is nil.
//   - [outcome.EffectNone]: not made. The error is a *outcome.Refusal if the API said no, a *stop.Error if the run must
//     end, the cause of ctx if that ended while nothing was under way, the error of a hook, or what kept the request
//     from leaving, however often it was tried.
//   - [outcome.EffectUnknown]: a request left, and nothing tells whether it took effect. It was not repeated.
//
// Requests that are known not to have happened (nothing left; 429; 401) are repeated, each with its own call of the
// hooks. Cancel ctx only while none is under way, unless what becomes of it does not matter.
func (c *Client) CreateContact(ctx context.Context, org int64, ct contact.Contact, hooks remote.Hooks) (outcome.Receipt, error) {
	body, err := encodeContact(ct)
	if err != nil {
		return outcome.Receipt{Effect: outcome.EffectNone}, fmt.Errorf("creating a contact: %w", err)
	}
	cl := &call{template: contactsPath, org: org, body: body, once: true, hooks: hooks}
	header, err := c.change(ctx, cl, http.MethodPost, http.StatusCreated)
	if err != nil {
		return cl.receipt, fmt.Errorf("creating a contact: %w", err)
	}
	cl.receipt.ContactID = locationID(header, c.base, org)
	return cl.receipt, nil
}

// DeleteContact deletes a contact of an organisation. The receipt, the errors and the hooks are those of
// [Client.CreateContact]; [outcome.EffectDone] also stands for a contact that was not there (404). A delete that may have
// happened is not repeated either: whoever made its intent durable settles it by reading.
func (c *Client) DeleteContact(ctx context.Context, org, id int64, hooks remote.Hooks) (outcome.Receipt, error) {
	cl := &call{template: contactPath, org: org, contact: id, once: true, hooks: hooks}
	if _, err := c.change(ctx, cl, http.MethodDelete, http.StatusNoContent, http.StatusNotFound); err != nil {
		return cl.receipt, fmt.Errorf("deleting contact %d of organisation %d: %w", id, org, err)
	}
	return cl.receipt, nil
}

// change makes a call that changes something, and puts into its receipt what its answer proves. Only the statuses of
// done prove that it has happened; the error is nil then and only then, and the answer's header is given.
func (c *Client) change(ctx context.Context, cl *call, method string, done ...int) (http.Header, error) {
	resp, _, err := c.roundTrip(ctx, cl, method, nil) //nolint:bodyclose // the wire has read and closed it
	if err != nil {
		cl.receipt.Effect = effectOf(err)
		return nil, err
	}
	switch {
	case slices.Contains(done, resp.StatusCode):
		cl.receipt.Effect = outcome.EffectDone
		return resp.Header, nil
	case refused(resp.StatusCode):
		cl.receipt.Effect = outcome.EffectNone
		return nil, refusal(apiError(cl, method, resp))
	default:
		cl.receipt.Effect = outcome.EffectUnknown
		return nil, apiError(cl, method, resp)
	}
}

// effectOf tells what is known of a change without an answer. Only a request that left may have taken effect; every
// other error comes from a link above the wire, and what had left before it was answered with 429 or 401. Such a link may
// quote what befell somebody else's request; the signal that cut this one off is quoted by the wire.
func effectOf(err error) outcome.Effect {
	var stop *stop.Error
	var broken *exchangeError
	if !errors.As(err, &broken) || !broken.sent {
		return outcome.EffectNone
	}
	if errors.As(err, &stop) && !errors.As(broken.cause, &stop) {
		return outcome.EffectNone
	}
	return outcome.EffectUnknown
}
