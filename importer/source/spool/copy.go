package spool

import (
	"errors"
	"io/fs"
	"os"
)

// maxCopy is the largest input of which a private copy is kept. It is more than any list of contacts needs (some ten
// million rows), and still written in seconds.
const maxCopy = 1 << 30

// copier keeps what is written to it in a private file. For a pipe, which can't be read a second time, it must; a file
// stays open instead where there is no room for its copy.
type copier struct {
	file *os.File // nil once it was given up
	must bool
	room int64
}

// copier makes the private file for an input; nil if the input is to do without.
func (st *File) copier(env Env, must bool) (*copier, error) {
	if !must && (st.was == nil || st.was.Size() > maxCopy) {
		return nil, nil
	}
	f, err := newSpool(env)
	if err != nil {
		if must {
			return nil, err
		}
		return nil, nil // a run needs no folder for temporary files
	}
	// Where the system lets an open file go, nothing is left behind even by a process that is killed. Where it does not,
	// close removes it.
	_ = os.Remove(f.Name())
	c := &copier{file: f, must: must, room: maxCopy}
	if free, ok := env.roomFor(f); ok {
		c.room = min(c.room, free/2)
	}
	if !must && st.was.Size() > c.room {
		c.giveUp()
	}
	return c, nil
}

// Write never fails where the copy may be given up.
func (c *copier) Write(p []byte) (int, error) {
	if c.file == nil {
		return len(p), nil
	}
	if c.must {
		return c.file.Write(p)
	}
	c.room -= int64(len(p)) // the file may grow while it is read
	if c.room < 0 {
		c.giveUp()
	} else if _, err := c.file.Write(p); err != nil {
		c.giveUp()
	}
	return len(p), nil
}

func (c *copier) giveUp() {
	_ = discard(c.file) // it holds nothing that is needed
	c.file = nil
}

// discard closes a temporary file, and removes it where it still has a name.
func discard(f *os.File) error {
	err := f.Close()
	if rm := os.Remove(f.Name()); rm != nil && !errors.Is(rm, fs.ErrNotExist) {
		err = errors.Join(err, rm)
	}
	return err
}

func newSpool(env Env) (*os.File, error) {
	if env.TempFile != nil {
		return env.TempFile()
	}
	return os.CreateTemp("", "contactsync-*") // made with mode 0600
}

// roomFor is how many bytes are free where a file lies; false if that can't be told.
func (env Env) roomFor(f *os.File) (int64, bool) {
	if env.Room != nil {
		return env.Room(f)
	}
	return freeRoom(f)
}
