package cli

import (
	"errors"

	"github.com/contactsync/contactsync/importer"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/plan"
)

// The exit codes, as the README lists them.
const (
	exitOK      = 0
	exitFailed  = 1
	exitUsage   = 2
	exitRows    = 3
	exitStopped = 4
	exitLocked  = 5
	exitGuard   = 6
)

// exitHelp is the list that each command which runs a job shows.
const exitHelp = `Exit codes:
  0  every row ended well
  1  the run could not be done: unreadable file, bad credentials, no right, API or disk not usable
  2  wrong usage or configuration
  3  done, but some rows are invalid, failed or uncertain: see the report
  4  stopped early with rows left; the same command goes on where it stopped
  5  another run has this organisation's lock
  6  stopped by a guard: a person must decide`

// exitOf is the only place that turns how something ended into an exit code.
func exitOf(err error) int {
	var usage *importer.UsageError
	var held *ledger.HeldError
	var stop *plan.StopError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &usage):
		return exitUsage
	case errors.As(err, &held):
		return exitLocked
	case errors.As(err, &stop):
		return exitOfCause(stop.Cause)
	default:
		return exitFailed
	}
}

func exitOfCause(c plan.Cause) int {
	switch c {
	case plan.CauseInterrupted, plan.CauseOutOfTime, plan.CauseOutage, plan.CauseQuota:
		return exitStopped
	case plan.CauseGuard:
		return exitGuard
	default:
		return exitFailed
	}
}

// exitOfRun adds the rows to it: 1, 2, 5 and 6 go before 4, 4 before 3, 3 before 0.
func exitOfRun(r importer.Result, accept plan.Limit) int {
	if code := exitOf(r.Err); code != exitOK {
		return code
	}
	bad := r.Rows.Of(plan.Failed) + r.Rows.Of(plan.Uncertain) + r.Rows.Of(plan.NotAttempted)
	invalid := r.Rows.Of(plan.Invalid)
	if r.Twice || bad > 0 || invalid > 0 && (!accept.IsSet() || accept.Exceeded(invalid, r.Rows.Total)) {
		return exitRows
	}
	return exitOK
}
