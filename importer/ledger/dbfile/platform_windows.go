package dbfile

import (
	"errors"
	"os"
	"syscall"
)

// NoFollow and NonBlocking are nothing on Windows, where making a link is a right of administrators.
const NoFollow, NonBlocking = 0, 0

// HolderFile is where the holder of a lock is named: Windows lets nobody else read a file that is locked.
func HolderFile(lock string) string { return lock + ".holder" }

// GiveToOwner does nothing: a new file on Windows has the rights that its folder gives.
func GiveToOwner(*os.File, string) error { return nil }

// namesOf counts the names that a file has. Closing a file that was opened to look gives up no locks there.
func namesOf(path string, _ os.FileInfo) (int, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	var about syscall.ByHandleFileInformation
	err = syscall.GetFileInformationByHandle(syscall.Handle(f.Fd()), &about)
	return int(about.NumberOfLinks), errors.Join(err, f.Close())
}

// SyncFolder does nothing: Windows has no way to make a folder's entry durable, and its file systems log them.
func SyncFolder(string) error { return nil }
