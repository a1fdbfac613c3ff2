package source

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// store gives an input's bytes as they were read first, any number of times: from a private copy, or where there is no
// room for one from the file itself, which then stays open, so that a file that is put in its place or removed is not
// noticed. What is neither (a test's text) is opened again for each pass.
type store struct {
	name  string
	open  func(name string) (io.ReadCloser, error)
	spool *os.File // the copy
	held  heldFile
	was   fs.FileInfo // of the file when it was opened; nil for what is none
	size  int64       // bytes read first
}

// heldFile is an input that can be read from anywhere while it stays open.
type heldFile interface {
	io.ReaderAt
	io.Closer
}

// openStore finds the input and looks through all of it once. The copy is made of just the bytes that are looked at.
func openStore(env Env, name string) (*store, *survey, *checksums, error) {
	st := &store{name: name, open: env.Open}
	r, once, err := st.first(env)
	if err != nil {
		return nil, nil, nil, err
	}
	c, err := st.copier(env, once)
	if err != nil {
		return nil, nil, nil, errors.Join(fmt.Errorf("keeping %s in a temporary file: %w", displayName(name), err), r.Close())
	}
	var from io.Reader = r
	if c != nil {
		from = io.TeeReader(r, c)
	}
	seen := &survey{}
	sums, err := recordChecksums(from, seen.see)
	if c != nil {
		st.spool = c.file
	}
	if err != nil {
		return nil, nil, nil, errors.Join(fmt.Errorf("reading %s: %w", displayName(name), err), r.Close(), st.close())
	}
	seen.finish()
	st.size = sums.size
	if held, ok := r.(heldFile); ok && st.was != nil && st.spool == nil {
		st.held = held
		return st, seen, sums, nil
	}
	_ = r.Close() // only read from
	return st, seen, sums, nil
}

// first opens the input; once says that it cannot be opened a second time: a pipe, a terminal.
func (st *store) first(env Env) (r io.ReadCloser, once bool, err error) {
	if st.name == "-" {
		if env.Stdin == nil {
			return nil, false, errors.New("reading standard input: there is none")
		}
		return io.NopCloser(env.Stdin), true, nil
	}
	if r, err = env.Open(st.name); err != nil {
		return nil, false, fmt.Errorf("opening %s: %w", displayName(st.name), err)
	}
	f, ok := r.(statter)
	if !ok {
		return r, false, nil
	}
	info, err := f.Stat()
	if err != nil {
		return nil, false, joinClose(fmt.Errorf("opening %s: %w", displayName(st.name), err), r.Close)
	}
	if info.IsDir() {
		return nil, false, joinClose(fmt.Errorf("opening %s: it is a folder, not a file", displayName(st.name)), r.Close)
	}
	if !info.Mode().IsRegular() {
		return r, true, nil
	}
	st.was = info
	return r, false, nil
}

type statter interface{ Stat() (fs.FileInfo, error) }

// again starts a pass.
func (st *store) again() (io.ReadCloser, error) {
	switch {
	case st.spool != nil:
		return io.NopCloser(io.NewSectionReader(st.spool, 0, st.size)), nil
	case st.held != nil:
		return io.NopCloser(io.NewSectionReader(st.held, 0, st.size)), nil
	}
	r, err := st.open(st.name)
	if err != nil {
		return nil, fmt.Errorf("opening %s again: %w", displayName(st.name), err)
	}
	return r, nil
}

func (st *store) close() error {
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
		return fmt.Errorf("removing the temporary file of %s: %w", displayName(st.name), err)
	}
	return nil
}
