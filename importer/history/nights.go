package history

import (
	"context"
	"slices"

	"github.com/contactsync/contactsync/importer/ledger"
)

// NotWhole stands, where the number of a contact would, in the list of what the rows of a run are about, if these were not all that
// the job's input has or could not be read so far that they tell what is missing: such a run is no night that a contact was
// missing for.
const NotWhole = 0

// LoadNights finds out for how many of the job's good runs before this one, one after the other up to the latest, no row was about
// each of these contacts of an organisation, as far as most. A run that did not end well, or of which nothing was noted, counts for
// none; one whose rows were about the contact, or before which there was no such contact, ends the wait, however it ended.
func (o *Org) LoadNights(ctx context.Context, book Ledger, s ledger.Scope, listed []int64, most int) error {
	o.missing = map[int64]int{}
	noted, err := book.HeldIn(ctx, s)
	if err != nil {
		return ledger.Unreadable(err)
	}
	left := slices.Clone(listed)
	for _, run := range slices.Backward(noted) {
		at, known := o.runs.at[run]
		if !known || o.runs.list[at].Job != o.runs.job || o.runs.list[at].Simulated { // this run is not known
			continue
		}
		if len(left) == 0 || most <= 0 {
			break
		}
		held, err := book.HeldBy(ctx, run, s)
		if err != nil {
			return ledger.Unreadable(err)
		}
		there, known, err := book.BaselineOf(ctx, run, s)
		if err != nil {
			return ledger.Unreadable(err)
		}
		good := isGood(o.runs.list[at]) && !slices.Contains(held, NotWhole)
		left = slices.DeleteFunc(left, func(id int64) bool {
			_, found := slices.BinarySearch(held, id)
			_, listed := slices.BinarySearch(there, id)
			if found || known && !listed || o.wroteIn(id) >= at {
				return true
			}
			if good {
				o.missing[id]++
			}
			return o.missing[id] == most
		})
	}
	return nil
}

// wroteIn is the index of the last run that made or changed a contact; -1: none did.
func (o *Org) wroteIn(id int64) int32 {
	content, written := o.Latest[id]
	if !written {
		return -1
	}
	return o.rows[content].Run
}

// MissingFor is for how many good runs before this one no row was about a contact, as far as that was asked for.
func (o *Org) MissingFor(id int64) int { return o.missing[id] }
