package outcome

import (
	"fmt"

	"github.com/contactsync/contactsync/importer/contact"
)

// Refusal is the API's no to one call: it costs that row and no other.
type Refusal struct { //nolint:errname // the API's no is an outcome of a row; it is an error only on its way
	// HTTPStatus, Code and Token are the answer's status, error_code and error_token; Code is 0 where the body has none.
	HTTPStatus int
	Code       int
	Token      string
	// Field is the contact's field that the API complained of; empty if it named none that we know.
	Field contact.Field
	// Message is the API's own words, details included. It may repeat personal data: report only, never a log.
	Message string
	Err     error
}

// Error tells status, code and token only: what the API said may repeat personal data.
func (e *Refusal) Error() string {
	return fmt.Sprintf("refused by the API: HTTP %d, error %d %s", e.HTTPStatus, e.Code, e.Token)
}

func (e *Refusal) Unwrap() error { return e.Err }
