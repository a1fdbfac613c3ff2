package cli

import (
	"bytes"
	"io"
	"slices"
	"sync"

	"github.com/rs/zerolog"
)

// screen is standard error, which the log, the progress and what a run says share. On a terminal a line that is written
// while a progress bar stands takes the bar's place; the bar draws itself anew below it. Where JSON is asked for, each
// line that is written for a person becomes an event of the log, so that whoever reads it finds nothing else. Writing to
// it never fails: a run does not end, or say more, because nobody reads what it says.
type screen struct {
	mu    sync.Mutex
	out   io.Writer
	wipe  string // takes a bar off its line
	drawn bool

	asJSON bool
	level  zerolog.Level // what a person is told is an event of the level info
	rest   []byte        // a line that has not ended yet
}

// wipeLine goes to the start of the line and erases it (ECMA-48: CR, EL 2).
const wipeLine = "\r\x1b[2K"

func newScreen(env Env, asJSON bool) *screen {
	s := &screen{out: env.Stderr, wipe: wipeLine, asJSON: asJSON, level: zerolog.InfoLevel}
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

// held reports whether nobody sees yet what is written.
func (s *screen) held() bool {
	stream, ok := s.out.(heldStream)
	return ok && stream.held.holds()
}

// speaksJSON reports whether each line of standard error is to be JSON.
func speaksJSON(env Env) bool {
	s, ok := env.Stderr.(*screen)
	return ok && s.asJSON
}

func (s *screen) Write(p []byte) (int, error) {
	if s.asJSON {
		s.writeLines(p)
		return len(p), nil
	}
	s.writeRaw(p)
	return len(p), nil
}

func (s *screen) writeRaw(p []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.drawn {
		s.drawn = false
		_, _ = io.WriteString(s.out, s.wipe)
	}
	_, _ = s.out.Write(p)
}

// writeLines makes events of the lines that are complete.
func (s *screen) writeLines(p []byte) {
	s.mu.Lock()
	all := slices.Concat(s.rest, p)
	end := bytes.LastIndexByte(all, '\n') + 1
	lines := bytes.Split(all[:end], []byte("\n"))
	s.rest = bytes.Clone(all[end:])
	s.mu.Unlock()
	for _, line := range lines {
		s.say(string(line))
	}
}

// say makes an event of a line.
func (s *screen) say(line string) {
	if text := withoutName(line); text != "" {
		log := s.log()
		log.Info().Msg(text)
	}
}

// flush ends a line that waits for its end, as a question does.
func (s *screen) flush() {
	s.mu.Lock()
	line := string(s.rest)
	s.rest = nil
	s.mu.Unlock()
	s.say(line)
}

// log writes events, as far as the level lets them.
func (s *screen) log() zerolog.Logger { return s.everyLevel().Level(s.level) }

// everyLevel writes what has to be told whatever the level is.
func (s *screen) everyLevel() zerolog.Logger {
	return zerolog.New(rawScreen{s}).With().Timestamp().Logger()
}

// rawScreen takes lines that have their form already.
type rawScreen struct{ *screen }

func (r rawScreen) Write(p []byte) (int, error) {
	r.writeRaw(p)
	return len(p), nil
}

// logWriter takes the lines of the log.
func logWriter(w io.Writer) io.Writer {
	if s, ok := w.(*screen); ok {
		return rawScreen{s}
	}
	return w
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
