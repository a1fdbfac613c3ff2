// Package notify tells a receiver of how runs ended: whether there is something to tell, and the way it goes.
//
// It guarantees that of the receiver's address nothing but scheme and host is ever shown, however it is printed, and that telling
// has an end. What is told, and what of it got through, is kept by whoever calls it.
package notify

import (
	"time"
)

// Why is what calls for a notification; empty: nothing does.
type Why string

// The reasons, as the notification has them.
const (
	// Failure: it did not end well, and did before, or there was nothing before.
	Failure Why = "failure"
	// OtherFailure: it ended otherwise than before, and not well.
	OtherFailure Why = "other_failure"
	// Recovery: it ended well, and did not before.
	Recovery Why = "recovery"
	// Guard: a guard stopped it, which is told each time.
	Guard Why = "guard"
	// Undelivered: nothing has changed, and what was to be told before has not got through.
	Undelivered Why = "undelivered"
	// EveryRun: nothing has changed, and all is to be told.
	EveryRun Why = "every_run"
	// NotCompared: what was before can't be known, and it may have been otherwise.
	NotCompared Why = "not_compared"
)

// The exit codes that mean something here.
const (
	exitOK     = 0
	exitUsage  = 2
	exitLocked = 5
	exitGuard  = 6
)

// IsOutcome reports whether an exit code says something of the job: wrong usage, and a run that another one kept off, do not.
func IsOutcome(exit int) bool { return exit != exitUsage && exit != exitLocked }

// Outcome is how something ended before.
type Outcome struct {
	Run      string // empty: it has no id
	ExitCode int
	At       time.Time
}

// Past is what is known of what was before.
type Past struct {
	// Unknown: it could not be found out.
	Unknown bool
	// Last are the outcomes to compare with, the latest first: how the last run ended, and what the receiver was told last, which
	// differ where a run was told to nobody.
	Last []Outcome
	// Pending are the outcomes that were to be told and have not got through, in the order in which they came.
	Pending []Outcome
}

// Decision is whether to tell of an outcome.
type Decision struct {
	// Why is empty if there is nothing to tell.
	Why Why
	// Previous is the outcome that it differs from, or the last one; nil: there was none.
	Previous *Outcome
	// Own: this outcome is itself what has to get through, and not only what was before it.
	Own bool
}

// Decide tells whether an outcome calls for a notification. In doubt it does.
func Decide(exit int, past Past, always bool) Decision {
	if !IsOutcome(exit) {
		return Decision{}
	}
	d := Decision{Own: true}
	changed := exit != exitOK && len(past.Last) == 0
	if len(past.Last) > 0 {
		d.Previous = &past.Last[0]
	}
	wasWell := false
	for i := len(past.Last) - 1; i >= 0; i-- {
		if before := &past.Last[i]; before.ExitCode != exit {
			d.Previous, changed = before, true
			wasWell = wasWell || before.ExitCode == exitOK
		}
	}
	switch {
	case exit == exitGuard:
		d.Why = Guard
	case past.Unknown:
		d.Why = NotCompared
	case changed && exit == exitOK:
		d.Why = Recovery
	case changed && (wasWell || len(past.Last) == 0):
		d.Why = Failure
	case changed:
		d.Why = OtherFailure
	case always:
		d.Why = EveryRun
	case len(past.Pending) > 0:
		d.Why, d.Own = Undelivered, false
	default:
		d.Own = false
	}
	return d
}
