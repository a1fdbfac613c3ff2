package terminal

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/mattn/go-runewidth"

	"github.com/contactsync/contactsync/importer/ready"
)

// Findings shows what was looked at line by line: how it stands, what it is, what was found, and below that what to do.
type Findings struct {
	Out  io.Writer
	View View
	err  error
}

// The columns of findings.
const (
	widestStatus = len("warning")
	widestName   = len("request budget")
)

// Show writes a finding.
func (f *Findings) Show(found ready.Finding) {
	mark := runewidth.FillRight(string(found.Status), widestStatus)
	f.write(f.painted(found.Status, mark)+gap+runewidth.FillRight(found.Name, widestName)+gap, OneLine(found.Found))
	if found.Fix != "" {
		f.write(strings.Repeat(" ", f.indent()), OneLine("what to do: "+found.Fix))
	}
}

func (f *Findings) indent() int { return widestStatus + widestName + 2*len(gap) }

// write writes a text behind what stands before it, and goes on below it.
func (f *Findings) write(before, text string) {
	width := f.View.Width - f.indent()
	lines := []string{text}
	if f.View.Width > 0 && width >= narrowest {
		lines = wrapped(text, width)
	}
	for i, line := range lines {
		if i > 0 {
			before = strings.Repeat(" ", f.indent())
		}
		f.print(before + line + "\n")
	}
}

// End tells what all of it comes to.
func (f *Findings) End(of map[ready.Status]int) {
	var parts []string
	for _, p := range []struct {
		n    int
		text string
	}{{of[ready.Failed], "failed"}, {of[ready.Skipped], "not tried"}, {of[ready.Warning], plural(of[ready.Warning], "warning")}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.text))
		}
	}
	text := "A run has what it needs"
	switch {
	case of[ready.Failed] > 0:
		text = "A run would not have what it needs"
	case of[ready.Skipped] > 0:
		text = "Not everything could be tried"
	}
	if len(parts) > 0 {
		text += ": " + strings.Join(parts, ", ")
	}
	f.print("\n" + text + ".\n")
}

// Err is the first error of what was written.
func (f *Findings) Err() error {
	if f.err != nil {
		return fmt.Errorf("printing: %w", f.err)
	}
	return nil
}

func (f *Findings) print(text string) {
	if _, err := io.WriteString(f.Out, text); err != nil && f.err == nil {
		f.err = err
	}
}

func (f *Findings) painted(s ready.Status, mark string) string {
	colours := map[ready.Status]colour{ready.OK: created, ready.Warning: updated, ready.Failed: deleted}
	c, ok := colours[s]
	if !f.View.Colour || !ok {
		return mark
	}
	return "\x1b[" + strconv.Itoa(int(c)) + "m" + mark + "\x1b[0m"
}
