package output

import (
	"io"
	"os"
	"path/filepath"
)

// Mode is that of every file that is written: it holds personal data.
const Mode = 0o600

// Files is what a [Pending] needs of the disk. Tests put one in its place that fails, or dies, at the n-th operation.
type Files interface {
	// Create makes a new file that nobody else can read; it fails if there is one.
	Create(path string) (File, error)
	Rename(from, to string) error
	// Remove removes a file or an empty folder.
	Remove(path string) error
	// SyncFolder makes the names in a folder durable, where the system can do that.
	SyncFolder(path string) error
}

// File is a file that is being written.
type File interface {
	io.Writer
	Sync() error
	Close() error
}

// Disk is the real disk.
type Disk struct{}

// Create makes a new file.
func (Disk) Create(path string) (File, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, Mode)
}

// Rename gives a file another name.
func (Disk) Rename(from, to string) error { return os.Rename(from, to) }

// Remove removes a file or an empty folder.
func (Disk) Remove(path string) error { return os.Remove(path) }

// SyncFolder makes the names in a folder durable.
func (Disk) SyncFolder(path string) error { return syncFolder(filepath.Clean(path)) }
