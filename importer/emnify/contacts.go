package emnify

import (
	"context"
	"fmt"
	"strconv"

	"github.com/contactsync/contactsync/importer/contact"
)

// storedContact is a contact as a listing has it.
type storedContact struct {
	ID                  number `json:"id"`
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

// key tells contacts of one organisation apart. A contact without a number is none.
func (s *storedContact) key() (string, error) {
	if s.ID <= 0 {
		return "", fmt.Errorf("a contact of the listing has no number: %w", errNotJSON)
	}
	return strconv.FormatInt(int64(s.ID), 10), nil
}

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

// Contacts lists what an organisation has, each contact once, as the API gave it. The listing is complete or an error:
// a *plan.Refusal where the organisation does not exist or must not be seen.
func (c *Client) Contacts(ctx context.Context, org int64) ([]contact.Stored, error) {
	rows, err := list(ctx, c, contactsPath, org, nil, (*storedContact).key)
	if err != nil {
		return nil, fmt.Errorf("listing the contacts of organisation %d: %w", org, err)
	}
	stored := make([]contact.Stored, len(rows))
	for i, row := range rows {
		stored[i] = row.stored(org)
	}
	return stored, nil
}
