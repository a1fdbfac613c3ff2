package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger/dbfile"
	"github.com/contactsync/contactsync/importer/ledger/keyfile"
)

// OpenReadOnly opens the ledger in the file path for reading; every write answers [ledger.ErrReadOnly]. It is empty if
// there is no such file. A run may be writing to it meanwhile. Nothing is written, and no file is made unless somebody
// writes to the ledger or was killed while writing: then SQLite needs the index of its log beside it. A ledger of an
// earlier version is read as it is, and has no key if there were none.
func OpenReadOnly(ctx context.Context, path string) (*Ledger, error) {
	l, err := openToRead(ctx, path, openStill)
	if err != nil {
		return nil, openingError(path, err)
	}
	return l, nil
}

func openToRead(ctx context.Context, path string, open func(path string) (*reader, error)) (*Ledger, error) {
	if err := dbfile.Check(path); errors.Is(err, fs.ErrNotExist) {
		return openEmpty(ctx, path)
	} else if err != nil {
		return nil, err
	}
	path, err := dbfile.RealPath(path)
	if err != nil {
		return nil, err
	}
	read, err := open(path)
	if err != nil {
		return nil, err
	}
	version, key := 0, contact.Key{}
	err = read.query(func(db *sql.DB) (err error) {
		if err := versionOf(ctx, db, &version); err != nil || version < schemaOfKey {
			return err
		}
		key, err = keyOf(ctx, db, keyfile.Place{Ledger: path})
		return err
	})
	switch {
	case err != nil:
		return nil, errors.Join(err, read.close())
	case version == 0: // whoever made the file has not come further
		if err := read.close(); err != nil {
			return nil, err
		}
		return openEmpty(ctx, path)
	}
	l := newLedger(path, nil, read)
	l.key = key
	l.schema = version // the next run that writes brings it up to date; until then queries ask for what it has
	return l, nil
}

func versionOf(ctx context.Context, db *sql.DB, version *int) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }() // only read through
	*version, err = checkSchema(ctx, conn)
	return err
}

// openEmpty opens a ledger in which nothing is, and into which nothing can be written.
func openEmpty(ctx context.Context, path string) (*Ledger, error) {
	db, err := dbfile.Open("", "mode=memory")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // each connection would have a database of its own
	conn, err := db.Conn(ctx)
	if err == nil {
		err = errors.Join(makeEmpty(ctx, conn), conn.Close())
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return newLedger(path, nil, &reader{path: path, db: db}), nil
}

// makeEmpty makes the schema. Nothing is ever written under the key that it is made with.
func makeEmpty(ctx context.Context, conn *sql.Conn) error {
	key, err := contact.NewKey(make([]byte, contact.KeySize))
	if err == nil {
		_, err = migrate(ctx, conn, opening{own: key})
	}
	return err
}
