package plan

import (
	"encoding/json"
	"fmt"
	"math"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/diff"
	"github.com/contactsync/contactsync/importer/outcome"
)

// Change is one request that changes something, with all that the ledger has to know of it.
type Change struct {
	// Seq is the run's data row, counted over all inputs from 1.
	Seq int
	// Org is the organisation's number.
	Org    int64
	Action outcome.Action
	// Target is the contact that is changed or deleted; of a create 0, or the id of the deleted contact that is made anew.
	Target int64
	// Fields are those that an update changes.
	Fields []contact.Field
	// Take is how the contact comes to belong to the run's job once the change is done.
	Take diff.Take
	// External recognises the row by its id in the system that it came from; zero if it has none.
	External contact.Hash
	// Image is the contact as it was shown before it is changed or deleted, Was its content hash then, and Becomes that of
	// what it is changed into.
	Image        []byte
	Was, Becomes contact.Hash
	// Told is what there is to tell of the row beyond what it says itself and what becomes of it.
	Told []outcome.Note
	// Contact is what is sent, with its fingerprint, under which the ledger knows the row in later runs. Occurrence tells
	// changes apart there that are equal in content.
	Contact contact.Contact
	contact.Fingerprint
	Occurrence int
	// Attempts counts the requests that were sent for the row before, over all runs, and Unclear those among them whose
	// answers were lost.
	Attempts int
	Unclear  int
}

// OccurrenceOf tells a contact that is changed apart from others of the same content, and from the row that it is equal to.
func OccurrenceOf(id int64) int { return int(id & math.MaxInt32) }

// Change is what is to be done for a row, of which so much was sent before.
func (p *Plan) Change(row *check.Row, before Attempts) (Change, error) {
	key := p.world.Key
	c := Change{
		External: p.ids.external(key, row),
		Seq:      row.Seq, Org: row.Org, Action: outcome.Create, Contact: row.Checked.Contact,
		Fingerprint: contact.FingerprintOf(key, row.Checked.Contact, row.Keys),
		Attempts:    before.Sent, Unclear: before.Unclear,
	}
	d := p.Of(row)
	c.Told = p.told(row, d)
	if d.Do != Update {
		return c, nil
	}
	o := p.world.Orgs[row.Org]
	have, _ := o.Now.ByID(d.Target)
	image, err := json.Marshal(o.Now.Shown[d.Target])
	if err != nil {
		return Change{}, fmt.Errorf("keeping contact %d as it is before it is changed: %w", d.Target, err)
	}
	c.Action, c.Target, c.Fields, c.Image, c.Take = outcome.Update, d.Target, d.Changes.Fields(), image, o.Match.Takes(d.Target)
	if code := c.Take.Code(); code != "" {
		c.Told = append(c.Told, outcome.Note{Code: code})
	}
	c.Was, c.Becomes = have.ContentHash(key, row.Org), p.Becomes(row, d).ContentHash(key, row.Org)
	return c, nil
}

// Becomes is the contact that a row makes.
func (p *Plan) Becomes(row *check.Row, d Decision) contact.Contact {
	if d.Do != Update {
		return row.Checked.Contact
	}
	have, _ := p.world.ByID(row.Org, d.Target)
	return diff.With(have, row.Checked.Contact, d.Changes.Fields())
}

// ChangesOf are the fields that an update of a row changes, with their values.
func (p *Plan) ChangesOf(row *check.Row, d Decision) []outcome.FieldChange {
	have, _ := p.world.ByID(row.Org, d.Target)
	return d.ChangesFrom(have, row)
}

// ChangesFrom are the same, where the contact was so.
func (d Decision) ChangesFrom(have contact.Contact, row *check.Row) []outcome.FieldChange {
	return diff.Changes(d.Changes, d.Conflicts, have, row.Checked.Contact)
}

// KeptOf are the fields of a row that stay as somebody in the portal has made them, with their values.
func (p *Plan) KeptOf(row *check.Row, d Decision) []outcome.FieldChange {
	have, _ := p.world.ByID(row.Org, d.Target)
	return d.KeptFrom(have, row)
}

// KeptFrom are the same, where the contact was so.
func (d Decision) KeptFrom(have contact.Contact, row *check.Row) []outcome.FieldChange {
	return diff.Changes(d.Kept, d.Kept, have, row.Checked.Contact)
}

// DeleteChange is the request that deletes a contact, of which so much was sent before.
func (p *Plan) DeleteChange(d Delete, before Attempts) (Change, error) {
	o := p.world.Orgs[d.Org]
	image, err := json.Marshal(o.Now.Shown[d.ID])
	if err != nil {
		return Change{}, fmt.Errorf("keeping contact %d as it is before it is deleted: %w", d.ID, err)
	}
	c, _ := o.Now.ByID(d.ID)
	sent := contact.FingerprintOf(p.world.Key, c, p.world.Match.Keys(p.world.Key, d.Org, c))
	sent.Key = contact.Hash{} // what becomes of one delete says nothing about another of the same key: none has to wait
	return Change{
		Seq: d.Seq, Org: d.Org, Action: outcome.Delete, Target: d.ID, Image: image, Was: sent.Content, Fingerprint: sent,
		Occurrence: OccurrenceOf(d.ID), Attempts: before.Sent, Unclear: before.Unclear,
	}, nil
}
