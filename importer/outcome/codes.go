package outcome

// Codes of what can become of a row or a contact, beyond what is wrong in its fields. They are stable, for scripts.
const (
	// CodeDuplicate is that of a row in whose place another one counts, CodeContradiction of rows of one contact that say
	// different things, CodeRelated of rows with the same key that are different people.
	CodeDuplicate     = "duplicate"
	CodeContradiction = "duplicate.contradiction"
	CodeRelated       = "related"

	// What the organisation has of a row's contact.
	CodeExistsDiffers = "exists.differs"
	CodeExistsSeveral = "exists.several"
	CodeExistsRelated = "exists.related"
	CodeExistsChanged = "exists.changed"
	CodeExistsRecent  = "exists.recent"
	CodeAmbiguous     = "match.ambiguous"
	CodePruneWaits    = "prune.waits" // no row has it any more, and it is deleted once it has been missing for longer
	CodeConflict      = "conflict"
	CodeProtected     = "contact.protected"

	// Which jobs a contact belongs to: CodeAdopted is that of one that belongs to the run's job alone from now on, CodeShared of
	// one that is another job's too, CodeLetGo of one that is not the run's job's any more since another one still has it,
	// CodeGivenBack of one that an undo gives back. CodeOverwrites is that of a row which changes what another job has written.
	CodeAdopted    = "job.adopted"
	CodeShared     = "job.shared"
	CodeLetGo      = "job.let_go"
	CodeGivenBack  = "job.given_back"
	CodeOverwrites = "job.overwrites"

	// The row's organisation, and the id of its own.
	CodeOrgUnseen   = "org_id.not_visible"
	CodeOrgOther    = "org_id.other"
	CodeSharedID    = "external_id.shared"
	CodeOtherPerson = "external_id.other_person"
	CodeMovedID     = "external_id.moved"

	// Rows that are no records of the input's table, or can't be read again.
	CodeHeader     = "row.header"
	CodeOtherTable = "row.other_table"
	CodeUnreadable = "row.unreadable"

	// What becomes of a request.
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
	// CodeGone is that of a contact that somebody other than a run of ours has deleted.
	CodeGone = "contact.gone"
	// CodeHeld is that of a row which was not sent because a row with the same key is in doubt.
	CodeHeld = "key.unclear"
	// CodeEarlierRun is that of a row which an earlier run left in doubt.
	CodeEarlierRun = "earlier.unclear"

	// What listings tell of a contact that was written.
	CodeTwice         = "contact.twice"
	CodeTwiceRemoved  = "contact.twice_removed"
	CodeTwiceUnclear  = "contact.twice_unclear"
	CodeKeyTwice      = "key.twice"
	CodeStoredDiffers = "stored.differs"
	CodeStoredMissing = "stored.missing"
	CodeSuspects      = "unclear.candidates"
	CodeIDUnknown     = "contact.id_unknown"

	// What an undo finds out about a contact.
	CodeUndoChanged = "undo.changed"
	CodeUndoGone    = "undo.gone"
	CodeUndoImage   = "undo.no_image"
	CodeUndoUnknown = "undo.unknown"
	CodeUndoDone    = "undo.done"
	CodeUndoNewID   = "undo.new_id"
)
