package report

import (
	"cmp"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/contactsync/contactsync/importer/outcome"
)

// The most that the end of a run shows of a kind; all of it stands in the report.
const (
	maxProblemsShown = 5
	maxColumnsShown  = 10
)

// End is what is told at the end of a run.
type End struct {
	Summary Summary
	Tally   *Tally
	// Dir is where the report is; empty if there is none.
	Dir string
	// Hint says what to do about why the run stopped; may be empty.
	Hint string
	// Fallbacks says for each input which columns stand in for a field that has no value of its own, and for which.
	Fallbacks []map[string]string
	// Advice says in one line why the next command is what it is; may be empty.
	Advice string
	// Next is the exact command that comes next; empty if nothing is left to do. It is the last line.
	Next string
}

// TextOptions say how the end of a run is shown.
type TextOptions struct {
	Colour bool
	// Width is the terminal's width in characters; 0 does not wrap.
	Width int
	// Values shows the values of rows, and what was said of them. Without it only lines, columns and codes are told.
	Values bool
	// Explain tells what a code means and what to do about it, without any value, for output that shows none.
	Explain func(code string) (meaning, fix string)
}

// RenderText writes the end of a run for a person to read.
func RenderText(w io.Writer, e End, o TextOptions) error {
	t := &text{TextOptions: o, severalInputs: len(e.Summary.Inputs) > 1, counted: map[string]string{}}
	for _, in := range e.Summary.Inputs {
		t.counted[in.Source] = lineOf(in)
	}
	t.counts(e.Summary)
	t.changes(e.Summary.Inputs)
	if e.Tally != nil {
		t.kinds("Most frequent problems", e.Tally.Problems(), red)
		t.kinds("Warnings", e.Tally.Warnings(), yellow)
	}
	t.unmapped(e.Summary.Inputs, e.Fallbacks)
	t.sharedIDs(e.Summary.Inputs)
	if e.Summary.Stopped != "" {
		t.blank()
		t.line("", "", t.paint(bold, "Stopped: ")+Visible(e.Summary.Stopped))
		if e.Hint != "" {
			t.line("  ", "", Visible(e.Hint))
		}
	}
	if e.Dir != "" {
		t.blank()
		t.line("", "", t.paint(bold, "Report: ")+Visible(e.Dir))
	}
	if e.Next != "" {
		t.blank()
		t.line("", "", strings.TrimSpace(t.paint(bold, "Next:")+" "+Visible(e.Advice)))
		t.out.WriteString(Visible(e.Next) + "\n") // never wrapped: it is there to be copied
	}
	_, err := io.WriteString(w, t.out.String())
	return err
}

// style is a colour or weight, as the number of its ANSI sequence.
type style int

const (
	bold   style = 1
	red    style = 31
	green  style = 32
	yellow style = 33
)

// text collects the lines.
type text struct {
	TextOptions
	severalInputs bool
	counted       map[string]string // what the lines of each input are called
	out           strings.Builder
}

func (t *text) paint(s style, what string) string {
	if !t.Colour || what == "" {
		return what
	}
	return "\x1b[" + strconv.Itoa(int(s)) + "m" + what + "\x1b[0m"
}

func (t *text) blank() {
	if t.out.Len() > 0 {
		t.out.WriteByte('\n')
	}
}

// counts tells how many rows ended how, in how many requests and how much time.
func (t *text) counts(s Summary) {
	head := fmt.Sprintf("%s in %s", plural(s.Rows.Total, "row"), span(s.Finished.Sub(s.Started)))
	if s.Requests > 0 {
		head += ", " + plural(s.Requests, "request")
	}
	if waited := time.Duration(s.RateWaitSeconds * float64(time.Second)); waited >= time.Second {
		head += ", waited " + span(waited) + " for the request budget"
	}
	if s.Simulated {
		head += " (simulated)"
	}
	t.line("", "", t.paint(bold, head))
	for _, status := range outcome.Statuses() {
		n := s.Rows.Of(status)
		if n == 0 {
			continue
		}
		colour := green
		if status.Rejected() {
			colour = red
		}
		t.line("  ", "", fmt.Sprintf("%s %d", t.paint(colour, fmt.Sprintf("%-14s", status)), n))
	}
	blank := 0
	for _, in := range s.Inputs {
		blank += in.BlankRows
	}
	if blank > 0 {
		t.line("  ", "", fmt.Sprintf("%s left out", plural(blank, "blank row")))
	}
}

// changes tells which inputs are no longer what was read.
func (t *text) changes(inputs []InputSummary) {
	for _, in := range inputs {
		if !in.Changed {
			continue
		}
		how, known := map[string]string{
			"removed": "was removed", "replaced": "was replaced by another file", "appended": "was appended to", "unreadable": "can't be looked at any more",
		}[in.Change]
		if !known {
			how = "was written to"
		}
		words := Visible(in.Source) + " " + how + " during the run. All of this is about the rows as they were read first"
		if in.Change != "removed" && in.Change != "unreadable" {
			words += "; to take in what is new run the same command again"
		}
		t.blank()
		t.line("", "", t.paint(bold, "Changed: ")+words+".")
	}
}

// kinds tells the most frequent kinds of problems, each with an example and what to do about it.
func (t *text) kinds(title string, list []Frequent, colour style) {
	if len(list) == 0 {
		return
	}
	t.blank()
	t.line("", "", t.paint(bold, title))
	for _, f := range list[:min(len(list), maxProblemsShown)] {
		code := Visible(f.Code)
		if code == "" {
			code = "other"
		}
		t.line("  ", "", t.paint(colour, code)+": "+plural(f.Rows, "row"))
		example, fix := t.example(f)
		t.line("    ", "  ", example)
		if fix != "" {
			t.line("    ", "  ", "what to do: "+fix)
		}
	}
	if more := len(list) - maxProblemsShown; more > 0 {
		t.line("  ", "", fmt.Sprintf("and %d more kinds", more))
	}
}

// example tells where a kind of problem first is, what it is there, and what to do.
func (t *text) example(f Frequent) (example, fix string) {
	where := "first in " + t.place(f)
	if f.Example.Column != "" {
		where += ", column " + quoted(f.Example.Column)
	}
	p := f.Example
	if !t.Values {
		if t.Explain == nil {
			return where, ""
		}
		meaning, fix := t.Explain(f.Code)
		return joined(where, meaning), fix
	}
	what := Visible(p.Message)
	if p.Value != "" {
		what = joined(quoted(p.Value), what)
	}
	return joined(where, what), Visible(p.Fix)
}

func (t *text) place(f Frequent) string {
	switch {
	case f.Line == 0 && f.Row > 0: // it could not be read again
		return fmt.Sprintf("row %d", f.Row)
	case f.Line == 0:
		return "a contact that is in no input"
	case t.severalInputs:
		return fmt.Sprintf("%s %d of %s", cmp.Or(t.counted[f.Source], "line"), f.Line, Visible(f.Source))
	}
	return fmt.Sprintf("%s %d", cmp.Or(t.counted[f.Source], "line"), f.Line)
}

// lineOf is what the lines of an input are called, which of a JSON array are its objects.
func lineOf(in InputSummary) string {
	if in.Format == "json" {
		return "object"
	}
	return "line"
}

func joined(a, b string) string {
	if b == "" {
		return a
	}
	return a + ": " + b
}

// unmapped tells which columns went nowhere.
func (t *text) unmapped(inputs []InputSummary, fallbacks []map[string]string) {
	shown, total := 0, 0
	for i, in := range inputs {
		for _, c := range mostValues(in.Unmapped) {
			if total++; total > maxColumnsShown {
				continue
			}
			if shown++; shown == 1 {
				t.blank()
				t.line("", "", t.paint(bold, "Columns with no place in emnify"))
			}
			from := ""
			if t.severalInputs {
				from = " (" + Visible(in.Source) + ")"
			}
			use := ""
			if i < len(fallbacks) && fallbacks[i][c.name] != "" {
				use = ", used as " + fallbacks[i][c.name] + " where a row has none"
			}
			if why := in.UnmappedReasons[c.name]; why != "" {
				use += ", not used: " + Visible(why)
			}
			t.line("  ", "  ", fmt.Sprintf("%s: %s%s%s", Visible(c.name), plural(c.values, "value"), use, from))
		}
	}
	if more := total - shown; more > 0 {
		t.line("  ", "", fmt.Sprintf("and %s more", plural(more, "column")))
	}
}

// sharedIDs tells of columns of ids that identify too few to be one.
func (t *text) sharedIDs(inputs []InputSummary) {
	for _, in := range inputs {
		if in.SharedIDs == nil {
			continue
		}
		t.blank()
		from := ""
		if t.severalInputs {
			from = Visible(in.Source) + ": "
		}
		t.line("", "  ", t.paint(yellow, "Shared ids: ")+from+Visible(in.SharedIDs.String()))
	}
}

// line writes a line, wrapped between words where it is longer than the terminal is wide. first stands before every
// line, rest in addition before all but the first one.
func (t *text) line(first, rest, words string) {
	width := 0
	for i, word := range strings.Split(words, " ") {
		n := visibleWidth(word)
		switch {
		case i == 0:
			t.out.WriteString(first)
			width = len(first)
		case t.Width > 0 && width+1+n > t.Width && width > len(first)+len(rest):
			t.out.WriteString("\n" + first + rest)
			width = len(first) + len(rest)
		default:
			t.out.WriteByte(' ')
			width++
		}
		t.out.WriteString(word)
		width += n
	}
	t.out.WriteByte('\n')
}

// visibleWidth counts the characters of a word that are not colour.
func visibleWidth(word string) int {
	n := utf8.RuneCountInString(word)
	for rest := word; ; {
		_, after, found := strings.Cut(rest, "\x1b[")
		if !found {
			return n
		}
		code, tail, _ := strings.Cut(after, "m")
		n -= len("\x1b[") + len(code) + len("m")
		rest = tail
	}
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// span writes a duration as a person would: 0.4s, 12s, 3m20s.
func span(d time.Duration) string {
	switch {
	case d < 0:
		return "0s"
	case d < 10*time.Second:
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + "s"
	}
	return d.Round(time.Second).String()
}
