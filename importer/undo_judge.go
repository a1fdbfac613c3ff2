package importer

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
)

// undoVerdict is what an undo does about one contact.
type undoVerdict uint8

const (
	undoWrite   undoVerdict = iota + 1 // it is taken back
	undoCarried                        // an undo that this one goes on with has taken it back
	undoDone                           // it is as it was before the target already
	undoGone                           // somebody has deleted what would be deleted
	undoLeft                           // it must be left alone
	undoUnclear                        // nobody knows what was done to it
	undoUnseen                         // its organisation can't be seen
)

// decision is what is done about one contact, and why.
type decision struct {
	verdict undoVerdict
	action  outcome.Action
	// id is the contact as it is now; 0 for one that is made anew.
	id      int64
	changes []outcome.FieldChange
	why     contact.Problem
	earlier backed // the last attempt of an earlier undo; zero if there was none
}

// fields are those that an update restores.
func (d decision) fields() []contact.Field { return plan.Compared{Changes: d.changes}.Fields() }

// judge decides about one contact, from what the ledger knows and what the organisation has now.
func (u *undoing) judge(item *undoItem) decision {
	g := u.grounds[item.org]
	d := decision{action: inverse(item.did), id: item.id}
	d.earlier = g.back[deed{d.action, item.id}]
	if item.id == 0 {
		d.earlier = backed{}
	}
	switch {
	case g.refused != nil:
		d.verdict, d.why = undoUnseen, unseenProblem(item.org, g.refused)
	case item.unclear:
		d.verdict, d.why = undoUnclear, unclearProblem("the run sent this and got no answer: nobody knows whether it took effect")
		if len(item.suspects) > 0 {
			d.why.Message += "; contacts that it may have made: " + ids(item.suspects)
		}
	case item.like != 0:
		d.leave(outcome.CodeTwice, "contact "+number(item.id)+" is equal to "+number(item.like)+", which the run made, and an answer to that was lost: "+
			"it may be a second one, or somebody else's", "delete it in the portal if nobody needs it")
	case item.id == 0:
		d.leave(outcome.CodeUndoUnknown, "the run created a contact and never learned its number", "look for it in the portal, and delete it there")
	default:
		switch item.did {
		case outcome.Create:
			u.judgeCreated(g, item, &d)
		case outcome.Update:
			u.judgeUpdated(g, item, &d)
		default:
			u.judgeDeleted(g, item, &d)
		}
	}
	if d.verdict == undoCarried && u.DryRun {
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

func (d *decision) leave(code, message, fix string) {
	d.verdict, d.why = undoLeft, contact.Problem{Code: code, Message: message, Fix: fix}
}

func (d *decision) done(message string) {
	d.verdict, d.why = undoDone, contact.Problem{Code: outcome.CodeUndoDone, Message: message}
}

// back notes that an earlier undo has taken it back: this run's doing if it goes on with that one.
func (u *undoing) back(d *decision, message string) {
	d.verdict = undoCarried
	if u.runs.Run(d.earlier.run).Closed {
		d.done(message + " by run " + d.earlier.Run)
	}
}

func unclearProblem(message string) contact.Problem {
	return contact.Problem{Code: outcome.CodeEarlierRun, Message: message, Fix: "look at the contact in the portal, or run the same command again later"}
}

// judgeCreated: what the target created is deleted.
func (u *undoing) judgeCreated(g *ground, item *undoItem, d *decision) {
	now, there := g.existing.ByID(item.id)
	later, touched := g.touched[item.id]
	again := g.back[deed{outcome.Create, item.id}]
	switch {
	case again.status == outcome.Created && again.run > d.earlier.run && g.has(again.id):
		d.id = again.id
		d.leave(outcome.CodeUndoChanged, "run "+again.Run+" made contact "+number(item.id)+" anew as "+number(again.id), "undo that run")
	case d.earlier.status == outcome.Deleted:
		u.back(d, "deleted already")
	case !there && touched:
		d.done("deleted already by run " + u.runs.Run(later).ID)
	case !there:
		d.verdict = undoGone
		d.why = contact.Problem{Code: outcome.CodeUndoGone, Message: "somebody has deleted contact " + number(item.id) + " already"}
	case d.earlier.isOpen:
		d.verdict, d.why = undoUnclear, unclearProblem("an earlier undo was to delete this and got no answer, and the contact has changed")
	default:
		if same, fields := u.unchanged(g, item, now, nil); !same {
			u.leaveChanged(g, item, d, fields)
			return
		}
		d.verdict = undoWrite
	}
}

// judgeUpdated: what the target updated gets the values back that it had before.
func (u *undoing) judgeUpdated(g *ground, item *undoItem, d *decision) {
	now, there := g.existing.ByID(item.id)
	switch {
	case !there:
		u.leaveDeleted(g, item, d)
		return
	case item.before == nil:
		d.leave(outcome.CodeUndoImage, "the ledger no longer holds what contact "+number(item.id)+" looked like before", "restore it by hand in the portal")
		return
	}
	before := u.checker.Rules.Normalise(*item.before)
	differing := now.FieldHashes(u.key()).Changed(before.FieldHashes(u.key()))
	if len(differing) == 0 {
		if d.earlier.status == outcome.Updated {
			u.back(d, "restored already")
		} else {
			d.done("it is as it was before the run")
		}
		return
	}
	if d.earlier.isOpen {
		d.verdict, d.why = undoUnclear, unclearProblem("an earlier undo was to restore this and got no answer, and the contact has changed")
		return
	}
	if same, fields := u.unchanged(g, item, now, &before); !same {
		u.leaveChanged(g, item, d, fields)
		return
	}
	fields := writtenFields(u.key(), item, before, now, differing)
	if len(fields) == 0 { // what the run wrote is as it was; what else differs was never its doing
		d.done("it is as it was before the run")
		return
	}
	d.verdict = undoWrite
	for _, f := range fields {
		d.changes = append(d.changes, outcome.FieldChange{Field: f, Old: now.Value(f), New: before.Value(f)})
	}
}

// judgeDeleted: what the target deleted is made anew, under another id.
func (u *undoing) judgeDeleted(g *ground, item *undoItem, d *decision) {
	d.id = 0
	_, there := g.existing.ByID(item.id)
	again := d.earlier.id
	made := d.earlier.status == outcome.Created || d.earlier.status == outcome.Exists
	switch {
	case d.earlier.isOpen:
		d.verdict, d.why = undoUnclear, unclearProblem("an earlier undo made this anew and got no answer: nobody knows whether it took effect")
	case made && (g.has(again) || d.earlier.at.After(u.runs.Recently) && !g.before.Deleted[again]):
		d.id = again
		u.back(d, "made anew already as contact "+number(again))
	case made && again != 0 && !g.before.Deleted[again]:
		d.id = again
		d.leave(outcome.CodeUndoGone, "run "+d.earlier.Run+" made it anew as contact "+number(again)+", and somebody has deleted that since",
			"nothing, if that was right")
	case there:
		d.id = item.id
		d.done("contact " + number(item.id) + " is there")
	case item.before == nil:
		d.id = item.id
		d.leave(outcome.CodeUndoImage, "the ledger no longer holds what contact "+number(item.id)+" looked like before it was deleted",
			"make it anew by hand in the portal")
	default:
		u.judgeRestored(g, item, d)
	}
}

// judgeRestored makes a contact anew, unless somebody else has done that since.
func (u *undoing) judgeRestored(g *ground, item *undoItem, d *decision) {
	c := u.checker.Rules.Normalise(*item.before)
	keys := u.Match.Keys(u.key(), item.org, c)
	others := slices.DeleteFunc(g.existing.Find(c, keys).Same, func(id int64) bool {
		return g.laidBefore(id) || g.undeletes[id] || g.restored[id]
	})
	if len(others) == 0 {
		d.verdict = undoWrite
		return
	}
	d.id = others[0]
	if other, _ := g.existing.ByID(d.id); other.ContentHash(u.key(), item.org) == keys.Content {
		d.done("contact " + number(item.id) + " has been made anew since as " + number(d.id))
		return
	}
	d.leave(outcome.CodeUndoChanged, "contact "+number(item.id)+" has been made anew since with other values, as "+ids(others),
		"look in the portal which values are right")
}

// unchanged reports whether a contact is as the target left it, and else in which fields it is not, as far as that is
// known. Fields that are as they were before the target count as unchanged.
func (u *undoing) unchanged(g *ground, item *undoItem, now contact.Contact, before *contact.Contact) (bool, []contact.Field) {
	if now.ContentHash(u.key(), item.org) == item.wrote {
		return true, nil
	}
	shown, known := g.shownAfter(item, u.target.ID)
	if !known || item.differs || item.second {
		return false, nil
	}
	changed := now.FieldHashes(u.key()).Changed(shown)
	if before != nil {
		kept := now.FieldHashes(u.key()).Changed(before.FieldHashes(u.key()))
		changed = slices.DeleteFunc(changed, func(f contact.Field) bool { return !slices.Contains(kept, f) })
	}
	return len(changed) == 0, changed
}

func (u *undoing) leaveChanged(g *ground, item *undoItem, d *decision, fields []contact.Field) {
	what := "contact " + number(item.id) + " is not what the run wrote"
	if len(fields) > 0 {
		names := make([]string, len(fields))
		for i, f := range fields {
			names[i] = string(f)
		}
		what = "contact " + number(item.id) + " has been changed since the run, in " + strings.Join(names, ", ")
	}
	if later, touched := g.touched[item.id]; touched {
		run := u.runs.Run(later).ID
		d.leave(outcome.CodeUndoChanged, fmt.Sprintf("%s; run %s has changed it since", what, run), "undo that run first")
		return
	}
	d.leave(outcome.CodeUndoChanged, what, "decide in the portal what becomes of it")
}

func (u *undoing) leaveDeleted(g *ground, item *undoItem, d *decision) {
	what := "contact " + number(item.id) + " has been deleted since"
	if later, touched := g.touched[item.id]; touched && g.before.Deleted[item.id] {
		d.leave(outcome.CodeUndoGone, what+", by run "+u.runs.Run(later).ID, "undo that run first")
		return
	}
	d.leave(outcome.CodeUndoGone, what, "nothing, if that was right")
}

func number(id int64) string { return strconv.FormatInt(id, 10) }

// wasOf is the contact of an image as the API gave it, to be sent back as it was.
func wasOf(s contact.Stored) contact.Contact {
	d := s.Draft
	return contact.Contact{
		Type: s.Type, Name: d.Name, Title: d.Title, Department: d.Department, Street: d.Street,
		SecondaryAddress: d.SecondaryAddress, Zipcode: d.Zipcode, City: d.City, State: d.State, Country: s.Country,
		Email: d.Email, Phone: d.Phone, Mobile: d.Mobile, PurchaseOrderNumber: d.PurchaseOrderNumber,
	}
}

// sentOfItem are the hashes of a contact that is written. Only what is made anew may have to wait for another of the same
// key.
func (u *undoing) sentOfItem(item *undoItem, c contact.Contact) contact.Fingerprint {
	sent := contact.FingerprintOf(u.key(), c, u.Match.Keys(u.key(), item.org, c))
	if item.did != outcome.Delete {
		sent.Key = contact.Hash{}
	}
	return sent
}
