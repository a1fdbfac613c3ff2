package source

import (
	"fmt"

	"github.com/contactsync/contactsync/importer/source/spool"
)

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
		return fmt.Sprintf("%s: line %d: %s", spool.Called(e.File), e.Line, e.Message)
	}
	return fmt.Sprintf("%s: %s", spool.Called(e.File), e.Message)
}

// Hint says what to do now.
func (e *FormatError) Hint() string { return e.Fix }

// ChangedError says that an input can't be read again as it was read first. No row of the changed part was given out.
type ChangedError = spool.ChangedError
