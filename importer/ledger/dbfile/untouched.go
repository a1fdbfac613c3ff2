package dbfile

import (
	"database/sql"
	"errors"
	"io/fs"
	"os"
)

// ErrLogUnread tells that a database can't be read as it is without making a file.
var ErrLogUnread = errors.New("a run that was killed has left a log beside it, which is read by the next run and not before")

// OpenUntouched opens a database so that no file is made or changed, whoever else has it open. still tells that no log stands
// beside it: it is read as it lies there then, without a lock, and what was read counts only if nobody has written meanwhile.
//
// Where a log is there its index must be too: SQLite would make it. With readonly_shm it only reads that, and makes one in
// memory if nobody who writes keeps it up to date (https://www.sqlite.org/wal.html#readonly).
func OpenUntouched(path string) (db *sql.DB, still bool, err error) {
	for _, suffix := range []string{"-wal", "-shm"} {
		_, err := os.Stat(path + suffix)
		switch absent := errors.Is(err, fs.ErrNotExist); {
		case err != nil && !absent:
			return nil, false, err
		case absent && suffix == "-wal":
			db, err = Open(path, "mode=ro&immutable=1")
			return db, true, err
		case absent:
			return nil, false, ErrLogUnread
		}
	}
	db, err = Open(path, "mode=ro&readonly_shm=1")
	return db, false, err
}
