package plan

import (
	"context"
	"fmt"
	"iter"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/diff"
	"github.com/contactsync/contactsync/importer/outcome"
)

// Preview is one thing that a run is about to do.
type Preview struct {
	Action outcome.Action
	// Row names the row as the report does; empty for a contact that no row has any more.
	Row string
	// ID is the contact that is changed or deleted, Contact what it is, or what is created.
	ID      int64
	Contact contact.Contact
	Fields  []outcome.FieldChange
	// Changed tells of a contact that no row has any more that somebody has changed it, in Fields as far as that is known.
	// Its action is None where it stays for that.
	Changed bool
	// Gone is the contact that a create makes anew, since somebody has deleted it.
	Gone int64
	// Why says why the contact is left alone; its action is None.
	Why string
	// Whose is what is done to whose the contact is, where that is all; its action is None. Empty: nothing.
	Whose Whose
}

// Whose is what is done to whose a contact is, in the words of a person.
type Whose string

// What is done to whose a contact is.
const (
	WhoseAdopt    Whose = "adopt"
	WhoseGiveBack Whose = "give back"
)

// PreviewedOfEach is how many changes of each kind a preview shows; all stand in the report.
const PreviewedOfEach = 20

// All yields everything that is to be done, read again: what becomes of rows in their order, and then what no row has any more.
func (p *Plan) All(ctx context.Context) iter.Seq2[Preview, error] {
	return func(yield func(Preview, error) bool) {
		adopts := func(seq int) bool { return p.Take(seq) == diff.TakeAdopt }
		for row, err := range p.Rows.Rows(ctx, check.Those(func(seq int) bool { return p.Do(seq).Writes() || adopts(seq) })) {
			if err != nil {
				yield(Preview{}, err)
				return
			}
			if p.Do(row.Seq).Writes() && !yield(p.previewRow(row), nil) {
				return
			}
			if adopts(row.Seq) && !yield(p.previewAdopted(row), nil) {
				return
			}
		}
		for _, d := range p.Deletes {
			if !yield(p.previewDelete(outcome.Delete, d), nil) {
				return
			}
		}
		for _, d := range p.Kept {
			if !yield(p.previewDelete(outcome.None, d), nil) {
				return
			}
		}
	}
}

// Preview reads the first rows of each kind again: changes are those, and what is deleted. An import only shows the first
// contact that it creates.
func (p *Plan) Preview(ctx context.Context) (first contact.Contact, changes []Preview, err error) {
	most := PreviewedOfEach
	if !p.IsSync() {
		most = 1
	}
	left, shown := map[Verb]int{Create: most, Update: most}, map[int]bool{}
	for seq, v := range p.do {
		if left[v] > 0 {
			left[v]--
			shown[seq] = true
		}
	}
	for row, err := range p.Rows.Rows(ctx, check.RowsOf(shown)) {
		if err != nil {
			return first, nil, err
		}
		if first == (contact.Contact{}) && p.Do(row.Seq) == Create {
			first = row.Checked.Contact
		}
		if p.IsSync() {
			changes = append(changes, p.previewRow(row))
		}
	}
	for _, d := range p.Deletes[:min(most, len(p.Deletes))] {
		changes = append(changes, p.previewDelete(outcome.Delete, d))
	}
	for _, d := range p.Kept[:min(most, len(p.Kept))] {
		changes = append(changes, p.previewDelete(outcome.None, d))
	}
	for _, d := range p.Waiting[:min(most, len(p.Waiting))] {
		c, _ := p.world.ByID(d.Org, d.ID)
		why := fmt.Sprintf("it waits to be deleted, gone for %d of %d nights", d.Nights, p.PruneAfter())
		changes = append(changes, Preview{Action: outcome.None, ID: d.ID, Contact: c, Why: why})
	}
	return first, changes, nil
}

func (p *Plan) previewDelete(a outcome.Action, d Delete) Preview {
	c, _ := p.world.ByID(d.Org, d.ID)
	return Preview{Action: a, ID: d.ID, Contact: c, Changed: d.Since.Changed, Fields: p.ChangedOf(d)}
}

func (p *Plan) previewAdopted(row *check.Row) Preview {
	c := Preview{Action: outcome.None, Row: p.Names.Of(uint32(row.Seq)), ID: p.Of(row).Target, Whose: WhoseAdopt}
	c.Contact, _ = p.world.ByID(row.Org, c.ID)
	return c
}

func (p *Plan) previewRow(row *check.Row) Preview {
	c := Preview{Action: outcome.Create, Row: p.Names.Of(uint32(row.Seq)), Contact: row.Checked.Contact}
	d := p.Of(row)
	if c.Gone = d.Target; d.Do == Update {
		c.Gone = 0
		c.Action, c.ID, c.Fields = outcome.Update, d.Target, p.ChangesOf(row, d)
		c.Contact, _ = p.world.ByID(row.Org, d.Target)
	}
	return c
}
