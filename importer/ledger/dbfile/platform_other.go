//go:build !windows

package dbfile

import (
	"errors"
	"os"
	"syscall"
)

// NoFollow keeps an open from following a link in the last part of a path, and NonBlocking from waiting for a pipe.
const (
	NoFollow    = syscall.O_NOFOLLOW
	NonBlocking = syscall.O_NONBLOCK
)

// HolderFile is where the holder of a lock is named: in the lock itself.
func HolderFile(lock string) string { return lock }

// GiveToOwner makes a file that is being made belong to whom a file beside it belongs to, as SQLite does with its own: what
// root makes by mistake on somebody's ledger must not lock him out.
func GiveToOwner(f *os.File, beside string) error {
	info, err := os.Stat(beside)
	if err != nil {
		return err
	}
	owner, ok := info.Sys().(*syscall.Stat_t)
	if !ok || os.Geteuid() != 0 || owner.Uid == 0 {
		return nil
	}
	return f.Chown(int(owner.Uid), int(owner.Gid))
}

// namesOf counts the names that a file has.
func namesOf(_ string, info os.FileInfo) (int, error) {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return int(stat.Nlink), nil
	}
	return 1, nil
}

// SyncFolder makes the entries of a folder durable.
func SyncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
