package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/contactsync/contactsync/importer/contact"
)

// maxCodes bounds how many different codes are told apart. Ours are some dozens; the API can name any number.
const maxCodes = 1000

// Tally counts how rows ended and what was wrong with them. The zero value is empty.
type Tally struct {
	counts   Counts
	rejected []int // by input
	cures    map[contact.Cure]int
	problems frequencies
	warnings frequencies
}

// Frequent is one kind of problem, or of warning, with the first row that has it.
type Frequent struct {
	Code string
	// Rows is how many rows have it.
	Rows int
	// Source, Row and Line are where it first is.
	Source    string
	Row, Line int
	Example   contact.Problem
}

// add counts a row.
func (t *Tally) add(r Row) {
	t.counts.Add(r.Status)
	if r.Status.Rejected() && r.Input >= 0 {
		t.rejected = append(t.rejected, make([]int, max(0, r.Input+1-len(t.rejected)))...)
		t.rejected[r.Input]++
		if t.cures == nil {
			t.cures = map[contact.Cure]int{}
		}
		t.cures[cureOf(r.Problems)]++
	}
	t.problems.add(r, r.Problems)
	t.warnings.add(r, r.Warnings)
}

// counted returns how the rows ended.
func (t *Tally) counted() Counts { return t.counts }

// RejectedIn returns how many rows of one input stand in its rejects file.
func (t *Tally) RejectedIn(input int) int {
	if input >= len(t.rejected) {
		return 0
	}
	return t.rejected[input]
}

// CuredBy returns how many rows that stand in rejects files are mended there.
func (t *Tally) CuredBy(c contact.Cure) int { return t.cures[c] }

// cureOf is where a row with these problems is mended: in itself if anything of it is; one without a problem was not come to.
func cureOf(problems []contact.Problem) contact.Cure {
	if len(problems) == 0 {
		return contact.CureLater
	}
	first := problems[0].Cure
	for _, p := range problems {
		if p.Cure == contact.CureRow {
			return contact.CureRow
		}
	}
	return first
}

// Problems returns the kinds of problems, the most frequent first.
func (t *Tally) Problems() []Frequent { return t.problems.sorted() }

// Warnings returns the kinds of warnings, the most frequent first.
func (t *Tally) Warnings() []Frequent { return t.warnings.sorted() }

type frequencies struct {
	by    map[string]*Frequent
	order []*Frequent
}

func (f *frequencies) add(r Row, problems []contact.Problem) {
	for i, p := range problems {
		if slices.ContainsFunc(problems[:i], func(q contact.Problem) bool { return q.Code == p.Code }) {
			continue // rows are counted, not problems
		}
		if known := f.by[p.Code]; known != nil {
			known.Rows++
			continue
		}
		if len(f.order) == maxCodes {
			continue
		}
		if f.by == nil {
			f.by = map[string]*Frequent{}
		}
		first := &Frequent{
			Code: strings.Clone(p.Code), Rows: 1, Source: r.Source, Row: r.Row, Line: r.Line, Example: keep(p),
		}
		f.by[first.Code] = first
		f.order = append(f.order, first)
	}
}

// keep copies a problem out of the memory that it shares with its row.
func keep(p contact.Problem) contact.Problem {
	p.Code, p.Column, p.Value = strings.Clone(p.Code), strings.Clone(p.Column), strings.Clone(p.Value)
	p.Message, p.Fix = strings.Clone(p.Message), strings.Clone(p.Fix)
	return p
}

func (f *frequencies) sorted() []Frequent {
	list := make([]Frequent, len(f.order))
	for i, x := range f.order {
		list[i] = *x
	}
	slices.SortStableFunc(list, func(a, b Frequent) int { return cmp.Compare(b.Rows, a.Rows) })
	return list
}
