package emnify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/plan"
)

const contactsPath = "/api/v1/organisation/{org}/contact"

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
//   - [plan.EffectDone]: made; its number is in the receipt if the answer names it. The error is nil.
//   - [plan.EffectNone]: not made. The error is a *plan.Refusal if the API said no, a *plan.StopError if the run must
//     end, the cause of ctx if that ended while nothing was under way, the error of a hook, or what kept the request
//     from leaving, however often it was tried.
//   - [plan.EffectUnknown]: a request left, and nothing tells whether it took effect. It was not repeated.
//
// Requests that are known not to have happened (nothing left; 429; 401) are repeated, each with its own call of the
// hooks. Cancel ctx only while none is under way, unless what becomes of it does not matter.
func (c *Client) CreateContact(ctx context.Context, org int64, ct contact.Contact, hooks Hooks) (plan.Receipt, error) {
	body, err := encodeContact(ct)
	if err != nil {
		return plan.Receipt{Effect: plan.EffectNone}, fmt.Errorf("creating a contact: %w", err)
	}
	cl := &call{template: contactsPath, org: org, body: body, once: true, hooks: hooks}
	resp, _, err := c.roundTrip(ctx, cl, http.MethodPost, nil)
	if err != nil {
		cl.receipt.Effect = effectOf(err)
		return cl.receipt, fmt.Errorf("creating a contact: %w", err)
	}
	switch {
	case resp.StatusCode == http.StatusCreated:
		cl.receipt.Effect = plan.EffectDone
		cl.receipt.ContactID = locationID(resp.Header, c.base, org)
		return cl.receipt, nil
	case refused(resp.StatusCode):
		cl.receipt.Effect = plan.EffectNone
		return cl.receipt, fmt.Errorf("creating a contact: %w", refusal(apiError(cl, http.MethodPost, resp)))
	default:
		cl.receipt.Effect = plan.EffectUnknown
		return cl.receipt, fmt.Errorf("creating a contact: %w", apiError(cl, http.MethodPost, resp))
	}
}

// effectOf tells what is known of a create without an answer. Only a request that left may have taken effect; every
// other error comes from a link above the wire, and what had left before it was answered with 429 or 401.
func effectOf(err error) plan.Effect {
	var stop *plan.StopError
	var broken *exchangeError
	if !errors.As(err, &stop) && errors.As(err, &broken) && broken.sent {
		return plan.EffectUnknown
	}
	return plan.EffectNone
}
