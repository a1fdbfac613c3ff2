package plan

import (
	"context"
	"maps"
	"slices"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/dedupe"
	"github.com/contactsync/contactsync/importer/diff"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

// Delete is a contact that a sync deletes, since its job's input no longer has it.
type Delete struct {
	Org, ID int64
	Seq     int // behind those of the rows; 0 of one that stays
	// Since is what somebody has done to it in the portal.
	Since diff.Since
}

// Waiting is a contact that no row is about any more, and that is not deleted yet: it has been missing for so many good runs of the
// job one after the other, this one included.
type Waiting struct {
	Org, ID int64
	Nights  int
}

// Unseen is an organisation that can't be seen any more, with the job's contacts there that no row is known to be about,
// ascending: had it been seen, they would be deleted, those that still are there.
type Unseen struct {
	Org int64
	IDs []int64
}

// protectAmbiguous keeps what rows may be about that fit a contact which another row has. A duplicate of that row is about
// nothing else: what its name or number has in common with an outdated contact keeps that one no more than the other row
// does.
func (m *maker) protectAmbiguous(ctx context.Context, at ends, rows map[int]bool) error {
	p := m.plan
	for seq := range rows {
		if p.Groups.DuplicateOf(uint32(seq)) != 0 && m.options.OnDuplicate != dedupe.KeepError {
			delete(rows, seq)
		}
	}
	if len(rows) == 0 {
		return nil
	}
	for row, err := range m.rows.Rows(ctx, check.RowsOf(rows)) {
		if m.endsAt(at, err) {
			return nil
		}
		if err != nil {
			return err
		}
		p.Protected.Add(row, p.Names.InFile(row), m.ids.linked(m.world, row) != 0)
	}
	return nil
}

// planDeletes lists what is to be deleted: contacts of the job (or, with --prune-unmanaged, of the input's types) that no
// row is about. What another job still has it only lets go. An input without a valid row deletes nothing: a broken export must
// not empty an organisation.
func (m *maker) planDeletes() {
	p := m.plan
	if !p.IsSync() {
		return
	}
	if p.withTypeID == 0 {
		p.Protected.Refuse("the input has no valid row")
	}
	if p.Protected.Refused() != "" || !m.world.Complete {
		return
	}
	var unwanted []Delete
	for _, org := range m.world.Numbers() {
		o := m.world.Orgs[org]
		if o.Refused != nil {
			if ids := m.unseen(o); m.options.Sync.Prune && len(ids) > 0 {
				p.Unseen = append(p.Unseen, Unseen{Org: org, IDs: ids})
			}
			continue
		}
		p.lost[org] = m.lost(o)
		if !m.options.Sync.Prune {
			continue
		}
		for _, id := range m.prunable(o) {
			switch {
			case len(o.Before.Holders(id)) == 0:
				m.prune(o, id)
			case o.Before.Belongs(id):
				unwanted = append(unwanted, Delete{Org: org, ID: id})
			}
		}
	}
	p.LetGo = unwanted
}

// prune decides on a contact that no row is about: it is deleted, unless it has not been missing for long enough, or somebody has
// changed it and that is to count.
func (m *maker) prune(o *Org, id int64) {
	p := m.plan
	if nights := 1 + o.Before.MissingFor(id); nights < m.options.Sync.PruneAfter {
		p.Waiting = append(p.Waiting, Waiting{Org: o.Scope.Org, ID: id, Nights: nights})
		return
	}
	have, _ := o.Now.ByID(id)
	d := Delete{Org: o.Scope.Org, ID: id, Since: o.Match.Since(id, have)}
	if m.options.Sync.OnConflict.Keeps(d.Since) {
		p.Kept = append(p.Kept, d)
		return
	}
	d.Seq = p.Len() + 1 + len(p.Deletes)
	p.Deletes = append(p.Deletes, d)
}

// unseen are the ids, ascending, of the job's contacts in an organisation that can't be seen, without those that a row is about
// as far as the ledger tells.
func (m *maker) unseen(o *Org) []int64 {
	var ids []int64
	for id := range o.Before.Members() {
		if len(o.Before.Holders(id)) == 0 && !m.plan.Protected.HasID(id) && !m.plan.Protected.Covers(contact.Contact{}, o.Before.Latest[id], idOf(o, id)) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// lost are the ids, ascending, of the job's listed contacts that no row is known to be about.
func (m *maker) lost(o *Org) []int64 {
	var ids []int64
	for _, id := range o.Now.IDs {
		if o.Before.Belongs(id) && !m.isKept(o, id) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// prunable are the ids, ascending, of an organisation's contacts that the job does not want any more.
func (m *maker) prunable(o *Org) []int64 {
	ids := slices.Clone(m.plan.lost[o.Scope.Org])
	if !m.options.Sync.Unmanaged {
		return ids
	}
	for _, id := range o.Now.IDs {
		c, _ := o.Now.ByID(id)
		if !o.Before.Belongs(id) && len(o.Before.Others(id)) == 0 && m.inputTypes[c.Type.ID] && !m.isKept(o, id) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// isKept reports whether a row is, or may be, about a contact.
func (m *maker) isKept(o *Org, id int64) bool {
	p, org := m.plan, o.Scope.Org
	if p.Owner(org, id) != 0 || p.Protected.HasID(id) {
		return true
	}
	c, _ := o.Now.ByID(id)
	return p.Protected.Covers(c, c.ContentHash(m.world.Key, org), idOf(o, id))
}

func idOf(o *Org, id int64) []contact.Hash {
	if external, known := o.Before.KnownBy(id); known {
		return []contact.Hash{external}
	}
	return nil
}

// resumeDeletes takes over what the runs that this one goes on with have deleted, or may have deleted, behind the deletes
// that are still to be done. Of a delete that did not happen the attempts count on. A sync goes on with what its job has
// deleted, an import only with a run whose rows it has. A second contact of a row that was removed is told with that row.
func (m *maker) resumeDeletes() {
	p := m.plan
	defer func() {
		p.Continues = slices.Sorted(maps.Keys(m.continues))
		for i := range p.LetGo {
			p.LetGo[i].Seq = p.Len() + 1 + len(p.Deletes) + len(p.Deleted) + i
		}
	}()
	if m.options.DryRun {
		return
	}
	m.resumeLetGo()
	type contactOf struct{ org, id int64 }
	planned := map[contactOf]int{}
	for _, d := range p.Deletes {
		planned[contactOf{d.Org, d.ID}] = d.Seq
	}
	for _, org := range m.world.Numbers() {
		o := m.world.Orgs[org]
		for _, id := range slices.Sorted(maps.Keys(o.Before.Deletes)) {
			d := o.Before.Deletes[id]
			if slices.Contains(o.Before.Seconds, id) || !p.IsSync() && !m.continues[d.RunIndex] {
				continue
			}
			m.continues[d.RunIndex] = true
			if seq, again := planned[contactOf{org, id}]; again {
				p.before[seq] = Attempts{Sent: d.Attempts, Unclear: d.Unclear}
				continue
			}
			if d.Status != outcome.Deleted && d.Status != outcome.Gone && (d.Status != outcome.Uncertain || o.Now.Has(id)) {
				continue
			}
			seq := p.Len() + 1 + len(p.Deletes) + len(p.Deleted)
			p.Deleted = append(p.Deleted, Delete{Org: org, ID: id, Seq: seq})
			p.Resumed = append(p.Resumed, ledger.Resumed{Seq: seq, From: d.Ref})
		}
	}
}

// resumeLetGo takes over what the runs that this one goes on with have let go: it stays let go, and this run has done it too.
func (m *maker) resumeLetGo() {
	p := m.plan
	if !p.IsSync() {
		return
	}
	for _, org := range m.world.Numbers() {
		o := m.world.Orgs[org]
		letGo := o.Before.LetGo()
		for _, id := range slices.Sorted(maps.Keys(letGo)) {
			if o.Now.Has(id) && p.Owner(org, id) == 0 && len(o.Before.Holders(id)) > 0 {
				m.continues[letGo[id]] = true
				p.LetGo = append(p.LetGo, Delete{Org: org, ID: id})
			}
		}
	}
}

// countOrphans counts the creates in doubt of earlier runs whose row is no longer in the input.
func (m *maker) countOrphans() {
	if m.plan.Cut {
		return // nobody has looked at all rows
	}
	for _, o := range m.world.Orgs {
		for _, a := range o.Before.InDoubt {
			if a.Action == outcome.Create && !m.seen[a.Row.Content] && !m.leftOut[a.Row.Content] {
				m.plan.Orphans++
			}
		}
	}
}

// ChangedOf are the fields of a contact without a row that somebody has changed in the portal: what they say now, which is all that
// is known of them.
func (p *Plan) ChangedOf(d Delete) []outcome.FieldChange {
	have, _ := p.world.ByID(d.Org, d.ID)
	return diff.Changes(d.Since.Fields, d.Since.Fields, have, contact.Contact{})
}

// SinceOf is what somebody had done to a contact without a row, and the contact as it was then. Of what was taken over from an
// earlier run only that knew: it is compared anew, as it was when its delete was sent (nil: that is not known).
func (p *Plan) SinceOf(d Delete, sent *contact.Stored) (diff.Since, contact.Contact) {
	have, listed := p.world.ByID(d.Org, d.ID)
	m := p.world.Orgs[d.Org].Match
	if listed || sent == nil || m == nil {
		return d.Since, have
	}
	have = p.world.Rules.Normalise(*sent)
	return m.Since(d.ID, have), have
}

// DeletesChanged counts the contacts that are to be deleted although somebody has changed them.
func (p *Plan) DeletesChanged() int {
	n := 0
	for _, d := range p.Deletes {
		if d.Since.Changed {
			n++
		}
	}
	return n
}

// PruneAfter is for how many good runs a contact must have been missing before it is deleted.
func (p *Plan) PruneAfter() int {
	if !p.IsSync() {
		return 1
	}
	return max(1, p.options.Sync.PruneAfter)
}

// DisputesKept reports whether a contact that stays, since somebody has changed it, is a person's to decide on.
func (p *Plan) DisputesKept() bool {
	return p.IsSync() && p.options.Sync.OnConflict == diff.ConflictFail
}

// Unpruned is why nothing is deleted although that was asked for; empty: something may be.
func (p *Plan) Unpruned() string {
	if !p.IsSync() || !p.options.Sync.Prune {
		return ""
	}
	return p.Protected.Refused()
}

// Covers reports whether what is protected keeps a contact from being deleted.
func (p *Plan) Covers(d Delete, by *diff.Protected) bool {
	c, _ := p.world.ByID(d.Org, d.ID)
	return by.Covers(c, c.ContentHash(p.world.Key, d.Org), nil)
}
