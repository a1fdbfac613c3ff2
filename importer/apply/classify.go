package apply

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/plan"
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
func (r *run) classify(c Change, receipt plan.Receipt, err error) plan.Outcome {
	o := plan.Outcome{Action: c.Action, Receipt: receipt}
	var refusal *plan.Refusal
	var stop *plan.StopError
	switch {
	case errors.As(err, &stop):
		r.halt(stop)
		o.Status = stoppedStatus(c.Action, receipt)
	case errors.As(err, &refusal) && c.Action == plan.Update && refusal.HTTPStatus == http.StatusNotFound && refusal.Field == "":
		o.Status = plan.Failed
		o.Problems = []contact.Problem{{
			Code: CodeGone, Message: fmt.Sprintf("contact %d could not be changed: it is not there any more, somebody has deleted it", c.Target),
		}}
	case errors.As(err, &refusal):
		o.Status = plan.Failed
		o.Problems = []contact.Problem{{Code: CodeRefused, Field: refusal.Field, Message: refusal.Message}}
	case receipt.Effect == plan.EffectDone && c.deletedByOthers(receipt):
		o.Status = plan.Gone
	case receipt.Effect == plan.EffectDone:
		o.Status = done(c.Action)
	case err == nil || receipt.Effect == plan.EffectUnknown:
		o.Status = plan.Uncertain
	case errors.Is(err, errPanic):
		o.Status = plan.Failed
		o.Problems = []contact.Problem{{Code: CodeInternal, Message: errPanic.Error()}}
	case r.stop.Err() != nil || errors.Is(err, context.Canceled):
		o.Status = plan.NotAttempted
	default:
		o.Status = plan.Failed
		o.Problems = []contact.Problem{{
			Code: CodeNotSent, Message: "could not be sent: " + err.Error(), Fix: "run the same command again",
		}}
	}
	if o.Status == plan.Uncertain {
		o.Problems = []contact.Problem{unclear(c, err)}
	}
	return o
}

// done is the status of a row for which that was to be done, and was done.
func done(a plan.Action) plan.Status {
	switch a {
	case plan.Update:
		return plan.Updated
	case plan.Delete:
		return plan.Deleted
	default:
		return plan.Created
	}
}

// stoppedStatus is that of a row whose own request ended the run.
func stoppedStatus(a plan.Action, receipt plan.Receipt) plan.Status {
	switch receipt.Effect {
	case plan.EffectDone:
		return done(a)
	case plan.EffectNone:
		return plan.NotAttempted
	default:
		return plan.Uncertain
	}
}

// deletedByOthers reports whether a delete found its contact gone, and no earlier request of ours can have deleted it.
func (c *Change) deletedByOthers(receipt plan.Receipt) bool {
	return c.Action == plan.Delete && receipt.HTTPStatus == http.StatusNotFound && c.Unclear == 0
}

// Done says in words what an action has done to a contact: "contact 12 was changed". The id of one that was to be created
// is not known.
func Done(a plan.Action, id int64) string { return became(a, id, "was") }

// NotDone says in words what an action has not done to a contact.
func NotDone(a plan.Action, id int64) string { return became(a, id, "was not") }

func became(a plan.Action, id int64, was string) string {
	switch a {
	case plan.Update:
		return fmt.Sprintf("contact %d %s changed", id, was)
	case plan.Delete:
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
