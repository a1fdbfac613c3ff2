package report

import (
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/contactsync/contactsync/report/output"
)

// The columns that stand behind an input's own in rejects.csv. Reading it again, they are ignored.
const (
	statusColumn  = "contactsync_status" // recognised in package check
	messageColumn = "contactsync_message"
)

// rejects writes one input's rows that somebody must see to, in the input's own form: its columns, values, delimiter,
// line ends and encoding. No value is changed, not even one that a spreadsheet takes for a formula, since the file is
// there to be corrected and imported again.
type rejects struct {
	file    *output.Pending
	input   int
	text    io.WriteCloser // into file, in the input's encoding
	comma   string
	newline string
	own     []int // the header's columns less those that an earlier rejects.csv had from us
	values  []string
	line    []byte
}

// newRejects writes the header.
func newRejects(p *output.Pending, index int, in Input) (*rejects, error) {
	r := &rejects{file: p, input: index, comma: ",", newline: in.Newline}
	if in.Delimiter != 0 {
		r.comma = string(in.Delimiter)
	}
	if r.newline == "" {
		r.newline = "\n"
	}
	for i, name := range in.Header {
		if trimmed := strings.TrimSpace(name); trimmed != statusColumn && trimmed != messageColumn {
			r.own = append(r.own, i)
		}
	}
	r.text = plainText{p}
	if in.Encode != nil {
		var err error
		if r.text, err = in.Encode(p); err != nil {
			return nil, fmt.Errorf("writing %s: %w", p.Name(), err)
		}
	}
	return r, r.header(in.Header)
}

// plainText is UTF-8 as it is.
type plainText struct{ io.Writer }

func (plainText) Close() error { return nil }

func (r *rejects) add(row Row, text description) error {
	r.values = r.values[:0]
	for i, column := range r.own {
		value := ""
		switch {
		case row.Raw != "" && i == 0:
			value = row.Raw
		case row.Raw == "" && column < len(row.Cells):
			value = row.Cells[column]
		}
		r.values = append(r.values, value)
	}
	return r.record(append(r.values, string(row.Status), inert(text.message)))
}

func (r *rejects) header(names []string) error {
	for _, column := range r.own {
		r.values = append(r.values, names[column])
	}
	return r.record(append(r.values, statusColumn, messageColumn))
}

func (r *rejects) record(cells []string) error {
	r.line = r.line[:0]
	for i, cell := range cells {
		if i > 0 {
			r.line = append(r.line, r.comma...)
		}
		r.cell(cell)
	}
	r.line = append(r.line, r.newline...)
	_, err := r.text.Write(r.line)
	return err
}

// cell appends a cell, quoted where it must be. encoding/csv is not used here: it changes line ends inside cells.
func (r *rejects) cell(text string) {
	if !r.needsQuotes(text) {
		r.line = append(r.line, text...)
		return
	}
	r.line = append(r.line, '"')
	for {
		before, after, found := strings.Cut(text, `"`)
		r.line = append(r.line, before...)
		if !found {
			break
		}
		r.line = append(r.line, `""`...)
		text = after
	}
	r.line = append(r.line, '"')
}

// needsQuotes is generous: whatever a reader may trim, or take for something else, is quoted.
func (r *rejects) needsQuotes(text string) bool {
	if text == "" {
		return false
	}
	if strings.ContainsAny(text, "\"\r\n") || strings.Contains(text, r.comma) {
		return true
	}
	first, _ := utf8.DecodeRuneInString(text)
	last, _ := utf8.DecodeLastRuneInString(text)
	return unicode.IsSpace(first) || unicode.IsSpace(last) || first == '\uFEFF' || first == '#' || strings.HasPrefix(text, "sep=")
}

// finish puts the file safely on the disk.
func (r *rejects) finish() error {
	if r.text == nil {
		return nil
	}
	err := r.text.Close()
	r.text = nil
	if err != nil {
		return err
	}
	return r.file.Complete()
}

// RejectsName returns the name of the rejects file of the i-th of so many inputs, counted from 0.
func RejectsName(input string, i, of int) string {
	if of == 1 {
		return rejectsName
	}
	return "rejects-" + strconv.Itoa(i+1) + "-" + baseOf(input) + ".csv"
}

// baseOf makes of an input's name what can stand in a file name anywhere.
func baseOf(input string) string {
	if input == "-" {
		return "stdin"
	}
	base := filepath.Base(filepath.ToSlash(input))
	base = strings.TrimSuffix(base, filepath.Ext(base))
	base = strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("._-", r) {
			return r
		}
		return '_'
	}, base)
	const most = 100 // bytes: names end at 255, and ours has more in it
	for len(base) > most {
		_, size := utf8.DecodeLastRuneInString(base)
		base = base[:len(base)-size]
	}
	if base == "" {
		return "input"
	}
	return base
}
