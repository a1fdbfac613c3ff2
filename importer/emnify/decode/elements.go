package decode

import (
	"bufio"
	"errors"
	"io"
)

// Bounds of an element. The largest contact that the service can hold is far below them.
const (
	// maxElement is the size of one element in bytes, maxDepth how deep it is nested.
	maxElement = 64 << 10
	maxDepth   = 16
)

var errElement = errors.New("the answer holds something larger than any contact that makes sense")

// Elements reads a JSON array of objects as it arrives and gives the text of each of them, which is valid until the
// next one. It holds one element at a time. What is not wholly such an array, or is cut off, is an error; the elements
// before it have been given then.
func Elements(r io.Reader, give func(text []byte) error) error {
	e := elements{r: bufio.NewReaderSize(r, maxElement)}
	if c, err := e.next(); err != nil || c != '[' {
		return unlessBroken(err)
	}
	for n := 0; ; n++ {
		c, err := e.next()
		switch {
		case err != nil:
			return unlessBroken(err)
		case c == ']' && n == 0:
			return e.end()
		case c != '{':
			return ErrNotJSON
		}
		if err := e.object(); err != nil {
			return err
		}
		if err := give(e.text); err != nil {
			return err
		}
		switch c, err := e.next(); {
		case err != nil:
			return unlessBroken(err)
		case c == ']':
			return e.end()
		case c != ',':
			return ErrNotJSON
		}
	}
}

// unlessBroken is the error of an answer that is no array: that it could not be read, if that is why.
func unlessBroken(err error) error {
	if err == nil || errors.Is(err, io.EOF) {
		return ErrNotJSON
	}
	return err
}

type elements struct {
	r    *bufio.Reader
	text []byte // of the current element
}

// next returns the next byte that is no blank.
func (e *elements) next() (byte, error) {
	for {
		c, err := e.r.ReadByte()
		if err != nil || c != ' ' && c != '\t' && c != '\n' && c != '\r' {
			return c, err
		}
	}
}

// end holds what follows the array to nothing.
func (e *elements) end() error {
	switch _, err := e.next(); {
	case err == nil:
		return ErrNotJSON
	case !errors.Is(err, io.EOF):
		return err
	}
	return nil
}

// object reads on to the end of an object whose brace has been read. Whether what is in it is JSON is not its concern:
// only strings and brackets tell where it ends.
func (e *elements) object() error {
	e.text = append(e.text[:0], '{')
	depth, quoted, escaped := 1, false, false
	for depth > 0 {
		if len(e.text) == maxElement {
			return errElement
		}
		c, err := e.r.ReadByte()
		if err != nil {
			return unlessBroken(err)
		}
		e.text = append(e.text, c)
		switch {
		case escaped:
			escaped = false
		case quoted:
			escaped, quoted = c == '\\', c != '"'
		case c == '"':
			quoted = true
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return errElement
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return nil
}
