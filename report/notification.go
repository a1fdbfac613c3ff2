package report

import (
	"encoding/json"
	"io"
	"time"
)

// notificationSchema numbers the form of a notification, which notification.schema.json beside this file describes, as
// summarySchema does that of summary.json.
const notificationSchema = 1

// Notification is what a receiver is told of a run: what summary.json holds, or as much of it as there is where the run ended
// before there was one, and why it is told. It holds no value of a row.
type Notification struct {
	Summary Summary
	// Text says it in one sentence, for those who show a message and nothing else.
	Text  string
	About NotificationAbout
}

// NotificationAbout says why something is told.
type NotificationAbout struct {
	Schema int `json:"schema"`
	// Why is what called for it.
	Why string `json:"why"`
	Job string `json:"job"`
	// Report is where the report is; empty: there is none.
	Report string `json:"report"`
	// Previous is the outcome that this one differs from, or the last one; nil: none is known.
	Previous *NotifiedOutcome `json:"previous,omitempty"`
	// Undelivered are earlier outcomes that were to be told and did not get through, the oldest first.
	Undelivered []NotifiedOutcome `json:"undelivered,omitempty"`
}

// NotifiedOutcome is how an earlier run ended.
type NotifiedOutcome struct {
	RunID    string    `json:"run_id"`
	ExitCode int       `json:"exit_code"`
	Finished time.Time `json:"finished"`
}

// WriteJSON writes the notification as one line: the members of summary.json, and two of its own.
func (n Notification) WriteJSON(w io.Writer) error {
	n.About.Schema = notificationSchema
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e.Encode(struct {
		Summary
		Text  string            `json:"text"`
		About NotificationAbout `json:"notification"`
	}{n.Summary.normal(), n.Text, n.About})
}
