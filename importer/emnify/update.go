package emnify

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/remote"
)

// UpdateContact changes the given fields of a contact into those of ct; only these are sent. A field that ct leaves empty
// is emptied. The receipt, the errors and the hooks are those of [Client.CreateContact]. An update that may have happened
// is not repeated: whoever made its intent durable settles it by reading.
func (c *Client) UpdateContact(ctx context.Context, org, id int64, ct contact.Contact, fields []contact.Field, hooks remote.Hooks) (outcome.Receipt, error) {
	body, err := encodePatch(ct, fields)
	if err != nil {
		return outcome.Receipt{Effect: outcome.EffectNone}, fmt.Errorf("updating contact %d of organisation %d: %w", id, org, err)
	}
	cl := &call{template: contactPath, org: org, contact: id, body: body, once: true, hooks: hooks}
	if _, err := c.change(ctx, cl, http.MethodPatch, http.StatusNoContent); err != nil {
		return cl.receipt, fmt.Errorf("updating contact %d of organisation %d: %w", id, org, err)
	}
	return cl.receipt, nil
}

// encodePatch is the body of an update: what is changed and nothing else.
func encodePatch(ct contact.Contact, fields []contact.Field) ([]byte, error) {
	body := map[string]any{}
	for _, f := range fields {
		switch f {
		case contact.TypeField:
			if ct.Type.ID == 0 {
				return nil, fmt.Errorf("the contact type %q has no number: give it with --type-id", ct.Type.Name)
			}
			body["type"] = idOnly{ct.Type.ID}
		case contact.CountryField:
			body["country"] = nil
			if ct.Country.ID != 0 {
				body["country"] = idOnly{ct.Country.ID}
			}
		case contact.Org, contact.ExternalID:
			return nil, fmt.Errorf("the field %s is no part of a contact", f)
		default:
			body[string(f)] = ct.Value(f)
		}
	}
	return json.Marshal(body)
}
