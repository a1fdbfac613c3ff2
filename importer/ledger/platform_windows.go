package ledger

// noFollow and nonBlocking are nothing on Windows, where making a link is a right of administrators.
const noFollow, nonBlocking = 0, 0

// holderFile is where the holder of a lock is named: Windows lets nobody else read a file that is locked.
func holderFile(lock string) string { return lock + ".holder" }

// syncFolder does nothing: Windows has no way to make a folder's entry durable, and its file systems log them.
func syncFolder(string) error { return nil }
