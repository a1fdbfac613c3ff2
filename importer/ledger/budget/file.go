package budget

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"time"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"

	"github.com/contactsync/contactsync/importer/ledger/dbfile"
	"github.com/contactsync/contactsync/importer/limit"
	"github.com/contactsync/contactsync/importer/wait"
)

// slotsID marks a SQLite file as a request budget ("CSrb"), and slotsVersion what its tables look like.
const (
	slotsID      = 0x43537262
	slotsVersion = 1
)

const slotsSchema = `
CREATE TABLE IF NOT EXISTS hosts (
	no     INTEGER PRIMARY KEY,
	name   TEXT    NOT NULL UNIQUE,
	window INTEGER NOT NULL DEFAULT 0 -- the longest that anybody has kept to, in nanoseconds
) STRICT;
CREATE TABLE IF NOT EXISTS slots (
	host     INTEGER NOT NULL,
	slot     INTEGER NOT NULL,
	taken    INTEGER NOT NULL, -- this and the next: nanoseconds since 1970, UTC
	answered INTEGER,          -- NULL: in use
	PRIMARY KEY (host, slot)
) STRICT, WITHOUT ROWID;
`

// file is the file of a [Slots], seen as one host's. All but change and close runs inside a change.
type file struct {
	db     *sql.DB
	conn   *sql.Conn
	host   int64
	window time.Duration
	last   int64 // the greatest number given out
	taken  int64 // when that was

	dataVersion, begin, commit, rollback, insert, update *sql.Stmt
}

// openFile opens the file. One that can't be used is replaced.
func openFile(ctx context.Context, path, host string) (*file, error) {
	f, err := tryOpenFile(ctx, path, host)
	if !isUnusable(err) {
		return f, err
	}
	for _, name := range []string{path, path + "-wal", path + "-shm", path + "-journal"} {
		if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
	}
	return tryOpenFile(ctx, path, host)
}

// isUnusable tells a file that holds nothing of use from one that can't be reached. Another program's is left alone.
func isUnusable(err error) bool {
	var e *sqlite.Error
	switch {
	case errors.Is(err, dbfile.ErrNoDB), errors.Is(err, dbfile.ErrDamaged), errors.Is(err, dbfile.ErrNewer):
		return true
	case errors.As(err, &e):
		code := e.Code() & 0xff
		return code == lib.SQLITE_CORRUPT || code == lib.SQLITE_NOTADB
	}
	return false
}

func tryOpenFile(ctx context.Context, path, host string) (*file, error) {
	if err := dbfile.CheckPlain(path); err != nil {
		return nil, err
	}
	path, err := dbfile.Make(path, dbfile.NoFollow)
	if err != nil {
		return nil, err
	}
	db, err := dbfile.Open(path, "mode=rw")
	if err != nil {
		return nil, err
	}
	f := &file{db: db}
	if err := f.prepare(ctx, path, host); err != nil {
		return nil, errors.Join(err, f.close())
	}
	return f, nil
}

func (f *file) prepare(ctx context.Context, path, host string) (err error) {
	if f.conn, err = f.db.Conn(ctx); err != nil {
		return err
	}
	if err := f.check(ctx); err != nil {
		return err
	}
	dbfile.KeepPrivate(path)
	if err := dbfile.CheckDamage(ctx, f.conn); err != nil {
		return err
	}
	// change waits for others by itself, so that the wait can be cancelled.
	if _, err := f.conn.ExecContext(ctx, "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA busy_timeout = 0"); err != nil {
		return err
	}
	for text, s := range map[string]**sql.Stmt{
		"PRAGMA data_version": &f.dataVersion, "BEGIN IMMEDIATE": &f.begin, "COMMIT": &f.commit, "ROLLBACK": &f.rollback,
	} {
		if *s, err = f.conn.PrepareContext(ctx, text); err != nil { //nolint:sqlclosecheck // close does
			return err
		}
	}
	return f.change(ctx, func(ctx context.Context) error { return f.makeTables(ctx, host) })
}

// check tells whose file it is.
func (f *file) check(ctx context.Context) error {
	var id, version, objects int
	row := f.conn.QueryRowContext(ctx, `SELECT (SELECT application_id FROM pragma_application_id),
(SELECT user_version FROM pragma_user_version), (SELECT count(*) FROM sqlite_schema)`)
	if err := row.Scan(&id, &version, &objects); err != nil {
		return err
	}
	switch {
	case id == 0 && objects == 0, id == slotsID && version == slotsVersion:
		return nil
	case id == slotsID:
		return dbfile.ErrNewer
	default:
		return dbfile.ErrForeign
	}
}

func (f *file) makeTables(ctx context.Context, host string) (err error) {
	mark := fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d;", slotsID, slotsVersion)
	if _, err := f.conn.ExecContext(ctx, mark+slotsSchema); err != nil {
		return err
	}
	if _, err := f.conn.ExecContext(ctx, "INSERT INTO hosts (name) VALUES (?) ON CONFLICT DO NOTHING", host); err != nil {
		return err
	}
	if err := f.conn.QueryRowContext(ctx, "SELECT no FROM hosts WHERE name = ?", host).Scan(&f.host); err != nil {
		return err
	}
	if f.insert, err = f.conn.PrepareContext(ctx, "INSERT INTO slots (host, slot, taken) VALUES (?, ?, ?)"); err != nil {
		return err
	}
	// An answer may come after its slot was forgotten, and counts all the same; a later one beats an earlier one.
	f.update, err = f.conn.PrepareContext(ctx, `INSERT INTO slots (host, slot, taken, answered) VALUES (?1, ?2, ?3, ?3)
ON CONFLICT DO UPDATE SET answered = max(coalesce(answered, 0), excluded.answered)`)
	return err
}

// change does something in one transaction. It waits for others while they may make it wait and ctx lasts, and then goes
// through with it: half a change is none, so that do gets a context that does not end.
func (f *file) change(ctx context.Context, do func(context.Context) error) error {
	through := context.WithoutCancel(ctx)
	begun, gap := time.Now(), 200*time.Microsecond
	for {
		_, err := f.begin.ExecContext(through)
		if err == nil {
			break
		}
		if !isBusy(err) || time.Since(begun) > patience {
			return err
		}
		if err := wait.Sleep(ctx, gap); err != nil {
			return err
		}
		gap = min(2*gap, 5*time.Millisecond)
	}
	err := do(through)
	if err == nil {
		_, err = f.commit.ExecContext(through)
	}
	if err != nil {
		_, _ = f.rollback.ExecContext(through) // SQLite may have done so itself
	}
	return err
}

func isBusy(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code()&0xff == lib.SQLITE_BUSY
}

// version changes whenever somebody else has written.
func (f *file) version(ctx context.Context) (v int64, err error) {
	err = f.dataVersion.QueryRowContext(ctx).Scan(&v)
	return v, err
}

// read makes a book of the file, and learns what others have changed.
func (f *file) read(ctx context.Context) (book limit.Book, err error) {
	row := f.conn.QueryRowContext(ctx, `SELECT window, (SELECT coalesce(max(slot), 0) FROM slots WHERE host = no)
FROM hosts WHERE no = ?`, f.host)
	if err := row.Scan(&f.window, &f.last); err != nil {
		return book, err
	}
	rows, err := f.conn.QueryContext(ctx, `SELECT slot, coalesce(answered, taken), answered IS NULL FROM slots
WHERE host = ? ORDER BY 2`, f.host)
	if err != nil {
		return book, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var e limit.Entry
		var inUse bool
		if err := rows.Scan(&e.Slot, &e.At, &inUse); err != nil {
			return book, err
		}
		if inUse {
			book.Take(e.Slot, e.At)
		} else {
			book.Load(e)
		}
	}
	return book, rows.Err()
}

func (f *file) widen(ctx context.Context, window time.Duration) error {
	_, err := f.conn.ExecContext(ctx, "UPDATE hosts SET window = max(window, ?) WHERE no = ?", int64(window), f.host)
	return err
}

func (f *file) take(ctx context.Context, slot, at int64) error {
	f.taken = at
	_, err := f.insert.ExecContext(ctx, f.host, slot, at)
	return err
}

func (f *file) answer(ctx context.Context, entries []limit.Entry) error {
	for _, e := range entries {
		if _, err := f.update.ExecContext(ctx, f.host, e.Slot, e.At); err != nil {
			return err
		}
	}
	return nil
}

// mend sets answers to what they must be, earlier or later.
func (f *file) mend(ctx context.Context, entries []limit.Entry) error {
	for _, e := range entries {
		_, err := f.conn.ExecContext(ctx, "UPDATE slots SET answered = ? WHERE host = ? AND slot = ?", e.At, f.host, e.Slot)
		if err != nil {
			return err
		}
	}
	return nil
}

func (f *file) answerAll(ctx context.Context, at int64) error {
	_, err := f.conn.ExecContext(ctx, "UPDATE slots SET answered = ? WHERE answered IS NULL", at)
	return err
}

// forget takes out what was answered up to a moment. The newest slot stays: its number must not be given out again.
func (f *file) forget(ctx context.Context, upTo limit.Entry) error {
	_, err := f.conn.ExecContext(ctx, `DELETE FROM slots
WHERE host = ? AND slot <= ? AND slot < ? AND answered <= ?`, f.host, upTo.Slot, f.last, upTo.At)
	return err
}

func (f *file) close() error {
	var errs []error
	for _, s := range []*sql.Stmt{f.dataVersion, f.begin, f.commit, f.rollback, f.insert, f.update} {
		if s != nil {
			errs = append(errs, s.Close())
		}
	}
	if f.conn != nil {
		errs = append(errs, f.conn.Close())
	}
	return errors.Join(append(errs, f.db.Close())...)
}
