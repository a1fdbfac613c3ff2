package settle

import (
	"cmp"
	"time"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

// Result is what a finding makes of the row's attempt, as the ledger keeps it.
func Result(f Finding, now time.Time) ledger.Result {
	result := ledger.Result{Status: outcome.Uncertain, Receipt: f.InDoubt.Receipt, At: now}
	result.Receipt.Effect = outcome.EffectUnknown
	switch f.Presence {
	case Present:
		result.Status, result.Found = f.InDoubt.Action.Done(), true
		result.Receipt.Effect, result.Receipt.ContactID = outcome.EffectDone, f.ID
		if f.Differs {
			result.Notes = append(result.Notes, outcome.Note{Code: outcome.CodeStoredDiffers, IDs: []int64{f.ID}})
		}
		if len(f.Seconds) > 0 {
			result.Notes = append(result.Notes, outcome.Note{Code: outcome.CodeTwice, IDs: append([]int64{f.ID}, f.Seconds...)})
		}
	case Absent:
		result.Status, result.Found, result.Code = outcome.NotAttempted, true, outcome.CodeAbsent
		result.Receipt.Effect = outcome.EffectNone
	case Unknown:
		result.Code, result.Detail = outcome.CodeUnclear, "the request left, but no answer tells whether "+f.InDoubt.Action.Was(f.InDoubt.Target)
		if f.InDoubt.Action != outcome.Create {
			result.Receipt.ContactID = f.InDoubt.Target
		}
		if f.InDoubt.Doubt != "" {
			result.Code, result.Detail = outcome.CodeDoubted, f.InDoubt.Doubt
		}
		if len(f.Suspects) > 0 {
			result.Notes = append(result.Notes, outcome.Note{Code: outcome.CodeSuspects, IDs: f.Suspects})
		}
	}
	return result
}

// ofClosed makes an end of what a run left in doubt that is closed: nothing goes on with it any more. What it
// matches exists; that it is ours is only said of a single contact that is equal in everything. What merely has a number
// or a name in common may be somebody else: the row stays in doubt.
func ofClosed(result ledger.Result, f Finding) ledger.Result {
	switch {
	case f.Presence == Present && f.Differs:
		result.Status = outcome.Exists
	case f.Presence == Unknown && len(f.Matches) > 0:
		result.Status, result.Found, result.Code, result.Detail = outcome.Exists, true, "", ""
		result.Receipt.ContactID = f.Matches[0]
	}
	return result
}

// Doubted is the problem of a row whose answer can't be believed.
func Doubted(why string) contact.Problem {
	return contact.Problem{
		Code: outcome.CodeDoubted, Message: why + "; which contact the row's is, and whether it was created, is not known",
		Fix: "look for the contact in the portal; contactsync does not send this row again by itself",
	}
}

// doubtOf is why an earlier run did not believe the answer to an attempt; empty where it was lost.
func doubtOf(a ledger.Attempt) string {
	if a.Result == nil || a.Result.Code != outcome.CodeDoubted {
		return ""
	}
	return cmp.Or(a.Result.Detail, Doubted("the API's answer named a contact that can't be the new one").Message)
}
