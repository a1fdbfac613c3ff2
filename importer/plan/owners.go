package plan

import (
	"slices"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/diff"
	"github.com/contactsync/contactsync/importer/history"
)

// Take is how the contact of a row comes to belong to the run's job, if it is there already and the row is not put off.
func (p *Plan) Take(seq int) diff.Take {
	if do := p.Do(seq); do != Exists && do != Update {
		return diff.TakeNone
	}
	return p.Links[seq].Take
}

// countTakes counts the contacts that come to belong to the job, and those of others that it has too from now on.
func (p *Plan) countTakes() {
	for seq := range p.Links {
		switch p.Take(seq) {
		case diff.TakeAdopt:
			p.Adopted++
		case diff.TakeShare:
			p.Shared++
		}
	}
}

// Nobodys counts the contacts that rows are about and that belong to no job, in organisations with which the run's job has never
// had anything to do: --prune deletes none of them, and somebody who thinks that it would is to know.
func (p *Plan) Nobodys() int {
	n := 0
	for org, owned := range p.owners {
		o := p.world.Orgs[org]
		if !p.IsSync() || p.options.Sync.Adopt || !o.Before.OfJob() || !o.Before.IsNewJob() {
			continue
		}
		for id := range owned {
			if o.Now.Has(id) && len(o.Before.Others(id)) == 0 {
				n++
			}
		}
	}
	return n
}

// Holds are the ids of an organisation's contacts that the job has from this run on: those that rows are about, and of those
// that belong to it what rows may be about. What no row has any more counts as gone only where a run might delete it: an input
// that lacks more than most allows, or that was not read whole, says nothing of it.
func (p *Plan) Holds(org int64, most Limit) []int64 {
	ids, gone, had := p.had(org)
	if most.IsSet() && len(gone) > most.Most(had, 1) {
		ids = append(ids, gone...)
	}
	if !p.isWhole() {
		ids = append(ids, history.NotWhole)
	}
	return ids
}

// had are, of an organisation's contacts, those that rows are about, and of the job's what rows may be about; gone are the others
// that it had before, of so many.
func (p *Plan) had(org int64) (ids, gone []int64, had int) {
	o := p.world.Orgs[org]
	for id := range p.owners[org] {
		ids = append(ids, id)
	}
	lost := p.lost[org]
	for id := range o.Before.Members() {
		if !o.Now.Has(id) {
			continue
		}
		before := o.Before.Had(id)
		if before {
			had++
		}
		switch _, found := slices.BinarySearch(lost, id); {
		case p.Owner(org, id) != 0:
		case !found && p.isWhole(): // a row may be about it, whoever had it before
			ids = append(ids, id)
		case !before:
		case found && p.isWhole():
			gone = append(gone, id)
		default:
			ids = append(ids, id)
		}
	}
	return ids, gone, had
}

// isWhole reports whether the rows are all that the job's input has.
func (p *Plan) isWhole() bool { return p.Protected.Refused() == "" && p.Rows.Range.To == 0 }

// Overwritten are the fields of a row's contact that are to be changed and that another job, which has it too, wrote last.
func (p *Plan) Overwritten(row *check.Row, d Decision) (job string, fields []contact.Field) {
	o := p.world.Orgs[row.Org]
	if d.Do != Update || o == nil {
		return "", nil
	}
	have, _ := o.Now.ByID(d.Target)
	return o.Before.Overwritten(d.Target, d.Changes, func(f contact.Field) bool { return have.Value(f) != "" })
}
