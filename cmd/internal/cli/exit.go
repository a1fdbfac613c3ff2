package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/contactsync/contactsync/importer/ending"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/importer/stop"
	"github.com/contactsync/contactsync/report"
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
  1  the run could not be done: unreadable file, bad credentials, no right, wrong address, disk not usable
  2  wrong usage or configuration
  3  done, but some rows are invalid, failed or uncertain, or what --fail-on names was found: see the report
  4  stopped early with rows left, or the API was away; the same command goes on where it stopped
  5  another run has this organisation's lock, or the report folder
  6  stopped by a guard: a person must decide`

// shortExitHelp is the list of a command that only looks.
const shortExitHelp = `Exit codes:
  0  done
  1  it could not be done: unreadable file, address not usable
  2  wrong usage or configuration`

// codeError ends a command that has told all there is to tell, with another exit code than 0.
type codeError int

func (e codeError) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

// endWith is the error that a command ends with: what it failed with, or nothing but its exit code.
func endWith(code int, err error) error {
	if err == nil && code != exitOK {
		return codeError(code)
	}
	return err
}

// exitOf is the only place that turns how something ended into an exit code. Where several things went wrong the code is
// that of the gravest: what a person must mend goes before what time will mend.
func exitOf(err error) int {
	switch e := err.(type) { //nolint:errorlint // errors.As would find the first error of a tree, not the gravest one
	case nil:
		return exitOK
	case codeError:
		return int(e)
	case *stop.UsageError:
		return exitUsage
	case *ledger.HeldError, *report.InUseError:
		return exitLocked
	case *stop.Error:
		return exitOfCause(e.Cause)
	case interface{ Unwrap() []error }:
		return gravest(e.Unwrap())
	case interface{ Unwrap() error }:
		if inner := e.Unwrap(); inner != nil {
			return exitOf(inner)
		}
	}
	if errors.Is(err, context.Canceled) {
		return exitStopped // nothing but a signal cancels a run
	}
	return exitFailed
}

// gravest returns the exit code of several errors.
func gravest(errs []error) int {
	worst := exitOK
	for _, code := range []int{exitStopped, exitGuard, exitLocked, exitUsage, exitFailed} {
		if slices.ContainsFunc(errs, func(err error) bool { return exitOf(err) == code }) {
			worst = code
		}
	}
	return worst
}

func exitOfCause(c stop.Cause) int {
	switch c {
	case stop.CauseInterrupted, stop.CauseOutOfTime, stop.CauseOutage, stop.CauseQuota:
		return exitStopped
	case stop.CauseGuard:
		return exitGuard
	case stop.CauseTakenOver:
		return exitLocked
	default:
		return exitFailed
	}
}

// exitOfRun adds the rows to it: how the run ended goes before how its rows did.
func exitOfRun(r ending.Result, accept plan.Limit) int {
	if code := exitOf(r.Err); code != exitOK {
		return code
	}
	bad := r.Rows.Of(outcome.Failed) + r.Rows.Of(outcome.Uncertain) + r.Rows.Of(outcome.NotAttempted)
	invalid := r.Rows.Of(outcome.Invalid)
	if r.Twice || r.LeftAlone > 0 || bad > 0 || invalid > 0 && (!accept.IsSet() || accept.Exceeded(invalid, r.Rows.Total)) {
		return exitRows
	}
	return exitOK
}
