// Package report writes what a run has to tell: report.csv and report.jsonl with every row once and in input order,
// rejects.csv with the rows that somebody must see to, duplicates.csv, summary.json, and the words at the end of a run.
//
// Every file is complete or absent: it is written under a temporary name, synced and renamed, and summary.json comes
// last. A report whose outcomes do not add up to the rows that were read is refused. The files hold personal data, so
// nobody but their owner may read them.
//
// The package is told everything as plain values. It does not know where a row came from, what was sent, or why.
package report

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/report/output"
)

// Options say where a report goes and what its inputs are.
type Options struct {
	// Dir is the report's folder. It is made, for its owner only, if it is not there. Empty: there is no report, and the
	// set only counts.
	Dir string
	// RunID names the run; it must be usable in a file name.
	RunID string
	// Inputs are the run's inputs, in order.
	Inputs []Input
}

// Input is what must be known of an input to give its rows back in their own form.
type Input struct {
	// Name is the path as the user gave it, "-" for standard input.
	Name string
	// Header is the header as it was found.
	Header    []string
	Delimiter rune
	// Newline ends a record: LF, CRLF or CR; empty is LF.
	Newline string
	// Encode returns a writer that takes UTF-8 and writes the input's own encoding, byte order mark included. Closing it
	// closes nothing below. Nil: UTF-8 as it is.
	Encode func(io.Writer) (io.WriteCloser, error)
}

// Row is one data row and how it ended.
type Row struct {
	// Input is the index of the row's input in Options.Inputs; -1 for a contact that stands in none (one that prune
	// deletes). Such rows have no number and come last.
	Input int
	// Source names the input, as the report shows it.
	Source string
	// Row is the number of the data row in its input, Line the physical line on which it starts; both from 1.
	Row, Line  int
	OrgID      int64 // 0: not known
	ExternalID string
	// ContactName and ContactEmail are those of a contact that stands in no input, as it was.
	ContactName, ContactEmail string
	Action                    outcome.Action
	Status                    outcome.Status
	ContactID                 int64 // 0: not known
	Attempts                  int
	HTTPStatus                int // 0: no answer
	RequestID                 string
	CloudFrontID              string
	DuplicateOf               string
	DuplicateKind             string
	// Problems are why the row did not end well; Warnings did not keep it from that.
	Problems, Warnings []contact.Problem
	// Changes are the fields that were changed, or are to be.
	Changes []outcome.FieldChange
	// Cells are the row as it was read, for rejects.csv. Raw is the record's text where it could not be told apart into
	// cells; it goes before Cells.
	Cells []string
	Raw   string
}

// Pair is two rows of the input that have to do with each other, by their numbers; RowA stands before RowB.
type Pair struct {
	Group, RowA, RowB int
	// Kind is exact, probable or related.
	Kind string
	// Score is how sure it is that the two are the same, from 0 to 1.
	Score   float64
	Reasons []string
}

// Set is the files of one run. It is for one goroutine. After an error of any method only Abort is of use.
type Set struct {
	fs      fileSystem
	dir     string
	runID   string
	made    bool // the folder was not there before
	inputs  []Input
	rows    *reportTable[csvRow]
	lines   *lines
	pairs   *reportTable[csvPair]
	rejects *rejects
	open    []*output.Pending // all that were begun
	held    []io.Closer
	tally   Tally
	last    Row // of which only the place counts
	err     error
}

// Create makes the report's folder and tries whether it can be written to, and whether as many files as that takes can be
// open at once, so that a run ends here, and not when its contacts have been sent. A set that stands there from an earlier run is moved to a folder named for that run; the last
// ten are kept.
func Create(o Options) (*Set, error) {
	if o.Dir == "" {
		return create(o, nowhere{})
	}
	return create(o, disk{})
}

func create(o Options, fs fileSystem) (*Set, error) {
	if !usableAsFolder(o.RunID) {
		return nil, fmt.Errorf("making a report: the run id %q can't be part of a file name", o.RunID)
	}
	s := &Set{fs: fs, dir: o.Dir, runID: o.RunID, inputs: o.Inputs, last: Row{Input: -1}}
	if err := s.makeFolder(); err != nil {
		return nil, err
	}
	earlier := archive{fs: fs, dir: o.Dir}
	for _, in := range o.Inputs {
		earlier.inputs = append(earlier.inputs, in.Name)
	}
	err := s.try()
	if err == nil {
		err = earlier.clear()
	}
	if err == nil {
		err = s.holdFiles()
	}
	if err != nil {
		return nil, errors.Join(err, s.Abort())
	}
	return s, nil
}

// Reopen makes the folder dir the set's, before anything is written: its own, which may have been taken away since it was
// made, or another one, where its own takes nothing any more.
func (s *Set) Reopen(dir string) error {
	before, made := s.dir, s.made
	s.dir = dir
	err := s.makeFolder()
	if err == nil {
		err = s.try()
	}
	if err != nil {
		if s.made {
			_ = s.fs.Remove(dir) // as it was found
		}
		s.dir, s.made = before, made
		return err
	}
	s.made = s.made || made && dir == before
	return nil
}

func (s *Set) makeFolder() error {
	there, err := s.fs.Exists(s.dir)
	if err != nil {
		return fmt.Errorf("making the report folder: %w", err)
	}
	if err := s.fs.MkdirAll(s.dir); err != nil {
		return fmt.Errorf("making the report folder: %w", err)
	}
	s.made = !there
	if s.made {
		_ = s.fs.SyncFolder(filepath.Dir(filepath.Clean(s.dir))) // may be closed to us; the next run makes it again
	}
	return nil
}

// try writes a file the way the report's files are written, and removes it.
func (s *Set) try() error {
	trial, err := output.New(s.fs, s.dir, trialName, s.runID)
	if err != nil {
		return fmt.Errorf("trying the report folder: %w", err)
	}
	_, err = trial.Write([]byte("x"))
	if err == nil {
		err = trial.Complete()
	}
	if err = errors.Join(err, trial.Discard(), s.fs.SyncFolder(s.dir)); err != nil {
		return fmt.Errorf("trying the report folder: %w", err)
	}
	return nil
}

// Dir returns the report's folder.
func (s *Set) Dir() string { return s.dir }

// Tally returns the counts of the rows that were written so far.
func (s *Set) Tally() *Tally { return &s.tally }

// Write adds the next row. Rows come in the order of the inputs, each once.
func (s *Set) Write(r Row) error {
	if s.err != nil {
		return s.err
	}
	s.err = s.write(r)
	return s.err
}

func (s *Set) write(r Row) error {
	if err := s.checkPlace(r); err != nil {
		return err
	}
	if err := s.begin(); err != nil {
		return err
	}
	text := describe(r.Problems, r.Warnings)
	if err := s.rows.Add(rowOf(r, text)); err != nil {
		return err
	}
	if err := s.lines.add(r, text); err != nil {
		return err
	}
	if r.Status.Rejected() && r.Input >= 0 {
		if err := s.rejectsOf(r.Input); err != nil {
			return err
		}
		if err := s.rejects.add(r, text); err != nil {
			return err
		}
	}
	s.tally.add(r)
	return nil
}

// checkPlace refuses a row that does not come behind the one before it.
func (s *Set) checkPlace(r Row) error {
	last := s.last
	s.last = Row{Input: r.Input, Row: r.Row}
	switch {
	case r.Input >= len(s.inputs):
		return fmt.Errorf("reporting row %d: there is no input %d", r.Row, r.Input)
	case r.Input < 0:
		s.last.Input = len(s.inputs) // nothing with a number may follow
		return nil
	case r.Row < 1 || r.Input < last.Input || r.Input == last.Input && r.Row <= last.Row:
		return fmt.Errorf("reporting row %d of input %d: it comes after row %d of input %d", r.Row, r.Input, last.Row, last.Input)
	}
	return nil
}

// WritePair adds a pair of rows. Pairs may come at any time before Close.
func (s *Set) WritePair(p Pair) error {
	if s.err != nil {
		return s.err
	}
	if s.err = s.begin(); s.err != nil {
		return s.err
	}
	if p.RowA < 1 || p.RowA >= p.RowB {
		s.err = fmt.Errorf("reporting a pair: row %d does not stand before row %d", p.RowA, p.RowB)
		return s.err
	}
	s.err = s.pairs.Add(pairOf(p))
	return s.err
}

// begin opens the files that have rows of all inputs, once there is something to write.
func (s *Set) begin() error {
	if s.rows != nil {
		return nil
	}
	if err := s.letGo(); err != nil {
		return err
	}
	rows, err := s.pending(reportName)
	if err != nil {
		return err
	}
	lines, err := s.pending(linesName)
	if err != nil {
		return err
	}
	pairs, err := s.pending(duplicatesName)
	if err != nil {
		return err
	}
	s.lines = newLines(lines)
	if s.rows, err = newReportTable[csvRow](rows); err != nil {
		return err
	}
	s.pairs, err = newReportTable[csvPair](pairs)
	return err
}

func (s *Set) pending(name string) (*output.Pending, error) {
	p, err := output.New(s.fs, s.dir, name, s.runID)
	if err == nil {
		s.open = append(s.open, p)
	}
	return p, err
}

// rejectsOf makes the rejects file of an input the current one. Inputs come one after the other, so that only one is
// open at a time however many there are.
func (s *Set) rejectsOf(input int) error {
	for s.rejects == nil || s.rejects.input < input {
		next := 0
		if s.rejects != nil {
			next = s.rejects.input + 1
			if err := s.rejects.finish(); err != nil {
				return err
			}
		}
		p, err := s.pending(RejectsName(s.inputs[next].Name, next, len(s.inputs)))
		if err != nil {
			return err
		}
		if s.rejects, err = newRejects(p, next, s.inputs[next]); err != nil {
			return err
		}
	}
	return nil
}

// number writes a number that may be absent.
func number[N int | int64](n N) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(int64(n), 10)
}
