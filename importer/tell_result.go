package importer

import (
	"cmp"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

const fixUnclear = "run the same command again later, or contactsync settle: it is looked up before anything is sent"

const fixDoubted = "look for the contact in the portal; contactsync does not send this row again by itself"

// resultOutcome tells what the ledger has of a row.
func (r *run) resultOutcome(row *check.Row, mine *ledger.Attempt, o *outcome.Outcome) {
	res := mine.Result
	o.Status, o.Receipt = res.Status, res.Receipt
	o.Receipt.ContactID = cmp.Or(o.Receipt.ContactID, mine.Target)
	if o.Status == outcome.Exists {
		o.Action = outcome.None
	}
	if res.Code != "" {
		p := contact.Problem{Code: res.Code, Field: res.Field, Message: unmask(res.Detail, row.Checked.Contact)}
		switch res.Code {
		case outcome.CodeUnclear:
			p.Fix = fixUnclear
			for _, n := range res.Notes {
				if n.Code == outcome.CodeSuspects {
					p.Fix = "look in the portal which contact is the row's; then correct the row, or run the same command again"
				}
			}
		case outcome.CodeDoubted:
			p.Fix = fixDoubted
		case outcome.CodeAbsent:
			p.Message = "sent without an answer, and it is proved that " + mine.Action.WasNot(mine.Target) + "; the run ended before it was sent again"
			p.Fix = "run the same command again"
		case outcome.CodeGone:
			p.Fix = "run the same command again: the row's contact is made anew, unless the row is removed"
		case outcome.CodeNotSent, outcome.CodeGaveUp, outcome.CodeHeld, outcome.CodeConflict:
			p.Fix = "run the same command again"
		}
		o.Problems = append(o.Problems, p)
	}
	if o.Status == outcome.Created && o.Receipt.ContactID == 0 {
		o.Warnings = append(o.Warnings, contact.Problem{
			Code: outcome.CodeIDUnknown, Message: "created; the answer did not name its id, and the listing at the end could not tell it",
			Fix: "look for it in the portal",
		})
	}
	o.Warnings = append(o.Warnings, r.notedWarnings(res.Notes)...)
}
