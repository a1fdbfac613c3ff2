package cli

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/contactsync/contactsync/cmd/internal/option"
	"github.com/contactsync/contactsync/cmd/internal/terminal"
	"github.com/contactsync/contactsync/importer/outcome"
)

// showRuns writes a line for each run. On a terminal that is too narrow for it what is long stands on a second line.
func showRuns(w io.Writer, width int, list []pastRun) {
	wide := [][]string{{"RUN", "BEGAN (UTC)", "COMMAND", "JOB", "ENDED", "STATE", "ROWS SENT", "REPORT"}}
	narrow := [][]string{wide[0][:5]}
	var below []string
	for _, d := range list {
		cells := []string{
			d.ID, d.Started.Format(time.DateTime), d.command(), d.Job, d.Ended, d.then(), rowCounts(d.Rows), cmp.Or(d.ReportDir, option.NoReport),
		}
		wide, narrow = append(wide, cells), append(narrow, cells[:5])
		below = append(below, fmt.Sprintf("  %s; rows sent: %s; report: %s", d.then(), rowCounts(d.Rows), terminal.OneLine(cmp.Or(d.ReportDir, option.NoReport))))
	}
	if table := (terminal.Table{Rows: wide}); width == 0 || table.Width() <= width {
		table.Write(w)
		return
	}
	for i, line := range (terminal.Table{Rows: narrow}).Lines() {
		fmt.Fprintln(w, line)
		if i > 0 {
			fmt.Fprintln(w, below[i-1])
		}
	}
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
