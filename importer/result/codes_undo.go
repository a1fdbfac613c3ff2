package result

import (
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
)

func undoCodes() []contact.CodeInfo {
	return []contact.CodeInfo{
		{Code: outcome.CodeUndoChanged, Meaning: "the contact is not what the run left: somebody, or a later run, has changed it since. It is left alone", Fix: "decide in the portal what becomes of it, or undo the later run first"},
		{Code: outcome.CodeUndoGone, Meaning: "the contact has been deleted since", Fix: "nothing, if that was right"},
		{Code: outcome.CodeUndoImage, Meaning: "the ledger no longer holds what the contact looked like before the run", Fix: "restore it by hand in the portal"},
		{Code: outcome.CodeUndoUnknown, Meaning: "the run created the contact and never learned its number", Fix: "look for it in the portal, and delete it there"},
		{Code: outcome.CodeUndoDone, Meaning: "nothing is left to be taken back", Fix: "nothing"},
		{Code: outcome.CodeGivenBack, Meaning: "the contact belongs to whom it did before the run that is taken back adopted it", Fix: "nothing"},
		{Code: outcome.CodeUndoNewID, Meaning: "the contact was deleted by the run and has been made anew, with another id", Fix: "tell those who know it by its old id"},
	}
}
