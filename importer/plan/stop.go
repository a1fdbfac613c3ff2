package plan

import (
	"errors"
	"fmt"

	"github.com/contactsync/contactsync/importer/contact"
)

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

// StopError ends a run: no further row is sent. A row's own failure is never a StopError.
type StopError struct {
	Cause Cause
	// Message says what happened, in one lower-case clause without personal data.
	Message string
	// Hint says what to do now.
	Hint string
	// Flag and Figure are what lets the run pass a guard once; empty for other causes.
	Flag, Figure string
	// Err is the cause below, for the log; may be nil.
	Err error
}

func (e *StopError) Error() string {
	if e.Err == nil {
		return e.Message
	}
	return e.Message + ": " + e.Err.Error()
}

func (e *StopError) Unwrap() error { return e.Err }

// ErrNotSent is what an error wraps of a request that could not be sent, however often it was tried: the API could not
// be reached, which is nothing that is wrong with the row.
var ErrNotSent = errors.New("no request could be sent")

// Refusal is the API's no to one call: it costs that row and no other.
type Refusal struct { //nolint:errname // the API's no is an outcome of a row; it is an error only on its way
	// HTTPStatus, Code and Token are the answer's status, error_code and error_token; Code is 0 where the body has none.
	HTTPStatus int
	Code       int
	Token      string
	// Field is the contact's field that the API complained of; empty if it named none that we know.
	Field contact.Field
	// Message is the API's own words, details included. It may repeat personal data: report only, never a log.
	Message string
	Err     error
}

// Error tells status, code and token only: what the API said may repeat personal data.
func (e *Refusal) Error() string {
	return fmt.Sprintf("refused by the API: HTTP %d, error %d %s", e.HTTPStatus, e.Code, e.Token)
}

func (e *Refusal) Unwrap() error { return e.Err }
