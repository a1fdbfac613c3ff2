// Package stop holds the errors that end a run, each with its cause and with what to do now.
package stop

import "errors"

// Cause is why a run ends before its rows do. It decides the exit code and whether the same command can go on later.
type Cause int

// The causes.
const (
	// CauseInterrupted: a signal asked for the end.
	CauseInterrupted Cause = iota + 1
	// CauseOutOfTime: --max-duration is over.
	CauseOutOfTime
	// CauseOutage: the API can't be reached, stopped answering, or answers only server errors.
	CauseOutage
	// CauseQuota: only 429 for twice the window; the quota of the month is used up.
	CauseQuota
	// CauseUnreachable: what answers at the API's address is not the API, or there is no way to it that time could mend.
	CauseUnreachable
	// CauseRedirect: the API's address answers with a redirect.
	CauseRedirect
	// CauseCredentials: the token was rejected.
	CauseCredentials
	// CauseForbidden: the token has no right to the only organisation, or it is not visible.
	CauseForbidden
	// CauseLedger: an intent could not be made durable; nothing may be sent without one.
	CauseLedger
	// CauseTakenOver: another run has taken the organisation's lock from this one.
	CauseTakenOver
	// CauseInputChanged: the input is not the one that was checked.
	CauseInputChanged
	// CauseGuard: a limit was passed; a person must decide.
	CauseGuard
)

// Error ends a run: no further row is sent. A row's own failure is never one.
type Error struct {
	Cause Cause
	// Message says what happened, in one lower-case clause without personal data.
	Message string
	// Hint says what to do now.
	Hint string
	// Passes are what lets the run pass the guards that stopped it, all of them together; none if nothing does.
	Passes []Pass
	// Err is the cause below, for the log; may be nil.
	Err error
}

func (e *Error) Error() string {
	if e.Err == nil {
		return e.Message
	}
	return e.Message + ": " + e.Err.Error()
}

func (e *Error) Unwrap() error { return e.Err }

// ErrNotSent is what an error wraps of a request that could not be sent, however often it was tried: the API could not
// be reached, which is nothing that is wrong with the row.
var ErrNotSent = errors.New("no request could be sent")

// Of is the error that ends a run, if err is or wraps one; else nil.
func Of(err error) *Error {
	var ended *Error
	errors.As(err, &ended)
	return ended
}

// IsLocal reports whether it was not the API that failed, but what the run itself must keep or has lost to another run:
// then it can't go on.
func IsLocal(err error) bool {
	ended := Of(err)
	return ended != nil && (ended.Cause == CauseLedger || ended.Cause == CauseTakenOver)
}
