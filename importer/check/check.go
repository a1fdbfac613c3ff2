// Package check turns inputs into checked rows: a stream that is the same each time it is asked for, whatever number of
// goroutines work on it.
package check

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"

	"github.com/contactsync/contactsync/importer/cell"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/remote"

	"github.com/contactsync/contactsync/importer/source"
	"github.com/contactsync/contactsync/mapping"
)

// Input is one input of a run, opened, with its columns mapped to fields.
type Input struct {
	// Name is the input's name as reports and messages have it: a file's own may be no text, or steer a terminal.
	Name    string
	Source  *source.Input
	Mapping *mapping.Mapping
	// OnlyOrg refuses rows that name another organisation than the run's.
	OnlyOrg bool
}

// Maps reports whether something makes the field.
func (in Input) Maps(f contact.Field) bool {
	_, ok := in.Mapping.Fields[f]
	return ok
}

// Mapped are the fields that the input has columns for.
func (in Input) Mapped() contact.FieldSet {
	set := contact.FieldSet{}
	for f := range in.Mapping.Fields {
		set[f] = true
	}
	return set
}

// Range is the data rows of each input that a run takes, counted from 1; the zero value takes all.
type Range struct{ From, To int }

func (r Range) holds(row int) bool { return r.To == 0 || row >= r.From && row <= r.To }

// Row is one checked row: as the input gave it, what the rules say of it, and what its organisation has of it.
type Row struct {
	Seq     int // the run's data row, counted over all inputs from 1
	Input   int
	Source  source.Row
	Checked contact.Checked
	Org     int64
	Keys    contact.Keys
	Found   remote.Found
	Filled  []contact.Field  // from other rows of its group
	Former  *Former          // nil: as ever
	refused *contact.Problem // why it is no record of the input's table; nil if it is one
}

// Valid reports whether nothing is wrong with a row.
func (r *Row) Valid() bool { return len(r.Checked.Problems) == 0 }

// Checker turns inputs into checked rows. It is the first step of every pass and gives the same rows each time.
type Checker struct {
	Inputs   []Input
	Range    Range
	Rules    *contact.Rules
	Key      contact.Key // of the ledger: hashes of rows are compared with those that it keeps
	Match    contact.Match
	Rough    bool                    // not all types are known yet: what the rules refuse may be accepted later
	Org      int64                   // of rows that name none
	Existing map[int64]*remote.Index // nil: no comparison
	Merging  *Merging                // nil: each row stands for itself
	// Unreadable is asked for the rows of an input that can't be read again, which are then yielded with a defect only; nil: such
	// an input ends the pass.
	Unreadable *Unreadable
}

// batchRows is how many rows travel together through the parallel map: enough to make the hand-over cheap, few enough
// to keep the batches of all workers small in memory.
const batchRows = 256

type batch struct {
	rows []Row
	n    int
}

// Rows yields the checked rows of all inputs in order. Rows that are not wanted are read and counted but neither checked
// nor yielded; nothing is read behind the last one that is. The error, if any, comes last and ends the run.
func (c *Checker) Rows(ctx context.Context, wanted Selection) iter.Seq2[*Row, error] {
	if c.Merging != nil {
		return c.merged(ctx, wanted)
	}
	return c.Each(ctx, wanted)
}

// Each yields the rows as they stand in the inputs.
func (c *Checker) Each(ctx context.Context, wanted Selection) iter.Seq2[*Row, error] {
	return c.walk(ctx, wanted, c.worker)
}

// walk yields the rows as they stand in the inputs, after something has been done with each of them.
func (c *Checker) walk(ctx context.Context, wanted Selection, worker func() func(*batch)) iter.Seq2[*Row, error] {
	return func(yield func(*Row, error) bool) {
		feed := &feeder{checker: c, wanted: wanted}
		defer feed.close()
		for b, err := range ordered(ctx, feed.fill, worker) {
			if err != nil {
				yield(nil, err)
				return
			}
			for i := range b.rows[:b.n] {
				if !yield(&b.rows[i], nil) {
					return
				}
			}
		}
	}
}

// feeder reads the inputs one after the other into batches.
type feeder struct {
	checker *Checker
	wanted  Selection
	input   int
	number  int            // of the row that was read last, in its input
	missed  *source.Defect // why the rest of the input can't be read
	reader  source.Reader
	tables  *tables // of the current input
	seq     int
}

func (f *feeder) fill(b *batch) error {
	if b.rows == nil {
		b.rows = make([]Row, batchRows)
	}
	b.n = 0
	for b.n < len(b.rows) {
		r, err := source.Row{}, io.EOF
		if !f.wanted.isOver(f.seq) {
			r, err = f.next()
		}
		if errors.Is(err, io.EOF) && b.n > 0 {
			return nil
		}
		if err != nil {
			return err
		}
		if f.tables == nil {
			f.tables = newTables(f.checker.Inputs[f.input])
		}
		refused := f.tables.refuse(r) // also of rows that nobody wants, since those below depend on it
		if !f.checker.Range.holds(r.Number) {
			continue
		}
		f.seq++
		if !f.wanted.Holds(f.seq) {
			continue
		}
		b.rows[b.n] = Row{Seq: f.seq, Input: f.input, Source: r, refused: refused}
		b.n++
	}
	return nil
}

// next returns the next row of the inputs, io.EOF after the last one.
func (f *feeder) next() (source.Row, error) {
	for f.input < len(f.checker.Inputs) {
		row, err := f.read()
		var changed *source.ChangedError
		if f.checker.Unreadable != nil && errors.As(err, &changed) {
			f.missed = f.checker.Unreadable.note(changed)
			continue
		}
		if !errors.Is(err, io.EOF) {
			f.number = row.Number
			return row, err
		}
		f.close()
		f.input, f.number, f.missed, f.tables = f.input+1, 0, nil, nil
	}
	return source.Row{}, io.EOF
}

// read returns the next row of the current input, or one with a defect only where it can't be read again.
func (f *feeder) read() (source.Row, error) {
	if f.missed != nil {
		if f.number >= f.checker.Unreadable.Last(f.input) {
			return source.Row{}, io.EOF
		}
		return source.Row{Number: f.number + 1, Defect: f.missed}, nil
	}
	if f.reader == nil {
		r, err := f.checker.Inputs[f.input].Source.Read()
		if err != nil {
			return source.Row{}, err
		}
		f.reader = r
	}
	return f.reader.Next()
}

func (f *feeder) close() {
	if f.reader != nil {
		_ = f.reader.Close() // only read from
		f.reader = nil
	}
}

// rowMapper is what one goroutine reads the rows of one input with.
type rowMapper struct {
	*mapping.Mapper
	rejects unread
}

func (c *Checker) mappers() []rowMapper {
	mappers := make([]rowMapper, len(c.Inputs))
	for i, in := range c.Inputs {
		mappers[i] = rowMapper{in.Mapping.Mapper(cell.Clean), newUnread(in)}
	}
	return mappers
}

// worker makes one goroutine's check: a mapper of its own for each input.
func (c *Checker) worker() func(*batch) {
	mappers := c.mappers()
	return func(b *batch) {
		for i := range b.rows[:b.n] {
			r := &b.rows[i]
			if rejects := mappers[r.Input].rejects; rejects.is(r.Source.Cells) {
				r.Checked.Problems = []contact.Problem{rejects.problem()}
				continue
			}
			if r.refused != nil {
				r.Checked.Problems = []contact.Problem{*r.refused}
				continue
			}
			c.one(r, mappers[r.Input].Mapper)
		}
	}
}

// one checks one row. A panic costs that row and no other: values come from anywhere, and so does the code that reads
// phone numbers.
func (c *Checker) one(r *Row, m *mapping.Mapper) {
	defer func() {
		if p := recover(); p != nil {
			r.Checked = contact.Checked{Problems: []contact.Problem{{
				Code: outcome.CodeInternal, Message: fmt.Sprintf("contactsync itself failed on this row (%T)", p),
				Fix: "please report this row's shape, without its values, as a bug of contactsync",
			}}}
		}
	}()
	if d := r.Source.Defect; d != nil {
		r.Checked.Problems = []contact.Problem{c.defect(r, d)}
		return
	}
	draft, notes := m.Map(r.Source.Cells)
	r.Checked = c.Rules.Check(draft)
	r.Checked.Defaulted |= notes.Defaulted
	r.Checked.Warnings = append(r.Checked.Warnings, c.repairs(r)...)
	addNotes(&r.Checked, notes)
	for _, problems := range [][]contact.Problem{r.Checked.Problems, r.Checked.Warnings} {
		for i := range problems {
			if problems[i].Column == "" && problems[i].Field != "" {
				problems[i].Column = m.Column(problems[i].Field)
			}
		}
	}
	c.setOrg(r)
	c.refuseOtherOrg(r, m)
	if cells := c.formerCells(r, notes.Reread()); cells != nil {
		draft, r.Checked.Reformed = m.Former(cells), true
		c.setFormerID(r, draft)
	}
	if r.Checked.Reformed {
		r.Former = c.formerOf(r, draft)
	}
	if r.Valid() {
		r.Keys = c.Match.Keys(c.Key, r.Org, r.Checked.Contact)
		c.find(r)
	}
}

// setOrg gives a row its organisation: the one that it names, else the run's.
func (c *Checker) setOrg(r *Row) { r.Org = cmp.Or(r.Checked.Org, c.Org) }

// refuseOtherOrg refuses a row of another organisation than the one that the command names for all of them.
func (c *Checker) refuseOtherOrg(r *Row, m *mapping.Mapper) {
	if c.Org == 0 || r.Org == c.Org || !c.Inputs[r.Input].OnlyOrg {
		return
	}
	column := m.Column(contact.Org)
	r.Checked.Problems = append(r.Checked.Problems, contact.Problem{
		Code: outcome.CodeOrgOther, Field: contact.Org, Column: column, Value: strconv.FormatInt(r.Org, 10),
		Message: fmt.Sprintf("the row is of another organisation than the command's (--org %d)", c.Org),
		Fix: fmt.Sprintf("send it by a command of its own; --map org_id='%s' lets each row go where it says, "+
			"--map org_id= takes the column for something else", strings.ReplaceAll(column, "'", `'\''`)),
	})
	r.Org = c.Org
}

// formerCells are the cells that version 1 read where it made another contact of them: in another encoding, or because
// of what the mapping frees them of now. Nil: it made the same.
func (c *Checker) formerCells(r *Row, reread bool) []string {
	if cells := c.Inputs[r.Input].Source.FormerCells(r.Source); cells != nil {
		return cells
	}
	if reread {
		return r.Source.Cells
	}
	return nil
}

// repairs are the warnings of what the source read otherwise than it stands.
func (c *Checker) repairs(r *Row) []contact.Problem {
	var told []contact.Problem
	for _, repair := range r.Source.Repairs {
		told = append(told, contact.Problem{
			Code: repair.Code, Column: c.column(r, repair.Column), Value: repair.Value, Message: repair.Message,
			Fix: "nothing, if it was read as it is meant",
		})
	}
	return told
}

// column names a column by its number, from 1.
func (c *Checker) column(r *Row, number int) string {
	if header := c.Inputs[r.Input].Source.Header(); 0 < number && number <= len(header) {
		return header[number-1]
	}
	return ""
}

func (c *Checker) defect(r *Row, d *source.Defect) contact.Problem {
	return contact.Problem{Code: d.Code, Message: d.Message, Fix: d.Fix, Column: c.column(r, d.Column)}
}
