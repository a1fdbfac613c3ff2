package spool

import "fmt"

// ChangedError says that an input can't be read again as it was read first. No row of the changed part was given out.
type ChangedError struct {
	File string
	// Offset is where, in bytes from the start, the block begins that is different, missing or new.
	Offset int64
	// Err is why it could not be read at all; nil if it was, and is different.
	Err error
}

func (e *ChangedError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: the file could not be read again (at byte %d): %v", Called(e.File), e.Offset, e.Err)
	}
	return fmt.Sprintf("%s: the file changed while it was being read (at or behind byte %d)", Called(e.File), e.Offset)
}

// Unwrap returns why the input could not be read.
func (e *ChangedError) Unwrap() error { return e.Err }

// Hint says what to do now.
func (e *ChangedError) Hint() string {
	return "wait until nothing writes to the file any more, or work on a copy of it, and run the same command again"
}

// Called is what an input is called in messages: its name in quotes, "-" as standard input.
func Called(name string) string {
	if name == "-" {
		return "standard input"
	}
	return fmt.Sprintf("%q", name)
}
