// Package terminal shows a person how a command gets on and what it found: the screen that log, progress, messages and
// questions share, previews, and tables. Where a machine reads along instead, it makes events of the lines.
package terminal

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/rs/zerolog"
)

// Screen is standard error, which the log, the progress and what a run says share. On a terminal a line that is written
// while a progress bar stands takes the bar's place; the bar draws itself anew below it. Where JSON is asked for, each
// line that is written for a person becomes an event of the log, so that whoever reads it finds nothing else. Writing to
// it never fails: a run does not end, or say more, because nobody reads what it says.
type Screen struct {
	mu    sync.Mutex
	out   io.Writer
	view  View
	wipe  string // takes a bar off its line
	drawn bool

	asJSON bool
	level  zerolog.Level // what a person is told is an event of the level info
	rest   []byte        // a line that has not ended yet
}

// wipeLine goes to the start of the line and erases it (ECMA-48: CR, EL 2).
const wipeLine = "\r\x1b[2K"

// NewScreen makes a screen of a stream that is seen so.
func NewScreen(out io.Writer, v View, asJSON bool) *Screen {
	s := &Screen{out: out, view: v, wipe: wipeLine, asJSON: asJSON, level: zerolog.InfoLevel}
	if !v.Steers {
		s.wipe = "\n"
	}
	return s
}

// View is how it is seen.
func (s *Screen) View() View { return s.view }

// SpeakJSON makes each further line an event, or no longer.
func (s *Screen) SpeakJSON(asJSON bool) { s.asJSON = asJSON }

// SpeaksJSON reports whether each line is to be JSON.
func (s *Screen) SpeaksJSON() bool { return s.asJSON }

// SetLevel is the level from which events are told.
func (s *Screen) SetLevel(level zerolog.Level) { s.level = level }

// held reports whether nobody sees yet what is written.
func (s *Screen) held() bool {
	stream, ok := s.out.(heldStream)
	return ok && stream.held.holds()
}

func (s *Screen) Write(p []byte) (int, error) {
	if s.asJSON {
		s.writeLines(p)
		return len(p), nil
	}
	s.writeRaw(p)
	return len(p), nil
}

func (s *Screen) writeRaw(p []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.drawn {
		s.drawn = false
		_, _ = io.WriteString(s.out, s.wipe)
	}
	_, _ = s.out.Write(p)
}

// writeLines makes events of the lines that are complete.
func (s *Screen) writeLines(p []byte) {
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
func (s *Screen) say(line string) {
	if text := withoutName(line); text != "" {
		log := s.Log()
		log.Info().Msg(text)
	}
}

// Flush ends a line that waits for its end, as a question does.
func (s *Screen) Flush() {
	s.mu.Lock()
	line := string(s.rest)
	s.rest = nil
	s.mu.Unlock()
	s.say(line)
}

// Log writes events, as far as the level lets them.
func (s *Screen) Log() zerolog.Logger { return s.EveryLevel().Level(s.level) }

// EveryLevel writes what has to be told whatever the level is.
func (s *Screen) EveryLevel() zerolog.Logger {
	return zerolog.New(rawScreen{s}).With().Timestamp().Logger()
}

// rawScreen takes lines that have their form already.
type rawScreen struct{ *Screen }

func (r rawScreen) Write(p []byte) (int, error) {
	r.writeRaw(p)
	return len(p), nil
}

// LogWriter takes the lines of the log.
func (s *Screen) LogWriter() io.Writer { return rawScreen{s} }

// TellError tells what happened and what to do now: a person on lines of their own, a machine as one event.
func (s *Screen) TellError(err error, hint string) {
	if s.asJSON {
		log := s.Log()
		event := log.Error()
		if hint != "" {
			event = event.Str("hint", hint)
		}
		event.Msg(err.Error())
		return
	}
	fmt.Fprintln(s, "contactsync:", Printable(err.Error()))
	if hint != "" {
		fmt.Fprintln(s, "  "+strings.ReplaceAll(Printable(hint), "\n", "\n  "))
	}
}

// withoutName takes off what names the program at the start of a line for a person, and the blanks around it.
func withoutName(line string) string {
	return strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(line), "contactsync: "))
}

// bar takes what a progress bar draws.
type bar struct{ *Screen }

func (b bar) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.drawn = true
	_, _ = b.out.Write(p)
	return len(p), nil
}

// gone tells that the bar has cleared itself.
func (b bar) gone() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.drawn = false
}
