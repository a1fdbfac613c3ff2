package terminal

import (
	"bytes"
	"cmp"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/mattn/go-runewidth"
)

// sheet is what is written line by line for a person: a line that is wider than the terminal goes on below, from the start of
// a word, and a line has the colour of what it tells. Where nobody sees them, lines stay as they are.
type sheet struct {
	out    io.Writer
	view   View
	colour colour // of the lines that come
	rest   []byte // a line that has not ended yet
	err    error  // of what was written
}

// sheet is what is written on the screen.
func (s *Screen) sheet() *sheet {
	if s.asJSON {
		return &sheet{out: s}
	}
	return &sheet{out: s, view: s.view}
}

// colour is the number of an ANSI colour.
type colour int

// What a line has the colour of.
const (
	plain    colour = 0
	created  colour = 32 // green
	updated  colour = 33 // yellow
	deleted  colour = 31 // red
	conflict colour = 35 // magenta
	adopted  colour = 36 // cyan
)

// paint gives the lines that come a colour.
func (s *sheet) paint(c colour) { s.colour = c }

// further is how far the rest of a line is set in that is too wide for the terminal, beyond where it began.
const further = 2

// narrowest is the width for which lines are still wrapped: on less nothing can be read anyway.
const narrowest = 20

func (s *sheet) Write(p []byte) (int, error) {
	all := slices.Concat(s.rest, p)
	end := bytes.LastIndexByte(all, '\n') + 1
	var b strings.Builder
	for line := range strings.Lines(string(all[:end])) {
		for _, part := range wrapped(strings.TrimSuffix(line, "\n"), s.view.Width) {
			b.WriteString(s.painted(part) + "\n")
		}
	}
	s.rest = bytes.Clone(all[end:])
	_, err := io.WriteString(s.out, b.String())
	s.err = cmp.Or(s.err, err)
	return len(p), err
}

func (s *sheet) painted(line string) string {
	if !s.view.Colour || s.colour == plain || line == "" {
		return line
	}
	return "\x1b[" + strconv.Itoa(int(s.colour)) + "m" + line + "\x1b[0m"
}

// wrapped cuts a line between words into such as are at most so many cells wide; within a word only where that is wider by
// itself. 0 is any width.
func wrapped(line string, width int) []string {
	if width < narrowest || runewidth.StringWidth(line) <= width {
		return []string{line}
	}
	blanks := len(line) - len(strings.TrimLeft(line, " "))
	first, rest := strings.Repeat(" ", blanks), strings.Repeat(" ", min(blanks+further, width/2))
	lines, now, used := []string(nil), first, blanks
	empty := true
	for i, word := range strings.Split(line[blanks:], " ") {
		n := runewidth.StringWidth(word)
		switch {
		case i == 0:
		case used+1+n <= width:
			now, used = now+" ", used+1
		case !empty:
			lines, now, used, empty = append(lines, now), rest, len(rest), true
		}
		for used+n > width { // it is wider than a line
			head := runewidth.Truncate(word, width-used, "")
			lines = append(lines, now+head) // the head is nothing where not one character fits
			now, used, word = rest, len(rest), word[len(head):]
			n = runewidth.StringWidth(word)
		}
		now, used = now+word, used+n
		empty = empty && word == ""
	}
	return append(lines, now)
}
