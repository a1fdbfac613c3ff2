package spool

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// File gives an input's bytes as they were read first, any number of times: from a private copy, or where there is no
// room for one from the file itself, which then stays open, so that a file that is put in its place or removed is not
// noticed. What is neither (a test's text) is opened again for each pass.
type File struct {
	name  string
	open  func(name string) (io.ReadCloser, error)
	spool *os.File // the copy
	held  heldFile
	was   fs.FileInfo // of the file when it was opened; nil for what is none
	sums  *checksums  // of the bytes that were read first
}

// heldFile is an input that can be read from anywhere while it stays open.
type heldFile interface {
	io.ReaderAt
	io.Closer
}

// Env is where inputs come from, and where copies of them are kept.
type Env struct {
	// Open opens a file. What it gives is copied if it is a regular file ([*os.File]); what is no file at all is opened
	// again for each pass.
	Open func(name string) (io.ReadCloser, error)
	// Stdin is read once, and kept in a temporary file.
	Stdin io.Reader
	// TempFile makes a file that only the user can read; it is removed when the input is closed. Nil means one in the
	// system's folder for such files.
	TempFile func() (*os.File, error)
	// Room tells how many bytes are free where a temporary file lies, and whether that is known; nil asks the system.
	Room func(f *os.File) (int64, bool)
}

// Open finds an input and reads all of it once; see gets each block. "-" is standard input. The copy is made of just the bytes
// that are seen.
func Open(env Env, name string, see func(block []byte)) (*File, error) {
	st := &File{name: name, open: env.Open}
	r, once, err := st.first(env)
	if err != nil {
		return nil, err
	}
	c, err := st.copier(env, once)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("keeping %s in a temporary file: %w", Called(name), err), r.Close())
	}
	var from io.Reader = r
	if c != nil {
		from = io.TeeReader(r, c)
	}
	st.sums, err = recordChecksums(from, see)
	if c != nil {
		st.spool = c.file
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("reading %s: %w", Called(name), err), r.Close(), st.Close())
	}
	if held, ok := r.(heldFile); ok && st.was != nil && st.spool == nil {
		st.held = held
		return st, nil
	}
	_ = r.Close() // only read from
	return st, nil
}

// first opens the input; once says that it cannot be opened a second time: a pipe, a terminal.
func (st *File) first(env Env) (r io.ReadCloser, once bool, err error) {
	if st.name == "-" {
		if env.Stdin == nil {
			return nil, false, errors.New("reading standard input: there is none")
		}
		return io.NopCloser(env.Stdin), true, nil
	}
	if r, err = env.Open(st.name); err != nil {
		return nil, false, fmt.Errorf("opening %s: %w", Called(st.name), err)
	}
	f, ok := r.(statter)
	if !ok {
		return r, false, nil
	}
	info, err := f.Stat()
	if err != nil {
		return nil, false, errors.Join(fmt.Errorf("opening %s: %w", Called(st.name), err), r.Close())
	}
	if info.IsDir() {
		return nil, false, errors.Join(fmt.Errorf("opening %s: it is a folder, not a file", Called(st.name)), r.Close())
	}
	if !info.Mode().IsRegular() {
		return r, true, nil
	}
	st.was = info
	return r, false, nil
}

type statter interface{ Stat() (fs.FileInfo, error) }

// again opens the bytes that were read first.
func (st *File) again() (io.ReadCloser, error) {
	switch {
	case st.spool != nil:
		return io.NopCloser(io.NewSectionReader(st.spool, 0, st.sums.size)), nil
	case st.held != nil:
		return io.NopCloser(io.NewSectionReader(st.held, 0, st.sums.size)), nil
	}
	r, err := st.open(st.name)
	if err != nil {
		return nil, fmt.Errorf("opening %s again: %w", Called(st.name), err)
	}
	return r, nil
}

// Size is how many bytes were read first.
func (st *File) Size() int64 { return st.sums.size }

// Sum is their SHA-256, in hexadecimal.
func (st *File) Sum() string { return st.sums.sha }

// Close ends the use of the input; its file is closed, and its copy removed.
func (st *File) Close() error {
	if held := st.held; held != nil {
		st.held = nil
		_ = held.Close() // only read from
	}
	f := st.spool
	st.spool = nil
	if f == nil {
		return nil
	}
	if err := discard(f); err != nil {
		return fmt.Errorf("removing the temporary file of %s: %w", Called(st.name), err)
	}
	return nil
}
