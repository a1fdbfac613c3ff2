package dbfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"

	"github.com/gofrs/flock"
)

// errNotPlain refuses a name that somebody put in the place of a file of ours: what is written would land elsewhere.
var errNotPlain = errors.New("it is a link or no regular file, and such a one is never written to; " +
	"look who put it there, remove it, and keep the ledger in a folder that only you can write to")

// NewLock is a lock on a file beside the ledger. Whoever can write to the folder could put a link in its place, so that
// none is followed: neither when it is made nor when its holder is written.
func NewLock(path string) (*flock.Flock, error) {
	if err := CheckPlain(path); err != nil {
		return nil, err
	}
	return flock.New(path, flock.SetFlag(os.O_CREATE|os.O_RDWR|NoFollow), flock.SetPermissions(0o600)), nil
}

// CheckPlain refuses what is there and no regular file. The open that follows does not follow links either, where the
// system can do that.
func CheckPlain(path string) error {
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

// LinkError makes the error of an open that met a link one that says so.
func LinkError(path string, err error) error {
	if errors.Is(err, syscall.ELOOP) {
		return fmt.Errorf("%q: %w", path, errNotPlain)
	}
	return err
}
