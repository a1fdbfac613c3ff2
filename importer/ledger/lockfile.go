package ledger

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"

	"github.com/gofrs/flock"
)

// errNotPlain refuses a name that somebody put in the place of a file of ours: what is written would land elsewhere.
var errNotPlain = errors.New("it is a link or no regular file, and such a one is never written to; " +
	"look who put it there, remove it, and keep the ledger in a folder that only you can write to")

// errNotALock refuses a lock file that holds something else, as a hard link to another file does.
var errNotALock = errors.New("it holds something else than a lock of ours, which is not overwritten; " +
	"look what it is, and remove it if it is not needed")

// maxHolder bounds what is read of a lock file. A holder has about a hundred bytes.
const maxHolder = 4 << 10

// newLock is a lock on a file beside the ledger. Whoever can write to the folder could put a link in its place, so that
// none is followed: neither when it is made nor when its holder is written.
func newLock(path string) (*flock.Flock, error) {
	if err := checkPlain(path); err != nil {
		return nil, err
	}
	return flock.New(path, flock.SetFlag(os.O_CREATE|os.O_RDWR|noFollow), flock.SetPermissions(0o600)), nil
}

// checkPlain refuses what is there and no regular file. The open that follows does not follow links either, where the
// system can do that.
func checkPlain(path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return fmt.Errorf("%q: %w", path, errNotPlain)
	}
	return nil
}

// plainly makes the error of an open that met a link one that says so.
func plainly(path string, err error) error {
	if errors.Is(err, syscall.ELOOP) {
		return fmt.Errorf("%q: %w", path, errNotPlain)
	}
	return err
}

// openHolder opens the file that names the holder of a lock which this process has.
func openHolder(lock *flock.Flock) (*os.File, error) {
	path := holderFile(lock.Path())
	if err := checkPlain(path); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|noFollow, 0o600)
	if err != nil {
		return nil, plainly(path, err)
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
	text, err := json.Marshal(thisProcess())
	if err == nil && f.Truncate(0) == nil {
		_, _ = f.WriteAt(append(text, '\n'), 0)
	}
}

// whoHolds returns the zero holder if nothing legible is there.
func whoHolds(path string) Holder {
	f, err := os.OpenFile(path, os.O_RDONLY|noFollow|nonBlocking, 0)
	if err != nil {
		return Holder{}
	}
	defer func() { _ = f.Close() }() // only read from
	h, _ := readHolder(f)
	return h
}

// readHolder reads who has a lock; nobody, if the file is empty. It is not ok if the file holds something else.
func readHolder(f io.ReaderAt) (h Holder, ok bool) {
	text, err := io.ReadAll(io.NewSectionReader(f, 0, maxHolder+1))
	if err != nil || len(text) > maxHolder {
		return Holder{}, false
	}
	if len(text) == 0 {
		return Holder{}, true
	}
	if err := json.Unmarshal(text, &h); err != nil || h.PID == 0 {
		return Holder{}, false
	}
	return h, true
}
