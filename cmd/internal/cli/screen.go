package cli

import (
	"io"
	"sync"
)

// screen is standard error, which the log, the progress and what a run says share. On a terminal a line that is written
// while a progress bar stands takes the bar's place; the bar draws itself anew below it. Writing to it never fails: a
// run does not end, or say more, because nobody reads what it says.
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
		_, _ = io.WriteString(s.out, s.wipe)
	}
	_, _ = s.out.Write(p)
	return len(p), nil
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
	_, _ = b.out.Write(p)
	return len(p), nil
}

// barGone tells that the bar has cleared itself.
func barGone(w io.Writer) {
	if s, ok := w.(*screen); ok {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.drawn = false
	}
}
