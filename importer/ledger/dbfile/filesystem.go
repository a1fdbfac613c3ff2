package dbfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// NetworkFileSystem names the file system that a file lies on, or would lie on, if that is one of the network's on which
// locks, or the memory that SQLite's connections share, do not hold between machines: NFS, SMB or Ceph
// (https://www.sqlite.org/wal.html: "WAL does not work over a network filesystem"). It is empty for all others, and where
// the system does not tell.
func NetworkFileSystem(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	for {
		kind, err := networkFileSystem(path)
		if !errors.Is(err, fs.ErrNotExist) {
			return kind, err
		}
		next := filepath.Dir(path)
		if target, linkErr := os.Readlink(path); linkErr == nil { // to what is not there yet
			if !filepath.IsAbs(target) {
				target = filepath.Join(next, target)
			}
			next = filepath.Dir(target)
		}
		if next == path {
			return "", err
		}
		path = next
	}
}
