package cli

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/mattn/go-runewidth"

	"github.com/contactsync/contactsync/importer/outcome"
)

// showRuns writes a line for each run. On a terminal that is too narrow for it what is long stands on a second line.
func showRuns(w io.Writer, width int, list []pastRun) {
	wide := [][]string{{"RUN", "BEGAN (UTC)", "COMMAND", "JOB", "ENDED", "STATE", "ROWS SENT", "REPORT"}}
	narrow := [][]string{wide[0][:5]}
	var below []string
	for _, d := range list {
		cells := []string{
			d.ID, d.Started.Format(time.DateTime), d.command(), d.Job, d.Ended, d.then(), rowCounts(d.Rows), cmp.Or(d.ReportDir, noReport),
		}
		wide, narrow = append(wide, cells), append(narrow, cells[:5])
		below = append(below, fmt.Sprintf("  %s; rows sent: %s; report: %s", d.then(), rowCounts(d.Rows), oneLine(cmp.Or(d.ReportDir, noReport))))
	}
	lines := tableLines(wide)
	if width == 0 || widestOf(lines) <= width {
		fmt.Fprint(w, strings.Join(lines, "\n")+"\n")
		return
	}
	for i, line := range tableLines(narrow) {
		fmt.Fprintln(w, line)
		if i > 0 {
			fmt.Fprintln(w, below[i-1])
		}
	}
}

// tableLines sets columns side by side. Nothing is cut: a cell is an id or a path that somebody copies.
func tableLines(rows [][]string) []string {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], runewidth.StringWidth(oneLine(cell)))
		}
	}
	lines := make([]string, len(rows))
	for i, row := range rows {
		var b strings.Builder
		for j, cell := range row {
			b.WriteString(runewidth.FillRight(oneLine(cell), widths[j]) + "  ")
		}
		lines[i] = strings.TrimRight(b.String(), " ")
	}
	return lines
}

func widestOf(lines []string) int {
	widest := 0
	for _, line := range lines {
		widest = max(widest, runewidth.StringWidth(line))
	}
	return widest
}

func (d *pastRun) command() string {
	switch {
	case d.Simulated:
		return d.Command + " (simulated)"
	case d.DryRun:
		return d.Command + " (dry run)"
	}
	return d.Command
}

// then tells what became of a run that did not do everything.
func (d *pastRun) then() string {
	switch n := len(d.ContinuedBy); {
	case n > 0:
		return "continued by " + d.ContinuedBy[n-1]
	case !d.Closed:
		return "open"
	}
	return "closed"
}

// rowCounts are the counts of the statuses that there are, in their usual order.
func rowCounts(rows map[outcome.Status]int) string {
	var parts []string
	for _, s := range outcome.Statuses() {
		if n := rows[s]; n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", s, n))
		}
	}
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, ", ")
}

// printText writes what show writes at once. For a command whose text is its result, one that could not be printed has
// failed.
func printText(w io.Writer, show func(w io.Writer)) error {
	var text bytes.Buffer
	show(&text)
	if _, err := text.WriteTo(w); err != nil {
		return fmt.Errorf("printing: %w", err)
	}
	return nil
}

func printJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
