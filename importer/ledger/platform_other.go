//go:build !windows

package ledger

import (
	"errors"
	"os"
	"syscall"
)

// noFollow keeps an open from following a link in the last part of a path, and nonBlocking from waiting for a pipe.
const (
	noFollow    = syscall.O_NOFOLLOW
	nonBlocking = syscall.O_NONBLOCK
)

// holderFile is where the holder of a lock is named: in the lock itself.
func holderFile(lock string) string { return lock }

// syncFolder makes the entries of a folder durable.
func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
