package sqlite

import (
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"sync"
	"time"

	"github.com/contactsync/contactsync/importer/ledger/dbfile"
)

// reader is where queries go.
type reader struct {
	path string

	mu sync.Mutex // held by query while the file is still
	db *sql.DB
	// still is set while nobody else has the file open: what the file looked like then. It is read as it lies there,
	// without a lock and without making the log's files, and so an answer counts only if it still looks so after.
	still *snapshot
	open  func(path string) (*reader, error) // opens it anew
}

// snapshot is what tells that a database file has not been written to.
type snapshot struct {
	size int64
	at   time.Time
}

// openReader opens the database for queries beside a writer, this process's own or another one's.
func openReader(path string) (*reader, error) {
	db, err := dbfile.Open(path, "mode=ro")
	if err != nil {
		return nil, err
	}
	return &reader{db: db, path: path}, nil
}

// openStill opens the database without leaving a trace, if nobody has it open; else as openReader does.
func openStill(path string) (*reader, error) {
	still, err := lookAt(path)
	if err != nil {
		return nil, err
	}
	if still == nil {
		return openReader(path)
	}
	db, err := dbfile.Open(path, "mode=ro&immutable=1")
	if err != nil {
		return nil, err
	}
	return &reader{db: db, path: path, still: still, open: openStill}, nil
}

// lookAt returns what the database looks like if no log stands beside it, else nil: then somebody writes, or was killed
// while writing, and the log has to be read too.
func lookAt(path string) (*snapshot, error) {
	if _, err := os.Stat(path + "-wal"); err == nil {
		return nil, nil
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	return &snapshot{size: info.Size(), at: info.ModTime()}, nil
}

// maxLooks is how often a query is made anew because somebody wrote to a file that was still before.
const maxLooks = 5

var errChanged = errors.New("other runs begin and end while it is read; run the same command again")

// query runs do, which reads and may be run again.
func (r *reader) query(do func(*sql.DB) error) error {
	r.mu.Lock()
	if r.still == nil {
		db := r.db
		r.mu.Unlock()
		return do(db)
	}
	defer r.mu.Unlock()
	for range maxLooks {
		err := do(r.db)
		if r.still == nil {
			return err
		}
		if now, lookErr := lookAt(r.path); lookErr == nil && now != nil && *now == *r.still {
			return err
		}
		fresh, err := r.open(r.path)
		if err != nil {
			return err
		}
		_ = r.db.Close() // nothing was written through it
		r.db, r.still = fresh.db, fresh.still
	}
	return errChanged
}

func (r *reader) close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.db.Close()
}
