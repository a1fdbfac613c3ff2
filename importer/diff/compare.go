package diff

import (
	"slices"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
)

// OnConflict says what counts where the file and a person in the portal have both changed a field.
type OnConflict string

// The ways to settle a conflict.
const (
	ConflictFile   OnConflict = "file"   // the file's value is taken, and told
	ConflictRemote OnConflict = "remote" // the portal's value stays, and is told
	ConflictFail   OnConflict = "fail"   // the row fails, nothing is changed
)

// Comparison says how a row is compared with its contact.
type Comparison struct {
	// Key is the one under which it is known what the contact looked like when a run of ours had written it.
	Key contact.Key
	// Mapped are the fields that the input has columns for; no other is ever touched.
	Mapped contact.FieldSet
	// ClearEmpty empties fields whose cell is empty; else they stay as they are.
	ClearEmpty bool
	OnConflict OnConflict
}

// Compared is what comparing a row with its contact gives.
type Compared struct {
	// Changes are the fields that an update sends, Conflicts those of them that somebody has changed since a run of ours wrote
	// them.
	Changes, Conflicts contact.FieldMask
	// Kept are conflicts that are left alone. Failed says that the row must not be sent because of them.
	Kept   contact.FieldMask
	Failed bool
	// Agreed are fields that somebody has changed into what the file says too: from now on that is what both start from.
	Agreed contact.FieldMask
	// Stored are fields that differ because the service has stored something else than was sent for them.
	Stored contact.FieldMask
}

// differs reports whether anything differs, whatever becomes of it.
func (c Compared) differs() bool { return c.Changes|c.Kept|c.Stored != 0 }

// Compare tells what is to be changed in have so that it says what wanted says. written is what the contact looked like
// when a run of ours had written it; nil if none did. storedAs is asked, where anything differs, for the fields of which
// the service is known to make that of what wanted says: they do not differ. nil knows of none.
func (c Comparison) Compare(wanted, have contact.Contact, written *contact.FieldHashes, storedAs func() []contact.Field) Compared {
	var out Compared
	var since contact.FieldMask
	if written != nil {
		since = contact.MaskOf(have.FieldHashes(c.Key).Changed(*written)...)
	}
	differs := c.differing(wanted, have)
	if len(differs) > 0 && storedAs != nil {
		stored := storedAs()
		isStored := func(f contact.Field) bool { return slices.Contains(stored, f) }
		out.Stored = contact.MaskOf(slices.DeleteFunc(slices.Clone(differs), func(f contact.Field) bool { return !isStored(f) })...)
		differs = slices.DeleteFunc(differs, isStored)
	}
	for f := range since.All() {
		if c.Mapped[f] && wanted.Value(f) != "" && !slices.Contains(differs, f) {
			out.Agreed = out.Agreed.With(f)
		}
	}
	for _, f := range differs {
		switch {
		case !since.Has(f):
			out.Changes = out.Changes.With(f)
		case c.OnConflict == ConflictFile || c.OnConflict == "":
			out.Changes, out.Conflicts = out.Changes.With(f), out.Conflicts.With(f)
		default:
			out.Kept = out.Kept.With(f)
			out.Failed = out.Failed || c.OnConflict == ConflictFail
		}
	}
	if out.Failed {
		out.Changes, out.Conflicts = 0, 0
	}
	return out
}

func (c Comparison) differing(wanted, have contact.Contact) []contact.Field {
	differs := contact.MaskOf(contact.Diff(wanted, have)...)
	var fields []contact.Field
	for _, f := range contact.Fields() {
		cleared := c.ClearEmpty && f != contact.TypeField && wanted.Value(f) == "" && have.Value(f) != ""
		if c.Mapped[f] && (differs.Has(f) || cleared) {
			fields = append(fields, f)
		}
	}
	return fields
}

// Changes gives the values of fields that differ between a row and its contact: what it has, and what it is to get.
func Changes(fields, conflicts contact.FieldMask, have, wanted contact.Contact) []outcome.FieldChange {
	if fields.Empty() {
		return nil
	}
	changes := make([]outcome.FieldChange, 0, len(fields.Fields()))
	for f := range fields.All() {
		changes = append(changes, outcome.FieldChange{Field: f, Old: have.Value(f), New: wanted.Value(f), Conflict: conflicts.Has(f)})
	}
	return changes
}

// With returns the contact with these fields as wanted has them.
func With(have, wanted contact.Contact, fields []contact.Field) contact.Contact {
	for _, f := range fields {
		have.Set(f, wanted)
	}
	return have
}
