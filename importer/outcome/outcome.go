// Package outcome says what can become of a row or a contact: what is to be done, what a request did, how it ended and what
// is to be told of it. It is pure: no I/O, no clock, no logging.
package outcome

import "github.com/contactsync/contactsync/importer/contact"

// Action is what is to be done for a row.
type Action string

// The actions, spelled as the report spells them.
const (
	Create Action = "create"
	Update Action = "update"
	Delete Action = "delete"
	None   Action = "none"
)

// Status is how a row ended, spelled as the report spells it.
type Status string

// The statuses; their meaning to users stands in the README.
const (
	Created      Status = "created"
	Updated      Status = "updated"
	Deleted      Status = "deleted"
	Exists       Status = "exists"
	Gone         Status = "gone"
	Duplicate    Status = "duplicate"
	Invalid      Status = "invalid"
	Failed       Status = "failed"
	Uncertain    Status = "uncertain"
	NotAttempted Status = "not_attempted"
	Planned      Status = "planned"
	Valid        Status = "valid"
)

// Statuses returns every status in the order in which tables show them.
func Statuses() []Status {
	return []Status{Created, Updated, Deleted, Exists, Gone, Duplicate, Planned, Valid, Invalid, Failed, Uncertain, NotAttempted}
}

// Rejected reports whether a row that ended so belongs into rejects.csv: a person, or a later run, has to see to it.
func (s Status) Rejected() bool {
	return s == Invalid || s == Failed || s == Uncertain || s == NotAttempted
}

// Effect is what is known of a call's effect on the organisation.
type Effect int

// The effects. The zero value is the careful one: what nobody said anything about may have happened.
const (
	// EffectUnknown: the call may have taken effect. It must never be repeated blindly.
	EffectUnknown Effect = iota
	// EffectNone: the call is known not to have happened; no byte of it left, or the API refused it.
	EffectNone
	// EffectDone: the call is known to have happened.
	EffectDone
)

// Receipt is what one call left behind. A call that fails returns it too, beside its error.
type Receipt struct {
	Effect Effect
	// ContactID is the id that a create's answer named; 0 if it named none that can be read.
	ContactID int64
	// Attempts counts the requests of this call that left, those answered 429 and 401 not counted.
	Attempts int
	// HTTPStatus is that of the last answer; 0 without one.
	HTTPStatus int
	// RequestID and CloudFrontID are the last answer's x-amzn-RequestId and X-Amz-Cf-Id: a support case needs them.
	RequestID    string
	CloudFrontID string
}

// Outcome is how a row ended, with all that its report line needs beside the row itself.
type Outcome struct {
	Action  Action
	Status  Status
	Receipt Receipt
	// Problems are why a row is invalid or failed; Warnings do not keep it from ending well.
	Problems []contact.Problem
	Warnings []contact.Problem
	// Changes are the fields that an update changes.
	Changes []FieldChange
	// Found tells that the answer was lost, and that a listing told what had become of the request.
	Found bool
	// Notes are what was found out about the row's contact: they hold no values of it.
	Notes []Note
}

// Note is one thing that was found out about a row's contact, as a stable code with the ids of the contacts that it is
// about.
type Note struct {
	Code string
	IDs  []int64
	// Fields are those that it is about; none: it is about the whole contact.
	Fields []contact.Field
}
