package email_test

import (
	"strings"
	"testing"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/contact/email"
)

// An error within an address is still one after a cell's edges are trimmed and its blanks folded.
func TestIsEmailErrorsAreRefusedInARow(t *testing.T) {
	t.Parallel()
	for _, address := range email.IsEmailErrors() {
		edges := strings.TrimSpace(address) != address
		if address == "" || edges {
			continue
		}
		c := (&contact.Rules{DefaultType: contact.Type{ID: 1, Name: "Technical"}}).Check(contact.Draft{Name: "Anna", Email: address})
		if len(c.Problems) != 1 || c.Problems[0].Field != contact.Email {
			t.Errorf("%q: problems %v", address, c.Problems)
		}
	}
}
