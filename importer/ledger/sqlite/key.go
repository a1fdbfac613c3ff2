package sqlite

import (
	"context"
	"database/sql"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger/keyfile"
)

// opening is what opening a ledger to write to it needs besides the database.
type opening struct {
	place keyfile.Place
	// own is the key of a ledger that is in no file; zero: the key lies beside the ledger.
	own contact.Key
}

// keyOf returns the key of a ledger that has one: the one beside it, if it is the one that the ledger was written under.
func keyOf(ctx context.Context, in interface {
	QueryRowContext(context.Context, string, ...any) *sql.Row
}, place keyfile.Place,
) (contact.Key, error) {
	var want []byte
	if err := in.QueryRowContext(ctx, "SELECT check_value FROM sealed").Scan(&want); err != nil {
		return contact.Key{}, err
	}
	return place.Key(want)
}
