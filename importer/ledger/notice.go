package ledger

import (
	"slices"
	"time"
)

// Notice is how something ended that somebody wants to be told of: most often a run, and sometimes one that the ledger does not
// know as such, as where nothing but earlier attempts was settled.
type Notice struct {
	// ID names it: that of the run, or any that is new.
	ID string
	// Run is the run; empty: the ledger knows none.
	Run      string
	Subject  Subject
	ExitCode int
	At       time.Time
	// Pending: it had to be told, and has not got through.
	Pending bool
}

// Subject is what outcomes are compared of, one with the one before: that of a job, or of a command on an organisation.
type Subject struct {
	// Command is empty for what a job does each night, import or sync.
	Command string
	// Job is empty for what has none. That is told apart by its host and its organisation; 0: not known, or all.
	Job  string
	Host string
	Org  int64
}

// Covers reports whether both can be one. An organisation that is not known can be any.
func (s Subject) Covers(other Subject) bool {
	switch {
	case s.Command != other.Command || s.Job != other.Job:
		return false
	case s.Job != "":
		return true
	default:
		return s.Host == other.Host && (s.Org == other.Org || s.Org == 0 || other.Org == 0)
	}
}

// mostPending bounds how many notices a subject has that have not got through: where nobody ever listens their number has an end.
const mostPending = 50

// MergeNotices puts new notices among those that there are, in the place of those of the same ID, and leaves out what nobody asks for.
func MergeNotices(there, saved []Notice) []Notice {
	all := slices.Clone(there)
	for _, n := range saved {
		n.At = Moment(n.At)
		if i := slices.IndexFunc(all, func(old Notice) bool { return old.ID == n.ID }); i >= 0 {
			all[i] = n
		} else {
			all = append(all, n)
		}
	}
	return keepNotices(all)
}

// keepNotices leaves out, of notices in the order in which they came, those that nobody asks for any more: the ones that are
// not pending and have a later one of the same subject, and the oldest of too many pending ones.
func keepNotices(all []Notice) []Notice {
	later, pending := map[Subject]bool{}, map[Subject]int{}
	var kept []Notice
	for _, n := range slices.Backward(all) {
		if n.Pending {
			pending[n.Subject]++
		}
		if !n.Pending && !later[n.Subject] || n.Pending && pending[n.Subject] <= mostPending {
			kept = append(kept, n)
		}
		later[n.Subject] = true
	}
	slices.Reverse(kept)
	return kept
}
