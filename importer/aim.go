package importer

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/contactsync/contactsync/importer/apply"
	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
)

// Sync is what a sync decides beyond an import: it also changes contacts, and deletes those that its job has made and
// the input no longer has.
type Sync struct {
	ClearEmpty bool
	OnConflict plan.OnConflict
	// Adopt makes contacts that were matched belong to the job, as those do that it created.
	Adopt bool
	// Prune deletes; Unmanaged extends it to all contacts of the types in the input.
	Prune, Unmanaged bool
	MaxDeletes       plan.Limit
	// TrustIDs lets a row's own id alone decide whose contact it is, also where everything else speaks against it.
	TrustIDs bool
}

// aim finds the contact that a row of a sync is about: the one that the job knows by the row's own id, else the one that
// is matched, else the one that an earlier run made from the same row and somebody has changed since. Several that can't
// be told apart are nobody's.
func (r *run) aim(t *territory, row *check.Row) (id int64, several []int64) {
	if id := r.linked(row); t.listed[id] {
		return id, nil
	}
	same := row.Found.Same
	if len(same) > 1 {
		same = r.narrow(t, row, same)
	}
	switch {
	case len(same) > 1:
		return 0, same
	case len(same) == 1:
		return same[0], nil
	}
	m, content, _ := t.before.Of(row)
	if m.ID != 0 && m.HasContact() && t.listed[m.ID] && t.before.Latest[m.ID] == content {
		return m.ID, nil
	}
	return 0, nil
}

// keepCarried keeps the contact of a row, of which the run that this one goes on with knows how it ended, from being
// another row's, and from being deleted as if no row were about it.
func (r *run) keepCarried(t *territory, row *check.Row, id int64) {
	if id == 0 {
		r.shield.protect(row, r.names.InFile(row), r.linked(row) != 0)
		return
	}
	t.claim(id, row.Seq)
}

// claim makes a contact a row's; false: it is another row's already.
func (t *territory) claim(id int64, seq int) bool {
	if t.targets == nil {
		t.targets = map[int64]int{}
	}
	if first, taken := t.targets[id]; taken && first != seq {
		return false
	}
	t.targets[id] = seq
	return true
}

// narrow picks among several contacts that fit a row: the one that is equal in everything, or the only one that is the
// job's.
func (r *run) narrow(t *territory, row *check.Row, same []int64) []int64 {
	existing := r.checker.Existing[row.Org]
	only := func(fits func(int64) bool) []int64 {
		return slices.DeleteFunc(slices.Clone(same), func(id int64) bool { return !fits(id) })
	}
	equal := only(func(id int64) bool {
		c, _ := existing.ByID(id)
		content := c.ContentHash(r.key(), row.Org)
		return row.Any(func(k contact.Keys) bool { return k.Content == content })
	})
	if len(equal) == 1 {
		return equal
	}
	if ours := only(func(id int64) bool { return t.before.Members[id] }); len(ours) == 1 {
		return ours
	}
	return same
}

// judgeSync decides for a row of a sync.
func (r *run) judgeSync(t *territory, row *check.Row) verdict {
	id, several := r.aim(t, row)
	if row.Former != nil {
		r.shield.keep(row.Former.Same...) // made of this row, though another row may be read as the same contact now
	}
	switch {
	case len(several) > 0:
		r.shield.keep(several...)
		return ambiguous
	case id == 0:
		// One that is listed is not the row's: it has been changed since.
		if made, recent := t.before.RecentlyCreated(row); recent && !t.listed[made] {
			return known
		}
		if t.before.Doubts(row) {
			return blocked
		}
		r.noteMissing(t, row)
		r.shield.keep(r.keptFor(row)...)
		return create
	}
	if r.leadsElsewhere(row) {
		r.shield.keep(id)
		r.shield.keep(row.Found.Same...)
		return stranger
	}
	if !t.claim(id, row.Seq) {
		return ambiguous
	}
	r.noteExternal(t, row, id)
	compared := r.compared(t, row, id)
	r.noteAgreed(t, id, compared)
	switch {
	case compared.Failed:
		return conflicting
	case len(compared.Changes) > 0:
		return update
	}
	return exists
}

// compared tells what is to be changed in the contact that a row is about.
func (r *run) compared(t *territory, row *check.Row, id int64) plan.Compared {
	have, _ := r.checker.Existing[row.Org].ByID(id)
	rules := plan.Comparison{
		Key: r.key(), Mapped: r.fieldsOf(row), ClearEmpty: r.Sync.ClearEmpty, OnConflict: r.Sync.OnConflict,
	}
	return rules.Compare(row.Checked.Contact, have, t.written(r.key(), row, id), func() []contact.Field { return r.storedAs(t, row, id, have) })
}

// updateOf is the change of a row that is to be updated.
func (r *run) updateOf(row *check.Row) (apply.Change, error) {
	t := r.territories[row.Org]
	id, _ := r.aim(t, row)
	have, _ := r.checker.Existing[row.Org].ByID(id)
	compared := r.compared(t, row, id)
	fields := compared.Fields()
	after := plan.With(have, row.Checked.Contact, fields)
	image, err := json.Marshal(t.raw[id])
	if err != nil {
		return apply.Change{}, fmt.Errorf("keeping contact %d as it is before it is changed: %w", id, err)
	}
	c := r.change(row)
	c.Action, c.Target, c.Fields, c.Image = outcome.Update, id, fields, image
	t.stored[id] = compared.Stored
	c.Was, c.Becomes = have.ContentHash(r.key(), row.Org), after.ContentHash(r.key(), row.Org)
	return c, nil
}

// noteExternal takes note of rows whose own id is not yet known to be that of their contact, and of contacts that the
// job is to adopt.
func (r *run) noteExternal(t *territory, row *check.Row, id int64) {
	external := r.external(row)
	unknown := external != (contact.Hash{}) && t.before.LinkedTo(external) != id
	if unknown || r.adopts(t, id) && !t.before.Members[id] {
		r.associate[row.Seq] = id
	}
}

// adopts reports whether a contact that is matched comes to belong to the run's job. Those of another job stay that
// job's: else one would delete what the other still has.
func (r *run) adopts(t *territory, id int64) bool {
	return r.Sync != nil && r.Sync.Adopt && r.About.Job != "" && !t.before.Foreign[id]
}

// fieldsOf are the fields of which a row says something: those that its input has columns for, without those whose value
// a spreadsheet lost, and those that were filled from other rows of its group.
func (r *run) fieldsOf(row *check.Row) contact.FieldSet {
	mapped := r.Inputs[row.Input].Mapped()
	for _, f := range row.LostFields() {
		delete(mapped, f)
	}
	for _, f := range row.Filled {
		mapped[f] = true
	}
	return mapped
}
