package history

import (
	"slices"

	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

// LateDuplicate is a row's contact that stands twice, since a request of an earlier run took effect late.
type LateDuplicate struct {
	// Attempt is the create that made them, with the contact that stays in its receipt.
	Attempt ledger.Attempt
	// Seconds are the others that are still there.
	Seconds []int64
}

// LateDuplicates are the contacts that stand twice because of an earlier run, as long as both are listed. What a run
// took over, or what was put right since, stands behind it in the ledger and is what counts.
func (o *Org) LateDuplicates(listed map[int64]bool) []LateDuplicate {
	latest, order := map[int64]ledger.Attempt{}, []int64(nil) // by the contact that stays
	for _, a := range o.late {
		id := a.Result.Receipt.ContactID
		if _, known := latest[id]; !known {
			order = append(order, id)
		}
		latest[id] = a
	}
	var late []LateDuplicate
	for _, id := range order {
		second := stillThere(latest[id], listed)
		if listed[id] && len(second) > 0 {
			late = append(late, LateDuplicate{latest[id], second})
		}
	}
	return late
}

// stillThere are the second contacts of a row that are listed.
func stillThere(a ledger.Attempt, listed map[int64]bool) []int64 {
	ids := NotedIDs(a.Result.Notes, outcome.CodeTwice)
	if len(ids) == 0 {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(ids[1:]), func(id int64) bool { return !listed[id] })
}
