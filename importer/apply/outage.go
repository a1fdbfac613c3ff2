package apply

import (
	"errors"
	"time"

	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/stop"
)

// Excuse takes note of a row that failed, or stays unclear, because the API was not there to be asked. Such rows are no
// sign of a wrong file, however many they are: they do not count as failures, and the run ends with why, to be gone on
// with later. The first reason stays.
func (r *Runner) Excuse(s outcome.Status, why *stop.Error) {
	if r.Done != nil {
		r.Done(s)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.outage == nil {
		r.outage = why
	}
}

// Outage is why rows were excused; nil if none was.
func (r *Runner) Outage() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.outage == nil {
		return nil
	}
	return r.outage
}

// AnsweredSince reports whether the API has said yes or no to any change after a moment: then it was there.
func (r *Runner) AnsweredSince(t time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.answered.After(t)
}

// noteAnswer takes note of a yes or no.
func (r *Runner) noteAnswer(e outcome.Effect, err error) {
	var refusal *outcome.Refusal
	if e != outcome.EffectDone && !errors.As(err, &refusal) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answered = time.Now()
}

func unreached(err error) *stop.Error {
	return &stop.Error{
		Cause: stop.CauseOutage, Message: "the API could not be reached for some of the rows",
		Hint: "run the same command again when it can be reached; it goes on where this run stopped", Err: err,
	}
}
