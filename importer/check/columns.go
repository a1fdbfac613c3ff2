package check

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/contactsync/contactsync/importer/cell"
	"github.com/contactsync/contactsync/mapping"
)

// Columns counts what stands in the columns of the inputs: of those that go nowhere the values, of those that fields are made of
// what is missing there, and what is damaged.
type Columns struct{ inputs [][]*column }

type column struct {
	header  string
	at      int
	nowhere bool
	values  int // of one that goes nowhere, as they stand there
	ColumnTally
}

// ColumnTally is what was found in a column.
type ColumnTally struct {
	// Mapped tells that a field is made of it, alone, in part, or where others are empty.
	Mapped bool
	// Of one that is mapped Cells counts those of rows that could be read, Empty those of them that hold nothing, or what stands for
	// nothing, and Damaged those with letters that an encoding has damaged.
	Cells, Empty, Damaged int
}

// NewColumns returns the columns of inputs of which no row has been counted yet.
func NewColumns(inputs []Input) *Columns {
	c := &Columns{}
	for _, in := range inputs {
		c.inputs = append(c.inputs, columnsOf(in.Mapping))
	}
	return c
}

func columnsOf(m *mapping.Mapping) []*column {
	nowhere := map[string]bool{}
	for _, h := range m.Unmapped {
		nowhere[h] = true
	}
	used := m.Used()
	var columns []*column
	for i, h := range m.Header {
		columns = append(columns, &column{header: h, at: i, nowhere: nowhere[h], ColumnTally: ColumnTally{Mapped: used[i]}})
	}
	return columns
}

// Count counts the cells of a row.
func (c *Columns) Count(row *Row) {
	if row.Source.Defect != nil {
		return
	}
	told := toldOf(row)
	for _, u := range c.inputs[row.Input] {
		text := ""
		if u.at < len(row.Source.Cells) {
			text = row.Source.Cells[u.at]
		}
		if u.nowhere && text != "" {
			u.values++
		}
		if !u.Mapped {
			continue
		}
		u.Cells++
		switch {
		case cell.Blank(text) || told.says(u.header, mapping.TellsNothing):
			u.Empty++
		case isDamaged(text) || told.says(u.header, mapping.TellsDamage):
			u.Damaged++
		}
	}
}

// told are the codes that are told of a row's columns, beside those of fields.
type told map[string][]string

func toldOf(row *Row) told {
	var t told
	for _, w := range row.Checked.Warnings {
		if w.Column == "" {
			continue
		}
		if t == nil {
			t = told{}
		}
		t[w.Column] = append(t[w.Column], w.Code)
	}
	return t
}

func (t told) says(column string, so func(code string) bool) bool {
	return slices.ContainsFunc(t[column], so)
}

// isDamaged reports whether a text has what stands in place of letters that an encoding does not have: U+FFFD, or a question mark
// between letters.
func isDamaged(text string) bool {
	if strings.Contains(text, "\uFFFD") {
		return true
	}
	for rest := text; ; {
		i := strings.IndexByte(rest, '?')
		if i < 0 {
			return false
		}
		before, _ := utf8.DecodeLastRuneInString(rest[:i])
		after, _ := utf8.DecodeRuneInString(rest[i+1:])
		if unicode.IsLetter(before) && unicode.IsLetter(after) && !strings.Contains(text, "://") {
			return true
		}
		rest = rest[i+1:]
	}
}

// Values counts the values that go nowhere, of all inputs.
func (c *Columns) Values() int {
	n := 0
	for i := range c.inputs {
		for _, values := range c.Unmapped(i) {
			n += values
		}
	}
	return n
}

// Unmapped are the headers of an input's columns that go nowhere, with the number of their values.
func (c *Columns) Unmapped(input int) map[string]int {
	values := map[string]int{}
	for _, u := range c.inputs[input] {
		if u.nowhere {
			values[u.header] = u.values
		}
	}
	return values
}

// ByName are the columns of all inputs by what they are called.
func (c *Columns) ByName() map[string]ColumnTally {
	all := map[string]ColumnTally{}
	for _, columns := range c.inputs {
		for _, u := range columns {
			sum := all[u.header]
			sum.Mapped = sum.Mapped || u.Mapped
			sum.Cells, sum.Empty, sum.Damaged = sum.Cells+u.Cells, sum.Empty+u.Empty, sum.Damaged+u.Damaged
			all[u.header] = sum
		}
	}
	return all
}
