package dbfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// Explain says in words what SQLite's result code means for the person who runs contactsync, and what to do now.
func Explain(err error) error {
	var words string
	var e *sqlite.Error
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrPermission):
		words = "the place can't be written to; make it writable, or name another file with --state"
	case !errors.As(err, &e):
		return err
	case e.Code()&0xff == lib.SQLITE_CANTOPEN && outOfFiles():
		return fmt.Errorf("%w (%w)", syscall.EMFILE, err)
	default:
		words = meaning(e.Code())
	}
	if words == "" {
		return err
	}
	return fmt.Errorf("%s (%w)", words, err)
}

// outOfFiles reports whether this process may open no more files than SQLite needs for a database: it does not tell why it
// can't open one.
func outOfFiles() bool {
	for range 4 { // the database, its log, the log's index, and one that is opened to sync the folder
		f, err := os.Open(".")
		if errors.Is(err, syscall.EMFILE) {
			return true
		}
		if err == nil {
			defer func() { _ = f.Close() }() // only there to be counted
		}
	}
	return false
}

// meaning translates a result code, the extended one where it says more; empty if it says nothing to a user.
func meaning(code int) string {
	switch code {
	case lib.SQLITE_IOERR_FSYNC, lib.SQLITE_IOERR_DIR_FSYNC:
		return "the disk could not keep what was written; check the disk before anything else"
	case lib.SQLITE_IOERR_NOMEM:
		return "out of memory"
	}
	switch code & 0xff {
	case lib.SQLITE_FULL:
		return "the disk is full; make room and run the same command again"
	case lib.SQLITE_IOERR:
		return "the disk does not read or write, or a quota is used up; mend that and run the same command again"
	case lib.SQLITE_READONLY, lib.SQLITE_PERM, lib.SQLITE_CANTOPEN:
		return "the file or its folder can't be written to; make both writable, or name another file with --state"
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
		return "another program keeps the file locked; wait for it to end and run the same command again"
	case lib.SQLITE_NOTADB:
		return ErrNoDB.Error()
	case lib.SQLITE_CORRUPT:
		return ErrDamaged.Error()
	case lib.SQLITE_NOMEM:
		return "out of memory"
	}
	return ""
}
