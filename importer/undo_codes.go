package importer

import "github.com/contactsync/contactsync/importer/contact"

// Codes of what an undo finds out about a contact.
const (
	CodeUndoChanged = "undo.changed"
	CodeUndoGone    = "undo.gone"
	CodeUndoImage   = "undo.no_image"
	CodeUndoUnknown = "undo.unknown"
	CodeUndoDone    = "undo.done"
	CodeUndoNewID   = "undo.new_id"
)

func undoCodes() []contact.CodeInfo {
	return []contact.CodeInfo{
		{Code: CodeUndoChanged, Meaning: "the contact is not what the run left: somebody, or a later run, has changed it since. It is left alone", Fix: "decide in the portal what becomes of it, or undo the later run first"},
		{Code: CodeUndoGone, Meaning: "the contact has been deleted since", Fix: "nothing, if that was right"},
		{Code: CodeUndoImage, Meaning: "the ledger no longer holds what the contact looked like before the run", Fix: "restore it by hand in the portal"},
		{Code: CodeUndoUnknown, Meaning: "the run created the contact and never learned its number", Fix: "look for it in the portal, and delete it there"},
		{Code: CodeUndoDone, Meaning: "nothing is left to be taken back", Fix: "nothing"},
		{Code: CodeUndoNewID, Meaning: "the contact was deleted by the run and has been made anew, with another id", Fix: "tell those who know it by its old id"},
	}
}
