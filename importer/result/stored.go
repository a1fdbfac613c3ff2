package result

import (
	"fmt"
	"slices"
	"strings"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
)

// storedWarnings tell of fields that are not sent again, since the service stores something else for them. What the closing
// look at this run's writes tells of a row says it too.
func (w *writing) storedWarnings(row *check.Row, d plan.Decision, mine *ledger.Attempt) []contact.Problem {
	if d.Stored.Empty() || mine != nil && mine.Result != nil && len(plan.Told(mine.Result.Notes, outcome.CodeStoredDiffers).Fields) > 0 {
		return nil
	}
	notes := []outcome.Note{{Code: outcome.CodeStoredDiffers, IDs: []int64{d.Target}, Fields: d.Stored.Fields()}}
	return w.withValues(row, notes, NoteWarnings(notes))
}

// withValues adds to what is told of values that the service stores otherwise what was sent, and what is stored.
func (w *writing) withValues(row *check.Row, notes []outcome.Note, warnings []contact.Problem) []contact.Problem {
	note := plan.Told(notes, outcome.CodeStoredDiffers)
	at := slices.IndexFunc(warnings, func(p contact.Problem) bool { return p.Code == outcome.CodeStoredDiffers })
	if len(note.Fields) == 0 || len(note.IDs) == 0 || at < 0 {
		return warnings
	}
	have, listed := w.in.World.ByID(row.Org, note.IDs[0])
	var values []string
	for _, f := range note.Fields {
		stored, known := w.in.Stored.Value(outcome.ContactRef{Org: row.Org, ID: note.IDs[0]}, f)
		if !known && listed {
			stored, known = have.Value(f), true
		}
		if sent := row.Checked.Contact.Value(f); known && sent != stored {
			values = append(values, fmt.Sprintf("%s was sent as %q and is stored as %q", f, sent, stored))
		}
	}
	if len(values) > 0 {
		warnings[at].Message += ": " + strings.Join(values, ", ")
	}
	return warnings
}

// tookEffect leaves, of the fields that an update has changed, what became of them: with the value that the service shows, where
// that is another one than was sent, and without those in which nothing has changed.
func (w *writing) tookEffect(row *check.Row, o *outcome.Outcome) {
	if o.Status != outcome.Updated {
		return
	}
	for i, c := range o.Changes {
		if stored, known := w.in.Stored.Value(outcome.ContactRef{Org: row.Org, ID: o.Receipt.ContactID}, c.Field); known {
			o.Changes[i].New = stored
		}
	}
	o.Changes = slices.DeleteFunc(o.Changes, func(c outcome.FieldChange) bool { return c.New == c.Old })
}
