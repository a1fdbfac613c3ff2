package undo

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/result"
)

// verb is what an undo does about one contact.
type verb uint8

// What can be decided.
const (
	toTakeBack   verb = iota + 1 // it is taken back
	alreadyOurs                  // an undo that this one goes on with has taken it back
	isAsBefore                   // it is as it was before the target already
	isGone                       // somebody has deleted what would be deleted
	isLeftAlone                  // it must be left alone
	isUnclear                    // nobody knows what was done to it
	isNotVisible                 // its organisation can't be seen
)

// Decision is what is done about one contact, and why.
type Decision struct {
	Do     verb
	Action outcome.Action
	// ID is the contact as it is now; 0 for one that is made anew.
	ID      int64
	Changes []outcome.FieldChange
	Why     contact.Problem
	earlier earlierUndo // the last attempt of an earlier undo; zero if there was none
}

// fields are those that an update restores.
func (d Decision) fields() []contact.Field {
	fields := make([]contact.Field, len(d.Changes))
	for i, c := range d.Changes {
		fields[i] = c.Field
	}
	return fields
}

// Decide decides about one contact, from what the ledger knows and what the organisation has now.
func (u *decider) Decide(item *entry, g *organisation) Decision {
	d := Decision{Action: inverse(item.did), ID: item.id}
	d.earlier = g.earlier[step{d.Action, item.id}]
	switch {
	case g.now.refused != nil:
		d.Do, d.Why = isNotVisible, result.NotVisible(item.org, g.now.refused)
	case item.owned != "":
		u.decideOwned(g, item, &d)
	case item.unclear:
		d.Do, d.Why = isUnclear, unclearProblem("the run sent this and got no answer: nobody knows whether it took effect")
		if len(item.suspects) > 0 {
			d.Why.Message += "; contacts that it may have made: " + result.IDs(item.suspects)
		}
	case item.like != 0:
		d.leave(outcome.CodeTwice, "contact "+number(item.id)+" is equal to "+number(item.like)+", which the run made, and an answer to that was lost: "+
			"it may be a second one, or somebody else's", "delete it in the portal if nobody needs it")
	case item.id == 0:
		d.leave(outcome.CodeUndoUnknown, "the run created a contact and never learned its number", "look for it in the portal, and delete it there")
	default:
		switch item.did {
		case outcome.Create:
			u.decideCreated(g, item, &d)
		case outcome.Update:
			u.decideUpdated(g, item, &d)
		default:
			u.decideDeleted(g, item, &d)
		}
	}
	if d.Do == alreadyOurs && u.DryRun {
		d.done("taken back already by run " + d.earlier.Run)
	}
	return d
}

// inverse is what takes an action back.
func inverse(a outcome.Action) outcome.Action {
	switch a {
	case outcome.Create:
		return outcome.Delete
	case outcome.Delete:
		return outcome.Create
	}
	return a
}

func (d *Decision) leave(code, message, fix string) {
	d.Do, d.Why = isLeftAlone, contact.Problem{Code: code, Message: message, Fix: fix}
}

func (d *Decision) done(message string) {
	d.Do, d.Why = isAsBefore, contact.Problem{Code: outcome.CodeUndoDone, Message: message}
}

// back notes that an earlier undo has taken it back: this run's doing if it goes on with that one.
func (u *decider) back(d *Decision, message string) {
	d.Do = alreadyOurs
	if u.Runs.Run(d.earlier.run).Closed {
		d.done(message + " by run " + d.earlier.Run)
	}
}

func unclearProblem(message string) contact.Problem {
	return contact.Problem{Code: outcome.CodeEarlierRun, Message: message, Fix: "look at the contact in the portal, or run the same command again later"}
}

// decideCreated: what the target created is deleted.
func (u *decider) decideCreated(g *organisation, item *entry, d *Decision) {
	now, there := g.now.index.ByID(item.id)
	later, changedLater := g.changedLater[item.id]
	again := g.earlier[step{outcome.Create, item.id}]
	switch {
	case again.status == outcome.Created && again.run > d.earlier.run && g.now.has(again.id):
		d.ID = again.id
		d.leave(outcome.CodeUndoChanged, "run "+again.Run+" made contact "+number(item.id)+" anew as "+number(again.id), "undo that run")
	case d.earlier.status == outcome.Deleted:
		u.back(d, "deleted already")
	case !there && changedLater:
		d.done("deleted already by run " + u.Runs.Run(later).ID)
	case !there:
		d.Do = isGone
		d.Why = contact.Problem{Code: outcome.CodeUndoGone, Message: "somebody has deleted contact " + number(item.id) + " already"}
	case d.earlier.isOpen:
		d.Do, d.Why = isUnclear, unclearProblem("an earlier undo was to delete this and got no answer, and the contact has changed")
	default:
		if same, fields := u.unchanged(g, item, now, nil); !same {
			u.leaveChanged(g, item, d, fields)
			return
		}
		if others := g.holders[item.id]; len(others) > 0 {
			d.leave(outcome.CodeUndoChanged, fmt.Sprintf("contact %d is one of job %s by now", item.id, result.Jobs(others)),
				"nothing, if it is to stay; else undo the runs of that job first, or let it go on with --prune and an input without the person")
			return
		}
		d.Do = toTakeBack
	}
}

// decideUpdated: what the target updated gets the values back that it had before.
func (u *decider) decideUpdated(g *organisation, item *entry, d *Decision) {
	now, there := g.now.index.ByID(item.id)
	switch {
	case !there:
		u.leaveDeleted(g, item, d)
		return
	case item.before == nil:
		d.leave(outcome.CodeUndoImage, "the ledger no longer holds what contact "+number(item.id)+" looked like before", "restore it by hand in the portal")
		return
	}
	before := u.Rules.Normalise(*item.before)
	differing := now.FieldHashes(u.Key).Changed(before.FieldHashes(u.Key))
	if len(differing) == 0 {
		if d.earlier.status == outcome.Updated {
			u.back(d, "restored already")
		} else {
			d.done("it is as it was before the run")
		}
		return
	}
	if d.earlier.isOpen {
		d.Do, d.Why = isUnclear, unclearProblem("an earlier undo was to restore this and got no answer, and the contact has changed")
		return
	}
	if same, fields := u.unchanged(g, item, now, &before); !same {
		u.leaveChanged(g, item, d, fields)
		return
	}
	fields := writtenFields(u.Key, item, before, now, differing)
	if len(fields) == 0 { // what the run wrote is as it was; what else differs was never its doing
		d.done("it is as it was before the run")
		return
	}
	d.Do = toTakeBack
	for _, f := range fields {
		d.Changes = append(d.Changes, outcome.FieldChange{Field: f, Old: now.Value(f), New: before.Value(f)})
	}
}

// decideDeleted: what the target deleted is made anew, under another id.
func (u *decider) decideDeleted(g *organisation, item *entry, d *Decision) {
	d.ID = 0
	_, there := g.now.index.ByID(item.id)
	again := d.earlier.id
	made := d.earlier.status == outcome.Created || d.earlier.status == outcome.Exists
	switch {
	case d.earlier.isOpen:
		d.Do, d.Why = isUnclear, unclearProblem("an earlier undo made this anew and got no answer: nobody knows whether it took effect")
	case made && (g.now.has(again) || d.earlier.at.After(u.Runs.Recently) && !g.Before.Deleted[again]):
		d.ID = again
		u.back(d, "made anew already"+asContact(again))
	case made && again != 0 && !g.Before.Deleted[again]:
		d.ID = again
		d.leave(outcome.CodeUndoGone, "run "+d.earlier.Run+" made it anew as contact "+number(again)+", and somebody has deleted that since",
			"nothing, if that was right")
	case there:
		d.ID = item.id
		d.done("contact " + number(item.id) + " is there")
	case item.before == nil:
		d.ID = item.id
		d.leave(outcome.CodeUndoImage, "the ledger no longer holds what contact "+number(item.id)+" looked like before it was deleted",
			"make it anew by hand in the portal")
	default:
		u.decideRestored(g, item, d)
	}
}

// decideRestored makes a contact anew, unless somebody else has done that since.
func (u *decider) decideRestored(g *organisation, item *entry, d *Decision) {
	c := u.Rules.Normalise(*item.before)
	keys := u.Match.Keys(u.Key, item.org, c)
	by := cmp.Or(item.origin, u.Target.ID) // what was made behind it may be the contact, even before the target went on
	others := slices.DeleteFunc(g.now.index.Find(c, keys).Same, func(id int64) bool {
		return g.existedBefore(by, id) || g.toDelete[id] || g.restored[id]
	})
	if len(others) == 0 {
		d.Do = toTakeBack
		return
	}
	d.ID = others[0]
	if other, _ := g.now.index.ByID(d.ID); other.ContentHash(u.Key, item.org) == keys.Content {
		d.done("contact " + number(item.id) + " has been made anew since as " + number(d.ID))
		return
	}
	d.leave(outcome.CodeUndoChanged, "contact "+number(item.id)+" has been made anew since with other values, as "+result.IDs(others),
		"look in the portal which values are right")
}

// unchanged reports whether a contact is as the target left it, and else in which fields it is not, as far as that is
// known. Fields that are as they were before the target count as unchanged.
func (u *decider) unchanged(g *organisation, item *entry, now contact.Contact, before *contact.Contact) (bool, []contact.Field) {
	if now.ContentHash(u.Key, item.org) == item.wrote {
		return true, nil
	}
	shown, known := g.shownAfter(item, u.Target.ID)
	if !known || item.differs || item.second {
		return false, nil
	}
	changed := now.FieldHashes(u.Key).Changed(shown)
	if before != nil {
		kept := now.FieldHashes(u.Key).Changed(before.FieldHashes(u.Key))
		changed = slices.DeleteFunc(changed, func(f contact.Field) bool { return !slices.Contains(kept, f) })
	}
	return len(changed) == 0, changed
}

func (u *decider) leaveChanged(g *organisation, item *entry, d *Decision, fields []contact.Field) {
	what := "contact " + number(item.id) + " is not what the run wrote"
	if len(fields) > 0 {
		names := make([]string, len(fields))
		for i, f := range fields {
			names[i] = string(f)
		}
		what = "contact " + number(item.id) + " has been changed since the run, in " + strings.Join(names, ", ")
	}
	if later, changedLater := g.changedLater[item.id]; changedLater {
		run := u.Runs.Run(later).ID
		d.leave(outcome.CodeUndoChanged, fmt.Sprintf("%s; run %s has changed it since", what, run), "undo that run first")
		return
	}
	d.leave(outcome.CodeUndoChanged, what, "decide in the portal what becomes of it")
}

func (u *decider) leaveDeleted(g *organisation, item *entry, d *Decision) {
	what := "contact " + number(item.id) + " has been deleted since"
	if later, changedLater := g.changedLater[item.id]; changedLater && g.Before.Deleted[item.id] {
		d.leave(outcome.CodeUndoGone, what+", by run "+u.Runs.Run(later).ID, "undo that run first")
		return
	}
	d.leave(outcome.CodeUndoGone, what, "nothing, if that was right")
}

// asContact says as which contact something was made; nothing where no answer told its number.
func asContact(id int64) string {
	if id == 0 {
		return ""
	}
	return " as contact " + number(id)
}

func number(id int64) string { return strconv.FormatInt(id, 10) }
