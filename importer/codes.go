package importer

import (
	"github.com/contactsync/contactsync/importer/apply"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/source"
)

// Codes of what a run finds out about a row beyond its fields. They are stable, for scripts.
const (
	CodeDuplicate     = "duplicate"
	CodeRelated       = "related"
	CodeExistsDiffers = "exists.differs"
	CodeExistsSeveral = "exists.several"
	CodeExistsRelated = "exists.related"
	CodeOrgUnseen     = "org_id.not_visible"
	CodeEarlierRun    = "earlier.unclear"
)

// codeTypeNoID is that of a row whose type has no known number, as the rules of contacts give it.
const codeTypeNoID = "type.no_id"

// Codes explains every code that a report can hold: those of fields, of records, and of what became of a row.
func Codes() []contact.CodeInfo {
	return append(contact.Codes(), []contact.CodeInfo{
		{Code: source.CodeQuote, Meaning: "a quote that never closes, or one in the middle of a cell", Fix: "correct the quotes of this record"},
		{Code: source.CodeExtraCells, Meaning: "the row has more cells than the header", Fix: "quote the cell that holds the delimiter"},
		{Code: source.CodeRowTooLong, Meaning: "the row is longer than 1 MiB", Fix: "look for a missing line end"},
		{Code: source.CodeCellTooLong, Meaning: "a cell is longer than 64 KiB", Fix: "look for a missing quote"},
		{Code: source.CodeEncoding, Meaning: "bytes that are no text in the input's encoding", Fix: "name the encoding with `--encoding`"},
		{Code: CodeDuplicate, Meaning: "the same contact as an earlier row (`--on-duplicate error`)", Fix: "remove one of the two rows"},
		{Code: CodeRelated, Meaning: "the same key as another row, with a clearly different name: both are kept", Fix: "nothing, if these are two people"},
		{Code: CodeExistsDiffers, Meaning: "the organisation's contact differs in some fields", Fix: "import never changes a contact"},
		{Code: CodeExistsSeveral, Meaning: "several contacts of the organisation fit the row", Fix: "decide in the portal which one stays"},
		{Code: CodeExistsRelated, Meaning: "the organisation has a contact with the same key and a clearly different name", Fix: "nothing, if these are two people"},
		{Code: CodeOrgUnseen, Meaning: "the row's organisation can't be read with this application token", Fix: "check the number, or the token"},
		{Code: CodeEarlierRun, Meaning: "an earlier run could not find out whether it created this contact", Fix: "look for the contact in the portal"},
		{Code: apply.CodeRefused, Meaning: "the API refused the contact; the message has its words", Fix: "correct the row"},
		{Code: apply.CodeUnclear, Meaning: "the request left, and no answer tells whether the contact was created", Fix: "look for the contact in the portal"},
		{Code: apply.CodeNotSent, Meaning: "the request could not be sent, in all attempts", Fix: "run the same command again"},
		{Code: apply.CodeInternal, Meaning: "contactsync itself failed on this row", Fix: "report it as a bug, without the row's values"},
	}...)
}
