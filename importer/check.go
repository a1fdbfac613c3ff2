package importer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/remote"

	"github.com/contactsync/contactsync/importer/source"
	"github.com/contactsync/contactsync/mapping"
)

// Input is one input of a run, opened, with its columns mapped to fields.
type Input struct {
	Source  *source.Input
	Mapping *mapping.Mapping
	// OnlyOrg refuses rows that name another organisation than the run's.
	OnlyOrg bool
}

// maps reports whether something makes the field.
func (in Input) maps(f contact.Field) bool {
	_, ok := in.Mapping.Fields[f]
	return ok
}

// mapped are the fields that the input has columns for.
func (in Input) mapped() contact.FieldSet {
	set := contact.FieldSet{}
	for f := range in.Mapping.Fields {
		set[f] = true
	}
	return set
}

// Range is the data rows of each input that a run takes, counted from 1; the zero value takes all.
type Range struct{ From, To int }

func (r Range) holds(row int) bool { return r.To == 0 || row >= r.From && row <= r.To }

// row is one checked row: as the input gave it, what the rules say of it, and what its organisation has of it.
type row struct {
	seq     int // the run's data row, counted over all inputs from 1
	input   int
	source  source.Row
	checked contact.Checked
	org     int64
	keys    contact.Keys
	found   remote.Found
	filled  []contact.Field  // from other rows of its group
	former  *former          // nil: as ever
	refused *contact.Problem // why it is no record of the input's table; nil if it is one
}

func (r *row) valid() bool { return len(r.checked.Problems) == 0 }

// checker turns inputs into checked rows. It is the first step of every pass and gives the same rows each time.
type checker struct {
	inputs   []Input
	rows     Range
	rules    *contact.Rules
	key      contact.Key // of the ledger: hashes of rows are compared with those that it keeps
	match    contact.Match
	rough    bool                    // not all types are known yet: what the rules refuse may be accepted later
	org      int64                   // of rows that name none
	existing map[int64]*remote.Index // nil: no comparison
	merging  *merging                // nil: each row stands for itself
	// lost is asked for the rows of an input that can't be read again, which are then yielded with a defect only; nil: such
	// an input ends the pass.
	lost *lostRows
}

// batchRows is how many rows travel together through the parallel map: enough to make the hand-over cheap, few enough
// to keep the batches of all workers small in memory.
const batchRows = 256

type batch struct {
	rows []row
	n    int
}

// check yields the checked rows of all inputs in order. Rows that are not wanted are read and counted but neither checked
// nor yielded; nothing is read behind the last one that is. The error, if any, comes last and ends the run.
func (c *checker) check(ctx context.Context, wanted selection) iter.Seq2[*row, error] {
	if c.merging != nil {
		return c.merged(ctx, wanted)
	}
	return c.each(ctx, wanted)
}

// each yields the rows as they stand in the inputs.
func (c *checker) each(ctx context.Context, wanted selection) iter.Seq2[*row, error] {
	return c.walk(ctx, wanted, c.worker)
}

// walk yields the rows as they stand in the inputs, after something has been done with each of them.
func (c *checker) walk(ctx context.Context, wanted selection, worker func() func(*batch)) iter.Seq2[*row, error] {
	return func(yield func(*row, error) bool) {
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
	*checker
	wanted selection
	input  int
	number int            // of the row that was read last, in its input
	missed *source.Defect // why the rest of the input can't be read
	reader *source.Reader
	tables *tables // of the current input
	seq    int
}

func (f *feeder) fill(b *batch) error {
	if b.rows == nil {
		b.rows = make([]row, batchRows)
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
			f.tables = newTables(f.inputs[f.input])
		}
		refused := f.tables.refuse(r) // also of rows that nobody wants, since those below depend on it
		if !f.rows.holds(r.Number) {
			continue
		}
		f.seq++
		if !f.wanted.holds(f.seq) {
			continue
		}
		b.rows[b.n] = row{seq: f.seq, input: f.input, source: r, refused: refused}
		b.n++
	}
	return nil
}

// next returns the next row of the inputs, io.EOF after the last one.
func (f *feeder) next() (source.Row, error) {
	for f.input < len(f.inputs) {
		row, err := f.read()
		var changed *source.ChangedError
		if f.lost != nil && errors.As(err, &changed) {
			f.missed = f.lost.note(changed)
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
		if f.number >= f.lost.last(f.input) {
			return source.Row{}, io.EOF
		}
		return source.Row{Number: f.number + 1, Defect: f.missed}, nil
	}
	if f.reader == nil {
		r, err := f.inputs[f.input].Source.Read()
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

func (c *checker) mappers() []rowMapper {
	mappers := make([]rowMapper, len(c.inputs))
	for i, in := range c.inputs {
		mappers[i] = rowMapper{in.Mapping.Mapper(source.Clean), newUnread(in)}
	}
	return mappers
}

// worker makes one goroutine's check: a mapper of its own for each input.
func (c *checker) worker() func(*batch) {
	mappers := c.mappers()
	return func(b *batch) {
		for i := range b.rows[:b.n] {
			r := &b.rows[i]
			if rejects := mappers[r.input].rejects; rejects.is(r.source.Cells) {
				r.checked.Problems = []contact.Problem{rejects.problem()}
				continue
			}
			if r.refused != nil {
				r.checked.Problems = []contact.Problem{*r.refused}
				continue
			}
			c.one(r, mappers[r.input].Mapper)
		}
	}
}

// one checks one row. A panic costs that row and no other: values come from anywhere, and so does the code that reads
// phone numbers.
func (c *checker) one(r *row, m *mapping.Mapper) {
	defer func() {
		if p := recover(); p != nil {
			r.checked = contact.Checked{Problems: []contact.Problem{{
				Code: outcome.CodeInternal, Message: fmt.Sprintf("contactsync itself failed on this row (%T)", p),
				Fix: "please report this row's shape, without its values, as a bug of contactsync",
			}}}
		}
	}()
	if d := r.source.Defect; d != nil {
		r.checked.Problems = []contact.Problem{c.defect(r, d)}
		return
	}
	draft, notes := m.Map(r.source.Cells)
	r.checked = c.rules.Check(draft)
	r.checked.Warnings = append(r.checked.Warnings, c.repairs(r)...)
	addNotes(&r.checked, notes)
	for _, problems := range [][]contact.Problem{r.checked.Problems, r.checked.Warnings} {
		for i := range problems {
			if problems[i].Column == "" && problems[i].Field != "" {
				problems[i].Column = m.Column(problems[i].Field)
			}
		}
	}
	c.setOrg(r)
	c.refuseOtherOrg(r, m)
	if cells := c.formerCells(r, notes.Reread()); cells != nil {
		draft, r.checked.Reformed = m.Former(cells), true
		c.setFormerID(r, draft)
	}
	if r.checked.Reformed {
		r.former = c.formerOf(r, draft)
	}
	if r.valid() {
		r.keys = c.match.Keys(c.key, r.org, r.checked.Contact)
		c.find(r)
	}
}

// setOrg gives a row its organisation: the one that it names, else the run's.
func (c *checker) setOrg(r *row) { r.org = cmp.Or(r.checked.Org, c.org) }

// refuseOtherOrg refuses a row of another organisation than the one that the command names for all of them.
func (c *checker) refuseOtherOrg(r *row, m *mapping.Mapper) {
	if c.org == 0 || r.org == c.org || !c.inputs[r.input].OnlyOrg {
		return
	}
	column := m.Column(contact.Org)
	r.checked.Problems = append(r.checked.Problems, contact.Problem{
		Code: outcome.CodeOrgOther, Field: contact.Org, Column: column, Value: strconv.FormatInt(r.org, 10),
		Message: fmt.Sprintf("the row is of another organisation than the command's (--org %d)", c.org),
		Fix: fmt.Sprintf("send it by a command of its own; --map org_id='%s' lets each row go where it says, "+
			"--map org_id= takes the column for something else", strings.ReplaceAll(column, "'", `'\''`)),
	})
	r.org = c.org
}

// formerCells are the cells that version 1 read where it made another contact of them: in another encoding, or because
// of what the mapping frees them of now. Nil: it made the same.
func (c *checker) formerCells(r *row, reread bool) []string {
	if cells := c.inputs[r.input].Source.FormerCells(r.source); cells != nil {
		return cells
	}
	if reread {
		return r.source.Cells
	}
	return nil
}

// repairs are the warnings of what the source read otherwise than it stands.
func (c *checker) repairs(r *row) []contact.Problem {
	var told []contact.Problem
	for _, repair := range r.source.Repairs {
		told = append(told, contact.Problem{
			Code: repair.Code, Column: c.column(r, repair.Column), Value: repair.Value, Message: repair.Message,
			Fix: "nothing, if it was read as it is meant",
		})
	}
	return told
}

// column names a column by its number, from 1.
func (c *checker) column(r *row, number int) string {
	if header := c.inputs[r.input].Source.Header(); 0 < number && number <= len(header) {
		return header[number-1]
	}
	return ""
}

func (c *checker) defect(r *row, d *source.Defect) contact.Problem {
	return contact.Problem{Code: d.Code, Message: d.Message, Fix: d.Fix, Column: c.column(r, d.Column)}
}
