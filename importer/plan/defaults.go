package plan

import (
	"slices"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
)

// What a row has by a default only is what a contact is created with. It says nothing of one that is there: that keeps its own
// values, and is the row's although it is of another type.

// mappedBy are the fields of which a row says something: those that its input has columns for, without those whose value
// a spreadsheet lost, or that only a default fills, and those that were filled from other rows of its group. Where empty cells
// count (clears), so does what they stand for, the default.
func mappedBy(in check.Input, row *check.Row, clears bool) contact.FieldSet {
	mapped := in.Mapped()
	for _, f := range row.LostFields() {
		delete(mapped, f)
	}
	for f := range row.Checked.Defaulted.All() {
		if !clears {
			delete(mapped, f)
		}
	}
	for _, f := range row.Filled {
		mapped[f] = true
	}
	return mapped
}

// despite are the contacts, ascending, that are a row's but for what it has by a default: with its key, were it not for the
// default's part in it, and a name that fits. Where the input has a column for that, the row's cell is empty, and they may be
// anybody's; where it has none, the default is what the whole input is about, and they are those that a sync's job made. The
// one that was made of the row goes before all others.
func (d *decider) despite(o *Org, row *check.Row) []int64 {
	assumed := row.Checked.Defaulted
	if assumed.Empty() || d.options.Sync == nil && !d.leavesEmpty(row) {
		return nil
	}
	ids := o.Now.FindDespite(row.Checked.Contact, assumed)
	if len(ids) == 0 {
		return nil
	}
	switch known, _, _ := o.Before.Of(row); {
	case known.HasContact() && slices.Contains(ids, known.ID):
		return []int64{known.ID}
	case known.HasContact() && !o.Before.Deleted[known.ID]:
		return nil // as it is, it has been made: whether that contact is recent or gone is what counts
	}
	if d.leavesEmpty(row) {
		return ids
	}
	return slices.DeleteFunc(ids, func(id int64) bool { return !d.world.Runs.HasJob() || !o.Before.Belongs(id) })
}

// leavesEmpty reports whether a row's input has columns for what the row has by a default, and contacts are matched on.
func (d *decider) leavesEmpty(row *check.Row) bool {
	fields := d.inputs[row.Input].Mapping.Fields
	for _, f := range d.world.Match.Fields {
		if row.Checked.Defaulted.Has(f) && len(fields[f].AllColumns()) == 0 {
			return false
		}
	}
	return true
}

// pick picks the one among contacts that a row without a contact by its key may be about: what another row has is that
// row's, and what the job made goes before others. Several are nobody's.
func (d *decider) pick(o *Org, row *check.Row, ids []int64) (id int64, several []int64) {
	free := slices.DeleteFunc(slices.Clone(ids), func(id int64) bool {
		first, taken := d.sofar.owner(row.Org, id)
		return taken && first != row.Seq && !d.sofar.held(first)
	})
	own := slices.DeleteFunc(slices.Clone(free), func(id int64) bool { return !o.Before.Belongs(id) })
	switch {
	case len(free) == 1:
		return free[0], nil
	case len(own) == 1:
		return own[0], nil
	}
	return 0, free
}

// spared are the contacts that a row may have been about before a cell of it was emptied, although it has another one now by
// its key: nothing tells which of them it means, and none is deleted for that.
func (d *decider) spared(o *Org, row *check.Row, id, linked int64) []int64 {
	known, _, _ := o.Before.Of(row)
	if !d.options.Sync.Prune || id == linked || known.HasContact() || row.Checked.Defaulted.Empty() || !d.leavesEmpty(row) {
		return nil
	}
	return d.despite(o, row)
}
