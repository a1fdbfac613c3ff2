package undo

import (
	"context"
	"fmt"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
)

// inverseOwned is what takes back what was done to whose a contact is.
func inverseOwned(code string) string {
	return map[string]string{
		outcome.CodeAdopted: outcome.CodeGivenBack, outcome.CodeGivenBack: outcome.CodeAdopted,
		outcome.CodeShared: outcome.CodeLetGo, outcome.CodeLetGo: outcome.CodeShared,
	}[code]
}

// ownedLater is what runs behind the target did to whose a contact is.
type ownedLater struct {
	// own is the code of what the target's job did last; adopted the last run of another job that made the contact its alone, 0:
	// none did.
	own     string
	adopted int32
}

func (l ownedLater) and(code string, run int32, isOwn bool) ownedLater {
	switch {
	case isOwn:
		l.own = code
	case code == outcome.CodeAdopted:
		l.adopted = run
	}
	return l
}

// lost reports whether the target's job has given the contact away itself.
func (l ownedLater) lost() bool { return l.own == outcome.CodeGivenBack || l.own == outcome.CodeLetGo }

// decideOwned: what the target did to whose a contact is, is taken back if that still holds. It costs no request, and changes
// nothing in the contact. Whether it holds is asked of whose the contact is: an earlier undo may have been one of another run.
func (u *decider) decideOwned(g *organisation, item *entry, d *Decision) {
	gained := item.owned == outcome.CodeAdopted || item.owned == outcome.CodeShared
	later := g.ownedLater[item.id]
	switch {
	case !g.now.has(item.id):
		d.Do = isGone
		d.Why = contact.Problem{Code: outcome.CodeUndoGone, Message: "contact " + number(item.id) + " is not there any more"}
	case g.Before.Belongs(item.id) == gained:
		d.Do = toTakeBack
	case gained && later.adopted != 0 && !later.lost():
		run := u.Runs.Run(later.adopted)
		d.leave(outcome.CodeUndoChanged, fmt.Sprintf("contact %d has been adopted since by run %s, of job %q", item.id, run.ID, run.Job), "undo that run first")
	case d.earlier.status == outcome.Exists:
		u.back(d, "given back already")
	default:
		d.done("contact " + number(item.id) + " belongs to whom it did before the run")
	}
}

// ownedNow says whose a contact is once that was taken back.
func ownedNow(id int64, code string) string {
	switch code {
	case outcome.CodeAdopted:
		return "contact " + number(id) + " belongs to the job alone again"
	case outcome.CodeShared:
		return "contact " + number(id) + " belongs to the job again, beside others"
	}
	return "contact " + number(id) + " belongs to the job no more, and to whom it did before the run"
}

// GiveBack lets note write down whose contacts are again, by the code of that.
func (u *Undo) GiveBack(ctx context.Context, note func(ctx context.Context, c plan.Change, id int64, code string) error) error {
	for i, item := range u.items {
		if item.owned == "" || u.decisions[i].Do != toTakeBack {
			continue
		}
		now, _ := u.orgs[item.org].now.index.ByID(item.id)
		c := plan.Change{
			Seq: item.seq, Org: item.org, Action: outcome.None, Target: item.id, Occurrence: plan.OccurrenceOf(item.id),
			Fingerprint: u.fingerprintOf(item, now),
		}
		if err := note(ctx, c, item.id, inverseOwned(item.owned)); err != nil {
			return err
		}
	}
	return nil
}
