package result

import (
	"context"
	"slices"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
)

// A run that goes on with one that was killed tells of its rows what that one would have told: what was decided then, which is
// noted with the intents, and contacts as they were then.

// toldBy are the contacts of a note that stands with a row's intent.
func toldBy(mine *ledger.Attempt, code string) []int64 {
	if mine == nil {
		return nil
	}
	return plan.Told(mine.Told, code).IDs
}

// had is a row's contact as it was when that was decided on; nil where it is not known any more.
func (w *writing) had(row *check.Row, d plan.Decision, mine *ledger.Attempt) *contact.Contact {
	have, listed := w.in.World.ByID(row.Org, d.Target)
	if mine != nil && mine.Origin != "" && d.Do == plan.Update {
		shown, known := mine.Shown()
		have, listed = w.in.World.Rules.Normalise(shown), known
	}
	if !listed {
		return nil
	}
	return &have
}

// dropMadeSince leaves, of the contacts that are equal to a row in the key with a clearly different name, those that were there
// before the runs that this one goes on with: the others are of other rows.
func (w *writing) dropMadeSince(ctx context.Context, row *check.Row, do plan.Verb, mine *ledger.Attempt) error {
	if do == plan.Resumed {
		row.Found.Related = slices.Clone(toldBy(mine, outcome.CodeExistsRelated))
		return nil
	}
	o := w.in.World.Orgs[row.Org]
	if len(row.Found.Related) == 0 || len(w.in.Plan.Continues) == 0 || o == nil || !do.Writes() {
		return nil
	}
	first := ledger.Attempt{Intent: ledger.Intent{Run: w.in.World.Runs.Run(w.in.Plan.Continues[0]).ID}}
	before, err := o.Baselines.Before(ctx, first)
	if err != nil {
		return err
	}
	row.Found.Related = slices.DeleteFunc(row.Found.Related, func(id int64) bool { return o.Before.Owned[id] && !before(id) })
	return nil
}
