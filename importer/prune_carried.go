package importer

import (
	"maps"
	"slices"

	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

// A prune that was interrupted has deleted contacts that no row stands for any more: nothing in the input leads to them.
// The run that goes on with it finds them in the ledger and takes them over, so that its report, and undo, know of all that
// was deleted.

// carryDeletes takes over what the runs that this one goes on with have deleted, or may have deleted, behind the deletes
// that are still to be done. Of a delete that did not happen the attempts count on. A sync goes on with what its job has
// deleted, an import only with a run whose rows it has. A second contact of a row that was removed is told with that row.
func (r *run) carryDeletes() {
	r.deleted = nil
	if r.DryRun {
		return
	}
	planned := map[deletion]int{}
	for _, d := range r.deletions {
		planned[deletion{org: d.org, id: d.id}] = d.seq
	}
	for _, org := range r.orgs() {
		t := r.territories[org]
		for _, id := range slices.Sorted(maps.Keys(t.before.Deletes)) {
			p := t.before.Deletes[id]
			if slices.Contains(t.before.Seconds, id) || r.Sync == nil && !r.continues[p.RunIndex] {
				continue
			}
			r.continues[p.RunIndex] = true
			if seq, again := planned[deletion{org: org, id: id}]; again {
				r.prior[seq] = prior{attempts: p.Attempts, unclear: p.Unclear}
				continue
			}
			if p.Status != outcome.Deleted && p.Status != outcome.Gone && (p.Status != outcome.Uncertain || t.listed[id]) {
				continue
			}
			seq := len(r.verdicts) + len(r.deletions) + len(r.deleted)
			r.deleted = append(r.deleted, deletion{org: org, id: id, seq: seq})
			r.carried = append(r.carried, ledger.Resumed{Seq: seq, From: p.Ref})
		}
	}
}

// toldDeletes are the deletes that the report tells: the run's own and those that it has taken over, in the order of
// their numbers. A run that ended before it wrote has taken over nothing.
func (r *run) toldDeletes() []deletion {
	if !r.tookOver {
		return r.deletions
	}
	return slices.Concat(r.deletions, r.deleted)
}
