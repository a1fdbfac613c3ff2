package report

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/contactsync/contactsync/importer/outcome"
)

// MismatchError says that the rows of a report are not the rows that were read: contactsync itself is at fault, and what
// it would tell of the run can't be trusted.
type MismatchError struct {
	// Want is what the run counted, Got what was reported.
	Want, Got Counts
}

func (e *MismatchError) Error() string {
	var parts []string
	if e.Want.Total != e.Got.Total {
		parts = append(parts, fmt.Sprintf("%d rows were read and %d are reported", e.Want.Total, e.Got.Total))
	}
	if sum := e.Want.sum(); sum != e.Want.Total {
		parts = append(parts, fmt.Sprintf("the counts of the statuses make %d and not %d", sum, e.Want.Total))
	}
	for _, s := range outcome.Statuses() {
		if want, got := e.Want.Of(s), e.Got.Of(s); want != got {
			parts = append(parts, fmt.Sprintf("%d rows ended %q and %d are reported so", want, s, got))
		}
	}
	return "the report does not add up: " + strings.Join(parts, ", ")
}

// Close completes the report. sum.Rows is what the run counted by itself, with the rows that were read as its total: if
// it is not what was written, the error is a *MismatchError and no file appears. After an error call Abort.
func (s *Set) Close(sum Summary) error {
	if s.err != nil {
		return s.err
	}
	s.err = s.close(sum)
	return s.err
}

func (s *Set) close(sum Summary) error {
	if got := s.tally.counted(); sum.Rows != got || got.sum() != got.Total {
		return &MismatchError{Want: sum.Rows, Got: got}
	}
	if err := s.begin(); err != nil {
		return err
	}
	if err := s.finish(); err != nil {
		return err
	}
	summary, err := s.pending(summaryName)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if err := sum.WriteJSON(&text); err != nil {
		return fmt.Errorf("writing %s: %w", summaryName, err)
	}
	if _, err := summary.Write(text.Bytes()); err != nil {
		return err
	}
	if err := summary.Complete(); err != nil {
		return err
	}
	for _, p := range s.open[:len(s.open)-1] {
		if err := p.Place(); err != nil {
			return err
		}
	}
	if err := s.syncFolder(); err != nil {
		return err
	}
	if err := summary.Place(); err != nil {
		return err
	}
	s.open = nil
	s.err = errClosed
	return s.syncFolder()
}

var errClosed = errors.New("the report is closed")

// finish puts all but the summary safely on the disk, under temporary names.
func (s *Set) finish() error {
	if len(s.inputs) > 0 {
		if err := s.rejectsOf(len(s.inputs) - 1); err != nil {
			return err
		}
		if err := s.rejects.finish(); err != nil {
			return err
		}
	}
	if err := s.rows.finish(); err != nil {
		return err
	}
	if err := s.lines.finish(); err != nil {
		return err
	}
	return s.pairs.finish()
}

func (s *Set) syncFolder() error {
	if err := s.fs.SyncFolder(s.dir); err != nil {
		return fmt.Errorf("writing the report folder: %w", err)
	}
	return nil
}

// Abort removes what has not become a file yet, and the folder if it was made for this report and is empty. It does
// nothing after a Close that went well.
func (s *Set) Abort() error {
	errs := []error{s.letGo()}
	for _, p := range s.open {
		errs = append(errs, p.Discard())
	}
	s.open = nil
	if s.made && !errors.Is(s.err, errClosed) {
		_ = s.fs.Remove(s.dir) // not empty: it stays
	}
	s.err = errClosed
	return errors.Join(errs...)
}
