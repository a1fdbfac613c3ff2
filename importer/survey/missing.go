package survey

import (
	"context"
	"fmt"

	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/importer/remote"
	"github.com/contactsync/contactsync/importer/stop"
)

// ConfirmMissing asks for contacts that are to be made anew, since the listing does not show them any more. A listing
// without the headers of a collection may be cut without a trace, and what is only missing from it must not be made twice.
func ConfirmMissing(stopping context.Context, directory remote.Contacts, missing []plan.Missing) error {
	for _, m := range missing {
		_, there, err := directory.Contact(stopping, m.Org, m.ID)
		switch {
		case stopping.Err() != nil:
			return context.Cause(stopping)
		case err != nil:
			return err
		case there:
			return &stop.Error{
				Cause:   stop.CauseOutage,
				Message: fmt.Sprintf("the listing of organisation %d does not show contact %d, which is there: it is not complete; nothing was sent", m.Org, m.ID),
				Hint:    "run the same command again later",
			}
		}
	}
	return nil
}
