package report

import (
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/contactsync/contactsync/report/output"
)

// folderMode is that of a report's folder: it holds personal data.
const folderMode = 0o700

// fileSystem is what a report needs of the disk. Tests put one in its place that fails, or dies, at the n-th operation.
type fileSystem interface {
	output.Files
	MkdirAll(path string) error
	Open(path string) (io.ReadCloser, error)
	Names(dir string) ([]string, error)
	Exists(path string) (bool, error)
	IsFolder(path string) bool
	Modified(path string) (time.Time, error)
	SameFile(a, b string) bool
	// Hold takes up one of the files that this process may have open, until it is closed.
	Hold(dir string) (io.Closer, error)
}

// disk is the real file system.
type disk struct{ output.Disk }

func (disk) MkdirAll(path string) error { return os.MkdirAll(path, folderMode) }

func (disk) Open(path string) (io.ReadCloser, error) { return os.Open(path) }

func (disk) Names(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	return names, err
}

func (disk) Exists(path string) (bool, error) {
	_, err := os.Lstat(path)
	if os.IsNotExist(err) {
		return false, nil
	}
	return err == nil, err
}

func (disk) IsFolder(path string) bool {
	info, err := os.Lstat(path)
	return err == nil && info.IsDir()
}

func (disk) Modified(path string) (time.Time, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return time.Time{}, err
	}
	return info.ModTime(), nil
}

func (disk) SameFile(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	return errX == nil && errY == nil && os.SameFile(x, y)
}

func (disk) Hold(dir string) (io.Closer, error) { return hold(filepath.Clean(dir)) }
