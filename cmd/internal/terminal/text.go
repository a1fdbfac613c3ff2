package terminal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/contactsync/contactsync/report"
)

// Printable keeps what an input, or a server, says from steering the terminal: control characters become visible. Only
// the line ends of a message of several lines stay.
func Printable(s string) string {
	lines := strings.Split(s, "\n")
	for i, line := range lines {
		lines[i] = report.Visible(line)
	}
	return strings.Join(lines, "\n")
}

// OneLine makes a text fit for a line, as of a table.
func OneLine(s string) string {
	return report.Visible(strings.NewReplacer("\n", "⏎", "\t", "⇥").Replace(s))
}

// Counted writes a number with its noun.
func Counted(n int, noun string) string {
	return fmt.Sprintf("%d %s", n, plural(n, noun))
}

// plural is a noun as it stands behind a number.
func plural(n int, noun string) string {
	if n == 1 {
		return noun
	}
	return noun + "s"
}

// Print writes what show writes at once. For a command whose text is its result, one that could not be printed has
// failed.
func Print(w io.Writer, show func(w io.Writer)) error {
	var text bytes.Buffer
	show(&text)
	if _, err := text.WriteTo(w); err != nil {
		return fmt.Errorf("printing: %w", err)
	}
	return nil
}

// PrintJSON writes a result for scripts.
func PrintJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// VisibleLines passes text on line by line, with control characters made visible.
type VisibleLines struct {
	Out  io.Writer
	rest []byte
}

func (v *VisibleLines) Write(p []byte) (int, error) {
	v.rest = append(v.rest, p...)
	end := 0
	for i, c := range v.rest {
		if c != '\n' {
			continue
		}
		if _, err := io.WriteString(v.Out, report.Visible(string(v.rest[end:i]))+"\n"); err != nil {
			return 0, err
		}
		end = i + 1
	}
	v.rest = append(v.rest[:0], v.rest[end:]...)
	return len(p), nil
}
