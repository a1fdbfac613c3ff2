package plan

import (
	"slices"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

// What a decision has to tell of a row stands in the report. A run that was killed has none: so it is noted with the intent, and
// whoever goes on with the run tells it.

// told are the notes of what is decided for a row.
func (p *Plan) told(row *check.Row, d Decision) []outcome.Note {
	var notes []outcome.Note
	add := func(code string, fields contact.FieldMask, ids ...int64) {
		if !fields.Empty() || len(ids) > 0 {
			notes = append(notes, outcome.Note{Code: code, IDs: ids, Fields: fields.Fields()})
		}
	}
	add(outcome.CodeConflict, d.Conflicts|d.Kept)
	add(outcome.CodeStoredDiffers, d.Stored)
	_, overwritten := p.Overwritten(row, d)
	add(outcome.CodeOverwrites, contact.MaskOf(overwritten...))
	if d.Do == Create {
		if d.Target != 0 {
			add(outcome.CodeGone, 0, d.Target)
		}
		add(outcome.CodeSharedID, 0, p.KeptFor(row)...)
	}
	if d.Do.Writes() {
		add(outcome.CodeExistsRelated, 0, slices.DeleteFunc(slices.Clone(row.Found.Related), func(id int64) bool { return id == d.Target })...)
	}
	return notes
}

// AsDecided is what was decided for a row that an earlier run has seen to, as far as the ledger has that; what is decided for other rows
// stays.
func AsDecided(d Decision, mine *ledger.Attempt) Decision {
	if d.Do != Resumed || mine == nil {
		return d
	}
	told := func(code string) contact.FieldMask { return contact.MaskOf(Told(mine.Told, code).Fields...) }
	d.Target, d.Changes, d.Stored = mine.Target, mine.Fields, told(outcome.CodeStoredDiffers)
	d.Conflicts, d.Kept = told(outcome.CodeConflict)&mine.Fields, told(outcome.CodeConflict)&^mine.Fields
	switch mine.Action {
	case outcome.Create:
		d.Do = Create
		if gone := Told(mine.Told, outcome.CodeGone).IDs; len(gone) > 0 {
			d.Target = gone[0]
		}
	case outcome.Update:
		d.Do = Update
	default:
		d.Do = Exists
		if mine.Result != nil {
			d.Target = mine.Result.Receipt.ContactID
		}
	}
	return d
}

// Told is the first note of a code; the zero note if there is none.
func Told(notes []outcome.Note, code string) outcome.Note {
	if i := slices.IndexFunc(notes, func(n outcome.Note) bool { return n.Code == code }); i >= 0 {
		return notes[i]
	}
	return outcome.Note{}
}
