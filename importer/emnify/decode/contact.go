package decode

import (
	"errors"
	"fmt"

	"github.com/contactsync/contactsync/importer/contact"
)

// Contact is a contact as a listing has it.
type Contact struct {
	ID                  Number `json:"id"`
	Organisation        Ref    `json:"organisation"`
	Type                Ref    `json:"type"`
	Name                Text   `json:"name"`
	Title               Text   `json:"title"`
	Department          Text   `json:"department"`
	Street              Text   `json:"street"`
	SecondaryAddress    Text   `json:"secondary_address"`
	Zipcode             Text   `json:"zipcode"`
	City                Text   `json:"city"`
	State               Text   `json:"state"`
	Country             Ref    `json:"country"`
	Email               Text   `json:"email"`
	Phone               Text   `json:"phone"`
	Mobile              Text   `json:"mobile"`
	PurchaseOrderNumber Text   `json:"purchase_order_number"`
}

// Key tells contacts of one organisation apart. A contact without a number is none, and one that says that it is another
// organisation's shows that the listing is not that of this one: neither what it holds nor what it lacks can be believed.
func (s *Contact) Key(org int64) (int64, error) {
	if s.ID <= 0 {
		return 0, fmt.Errorf("a contact of the listing has no number: %w", ErrNotJSON)
	}
	if !s.IsOf(org) {
		return 0, ErrOtherOrg
	}
	return int64(s.ID), nil
}

// IsOf reports whether nothing speaks against the contact being an organisation's.
func (s *Contact) IsOf(org int64) bool {
	return s.Organisation.ID == 0 || int64(s.Organisation.ID) == org
}

// ErrOtherOrg says that an answer is about another organisation.
var ErrOtherOrg = errors.New("the answer holds contacts of another organisation than the one that was asked for")

// Stored is the contact as it is compared with others.
func (s *Contact) Stored(org int64) contact.Stored {
	return contact.Stored{
		ID: int64(s.ID), Org: org,
		Draft: contact.Draft{
			Name: string(s.Name), Title: string(s.Title), Department: string(s.Department),
			Street: string(s.Street), SecondaryAddress: string(s.SecondaryAddress), Zipcode: string(s.Zipcode),
			City: string(s.City), State: string(s.State), Country: string(s.Country.Name),
			Email: string(s.Email), Phone: string(s.Phone), Mobile: string(s.Mobile),
			PurchaseOrderNumber: string(s.PurchaseOrderNumber), Type: string(s.Type.Name),
		},
		Type:    contact.Type{ID: int(s.Type.ID), Name: string(s.Type.Name)},
		Country: contact.Country{ID: int(s.Country.ID), Name: string(s.Country.Name)},
	}
}
