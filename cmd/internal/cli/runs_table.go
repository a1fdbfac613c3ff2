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
	table := terminal.Folded{First: 5, Rows: [][]string{{"RUN", "BEGAN (UTC)", "COMMAND", "JOB", "ENDED", "STATE", "ROWS SENT", "REPORT"}}}
	for _, d := range list {
		cells := []string{
			d.ID, d.Started.Format(time.DateTime), d.command(), d.Job, d.Ended, d.then(), rowCounts(d.Rows), cmp.Or(d.ReportDir, option.NoReport),
		}
		table.Rows = append(table.Rows, cells)
		table.Below = append(table.Below, fmt.Sprintf("  %s; rows sent: %s; report: %s", d.then(), rowCounts(d.Rows), terminal.OneLine(cmp.Or(d.ReportDir, option.NoReport))))
	}
	table.Write(w, width)
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
