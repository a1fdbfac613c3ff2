package check

import (
	"errors"

	"github.com/contactsync/contactsync/importer/source"
	"github.com/contactsync/contactsync/importer/stop"
)

// Changed makes the error that ends a run of one that says that an input can't be read again; others stay.
func Changed(err error) error {
	var changed *source.ChangedError
	if !errors.As(err, &changed) {
		return err
	}
	return &stop.Error{
		Cause: stop.CauseInputChanged, Message: "an input is no longer what was read first", Hint: changed.Hint(), Err: changed,
	}
}
