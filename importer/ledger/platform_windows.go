package ledger

import "os"

// noFollow and nonBlocking are nothing on Windows, where making a link is a right of administrators.
const noFollow, nonBlocking = 0, 0

// holderFile is where the holder of a lock is named: Windows lets nobody else read a file that is locked.
func holderFile(lock string) string { return lock + ".holder" }

// giveToOwner does nothing: a new file on Windows has the rights that its folder gives.
func giveToOwner(*os.File, string) error { return nil }

// syncFolder does nothing: Windows has no way to make a folder's entry durable, and its file systems log them.
func syncFolder(string) error { return nil }
