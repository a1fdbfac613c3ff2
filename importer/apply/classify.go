package apply

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/stop"
)

// Codes of what can go wrong with a row on its way to the API.
const (
	CodeRefused  = "api.refused"
	CodeUnclear  = "api.unclear"
	CodeNotSent  = "api.not_sent"
	CodeInternal = "internal.error"
	// CodeDoubted is that of a row whose answer named a contact that can't be the new one.
	CodeDoubted = "contact.id_taken"
	// CodeAbsent is that of an attempt whose answer was lost and which, as listings prove, did not take effect.
	CodeAbsent = "api.absent"
	// CodeGaveUp is that of a row which was sent as often as it may be, and is known not to be there.
	CodeGaveUp = "api.gave_up"
	// CodeGone is that of a contact that was to be changed or deleted, and that somebody had deleted already.
	CodeGone = "contact.gone"
	// CodeHeld is that of a row which was not sent because a row with the same key is lost.
	CodeHeld = "key.unclear"
)

// classify turns what a call left behind into the row's outcome. A cause that ends the run is told to halt.
func (r *run) classify(c Change, receipt outcome.Receipt, err error) outcome.Outcome {
	o := outcome.Outcome{Action: c.Action, Receipt: receipt}
	var refusal *outcome.Refusal
	var stop *stop.Error
	switch {
	case errors.As(err, &stop):
		r.halt(stop)
		o.Status = stoppedStatus(c.Action, receipt)
	case errors.As(err, &refusal) && c.Action == outcome.Update && refusal.HTTPStatus == http.StatusNotFound && refusal.Field == "":
		o.Status = outcome.Failed
		o.Problems = []contact.Problem{{
			Code: CodeGone, Message: fmt.Sprintf("contact %d could not be changed: it is not there any more, somebody has deleted it", c.Target),
		}}
	case errors.As(err, &refusal):
		o.Status = outcome.Failed
		o.Problems = []contact.Problem{{Code: CodeRefused, Field: refusal.Field, Message: refusal.Message}}
	case receipt.Effect == outcome.EffectDone && c.deletedByOthers(receipt):
		o.Status = outcome.Gone
	case receipt.Effect == outcome.EffectDone:
		o.Status = done(c.Action)
	case err == nil || receipt.Effect == outcome.EffectUnknown:
		o.Status = outcome.Uncertain
	case errors.Is(err, errPanic):
		o.Status = outcome.Failed
		o.Problems = []contact.Problem{{Code: CodeInternal, Message: errPanic.Error()}}
	case r.stop.Err() != nil || errors.Is(err, context.Canceled):
		o.Status = outcome.NotAttempted
	default:
		o.Status = outcome.Failed
		o.Problems = []contact.Problem{{
			Code: CodeNotSent, Message: "could not be sent: " + err.Error(), Fix: "run the same command again",
		}}
	}
	if o.Status == outcome.Uncertain {
		o.Problems = []contact.Problem{unclear(c, err)}
	}
	return o
}

// done is the status of a row for which that was to be done, and was done.
func done(a outcome.Action) outcome.Status {
	switch a {
	case outcome.Update:
		return outcome.Updated
	case outcome.Delete:
		return outcome.Deleted
	default:
		return outcome.Created
	}
}

// stoppedStatus is that of a row whose own request ended the run.
func stoppedStatus(a outcome.Action, receipt outcome.Receipt) outcome.Status {
	switch receipt.Effect {
	case outcome.EffectDone:
		return done(a)
	case outcome.EffectNone:
		return outcome.NotAttempted
	default:
		return outcome.Uncertain
	}
}

// deletedByOthers reports whether a delete found its contact gone, and no earlier request of ours can have deleted it.
func (c *Change) deletedByOthers(receipt outcome.Receipt) bool {
	return c.Action == outcome.Delete && receipt.HTTPStatus == http.StatusNotFound && c.Unclear == 0
}

// Done says in words what an action has done to a contact: "contact 12 was changed". The id of one that was to be created
// is not known.
func Done(a outcome.Action, id int64) string { return became(a, id, "was") }

// NotDone says in words what an action has not done to a contact.
func NotDone(a outcome.Action, id int64) string { return became(a, id, "was not") }

func became(a outcome.Action, id int64, was string) string {
	switch a {
	case outcome.Update:
		return fmt.Sprintf("contact %d %s changed", id, was)
	case outcome.Delete:
		return fmt.Sprintf("contact %d %s deleted", id, was)
	default:
		return fmt.Sprintf("the contact %s created", was)
	}
}

func unclear(c Change, err error) contact.Problem {
	p := contact.Problem{
		Code:    CodeUnclear,
		Message: "the request left, but no answer tells whether " + Done(c.Action, c.Target),
		Fix:     "look for the contact in the portal; contactsync does not send this row again by itself",
	}
	if err != nil {
		p.Message += " (" + err.Error() + ")"
	}
	return p
}

// Doubted is the problem of a row whose answer can't be believed.
func Doubted(why string) contact.Problem {
	return contact.Problem{
		Code: CodeDoubted, Message: why + "; which contact the row's is, and whether it was created, is not known",
		Fix: "look for the contact in the portal; contactsync does not send this row again by itself",
	}
}
