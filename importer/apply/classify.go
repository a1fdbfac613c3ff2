package apply

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/importer/stop"
)

// classify turns what a call left behind into the row's outcome. stopped tells that the run has been told
// to end, ends is what ends it; nil: nothing does.
func classify(c plan.Change, receipt outcome.Receipt, err error, stopped bool) (o outcome.Outcome, ends *stop.Error) {
	o = outcome.Outcome{Action: c.Action, Receipt: receipt}
	var refusal *outcome.Refusal
	switch {
	case errors.As(err, &ends):
		o.Status = stoppedStatus(c.Action, receipt)
	case errors.As(err, &refusal) && c.Action == outcome.Update && refusal.HTTPStatus == http.StatusNotFound && refusal.Field == "":
		o.Status = outcome.Failed
		o.Problems = []contact.Problem{{
			Code: outcome.CodeGone, Message: fmt.Sprintf("contact %d could not be changed: it is not there any more, somebody has deleted it", c.Target),
		}}
	case errors.As(err, &refusal):
		o.Status = outcome.Failed
		o.Problems = []contact.Problem{{Code: outcome.CodeRefused, Field: refusal.Field, Message: refusal.Message}}
	case receipt.Effect == outcome.EffectDone && deletedByOthers(c, receipt):
		o.Status = outcome.Gone
	case receipt.Effect == outcome.EffectDone:
		o.Status = c.Action.Done()
	case err == nil || receipt.Effect == outcome.EffectUnknown:
		o.Status = outcome.Uncertain
	case errors.Is(err, errPanic):
		o.Status = outcome.Failed
		o.Problems = []contact.Problem{{Code: outcome.CodeInternal, Message: errPanic.Error()}}
	case stopped || errors.Is(err, context.Canceled):
		o.Status = outcome.NotAttempted
	default:
		o.Status = outcome.Failed
		o.Problems = []contact.Problem{{
			Code: outcome.CodeNotSent, Message: "could not be sent: " + err.Error(), Fix: "run the same command again",
		}}
	}
	if o.Status == outcome.Uncertain {
		o.Problems = []contact.Problem{unclear(c, err)}
	}
	return o, ends
}

// stoppedStatus is that of a row whose own request ended the run.
func stoppedStatus(a outcome.Action, receipt outcome.Receipt) outcome.Status {
	switch receipt.Effect {
	case outcome.EffectDone:
		return a.Done()
	case outcome.EffectNone:
		return outcome.NotAttempted
	default:
		return outcome.Uncertain
	}
}

// deletedByOthers reports whether a delete found its contact gone, and no earlier request of ours can have deleted it.
func deletedByOthers(c plan.Change, receipt outcome.Receipt) bool {
	return c.Action == outcome.Delete && receipt.HTTPStatus == http.StatusNotFound && c.Unclear == 0
}

func unclear(c plan.Change, err error) contact.Problem {
	p := contact.Problem{
		Code:    outcome.CodeUnclear,
		Message: "the request left, but no answer tells whether " + c.Action.Was(c.Target),
		Fix:     "look for the contact in the portal; contactsync does not send this row again by itself",
	}
	if err != nil {
		p.Message += " (" + err.Error() + ")"
	}
	return p
}
