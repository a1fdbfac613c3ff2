package importer

import (
	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
)

// PlannedChange is one thing that a run is about to do.
type PlannedChange struct {
	Action outcome.Action
	// Row names the row as the report does; empty for a contact that no row has any more.
	Row string
	// ID is the contact that is changed or deleted, Contact what it is, or what is created.
	ID      int64
	Contact contact.Contact
	Fields  []outcome.FieldChange
	// Why says why an undo leaves the contact alone; its action is None.
	Why string
}

// shownOfEach is how many changes of each kind a preview shows; all stand in the report.
const shownOfEach = 20

// previewChanges reads the first rows of each kind again. An import only shows its first contact.
func (r *run) previewChanges(p *Preview) error {
	most := shownOfEach
	if r.Sync == nil {
		most = 1
	}
	left, shown := map[verdict]int{create: most, update: most}, map[int]bool{}
	for seq, v := range r.verdicts {
		if left[v] > 0 {
			left[v]--
			shown[seq] = true
		}
	}
	for row, err := range r.checker.Rows(r.quit, check.RowsOf(shown)) {
		if err != nil {
			return err
		}
		if p.First == (contact.Contact{}) && r.verdicts[row.Seq] == create {
			p.First = row.Checked.Contact
		}
		if r.Sync != nil {
			p.Changes = append(p.Changes, r.plannedRow(row))
		}
	}
	for _, d := range r.deletions[:min(most, len(r.deletions))] {
		c, _ := r.checker.Existing[d.org].ByID(d.id)
		p.Changes = append(p.Changes, PlannedChange{Action: outcome.Delete, ID: d.id, Contact: c})
	}
	return nil
}

func (r *run) plannedRow(row *check.Row) PlannedChange {
	c := PlannedChange{Action: outcome.Create, Row: r.names.Of(uint32(row.Seq)), Contact: row.Checked.Contact}
	if r.verdicts[row.Seq] == update {
		t := r.territories[row.Org]
		c.Action = outcome.Update
		c.ID, _ = r.aim(t, row)
		c.Contact, _ = r.checker.Existing[row.Org].ByID(c.ID)
		c.Fields = r.compared(t, row, c.ID).Changes
	}
	return c
}
