// Package dbfile keeps SQLite databases as files of ours: made private and durable, opened, checked, explained when that
// fails, and locked, without following what somebody has put in their place. It also knows what stands beside a ledger.
package dbfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// Nobody in this process but SQLite opens the file of a database, not even to look what it is: a process that closes any
// descriptor of a file gives up all locks that it has on it (POSIX), those of SQLite's connections too. What has to be
// known of it is asked by its name.

// ErrLinked refuses a file that has more than one name.
var ErrLinked = errors.New("the file has another name besides (a hard link), under which a second run would see neither the lock nor " +
	"the log of the first; leave it one name, and give copies a file of their own")

// Make makes sure that there is a file, one that only its owner can read (SQLite gives its other files the same mode),
// and that it has one name. It returns the path with symbolic links resolved: locks go by it. With [NoFollow] as flag the
// last part of the path must be none.
func Make(path string, flag int) (string, error) {
	const links = 40 // in a row, as Linux bears
	for range links {
		if err := MakeFolder(filepath.Dir(path)); err != nil {
			return "", err
		}
		// The one descriptor that is not SQLite's: of a file that is not there, so that nobody can have it open.
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL|flag, 0o600)
		if err == nil {
			err = f.Close()
		} else if errors.Is(err, fs.ErrExist) {
			err = Check(path)
		}
		if err == nil {
			return RealPath(path)
		}
		target, linkErr := os.Readlink(path)
		if !errors.Is(err, fs.ErrNotExist) || linkErr != nil || flag&NoFollow != 0 && NoFollow != 0 {
			return "", LinkError(path, err)
		}
		if !filepath.IsAbs(target) { // a link to a file that is not there yet
			target = filepath.Join(filepath.Dir(path), target)
		}
		path = target
	}
	return "", &fs.PathError{Op: "open", Path: path, Err: syscall.ELOOP}
}

// Check refuses what can't be the file of a database of ours, as far as its name tells.
func Check(path string) error {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return err
	case info.IsDir():
		return &fs.PathError{Op: "open", Path: path, Err: syscall.EISDIR}
	case !info.Mode().IsRegular():
		return fmt.Errorf("%q: %w", path, errNotPlain)
	}
	names, err := namesOf(path, info)
	if err == nil && names > 1 {
		err = ErrLinked
	}
	return err
}

// KeepPrivate closes a database of ours to others, and what SQLite has made beside it. On a mounted volume the files may
// belong to somebody else who lets us write; then their mode is his matter. Another program's database is refused before
// this, and stays as it is.
func KeepPrivate(path string) {
	const others = 0o077
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		if info, err := os.Lstat(name); err == nil && info.Mode().IsRegular() && info.Mode()&others != 0 {
			_ = os.Chmod(name, 0o600)
		}
	}
}

// RealPath returns a path without symbolic links in it: locks, and what SQLite makes, go by that.
func RealPath(path string) (string, error) {
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "", err
	}
	return filepath.Abs(path)
}

// MakeFolder makes a folder and those above it, and makes their names durable: SQLite does that only for its own files.
func MakeFolder(dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	parent := filepath.Dir(dir)
	if parent != dir {
		if err := MakeFolder(parent); err != nil {
			return err
		}
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	return SyncFolder(parent)
}
