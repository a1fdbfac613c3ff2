package source

import (
	"fmt"

	"github.com/contactsync/contactsync/importer/source/charset"
	"github.com/contactsync/contactsync/importer/source/spool"
)

// EncodingError says that an input's encoding can't be told for sure. Trying again does not help; naming the encoding does.
type EncodingError struct {
	File string
	// Line and Byte are where the byte that decides stands: both are counted from 1, the latter from the line's start.
	Line, Byte int
	*charset.UndecidedError
}

func (e *EncodingError) Error() string {
	return fmt.Sprintf("%s: line %d: byte %d of the line, 0x%02X: %v", spool.Called(e.File), e.Line, e.Byte, e.Value, e.UndecidedError)
}

// locate finds out in which line the byte stands that leaves the encoding in doubt.
func (in *Input) locate(doubt *charset.UndecidedError) error {
	pass, err := in.file.Pass()
	if err != nil {
		return err
	}
	line, start, offset := 1, int64(0), int64(0)
	var last byte
	for offset <= doubt.Offset {
		block, err := pass.Next()
		if err != nil {
			return joinClose(err, pass.Close)
		}
		for _, b := range block {
			if offset > doubt.Offset {
				break
			}
			if last == '\n' || last == '\r' && b != '\n' {
				line, start = line+1, offset
			}
			last = b
			offset++
		}
	}
	if err := pass.Close(); err != nil {
		return err
	}
	return &EncodingError{File: in.name, Line: line, Byte: int(doubt.Offset-start) + 1, UndecidedError: doubt}
}
