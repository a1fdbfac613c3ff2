package source

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// store gives an input's bytes from the start, any number of times.
type store struct {
	name  string
	open  func(name string) (io.ReadCloser, error)
	spool *os.File // for what can be read only once
}

// openStore finds the input and looks through all of it once.
func openStore(env Env, name string) (*store, *survey, *checksums, error) {
	st := &store{name: name, open: env.Open}
	r, once, err := st.first(env)
	if err != nil {
		return nil, nil, nil, err
	}
	defer func() { _ = r.Close() }() // only read from
	var from io.Reader = r
	if once {
		if st.spool, err = newSpool(env); err != nil {
			return nil, nil, nil, fmt.Errorf("keeping %s in a temporary file: %w", displayName(name), err)
		}
		// Where the system lets an open file go, nothing is left behind even by a process that is killed. Where it does
		// not, close removes it.
		_ = os.Remove(st.spool.Name())
		from = io.TeeReader(r, st.spool)
	}
	seen := &survey{}
	sums, err := recordChecksums(from, seen.see)
	if err != nil {
		return nil, nil, nil, joinClose(fmt.Errorf("reading %s: %w", displayName(name), err), st.close)
	}
	seen.finish()
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
	if f, ok := r.(interface{ Stat() (fs.FileInfo, error) }); ok {
		info, err := f.Stat()
		if err != nil {
			return nil, false, joinClose(fmt.Errorf("opening %s: %w", displayName(st.name), err), r.Close)
		}
		if info.IsDir() {
			return nil, false, joinClose(fmt.Errorf("opening %s: it is a folder, not a file", displayName(st.name)), r.Close)
		}
		once = !info.Mode().IsRegular()
	}
	return r, once, nil
}

func newSpool(env Env) (*os.File, error) {
	if env.TempFile != nil {
		return env.TempFile()
	}
	return os.CreateTemp("", "contactsync-*") // made with mode 0600
}

// again starts a pass.
func (st *store) again() (io.ReadCloser, error) {
	if st.spool != nil {
		return io.NopCloser(io.NewSectionReader(st.spool, 0, 1<<62)), nil
	}
	r, err := st.open(st.name)
	if err != nil {
		return nil, fmt.Errorf("opening %s again: %w", displayName(st.name), err)
	}
	return r, nil
}

func (st *store) close() error {
	if st.spool == nil {
		return nil
	}
	f := st.spool
	st.spool = nil
	err := f.Close()
	if rm := os.Remove(f.Name()); rm != nil && !errors.Is(rm, fs.ErrNotExist) {
		err = errors.Join(err, rm)
	}
	if err != nil {
		return fmt.Errorf("removing the temporary file of %s: %w", displayName(st.name), err)
	}
	return nil
}
