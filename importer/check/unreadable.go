package check

import (
	"sync/atomic"

	"github.com/contactsync/contactsync/importer/outcome"

	"github.com/contactsync/contactsync/importer/source"
)

// Unreadable stands for the rows that can't be read again.
type Unreadable struct {
	// Last is the number of the last row of an input that was read first.
	Last func(input int) int
	err  atomic.Pointer[source.ChangedError]
}

// Err is why rows could not be read again; nil if all could.
func (u *Unreadable) Err() *source.ChangedError { return u.err.Load() }

// note takes note of why rows can't be read, and gives their defect.
func (u *Unreadable) note(err *source.ChangedError) *source.Defect {
	u.err.CompareAndSwap(nil, err)
	return &source.Defect{
		Code: outcome.CodeUnreadable, Message: "the input changed during the run, so that this row could not be read again",
		Fix: "run the same command again: a row that was sent is not sent twice",
	}
}

// Unreadable reports whether a row could be read first, and not again.
func (r *Row) Unreadable() bool {
	return r.Source.Defect != nil && r.Source.Defect.Code == outcome.CodeUnreadable
}
