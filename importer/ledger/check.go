package ledger

// What implementations of [Ledger] share, so that they answer alike.

import (
	"fmt"
	"iter"
	"math"
	"slices"
	"time"

	"github.com/contactsync/contactsync/importer/outcome"
)

// Check refuses what no implementation could give back as it was.
func (i *Intent) Check() error {
	switch {
	case i.Seq < 1 || i.Seq > math.MaxInt32:
		return fmt.Errorf("row number %d is out of range", i.Seq)
	case i.Attempt < 0 || i.Attempt > math.MaxInt32:
		return fmt.Errorf("attempt %d is out of range", i.Attempt)
	case i.Row.Occurrence < 0 || i.Row.Occurrence > math.MaxInt32:
		return fmt.Errorf("occurrence %d is out of range", i.Row.Occurrence)
	case !slices.Contains([]outcome.Action{outcome.Create, outcome.Update, outcome.Delete, outcome.None}, i.Action):
		return fmt.Errorf("action %q is unknown", i.Action)
	}
	return nil
}

// Check refuses what no implementation could give back as it was.
func (r *Result) Check() error {
	if !slices.Contains(outcome.Statuses(), r.Status) {
		return fmt.Errorf("status %q is unknown", r.Status)
	}
	return nil
}

// Moment is a time as ledgers keep it: in UTC, to the microsecond.
func Moment(t time.Time) time.Time { return time.UnixMicro(t.UnixMicro()).UTC() }

// IntendError says which row's intent could not be noted.
func IntendError(seq int, err error) error {
	return fmt.Errorf("noting the intent of row %d: %w", seq, err)
}

// RecordError says which row's result could not be noted.
func RecordError(seq int, err error) error {
	return fmt.Errorf("noting the result of row %d: %w", seq, err)
}

// RunError says which run an error is about.
func RunError(run string, err error) error { return fmt.Errorf("run %q: %w", run, err) }

// Closes reports whether a run that ended so leaves nothing to be gone on with.
func Closes(exit int) bool { return exit == 0 || exit == 3 }

// CountOutcomes counts rows by the status of their last attempts.
func CountOutcomes(outcomes iter.Seq2[Attempt, error]) (map[outcome.Status]int, error) {
	counts := map[outcome.Status]int{}
	for a, err := range outcomes {
		if err != nil {
			return nil, err
		}
		counts[a.Status()]++
	}
	return counts, nil
}
