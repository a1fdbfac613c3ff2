//go:build !windows

package ledger

import (
	"errors"
	"os"
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
