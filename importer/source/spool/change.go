package spool

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
)

// Change is what became of an input's file while it was used. What was read first is what counts all the same.
type Change string

// The changes of an input; empty is none.
const (
	Removed    Change = "removed"
	Replaced   Change = "replaced"   // another file has its name
	Appended   Change = "appended"   // it begins with what was read, and goes on
	Edited     Change = "edited"     // it has other bytes
	Unreadable Change = "unreadable" // it is there, and can't be looked at
)

// maxCompared is how many bytes are read again to tell whether a file that was written to has other bytes than before.
// So much takes less than a second; of a larger file its size and times have to do.
const maxCompared = 64 << 20

// Change tells whether the file is still what was read. Standard input and pipes never change.
func (st *File) Change() Change {
	was := st.was
	if was == nil {
		return ""
	}
	f, err := st.open(st.name)
	if errors.Is(err, fs.ErrNotExist) {
		return Removed
	}
	if err != nil {
		return Unreadable
	}
	defer func() { _ = f.Close() }() // only read from
	s, ok := f.(statter)
	if !ok {
		return Unreadable
	}
	now, err := s.Stat()
	if err != nil {
		return Unreadable
	}
	same := os.SameFile(was, now)
	if same && now.Size() == st.sums.size && now.ModTime().Equal(was.ModTime()) {
		return ""
	}
	begins := st.sums.size <= maxCompared && now.Size() >= st.sums.size && now.Mode().IsRegular() && st.beginsAsRead(f)
	switch {
	case begins && now.Size() == st.sums.size:
		return ""
	case !same:
		return Replaced
	case begins:
		return Appended
	}
	return Edited
}

// beginsAsRead reports whether a file begins with the bytes that were read first.
func (st *File) beginsAsRead(f io.Reader) bool {
	sum := sha256.New()
	if _, err := io.CopyN(sum, f, st.sums.size); err != nil {
		return false
	}
	return hex.EncodeToString(sum.Sum(nil)) == st.sums.sha
}
