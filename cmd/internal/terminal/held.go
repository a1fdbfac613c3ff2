package terminal

import (
	"errors"
	"io"
	"os"
	"sync"
)

// Held keeps what goes to both streams until it is known how the command ended: --quiet says nothing of what ended well,
// and all of anything else. What is long waits in a file that nobody else can open.
type Held struct {
	mu     sync.Mutex
	open   bool // nothing is held any more
	gone   bool // and nobody wants it
	chunks []chunk
	size   int
	spool  *os.File // holds the chunks' bytes in their order once they are many; nil: they hold them themselves
	temp   func() (*os.File, error)
}

// chunk is what was written at once.
type chunk struct {
	to   io.Writer
	text []byte // nil in a spool
	size int
}

// heldInMemory is how much of what is held stays in memory.
const heldInMemory = 1 << 20

// NewHeld holds what is written from now on. temp makes the file for what is long.
func NewHeld(temp func() (*os.File, error)) *Held { return &Held{temp: temp} }

// Stream is a writer that holds what is for another one.
func (h *Held) Stream(to io.Writer) io.Writer { return heldStream{h, to} }

type heldStream struct {
	held *Held
	to   io.Writer
}

func (s heldStream) Write(p []byte) (int, error) { return s.held.write(s.to, p) }

func (h *Held) write(to io.Writer, p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.gone:
		return len(p), nil
	case h.open:
		return to.Write(p)
	}
	if h.spool == nil && h.size+len(p) > heldInMemory {
		if err := h.spill(); err != nil {
			return 0, err
		}
	}
	c := chunk{to: to, size: len(p)}
	if h.spool == nil {
		c.text = append([]byte{}, p...)
	} else if _, err := h.spool.Write(p); err != nil {
		return 0, err
	}
	if n := len(h.chunks); h.spool != nil && n > 0 && h.chunks[n-1].to == to {
		h.chunks[n-1].size += len(p) // so that the list stays short
	} else {
		h.chunks = append(h.chunks, c)
	}
	h.size += len(p)
	return len(p), nil
}

func (h *Held) holds() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return !h.open
}

// spill moves what is held into a file.
func (h *Held) spill() error {
	f, err := h.temp()
	if err != nil {
		return err
	}
	_ = os.Remove(f.Name()) // where an open file can't lose its name, Drop removes it
	for i := range h.chunks {
		if _, err := f.Write(h.chunks[i].text); err != nil {
			return errors.Join(err, f.Close())
		}
		h.chunks[i].text = nil
	}
	h.spool = f
	return nil
}

// Release writes what was held, in its order, and holds nothing any more.
func (h *Held) Release() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.open {
		return nil
	}
	h.open = true
	var failed error
	if h.spool != nil {
		_, failed = h.spool.Seek(0, io.SeekStart)
	}
	for _, c := range h.chunks {
		var err error
		if h.spool != nil {
			_, err = io.CopyN(c.to, h.spool, int64(c.size))
		} else {
			_, err = c.to.Write(c.text)
		}
		failed = errors.Join(failed, err)
	}
	h.forget()
	return failed
}

// Drop forgets what was held.
func (h *Held) Drop() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.open, h.gone = true, true
	h.forget()
}

func (h *Held) forget() {
	h.chunks = nil
	if h.spool != nil {
		_ = h.spool.Close() // only what is printed, or not, counts
		_ = os.Remove(h.spool.Name())
		h.spool = nil
	}
}
