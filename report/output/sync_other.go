//go:build !windows

package output

import (
	"errors"
	"os"
	"syscall"
)

// syncFolder makes renames in a folder durable. Some file systems (network shares, FUSE) cannot, and say EINVAL or
// ENOTSUP: there is nothing more to be done then.
func syncFolder(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	err = dir.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOTSUP) {
		err = nil
	}
	return errors.Join(err, dir.Close())
}
