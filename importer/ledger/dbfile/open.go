package dbfile

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"path/filepath"
	"strings"

	"modernc.org/sqlite"
)

// What can be wrong with a database, and what to do about it.
var (
	ErrNewer   = errors.New("it was written by a newer contactsync; use that version, or name another file with --state")
	ErrForeign = errors.New("it is a database of another program; name another file with --state")
	ErrNoDB    = errors.New("it is not a database; name another file with --state")
	ErrDamaged = errors.New("it is damaged; move it away, or put a copy back, and run the same command again: contacts " +
		"that the organisation has already are matched by its listing")
)

// dsn names a database to the driver. The pragmas are those of every connection: waiting for other processes, and on
// macOS, where fsync does not reach the disk, asking for what does.
func dsn(path, mode string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // C:/...
	}
	return "file://" + (&url.URL{Path: path}).EscapedPath() + "?" + mode +
		"&_pragma=busy_timeout(30000)&_pragma=synchronous(FULL)&_pragma=fullfsync(1)&_pragma=checkpoint_fullfsync(1)" +
		"&_pragma=secure_delete(1)&_pragma=cell_size_check(1)&_pragma=trusted_schema(0)&_pragma=temp_store(MEMORY)"
}

// Open opens the database in a file, with these parameters of SQLite besides those of all of ours.
func Open(path, mode string) (*sql.DB, error) {
	connector, err := sqlite.NewConnector(dsn(path, mode))
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(connector), nil
}

// checkedSize is up to which size a ledger is checked for damage as a whole when it is opened: it takes some tenths of a
// second. A larger one is checked page by page, as it is read.
const checkedSize = 32 << 20

// CheckDamage looks a database through, unless it is so large that it takes long.
func CheckDamage(ctx context.Context, conn *sql.Conn) error {
	var pages, size int64
	if err := conn.QueryRowContext(ctx, "PRAGMA page_count").Scan(&pages); err != nil {
		return err
	}
	if err := conn.QueryRowContext(ctx, "PRAGMA page_size").Scan(&size); err != nil {
		return err
	}
	if pages*size > checkedSize {
		return nil
	}
	var found string
	if err := conn.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&found); err != nil {
		return err
	}
	if found != "ok" {
		return ErrDamaged
	}
	return nil
}
