package terminal

import (
	"fmt"
	"io"
	"strings"

	"github.com/mattn/go-runewidth"
)

// Table is a text of columns side by side.
type Table struct {
	// Rows are the cells, line by line, and the header is the first line. All have as many.
	Rows [][]string
	// Widest is the most that a column may take, but for the last one; 0: nothing is cut, since a cell is an id or a path
	// that somebody copies.
	Widest int
	// Edge is where the last column is cut, as at the terminal's edge; 0: nowhere.
	Edge int
}

// gap stands between two columns.
const gap = "  "

// Lines are the table's lines.
func (t Table) Lines() []string {
	if len(t.Rows) == 0 {
		return nil
	}
	widths := t.widths()
	lines := make([]string, len(t.Rows))
	for i, row := range t.Rows {
		var b strings.Builder
		used := 0
		for j, cell := range row {
			cell = OneLine(cell)
			if j == len(row)-1 {
				if t.Edge > used {
					cell = runewidth.Truncate(cell, t.Edge-used, "…")
				}
				b.WriteString(cell)
				break
			}
			b.WriteString(runewidth.FillRight(runewidth.Truncate(cell, widths[j], "…"), widths[j]) + gap)
			used += widths[j] + len(gap)
		}
		lines[i] = strings.TrimRight(b.String(), " ")
	}
	return lines
}

// widths are how many cells of the terminal each column takes.
func (t Table) widths() []int {
	widths := make([]int, len(t.Rows[0]))
	for _, row := range t.Rows {
		for i, cell := range row {
			widths[i] = max(widths[i], runewidth.StringWidth(OneLine(cell)))
			if t.Widest > 0 {
				widths[i] = min(t.Widest, widths[i])
			}
		}
	}
	return widths
}

// Width is how wide the longest line is.
func (t Table) Width() int {
	width := 0
	for _, line := range t.Lines() {
		width = max(width, runewidth.StringWidth(line))
	}
	return width
}

// Write writes the lines.
func (t Table) Write(w io.Writer) {
	for _, line := range t.Lines() {
		fmt.Fprintln(w, line)
	}
}

// Folded is a table that has a narrower form for a terminal that is too narrow for it: the first columns alone, and what is long on
// a second line of each row.
type Folded struct {
	// Rows are as in [Table], First is how many columns stand in the narrow form, and Below what stands below each row but the
	// header there.
	Rows  [][]string
	First int
	Below []string
}

// Write writes the table within a width in cells; 0: it has none.
func (f Folded) Write(w io.Writer, width int) {
	if whole := (Table{Rows: f.Rows}); width == 0 || whole.Width() <= width {
		whole.Write(w)
		return
	}
	narrow := make([][]string, len(f.Rows))
	for i, row := range f.Rows {
		narrow[i] = row[:f.First]
	}
	for i, line := range (Table{Rows: narrow}).Lines() {
		fmt.Fprintln(w, line)
		if i > 0 {
			fmt.Fprintln(w, f.Below[i-1])
		}
	}
}
