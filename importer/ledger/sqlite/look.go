package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"os"

	"github.com/gofrs/flock"

	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/ledger/dbfile"
)

// Look opens the ledger in the file path as [OpenReadOnly] does, and makes or changes no file whatever others do with it, or
// have left there. [dbfile.ErrLogUnread] is wrapped where it can't be read so.
func Look(ctx context.Context, path string) (*Ledger, error) {
	l, err := openToRead(ctx, path, openUntouched)
	if err == nil {
		if err = l.read.query(func(db *sql.DB) error { return checkDamage(ctx, db) }); err != nil {
			err = errors.Join(err, l.read.close())
		}
	}
	if err != nil {
		return nil, openingError(path, err)
	}
	return l, nil
}

// checkDamage looks a ledger through as the next run that writes to it does.
func checkDamage(ctx context.Context, db *sql.DB) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	return errors.Join(dbfile.CheckDamage(ctx, conn), conn.Close())
}

func openUntouched(path string) (*reader, error) {
	looked, err := lookAt(path)
	if err != nil {
		return nil, err
	}
	db, still, err := dbfile.OpenUntouched(path)
	if err != nil {
		return nil, err
	}
	if still != (looked != nil) { // somebody has begun, or ended, in between
		return nil, errors.Join(errChanged, db.Close())
	}
	return &reader{db: db, path: path, still: looked, open: openUntouched}, nil
}

// Schema is the version of the ledger's schema, and the one that a run brings it to.
func (l *Ledger) Schema() (version, newest int) { return l.schema, len(migrations()) }

// HolderOf tells who has the lock of a scope, without keeping anybody off: the lock itself is tried only where its file names
// somebody, who may have been killed since, and let go at once.
func (l *Ledger) HolderOf(s ledger.Scope) (h ledger.Holder, held bool) {
	name := lockFile(l.path, s)
	h = whoHolds(dbfile.HolderFile(name))
	if h.PID == 0 || dbfile.CheckPlain(name) != nil {
		return ledger.Holder{}, false
	}
	lock := flock.New(name, flock.SetFlag(os.O_RDONLY|dbfile.NoFollow|dbfile.NonBlocking))
	got, err := lock.TryRLock()
	if err == nil && got {
		err = lock.Unlock()
	}
	if err != nil || got {
		return ledger.Holder{}, false
	}
	return h, true
}
