// Package plan compares rows with their contacts, keeps plans as files and holds the limits that stop a run. It is pure: no
// I/O, no clock, no logging.
package plan

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
	// Changes are what an update sends. Kept are conflicts that are left alone, and Failed says that the row must not be
	// sent because of them.
	Changes, Kept []outcome.FieldChange
	Failed        bool
	// Agreed are fields that somebody has changed into what the file says too: from now on that is what both start from.
	Agreed []contact.Field
	// Stored are fields that differ because the service has stored something else than was sent for them.
	Stored []contact.Field
}

// Fields are the fields that an update changes.
func (c Compared) Fields() []contact.Field {
	fields := make([]contact.Field, len(c.Changes))
	for i, ch := range c.Changes {
		fields[i] = ch.Field
	}
	return fields
}

// Compare tells what is to be changed in have so that it says what wanted says. written is what the contact looked like
// when a run of ours had written it; nil if none did. storedAs is asked, where anything differs, for the fields of which
// the service is known to make that of what wanted says: they do not differ. nil knows of none.
func (c Comparison) Compare(wanted, have contact.Contact, written *contact.FieldHashes, storedAs func() []contact.Field) Compared {
	var out Compared
	since := map[contact.Field]bool{}
	if written != nil {
		for _, f := range have.FieldHashes(c.Key).Changed(*written) {
			since[f] = true
		}
	}
	differs := c.differing(wanted, have)
	if len(differs) > 0 && storedAs != nil {
		stored := storedAs()
		isStored := func(f contact.Field) bool { return slices.Contains(stored, f) }
		out.Stored = slices.DeleteFunc(slices.Clone(differs), func(f contact.Field) bool { return !isStored(f) })
		differs = slices.DeleteFunc(differs, isStored)
	}
	for _, f := range contact.Fields() {
		if since[f] && c.Mapped[f] && wanted.Value(f) != "" && !slices.Contains(differs, f) {
			out.Agreed = append(out.Agreed, f)
		}
	}
	for _, f := range differs {
		ch := outcome.FieldChange{Field: f, Old: have.Value(f), New: wanted.Value(f), Conflict: since[f]}
		switch {
		case !ch.Conflict || c.OnConflict == ConflictFile || c.OnConflict == "":
			out.Changes = append(out.Changes, ch)
		default:
			out.Kept = append(out.Kept, ch)
			out.Failed = out.Failed || c.OnConflict == ConflictFail
		}
	}
	if out.Failed {
		out.Changes = nil
	}
	return out
}

func (c Comparison) differing(wanted, have contact.Contact) []contact.Field {
	differs := map[contact.Field]bool{}
	for _, f := range contact.Diff(wanted, have) {
		differs[f] = true
	}
	var fields []contact.Field
	for _, f := range contact.Fields() {
		cleared := c.ClearEmpty && f != contact.TypeField && wanted.Value(f) == "" && have.Value(f) != ""
		if c.Mapped[f] && (differs[f] || cleared) {
			fields = append(fields, f)
		}
	}
	return fields
}

// With returns the contact with these fields as wanted has them.
func With(have, wanted contact.Contact, fields []contact.Field) contact.Contact {
	for _, f := range fields {
		have.Set(f, wanted)
	}
	return have
}
