//go:build linux || darwin || freebsd

package spool

import (
	"os"
	"syscall"
)

// freeRoom is how many bytes the user may still write where a file lies.
func freeRoom(f *os.File) (int64, bool) {
	var s syscall.Statfs_t
	if err := syscall.Fstatfs(int(f.Fd()), &s); err != nil {
		return 0, false
	}
	return int64(s.Bavail) * int64(s.Bsize), true //nolint:unconvert // the types differ between systems
}
