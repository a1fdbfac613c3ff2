package report

import (
	"errors"
	"io"
)

// held is how many files a run holds open from its start until it writes its report, so that it finds out before anything
// is sent whether it may open as many as it will need then, and so that nothing takes them meanwhile, as connections would.
//
// The files with a line a row, the rejects of one input, and the folder that is synced: five. The rest is for what the
// last pass reads: one for the input, and three for another connection to the ledger.
const held = 9

// holdFiles holds so many files open as the report will need.
func (s *Set) holdFiles() error {
	for range held {
		f, err := s.fs.Hold(s.dir)
		if err != nil {
			return errors.Join(err, s.letGo())
		}
		s.held = append(s.held, f)
	}
	return nil
}

// letGo makes room for the report's files.
func (s *Set) letGo() error {
	var errs []error
	for _, f := range s.held {
		errs = append(errs, f.Close())
	}
	s.held = nil
	return errors.Join(errs...)
}

// Prepare lets go of what has been held open for the report: it is written now, and what it tells of is read. The first
// row does the same.
func (s *Set) Prepare() error { return s.letGo() }

// nothing is held where there is nothing to hold.
type nothing struct{}

func (nothing) Close() error { return nil }

var _ io.Closer = nothing{}
