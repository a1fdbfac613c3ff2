package ledger

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/contactsync/contactsync/importer/outcome"
)

// check refuses what no implementation could give back as it was.
func (i *Intent) check() error {
	switch {
	case i.Seq < 1 || i.Seq > math.MaxInt32:
		return fmt.Errorf("row number %d is out of range", i.Seq)
	case i.Attempt < 0 || i.Attempt > math.MaxInt32:
		return fmt.Errorf("attempt %d is out of range", i.Attempt)
	case i.Row.Occurrence < 0 || i.Row.Occurrence > math.MaxInt32:
		return fmt.Errorf("occurrence %d is out of range", i.Row.Occurrence)
	case actionCode(i.Action) == 0:
		return fmt.Errorf("action %q is unknown", i.Action)
	}
	return nil
}

func (r *Result) check() error {
	if statusCode(r.Status) == 0 {
		return fmt.Errorf("status %q is unknown", r.Status)
	}
	return nil
}

func actionCode(a outcome.Action) uint8 {
	return uint8(1 + slices.Index([]outcome.Action{outcome.Create, outcome.Update, outcome.Delete, outcome.None}, a))
}

func statusCode(s outcome.Status) uint8 { return uint8(1 + slices.Index(outcome.Statuses(), s)) }

// stamp is the precision in which the ledger keeps a time.
func stamp(t time.Time) int64 { return t.UnixMicro() }

func unstamp(us int64) time.Time { return time.UnixMicro(us).UTC() }

// moment is a time as the ledger keeps it.
func moment(t time.Time) time.Time { return unstamp(stamp(t)) }

// ascending returns a sorted copy with each id once.
func ascending(ids []int64) []int64 {
	return slices.Compact(slices.Sorted(slices.Values(ids)))
}

func intendError(i *Intent, err error) error {
	return fmt.Errorf("noting the intent of row %d: %w", i.Seq, err)
}

func recordError(seq int, err error) error {
	return fmt.Errorf("noting the result of row %d: %w", seq, err)
}

func runError(run string, err error) error { return fmt.Errorf("run %q: %w", run, err) }

// closes reports whether a run that ended so leaves nothing to be gone on with.
func closes(exit int) bool { return exit == 0 || exit == 3 }
