// Package source opens inputs and reads their rows: it makes rows of the records of a table, and leaves out what stands around
// it (titles above its header, remarks below its rows). It knows nothing of what columns mean. Below it are the bytes of an
// input (spool), their encoding (charset) and the records of a text (csv); further formats have their place beside csv.
//
// It guarantees:
//   - Each pass over an input gives the same rows: those of the bytes that were read first, of which it keeps a copy.
//     Where there is no room for one, and the file's bytes are changed under it, a later pass ends in a [*ChangedError]
//     before a row of the changed part is given out.
//   - Each record is given out exactly once, and a broken one costs itself and not its neighbours: it is a [Row] with a
//     [Defect]. Nothing is repaired silently.
//   - Memory stays bounded, whatever the input holds.
//
// It does not clean cells ([cell.Clean] is for the one who maps them), does not write, and does not log.
package source

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/contactsync/contactsync/importer/source/charset"
	"github.com/contactsync/contactsync/importer/source/csv"
	"github.com/contactsync/contactsync/importer/source/spool"
)

// Options say what the user told about an input. What is zero is detected.
type Options struct {
	// Format is one of [Formats], or empty.
	Format string
	// Encoding is a name as in [Detected], or any other that is in use for the same encoding ("latin1", "cp1252").
	Encoding string
	// Delimiter separates cells.
	Delimiter rune
	// HeaderLine is the physical line that names the columns, from 1. It and Delimiter are for CSV.
	HeaderLine int
	// AllowEmpty takes an input without a row: an empty one, one of blank lines, or nothing but a header.
	AllowEmpty bool
}

// The formats of inputs.
const (
	formatCSV       = "csv"
	formatJSON      = "json"
	formatJSONLines = "jsonl"
)

// Formats are those that inputs may have.
func Formats() []string { return []string{formatCSV, formatJSON, formatJSONLines} }

// Env is what an input is made of.
type Env = spool.Env

// Detected is how an input was read: detected, or told.
type Detected struct {
	Format   string // one of [Formats]
	Encoding string // "utf-8", "utf-16-le", "windows-1252", "mac-roman", ...
	BOM      bool
	// Delimiter separates cells. For a table of one column it is one that does not occur; 0 where there are no delimiters, as in
	// JSON.
	Delimiter rune
	// Newline is the most frequent line end of records, as it is written; MixedNewlines says that there are others.
	Newline       string
	MixedNewlines bool
	// SepLine says that the first line is "sep=;" or the like.
	SepLine bool
	// HeaderLine is the header's physical line, from 1; 0 where there is no header, as in JSON.
	HeaderLine int
	// Preamble is the number of lines above the header, without the sep line.
	Preamble int
	// Footer is the number of records below the last row that are no rows. It is known after the first complete pass.
	Footer int
	// BlankRows is the number of records below the header that have cells and nothing in them: rows that somebody cleared
	// in a spreadsheet. They are the blank lines that they would be without delimiters, and no rows. It is known after the
	// first complete pass.
	BlankRows int
	// Quoting is how quotes are used, where it is not as RFC 4180 has it.
	Quoting Quoting
	// EncodingTold, DelimiterTold and HeaderLineTold say that the user told it.
	EncodingTold, DelimiterTold, HeaderLineTold bool
}

// Quoting is a use of quotes that differs from that of RFC 4180.
type Quoting string

// The ways of other programs.
const (
	// QuotedRows: rows stand as a whole within one more pair of quotes.
	QuotedRows Quoting = "rows"
	// BackslashQuotes: a quote that belongs to the text has a backslash before it.
	BackslashQuotes Quoting = "backslash"
	// SingleQuotes stand around cells.
	SingleQuotes Quoting = "single"
)

// quotingOf names what is unusual in a form.
func quotingOf(f *csv.Form) Quoting {
	switch {
	case f.Whole:
		return QuotedRows
	case f.Escape:
		return BackslashQuotes
	case f.Quote == '\'':
		return SingleQuotes
	}
	return ""
}

// Separator is the delimiter as text; empty where there is none.
func (d Detected) Separator() string {
	if d.Delimiter == 0 {
		return ""
	}
	return string(d.Delimiter)
}

// NewlineName is what the most frequent line end is called: LF, CRLF or CR; empty if there is none.
func (d Detected) NewlineName() string {
	return strings.NewReplacer("\r", "CR", "\n", "LF").Replace(d.Newline)
}

// Input is an input that can be read any number of times, by one goroutine at a time.
type Input struct {
	name    string
	file    *spool.File
	text    charset.Detection
	pad     int64 // length of the padding at the end
	dialect csv.Dialect
	objects *objects // of an input in JSON; nil: it is a table
	told    Options
	header  []string
	unused  []int  // last columns without a name, in which something stands only where a row has slipped
	exact   bool   // there are such, and a row with more cells than the header has slipped, even if those are empty
	named   int    // how many columns the header names, where there are such
	counts  []bool // the columns that somebody reads; nil: all
	empty   bool   // there is no header and no row

	rows     int
	footer   int
	blank    int
	complete bool
}

// Open opens an input, looks through all of it once and tells its form. "-" is standard input. A [*FormatError] says
// that it is not a table that can be imported.
func Open(env Env, name string, o Options) (*Input, error) {
	if err := o.check(name); err != nil {
		return nil, err
	}
	seen := charset.NewSurvey(sniffSize)
	file, err := spool.Open(env, name, seen.See)
	if err != nil {
		return nil, err
	}
	seen.Finish()
	in := &Input{name: name, file: file, told: o}
	if err := in.detect(seen); err != nil {
		return nil, joinClose(err, file.Close)
	}
	return in, nil
}

func (o Options) check(name string) error {
	switch {
	case o.Format != "" && !slices.Contains(Formats(), o.Format):
		return &FormatError{File: name, Message: fmt.Sprintf("the format %q is not known", o.Format), Fix: "use " + strings.Join(Formats(), ", ")}
	case o.Delimiter != 0 && !csv.ValidDelimiter(o.Delimiter):
		return &FormatError{File: name, Message: fmt.Sprintf("%q cannot separate cells", o.Delimiter), Fix: "give one character that is no quote and no line end"}
	case o.HeaderLine < 0:
		return &FormatError{File: name, Message: fmt.Sprintf("there is no line %d", o.HeaderLine), Fix: "lines are counted from 1"}
	}
	if _, ok := charset.Lookup(o.Encoding); o.Encoding != "" && !ok {
		return &FormatError{File: name, Message: fmt.Sprintf("the encoding %q is not known", o.Encoding),
			Fix: "use utf-8, utf-16-le, windows-1252, windows-1250, windows-1251, iso-8859-15, cp850, mac-roman, koi8-r, shift_jis, gbk, big5, euc-kr, or another name of the IANA's list"}
	}
	return nil
}

// Name returns the input's name as given; "-" for standard input.
func (in *Input) Name() string { return in.name }

// Detected returns how the input is read.
func (in *Input) Detected() Detected {
	if in.objects != nil {
		return in.objects.detected(in)
	}
	d := Detected{
		Format: formatCSV, Encoding: in.text.Name, BOM: in.text.Mark > 0,
		Delimiter: in.dialect.Delimiter, Newline: in.dialect.Newline, MixedNewlines: in.dialect.Mixed, SepLine: in.dialect.SepLine,
		HeaderLine: in.dialect.HeaderLine, Preamble: max(0, in.dialect.HeaderLine-1), Footer: in.footer, BlankRows: in.blank, Quoting: quotingOf(&in.dialect.Form),
		EncodingTold: in.told.Encoding != "", DelimiterTold: in.told.Delimiter != 0, HeaderLineTold: in.told.HeaderLine > 0,
	}
	if d.SepLine {
		d.Preamble--
	}
	return d
}

// Header returns the names of the columns, cleaned and told apart: a second "Phone" in column 7 is "Phone #7", a column
// without a name "#7".
func (in *Input) Header() []string { return append([]string(nil), in.header...) }

// RawHeader returns the header as the input has it; of JSON the paths of values.
func (in *Input) RawHeader() []string {
	if in.objects != nil {
		return slices.Clone(in.objects.paths)
	}
	return append([]string(nil), in.dialect.Header...)
}

// Sum returns the SHA-256 of the input's bytes in hexadecimal, and the number of its data rows, defective ones included;
// the latter is 0 before the first complete pass.
func (in *Input) Sum() (sha256 string, rows int) { return in.file.Sum(), in.rows }

// IsEmpty reports whether there is nothing in the input, not even a header.
func (in *Input) IsEmpty() bool { return in.empty }

// Use says which columns somebody reads, in the order of the header. A cell of any other may be longer than [MaxCell].
// Without it all columns count. It is to be called before the pass that it is for.
func (in *Input) Use(columns []bool) { in.counts = columns }

// Sample returns up to n rows from the start.
func (in *Input) Sample(n int) ([]Row, error) {
	r, err := in.Read()
	if err != nil {
		return nil, err
	}
	var rows []Row
	for len(rows) < n {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, joinClose(err, r.Close)
		}
		rows = append(rows, row)
	}
	return rows, r.Close()
}

// Encode returns a writer that takes UTF-8 and writes it in the input's encoding, with its byte order mark if it had one:
// corrected rows go back the way they came. Rows of JSON come back as CSV, in UTF-8. Closing it closes nothing below.
func (in *Input) Encode(w io.Writer) io.WriteCloser {
	if in.objects != nil {
		return charset.Charset{Name: charset.UTF8}.Writer(w, false)
	}
	return in.text.Writer(w, in.text.Mark > 0)
}

// Change tells whether the input's file is still what was read. Standard input and pipes never change.
func (in *Input) Change() spool.Change { return in.file.Change() }

// Close ends the use of the input; its file is closed, and a temporary one removed.
func (in *Input) Close() error { return in.file.Close() }
