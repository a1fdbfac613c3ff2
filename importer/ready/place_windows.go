package ready

import (
	"os"
	"path/filepath"

	"golang.org/x/sys/windows"
)

// writable tells nothing: what the rights of a file on Windows allow shows only when it is written to.
func writable(string) error { return nil }

func room(path string) (bytes, files int64, known bool, err error) {
	if info, err := os.Stat(path); err == nil && !info.IsDir() {
		path = filepath.Dir(path)
	}
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return 0, 0, false, err
	}
	var free uint64
	if err := windows.GetDiskFreeSpaceEx(name, &free, nil, nil); err != nil {
		return 0, 0, false, &os.PathError{Op: "GetDiskFreeSpaceEx", Path: path, Err: err}
	}
	return int64(free), -1, true, nil
}
