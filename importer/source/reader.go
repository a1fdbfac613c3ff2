package source

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/contactsync/contactsync/importer/cell"
	"github.com/contactsync/contactsync/importer/source/charset"
	"github.com/contactsync/contactsync/importer/source/csv"
	"github.com/contactsync/contactsync/importer/source/spool"
)

// Reader is one pass over an input's rows.
type Reader interface {
	// Next returns the next row, and io.EOF behind the last one. A row that cannot be used is a row with a Defect; an error
	// ends the pass.
	Next() (Row, error)
	// Close ends the pass.
	Close() error
}

// tableReader is one over the rows of CSV.
type tableReader struct {
	in    *Input
	pass  *spool.Pass
	split *csv.Splitter
	rows  int
	blank int // records with cells and nothing in them
	long  int // rows with more cells than the header, and nothing in those
	err   error

	afterBlank bool
	held       []Row        // may be remarks below the table, if nothing else follows
	kinds      []remarkKind // what those held may be; none once they are to be given out
}

func newTableReader(in *Input, pass *spool.Pass) *tableReader {
	return &tableReader{in: in, pass: pass, split: csv.NewSplitter(in.dialect.Form, in.decoded(pass))}
}

// decoded feeds the text of a pass, in UTF-8.
func (in *Input) decoded(pass *spool.Pass) func() ([]byte, error) {
	dec := in.text.Decoder()
	skip, ended := in.text.Mark, false
	left := in.file.Size() - in.pad
	var decoded []byte
	return func() ([]byte, error) {
		if ended {
			return nil, io.EOF
		}
		block, err := pass.Next()
		if errors.Is(err, io.EOF) {
			ended = true
			return dec.Append(nil, nil, true), io.EOF
		}
		if err != nil {
			return nil, err
		}
		block = block[:min(int64(len(block)), left)]
		left -= int64(len(block))
		n := min(skip, len(block))
		skip -= n
		if in.text.Name == charset.UTF8 {
			return block[n:], nil
		}
		decoded = dec.Append(decoded[:0], block[n:], false)
		return decoded, nil
	}
}

// start goes behind the header.
func (r *tableReader) start() error {
	for r.split.Line < r.in.dialect.HeaderLine {
		if err := r.split.SkipLine(); err != nil {
			return err
		}
	}
	rec, err := r.split.Next()
	if err != nil {
		return err
	}
	if rec.Fault != csv.NoFault {
		d := defectOf(&rec)
		return &FormatError{File: r.in.name, Line: rec.Line, Message: "the header cannot be read: " + d.Message, Fix: d.Fix}
	}
	r.split.Width = len(r.in.header)
	return nil
}

// Next implements [Reader].
func (r *tableReader) Next() (Row, error) {
	for {
		if len(r.held) > 0 && len(r.kinds) == 0 {
			row := r.held[0]
			r.held = r.held[1:]
			return r.number(row), nil
		}
		if r.err != nil {
			return Row{}, r.err
		}
		next, err := r.split.Next()
		if err != nil {
			r.end(err)
			continue
		}
		rec := found{Record: next}
		for _, c := range next.Unescaped {
			rec.repairs = append(rec.repairs, Repair{Code: CodeBackslashQuotes, Column: c.Column, Value: c.Text,
				Message: "the quotes with a backslash before them are read as quotes of the text"})
		}
		if rec.Blank {
			r.afterBlank = true
			continue
		}
		if rec.Quoted && rec.Fault == csv.NoFault && (len(rec.Cells) == 1 || r.split.Whole) {
			r.unwrap(&rec)
		}
		if rec.Fault == csv.NoFault && cell.AllEmpty(rec.Cells) {
			r.blank++
			r.afterBlank = true
			continue
		}
		row := r.row(&rec)
		if kind := r.remark(&rec.Record); kind != noRemark {
			r.held, r.kinds = append(r.held, row), append(r.kinds, kind)
			continue
		}
		r.afterBlank = false
		if len(r.held) > 0 {
			r.held, r.kinds = append(r.held, row), nil
			continue
		}
		return r.number(row), nil
	}
}

// remark reports whether a record is to be held back, since it is a remark if nothing but remarks follows, and what it
// may be. A text by itself is one only behind a blank line or another remark.
func (r *tableReader) remark(rec *csv.Record) remarkKind {
	if len(r.in.header) == 1 || len(r.held) == maxFooter {
		return noRemark
	}
	kind := remarkOf(rec)
	if (kind == lonelyText || kind == paddedText) && !r.afterBlank && len(r.held) == 0 {
		return noRemark
	}
	return kind
}

// end notes how the pass ended; a complete one tells the input what it learned. Records held back that are no remarks
// are given out first.
func (r *tableReader) end(err error) {
	whole := errors.Is(err, io.EOF)
	if whole && len(r.held) > 0 && !areFooter(r.kinds, r.rows > 0) {
		r.kinds = nil // the splitter, asked again, is still at its end
		return
	}
	r.err = err
	if whole && !r.in.complete {
		r.in.complete, r.in.rows, r.in.footer, r.in.blank = true, r.rows, len(r.held), r.blank
	}
	r.held, r.kinds = nil, nil
}

func (r *tableReader) number(row Row) Row {
	r.rows++
	row.Number = r.rows
	return row
}

// found is a record on its way to a row.
type found struct {
	csv.Record
	repairs []Repair
	doubt   bool // it may be a row within one pair of quotes, and may be a text
}

// row makes a row of a record.
func (r *tableReader) row(rec *found) Row {
	row := Row{Line: rec.Line}
	if rec.Fault != csv.NoFault {
		row.Defect = defectOf(&rec.Record)
		row.Raw = clip(rec.Raw)
		return row
	}
	width := len(r.in.header)
	if len(rec.Cells) > width && cell.AllEmpty(rec.Cells[width:]) {
		r.long++
	}
	row.Cells, row.Repairs = r.split.Keep(rec.Cells, width), rec.repairs
	if row.Defect = r.defect(rec, width); row.Defect != nil {
		row.Raw = rec.Raw
	} else if r.in.text.Mixed {
		r.apart(&row, rec.Raw)
	}
	return row
}

// defect looks for what is wrong with a record whose quotes are right.
func (r *tableReader) defect(rec *found, width int) *Defect {
	if rec.doubt {
		return &Defect{Code: CodeQuotedRow, Column: 1,
			Message: fmt.Sprintf("the whole row seems to stand within one pair of quotes: one cell holds all of it, with a %s in it", delimiterName(r.in.dialect.Delimiter)),
			Fix:     "take the quotes around the row away, and write those within it once; or, if it is one value, put the empty cells behind it"}
	}
	if len(rec.Raw) > csv.MaxCell {
		for i, c := range rec.Cells {
			if len(c) > csv.MaxCell && r.in.isUsed(i) {
				return &Defect{Code: CodeCellTooLong, Column: i + 1,
					Message: fmt.Sprintf("the cell in column %d has %d bytes; %d is the most that is read", i+1, len(c), csv.MaxCell),
					Fix:     "shorten the cell, or look for a quote that is never closed"}
			}
		}
	}
	if r.in.dialect.Delimiter == ';' && strings.IndexByte(rec.Raw, '&') >= 0 {
		if i, e := csv.CutEntity(rec.Cells); i >= 0 {
			return &Defect{Code: CodeExtraCells, Column: i + 1,
				Message: fmt.Sprintf("the row has %d cells, the header %d: the semicolon of %s cuts the cell in column %d", len(rec.Cells), width, e, i+1),
				Fix:     "write the character itself instead of " + e + ", or put quotes around the cell"}
		}
	}
	for i := width; i < len(rec.Cells); i++ {
		if cell.Clean(rec.Cells[i]) != "" {
			return &Defect{Code: CodeExtraCells, Column: i + 1,
				Message: fmt.Sprintf("the row has %d cells, the header only %d", csv.Filled(rec.Cells), width),
				Fix:     fmt.Sprintf("put quotes around the cell that has a %s in it", delimiterName(r.in.dialect.Delimiter))}
		}
	}
	if r.in.exact && len(rec.Cells) > width {
		return &Defect{Code: CodeExtraCells, Column: len(rec.Cells),
			Message: fmt.Sprintf("the row has %d cells, the header and nearly all rows %d: it has slipped, though nothing stands in the last ones", len(rec.Cells), width),
			Fix:     fmt.Sprintf("put quotes around the cell that has a %s in it, or take the last %[1]s away", delimiterName(r.in.dialect.Delimiter))}
	}
	for _, i := range r.in.unused {
		if text := cellAt(rec.Cells, i); text != "" && !cell.Empty(text) {
			return &Defect{Code: CodeExtraCells, Column: i + 1,
				Message: fmt.Sprintf("the row has %d cells, the header names %d columns: column %d has no name, and is empty in nearly all rows", csv.Filled(rec.Cells), r.in.named, i+1),
				Fix:     fmt.Sprintf("the row has slipped: put quotes around the cell that has a %s in it; if nothing has slipped, name the column in the header", delimiterName(r.in.dialect.Delimiter))}
		}
	}
	if !r.in.text.Sound && r.in.text.Wrong(rec.Raw) {
		return &Defect{Code: CodeEncoding, Column: r.in.wrongColumn(rec.Cells),
			Message: fmt.Sprintf("the row has bytes that mean nothing in %s", r.in.text.Name),
			Fix:     "correct the characters, or give the file's encoding with --encoding"}
	}
	return nil
}

// isUsed reports whether somebody reads a column.
func (in *Input) isUsed(column int) bool {
	return in.counts == nil || column < len(in.counts) && in.counts[column]
}

// cellAt returns a cell; one that is missing at the end of a row is empty.
func cellAt(cells []string, i int) string {
	if i < len(cells) {
		return cells[i]
	}
	return ""
}

func (in *Input) wrongColumn(cells []string) int {
	for i, c := range cells {
		if in.text.Wrong(c) {
			return i + 1
		}
	}
	return 0
}

func defectOf(rec *csv.Record) *Defect {
	d := &Defect{Code: CodeQuote, Column: rec.Column}
	switch rec.Fault {
	case csv.TooLong:
		d.Code, d.Column = CodeRowTooLong, 0
		d.Message = fmt.Sprintf("the row is longer than %d bytes", csv.MaxRow)
		d.Fix = "shorten it, or look for a quote that is never closed or a missing line end"
	case csv.UnclosedQuote:
		d.Message = "a quote is opened and never closed"
		d.Fix = `close the quote, or write a quote that belongs to the text twice ("")`
	case csv.StrayQuote:
		d.Message = "a quote stands within a cell"
		d.Fix = `write a quote that belongs to the text twice (""), within a cell that is in quotes; or close the quote before it`
		if strings.Contains(rec.Raw, `\"`) {
			d.Message = "a quote with a backslash before it stands within a cell"
			d.Fix = `write a quote that belongs to the text twice ("") instead of with a backslash`
		}
	case csv.NoFault:
	}
	if d.Column > 0 {
		d.Message += fmt.Sprintf(" (column %d)", d.Column)
	}
	return d
}

// clip cuts a text that is too long to be shown as a whole, between two characters.
func clip(raw string) string {
	if len(raw) <= csv.MaxRow {
		return raw
	}
	cut := maxRaw
	for cut > 0 && !utf8.RuneStart(raw[cut]) {
		cut--
	}
	return raw[:cut]
}

func delimiterName(d rune) string {
	switch d {
	case ',':
		return "comma"
	case ';':
		return "semicolon"
	case '\t':
		return "tab"
	}
	return fmt.Sprintf("%q", d)
}

// Close implements [Reader].
func (r *tableReader) Close() error {
	if r.err == nil {
		r.err = errClosed
	}
	return r.pass.Close()
}

var errClosed = errors.New("reading behind the end: the pass is closed")

// joinClose closes what an error leaves open.
func joinClose(err error, closing func() error) error {
	if closed := closing(); closed != nil {
		return errors.Join(err, closed)
	}
	return err
}
