package ledger

import (
	"errors"

	"github.com/contactsync/contactsync/importer/ledger/dbfile"
)

// IsLinked reports whether a file was refused because it has more than one name.
func IsLinked(err error) bool { return errors.Is(err, dbfile.ErrLinked) }
