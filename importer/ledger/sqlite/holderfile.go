package sqlite

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/gofrs/flock"

	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/ledger/dbfile"
)

// errNotALock refuses a lock file that holds something else, as a hard link to another file does.
var errNotALock = errors.New("it holds something else than a lock of ours, which is not overwritten; " +
	"look what it is, and remove it if it is not needed")

// maxHolder bounds what is read of a lock file. A holder has about a hundred bytes.
const maxHolder = 4 << 10

// openHolder opens the file that names the holder of a lock which this process has.
func openHolder(lock *flock.Flock) (*os.File, error) {
	path := dbfile.HolderFile(lock.Path())
	if err := dbfile.CheckPlain(path); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|dbfile.NoFollow, 0o600)
	if err != nil {
		return nil, dbfile.LinkError(path, err)
	}
	if err := checkHolder(lock, f); err != nil {
		return nil, errors.Join(fmt.Errorf("%q: %w", path, err), f.Close())
	}
	return f, nil
}

// checkHolder makes sure that the file is the one that is locked, and nothing but a lock.
func checkHolder(lock *flock.Flock, f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if f.Name() == lock.Path() {
		locked, err := lock.Stat()
		if err != nil {
			return err
		}
		if !os.SameFile(info, locked) {
			return errNotALock
		}
	}
	if _, ok := readHolder(f); !ok {
		return errNotALock
	}
	return nil
}

// writeHolder names this process to those who find the lock taken. The lock holds without it, so it may fail.
func writeHolder(f *os.File) {
	text, err := json.Marshal(ledger.ThisProcess())
	if err == nil && f.Truncate(0) == nil {
		_, _ = f.WriteAt(append(text, '\n'), 0)
	}
}

// whoHolds returns the zero holder if nothing legible is there.
func whoHolds(path string) ledger.Holder {
	f, err := os.OpenFile(path, os.O_RDONLY|dbfile.NoFollow|dbfile.NonBlocking, 0)
	if err != nil {
		return ledger.Holder{}
	}
	defer func() { _ = f.Close() }() // only read from
	h, _ := readHolder(f)
	return h
}

// readHolder reads who has a lock; nobody, if the file is empty. It is not ok if the file holds something else.
func readHolder(f io.ReaderAt) (h ledger.Holder, ok bool) {
	text, err := io.ReadAll(io.NewSectionReader(f, 0, maxHolder+1))
	if err != nil || len(text) > maxHolder {
		return ledger.Holder{}, false
	}
	if len(text) == 0 {
		return ledger.Holder{}, true
	}
	if err := json.Unmarshal(text, &h); err != nil || h.PID == 0 {
		return ledger.Holder{}, false
	}
	return h, true
}
