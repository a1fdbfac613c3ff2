package cli

import (
	"io"
	"sync"
)

// screen is standard error, which the log, the progress and what a run says share. On a terminal a line that is written
// while a progress bar stands takes the bar's place; the bar draws itself anew below it.
type screen struct {
	mu    sync.Mutex
	out   io.Writer
	wipe  string // takes a bar off its line
	drawn bool
}

// wipeLine goes to the start of the line and erases it (ECMA-48: CR, EL 2).
const wipeLine = "\r\x1b[2K"

func newScreen(env Env) *screen {
	s := &screen{out: env.Stderr, wipe: wipeLine}
	if !steers(env) {
		s.wipe = "\n"
	}
	return s
}

// steers reports whether the terminal understands control sequences.
func steers(env Env) bool {
	name, _ := env.LookupEnv("TERM")
	return env.StderrTTY && name != "dumb"
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.drawn {
		s.drawn = false
		if _, err := io.WriteString(s.out, s.wipe); err != nil {
			return 0, err
		}
	}
	return s.out.Write(p)
}

// barWriter takes what a progress bar draws.
func barWriter(w io.Writer) io.Writer {
	if s, ok := w.(*screen); ok {
		return bar{s}
	}
	return w
}

type bar struct{ *screen }

func (b bar) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.drawn = true
	return b.out.Write(p)
}

// barGone tells that the bar has cleared itself.
func barGone(w io.Writer) {
	if s, ok := w.(*screen); ok {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.drawn = false
	}
}
