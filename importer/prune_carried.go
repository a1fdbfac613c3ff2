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

// pruned is the last delete of a contact that an open run of the job sent.
type pruned struct {
	ledger.Ref
	run      int32
	status   outcome.Status
	attempts int
	unclear  int
}

// notePruned takes note of deletes of open runs, and of contacts that were made anew since.
func (r *run) notePruned(t *territory, a ledger.Attempt) {
	m := &t.recall
	for _, code := range []string{outcome.CodeTwice, outcome.CodeTwiceRemoved} {
		if a.Result != nil {
			if ids := noted(a.Result.Notes, code); len(ids) > 1 {
				m.seconds = append(m.seconds, ids[1:]...)
			}
		}
	}
	switch {
	case a.Action == outcome.Create && a.Target != 0 && (a.IsUnclear() || a.Result.Status == outcome.Created):
		delete(m.pruned, a.Target)
	case a.Action != outcome.Delete:
	case !r.goesOnWith(r.history.at[a.Run]):
		delete(m.pruned, a.Target)
	default:
		if m.pruned == nil {
			m.pruned = map[int64]pruned{}
		}
		p := pruned{Ref: a.Ref(), run: r.history.at[a.Run], status: a.Status(), attempts: a.Attempt, unclear: a.UnclearAttempts()}
		if a.Result != nil {
			p.attempts = a.Result.Receipt.Attempts
		}
		m.pruned[a.Target] = p
	}
}

// goesOnWith reports whether a run is open and one of the same job that this run may go on with.
func (r *run) goesOnWith(run int32) bool {
	earlier := r.history.runs[run]
	return !earlier.Closed && earlier.Job == r.About.Job && earlier.Command != CommandUndo
}

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
		for _, id := range slices.Sorted(maps.Keys(t.recall.pruned)) {
			p := t.recall.pruned[id]
			if slices.Contains(t.recall.seconds, id) || r.Sync == nil && !r.continues[p.run] {
				continue
			}
			r.continues[p.run] = true
			if seq, again := planned[deletion{org: org, id: id}]; again {
				r.prior[seq] = prior{attempts: p.attempts, unclear: p.unclear}
				continue
			}
			if p.status != outcome.Deleted && p.status != outcome.Gone && (p.status != outcome.Uncertain || t.listed[id]) {
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
