//go:build linux || darwin || freebsd

package ready

import (
	"os"

	"golang.org/x/sys/unix"
)

// writable asks the system, by the rights that this process has.
func writable(path string) error {
	mode := uint32(unix.W_OK)
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		mode |= unix.X_OK
	}
	if err := unix.Faccessat(unix.AT_FDCWD, path, mode, unix.AT_EACCESS); err != nil {
		return &os.PathError{Op: "access", Path: path, Err: err}
	}
	return nil
}

func room(path string) (bytes, files int64, known bool, err error) {
	var s unix.Statfs_t
	if err := unix.Statfs(path, &s); err != nil {
		return 0, 0, false, &os.PathError{Op: "statfs", Path: path, Err: err}
	}
	files = -1
	if s.Files > 0 { // some file systems count none
		files = int64(s.Ffree)
	}
	return int64(s.Bavail) * int64(s.Bsize), files, true, nil //nolint:unconvert // the types differ between systems
}
