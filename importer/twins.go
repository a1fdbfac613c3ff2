package importer

import (
	"context"
	"slices"

	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/plan"
)

// noteTwins tells again of contacts that stand twice because of an earlier run, as long as both are there. What a run
// carried over, or what was put right since, stands behind it in the ledger and is what counts.
func (t *territory) noteTwins() {
	latest := map[int64]ledger.Attempt{} // by the contact that stays
	for _, a := range t.recall.twins {
		latest[a.Result.Receipt.ContactID] = a
	}
	t.recall.twins = t.recall.twins[:0]
	for id, a := range latest {
		second := t.stillThere(a)
		if !t.listed[id] || len(second) == 0 {
			continue
		}
		t.recall.twins = append(t.recall.twins, a)
		t.notes[a.Row.Content] = append(t.notes[a.Row.Content], plan.Note{Code: CodeTwice, IDs: append([]int64{id}, second...)})
	}
}

// stillThere returns the second contacts of a row that are listed today.
func (t *territory) stillThere(a ledger.Attempt) []int64 {
	ids := noted(a.Result.Notes, CodeTwice)
	if len(ids) == 0 {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(ids[1:]), func(id int64) bool { return !t.listed[id] })
}

// removeEarlierTwins deletes the second contacts that earlier runs have told of, where the user wants that.
func (r *run) removeEarlierTwins(stop context.Context) error {
	if !r.RemoveTwins {
		return nil
	}
	for _, org := range r.orgs() {
		t := r.territories[org]
		v := &verifier{run: r, t: t}
		for _, a := range t.recall.twins {
			var removed, left []int64
			for _, id := range t.stillThere(a) {
				gone, err := v.removeTwin(stop, a, id)
				if err != nil {
					return err
				}
				if gone {
					removed = append(removed, id)
				} else {
					left = append(left, id)
				}
			}
			if err := r.noteRemoved(t, a, removed, left); err != nil {
				return ledgerUnwritable(err)
			}
		}
	}
	return nil
}

// noteRemoved writes what became of second contacts where the earlier run has the row, and into today's report.
func (r *run) noteRemoved(t *territory, a ledger.Attempt, removed, left []int64) error {
	survivor := a.Result.Receipt.ContactID
	var notes []plan.Note
	if len(left) > 0 {
		notes = append(notes, plan.Note{Code: CodeTwice, IDs: append([]int64{survivor}, left...)})
	}
	if len(removed) > 0 {
		notes = append(notes, plan.Note{Code: CodeTwiceRemoved, IDs: append([]int64{survivor}, removed...)})
	}
	t.notes[a.Row.Content] = notes
	result := *a.Result
	result.Notes = append(slices.DeleteFunc(slices.Clone(result.Notes), func(n plan.Note) bool { return n.Code == CodeTwice }), notes...)
	return r.Ledger.Settle(context.WithoutCancel(r.quit), a.Run, a.Seq, result)
}
