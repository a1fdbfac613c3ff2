package source

import "fmt"

// FormatError says that an input can be read but is not a table that can be imported: the file, or what was said about
// it on the command line, has to change. Trying again does not help.
type FormatError struct {
	// File is the input's name as given; "-" is standard input.
	File string
	// Line is the physical line that it is about, from 1; 0 if it is about the whole file.
	Line int
	// Message says what is wrong, in one lower-case clause.
	Message string
	// Fix says what to do now.
	Fix string
}

// Error names file, line and what is wrong; the fix is a field of its own, to be shown on its own line.
func (e *FormatError) Error() string {
	if e.Line > 0 {
		return fmt.Sprintf("%s: line %d: %s", displayName(e.File), e.Line, e.Message)
	}
	return fmt.Sprintf("%s: %s", displayName(e.File), e.Message)
}

// Hint says what to do now.
func (e *FormatError) Hint() string { return e.Fix }

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
		return fmt.Sprintf("%s: the file could not be read again (at byte %d): %v", displayName(e.File), e.Offset, e.Err)
	}
	return fmt.Sprintf("%s: the file changed while it was being read (at or behind byte %d)", displayName(e.File), e.Offset)
}

// Unwrap returns why the input could not be read.
func (e *ChangedError) Unwrap() error { return e.Err }

// Hint says what to do now.
func (e *ChangedError) Hint() string {
	return "wait until nothing writes to the file any more, or work on a copy of it, and run the same command again"
}

func displayName(name string) string {
	if name == "-" {
		return "standard input"
	}
	return fmt.Sprintf("%q", name)
}
