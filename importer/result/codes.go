package result

import (
	"slices"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/source"
	"github.com/contactsync/contactsync/mapping"
)

// Codes explains every code that a report can hold: those of fields, of records, and of what became of a row.
func Codes() []contact.CodeInfo {
	return slices.Concat(contact.Codes(), mapping.Codes(), []contact.CodeInfo{
		{Code: source.CodeQuote, Meaning: "a quote that never closes, or one in the middle of a cell", Fix: "correct the quotes of this record"},
		{Code: source.CodeExtraCells, Meaning: "the row has more cells than the header", Fix: "quote the cell that holds the delimiter"},
		{Code: source.CodeJSON, Meaning: "the record is no JSON object, or one in which a name stands twice; or what follows in the file can't be read", Fix: "correct it, or export the file again"},
		{Code: source.CodeQuotedRow, Meaning: "one cell in quotes holds what seems to be the whole row", Fix: "take the quotes around the row away"},
		{Code: source.CodeQuotedRowRead, Meaning: "warning: the row stood as a whole within one pair of quotes, and was taken apart", Fix: "nothing"},
		{Code: source.CodeBackslashQuotes, Meaning: "warning: quotes with a backslash before them were read as quotes of the text", Fix: "nothing"},
		{Code: source.CodeRowTooLong, Meaning: "the row is longer than 1 MiB", Fix: "look for a missing line end"},
		{Code: source.CodeCellTooLong, Meaning: "a cell is longer than 64 KiB", Fix: "look for a missing quote"},
		{Code: source.CodeEncodingRead, Meaning: "the row is in UTF-8 and the file in another encoding: it was read as UTF-8", Fix: "nothing, if it was read as it is meant"},
		{Code: source.CodeEncoding, Meaning: "bytes that are no text in the input's encoding", Fix: "name the encoding with `--encoding`"},
		{Code: outcome.CodeUnreadable, Meaning: "the input changed during the run, so that this row could not be read again; how it ended is told by what was noted of it", Fix: "run the same command again: a row that was sent is not sent twice"},
		{Code: outcome.CodeHeader, Meaning: "the header repeated among the rows, labels below it, or the header of another table", Fix: "remove the row; put another table into a file of its own"},
		{Code: outcome.CodeOtherTable, Meaning: "the row stands below the header of another table, with other columns", Fix: "put that table into a file of its own"},
		{Code: outcome.CodeDuplicate, Meaning: "the same contact as another row, which counts in its place (`--on-duplicate error`) or whose outcome it shares", Fix: "remove one of the two rows"},
		{Code: outcome.CodeContradiction, Meaning: "rows of the same contact say different things of a field (`--on-duplicate merge`): the earlier one is taken", Fix: "correct one of the rows"},
		{Code: outcome.CodeRelated, Meaning: "the same key as another row, with a clearly different name: both are kept", Fix: "nothing, if these are two people"},
		{Code: outcome.CodeExistsDiffers, Meaning: "the organisation's contact differs in some fields", Fix: "import never changes a contact: `sync` does, or change it in the portal"},
		{Code: outcome.CodeExistsSeveral, Meaning: "several contacts of the organisation fit the row; the message has their numbers", Fix: "if they are one person, keep one of them and delete the others in the portal"},
		{Code: outcome.CodeExistsRelated, Meaning: "the organisation has a contact with the same key and a clearly different name", Fix: "nothing, if these are two people; if they are one, decide in the portal which contact stays, and which name is right"},
		{Code: outcome.CodeOrgUnseen, Meaning: "the row's organisation, or one in which the job has contacts to be pruned, can't be read with this application token", Fix: "check the number, or the token"},
		{Code: outcome.CodeOrgOther, Meaning: "the row is of another organisation than the command's (`--org`)", Fix: "send it by a command of its own, or let the rows choose: `--map org_id=COLUMN`"},
		{Code: outcome.CodeExistsChanged, Meaning: "an earlier run created this contact, and somebody has changed it since so far that it is recognised by its id only", Fix: "nothing, if the change is right; else change the contact in the portal"},
		{Code: outcome.CodeExistsRecent, Meaning: "an earlier run created this contact a moment ago, and the organisation's listing does not show it yet", Fix: "nothing"},
		{Code: outcome.CodeEarlierRun, Meaning: "an earlier run could not find out whether it created this contact, or one with the same key", Fix: "run the same command again later, or `contactsync settle`"},
		{Code: outcome.CodeTwice, Meaning: "a request of ours whose answer was lost took effect late: the contact stands twice", Fix: "delete the second one in the portal, or run again with `--twins remove`"},
		{Code: outcome.CodeTwiceRemoved, Meaning: "a request of ours whose answer was lost took effect late; the second contact was deleted", Fix: "nothing"},
		{Code: outcome.CodeTwiceUnclear, Meaning: "deletes of the second contact were sent, as often as `--max-attempts` allows, and none was answered; it was still there when it was looked for", Fix: "look in the portal whether it is still there, and delete it"},
		{Code: outcome.CodeKeyTwice, Meaning: "somebody else created a contact with the same key while this run did", Fix: "if they are one person, keep one of them and delete the others in the portal"},
		{Code: outcome.CodeStoredDiffers, Meaning: "the service shows the contact with other values than were sent; the report has both. A sync takes what it makes of a value for that value, and does not send it again until the row, or somebody in the portal, changes it", Fix: "nothing, if the contact is right as it stands in the portal; else change it there"},
		{Code: outcome.CodeStoredMissing, Meaning: "the contact was created, and the listing at the end of the run does not show it", Fix: "look for it in the portal; somebody may have deleted it"},
		{Code: outcome.CodeSuspects, Meaning: "contacts that could be the one whose answer was lost", Fix: "look in the portal which of them is the row's"},
		{Code: outcome.CodeIDUnknown, Meaning: "the contact was created; its answer did not name its id, and no listing could tell it", Fix: "look for it in the portal"},
		{Code: outcome.CodeGone, Meaning: "somebody other than a run of ours has deleted the contact: one that an earlier run created or knew as the row's, or that this one was to change or delete", Fix: "nothing, if that was right; `--recreate` makes it anew, and so does the next `sync` of its row, unless `--on-conflict` says `remote` or `fail`"},
		{Code: outcome.CodeAmbiguous, Meaning: "several contacts fit the row, or several rows the contact", Fix: "of several contacts keep one and delete the others in the portal, or map an `external_id`; of several rows remove all but one, or give each what tells it apart"},
		{Code: outcome.CodeSharedID, Meaning: "warning: the id stands in rows of different contacts and identifies none of them; the row is matched without it", Fix: "give each row an id of its own, or map another column"},
		{Code: outcome.CodeOtherPerson, Meaning: "the row's id is known as that of a contact whose name and e-mail clearly differ, and no other contact fits the row", Fix: "correct the id, or leave it empty; if the contact really is to become the row's person, `--trust-ids`"},
		{Code: outcome.CodeMovedID, Meaning: "the row's id is known as that of one contact, and its key (type, e-mail, a name that fits) names another: the row is left alone; with `--accept-moved-ids` a warning, the key counts, and the id is that contact's from then on", Fix: "correct the id, or leave it empty; if the id is right and has been given anew, `--accept-moved-ids`; if it is to count alone, `--trust-ids`"},
		{Code: outcome.CodeConflict, Meaning: "somebody has changed the field, or the contact that is to be pruned, in the portal since a run of ours wrote it", Fix: "decide which is right: `--on-conflict file` takes the file's value, `remote` the portal's"},
		{Code: outcome.CodeProtected, Meaning: "the contact would have been deleted, but a row that did not end well may be about it", Fix: "mend that row"},
		{Code: outcome.CodePruneWaits, Meaning: "no row has the contact any more, and it is deleted once it has been missing from as many good runs of the job as `--prune-after` says", Fix: "nothing, if that is right; put its row back, and the wait ends"},
		{Code: outcome.CodeAdopted, Meaning: "the contact belongs to the job from now on, and `--prune` may delete it (`--adopt`); the message says whose it was", Fix: "nothing; `undo` gives it back"},
		{Code: outcome.CodeShared, Meaning: "the contact belongs to another job, and from now on to this one too: it is deleted when none of them has it any more", Fix: "nothing; `--adopt` makes it this job's alone"},
		{Code: outcome.CodeLetGo, Meaning: "another job has the contact: it stays, and is not this job's any more", Fix: "nothing"},
		{Code: outcome.CodeOverwrites, Meaning: "another job has the contact too, and wrote other values last: the two overwrite each other", Fix: "give both inputs the same values, or keep the person in one of them"},
		{Code: outcome.CodeRefused, Meaning: "the API refused the contact; the message has its words", Fix: "correct the row"},
		{Code: outcome.CodeUnclear, Meaning: "the request left, and no answer tells whether the contact was created, changed or deleted", Fix: "run the same command again later, or `contactsync settle`"},
		{Code: outcome.CodeDoubted, Meaning: "the API answered that the contact was created, and named one that can't be it: one that was there before, or another row's; no listing could tell which it is", Fix: "look for the contact in the portal"},
		{Code: outcome.CodeAbsent, Meaning: "the request left without an answer, and listings prove that it did not take effect", Fix: "run the same command again"},
		{Code: outcome.CodeGaveUp, Meaning: "the row was sent as often as `--max-attempts` allows, and the contact is known not to be there", Fix: "run the same command again"},
		{Code: outcome.CodeHeld, Meaning: "not sent, because nobody knows yet what became of a row with the same key", Fix: "run the same command again"},
		{Code: outcome.CodeNotSent, Meaning: "the request could not be sent, in all attempts", Fix: "run the same command again"},
		{Code: outcome.CodeInternal, Meaning: "contactsync itself failed on this row", Fix: "report it as a bug, without the row's values"},
	}, undoCodes())
}
