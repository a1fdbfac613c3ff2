package undo

import (
	"testing"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
)

// TestDecideUpdated: what the target updated gets back the values that it had before, and no others.
func TestDecideUpdated(t *testing.T) {
	t.Parallel()
	hamburg, bonn := city("Hamburg"), city("Bonn")
	otherPhone := phone("+4940999999")
	cityBack := []outcome.FieldChange{{Field: contact.City, Old: "Hamburg", New: "Berlin"}}
	leave := func(code string) decided { return decided{isLeftAlone, outcome.Update, 5, code, nil} }
	back := func(changes ...outcome.FieldChange) decided {
		return decided{toTakeBack, outcome.Update, 5, "", changes}
	}
	done := decided{isAsBefore, outcome.Update, 5, outcome.CodeUndoDone, nil}
	checkAll(t, map[string]decision{
		"as it was written: restored": {updated(t), []fact{shows(ann(5, hamburg))}, back(cityBack...), ""},
		"several fields, in their order": {
			updated(t, sent(contact.Phone, contact.Title, contact.City), wrote(contentOf(t, ann(5, hamburg, otherPhone, title("Dr"))))),
			[]fact{shows(ann(5, hamburg, otherPhone, title("Dr")))},
			back(outcome.FieldChange{Field: contact.Title, Old: "Dr"}, cityBack[0], outcome.FieldChange{Field: contact.Phone, Old: "+4940999999", New: "+4930123456"}), "",
		},
		"as it was shown when the run had ended: restored": {
			updated(t), []fact{shows(ann(5, city("HAMBURG"))), ended("target", ann(5, city("HAMBURG")))},
			back(outcome.FieldChange{Field: contact.City, Old: "HAMBURG", New: "Berlin"}), "",
		},
		"changed since: left alone, and the field is named": {
			updated(t), []fact{shows(ann(5, bonn)), ended("target", ann(5, hamburg))},
			leave(outcome.CodeUndoChanged), "^contact 5 has been changed since the run, in city; decide in the portal what becomes of it$",
		},
		"changed since, and nobody knows how it looked": {
			updated(t), []fact{shows(ann(5, bonn))}, leave(outcome.CodeUndoChanged), "^contact 5 is not what the run wrote; decide",
		},
		"changed by a later run: that one first": {
			updated(t), []fact{shows(ann(5, bonn)), ended("target", ann(5, hamburg)), later(5)},
			leave(outcome.CodeUndoChanged), "; run later has changed it since; undo that run first$",
		},
		"another field changed since: left alone": {
			updated(t), []fact{shows(ann(5, hamburg, otherPhone)), ended("target", ann(5, hamburg))}, leave(outcome.CodeUndoChanged), "in phone; decide",
		},
		"one field is as it was before already: the others are restored": {
			updated(t, sent(contact.City, contact.Phone), wrote(contentOf(t, ann(5, hamburg, otherPhone)))),
			[]fact{shows(ann(5, hamburg)), ended("target", ann(5, hamburg, otherPhone))}, back(cityBack...), "",
		},
		"one field is as it was before, and one is changed: the latter is named": {
			updated(t, sent(contact.City, contact.Phone), wrote(contentOf(t, ann(5, hamburg, otherPhone)))),
			[]fact{shows(ann(5, bonn)), ended("target", ann(5, hamburg, otherPhone))}, leave(outcome.CodeUndoChanged), "the run, in city; decide",
		},
		"another field was changed while the run went on: it keeps its value": {
			updated(t), []fact{shows(ann(5, hamburg, otherPhone)), ended("target", ann(5, hamburg, otherPhone))}, back(cityBack...), "",
		},
		"only that one differs: nothing is left": {
			updated(t), []fact{shows(ann(5, otherPhone)), ended("target", ann(5, hamburg, otherPhone))}, done, "^it is as it was before the run; $",
		},
		"from an older ledger, which does not know the fields": {
			updated(t, sent()), []fact{shows(ann(5, hamburg, otherPhone)), ended("target", ann(5, hamburg, otherPhone))}, back(cityBack...), "",
		},
		"as it was before: nothing is left": {updated(t), []fact{shows(ann(5))}, done, "^it is as it was before the run; $"},
		"as it was before, by an undo that failed": {
			updated(t), []fact{shows(ann(5)), undone(closedUndo, outcome.Update, 5, outcome.Failed, 5)}, done, "^it is as it was before the run; $",
		},
		"as it was before, by an undo that got no answer": {
			updated(t), []fact{shows(ann(5)), undone(openUndo, outcome.Update, 5, outcome.Uncertain, 5, open)}, done, "^it is as it was before the run; $",
		},
		"restored by an undo that is over": {
			updated(t), []fact{shows(ann(5)), undone(closedUndo, outcome.Update, 5, outcome.Updated, 5)}, done, "^restored already by run closed-undo; $",
		},
		"restored by an undo that this one goes on with": {
			updated(t), []fact{shows(ann(5)), undone(openUndo, outcome.Update, 5, outcome.Updated, 5)}, decided{Do: alreadyOurs, Action: outcome.Update, ID: 5}, "",
		},
		"restored by that one, in a dry run": {
			updated(t), []fact{shows(ann(5)), undone(openUndo, outcome.Update, 5, outcome.Updated, 5), dryRun}, done, "^taken back already by run open-undo; $",
		},
		"restored by an undo, and changed since to what the target wrote": {
			updated(t), []fact{shows(ann(5, hamburg)), undone(closedUndo, outcome.Update, 5, outcome.Updated, 5)}, back(cityBack...), "",
		},
		"an undo got no answer, and the contact is not as before": {
			updated(t), []fact{shows(ann(5, hamburg)), undone(openUndo, outcome.Update, 5, outcome.Uncertain, 5, open)},
			decided{isUnclear, outcome.Update, 5, outcome.CodeEarlierRun, nil},
			"^an earlier undo was to restore this and got no answer, and the contact has changed; look at",
		},
		"deleted since by somebody": {
			updated(t), []fact{shows(ann(6))}, leave(outcome.CodeUndoGone), "^contact 5 has been deleted since; nothing, if that was right$",
		},
		"deleted since, its image lost": {updated(t, noImage), nil, leave(outcome.CodeUndoGone), "^contact 5 has been deleted since; nothing"},
		"deleted by a later run: that one first": {
			updated(t), []fact{later(5), gone(5)}, leave(outcome.CodeUndoGone), "^contact 5 has been deleted since, by run later; undo that run first$",
		},
		"updated by a later run, and deleted by somebody": {
			updated(t), []fact{later(5)}, leave(outcome.CodeUndoGone), "^contact 5 has been deleted since; nothing, if that was right$",
		},
		"deleted by an undo": {updated(t), []fact{gone(5)}, leave(outcome.CodeUndoGone), "^contact 5 has been deleted since; nothing, if that was right$"},
		"its image is lost": {
			updated(t, noImage), []fact{shows(ann(5, hamburg))}, leave(outcome.CodeUndoImage),
			"^the ledger no longer holds what contact 5 looked like before; restore it by hand in the portal$",
		},
	})
}

// TestDecideDeleted: what the target deleted is made anew, unless that has been done.
func TestDecideDeleted(t *testing.T) {
	t.Parallel()
	anew := decided{Do: toTakeBack, Action: outcome.Create}
	done := func(id int64) decided { return decided{isAsBefore, outcome.Create, id, outcome.CodeUndoDone, nil} }
	resumed := func(id int64) decided { return decided{Do: alreadyOurs, Action: outcome.Create, ID: id} }
	madeAnew := func(run int32, id int64, changes ...func(*earlierUndo)) fact {
		return undone(run, outcome.Create, 5, outcome.Created, id, changes...)
	}
	leave := func(id int64, code string) decided { return decided{isLeftAlone, outcome.Create, id, code, nil} }
	checkAll(t, map[string]decision{
		"it is not there: made anew":  {deleted(t), nil, anew, ""},
		"others are there: made anew": {deleted(t), []fact{shows(ann(9, func(d *contact.Draft) { d.Email = "bob@example.com" }))}, anew, ""},
		"it is there":                 {deleted(t), []fact{shows(ann(5, city("Bonn")))}, done(5), "^contact 5 is there; $"},
		"its image is lost": {
			deleted(t, noImage), nil, leave(5, outcome.CodeUndoImage),
			"^the ledger no longer holds what contact 5 looked like before it was deleted; make it anew by hand in the portal$",
		},
		"it is there, and its image is lost":                 {deleted(t, noImage), []fact{shows(ann(5))}, done(5), "^contact 5 is there; $"},
		"made anew by an undo that is over":                  {deleted(t), []fact{has(9), madeAnew(closedUndo, 9)}, done(9), "^made anew already as contact 9 by run closed-undo; $"},
		"made anew by one that this goes on with":            {deleted(t), []fact{has(9), madeAnew(openUndo, 9)}, resumed(9), ""},
		"found there by one that this goes on with":          {deleted(t), []fact{has(9), undone(openUndo, outcome.Create, 5, outcome.Exists, 9)}, resumed(9), ""},
		"made anew a moment ago: it need not be shown":       {deleted(t), []fact{madeAnew(openUndo, 9, recent)}, resumed(9), ""},
		"made anew a moment ago, and no answer told its id":  {deleted(t), []fact{madeAnew(openUndo, 0, recent)}, resumed(0), ""},
		"made anew a moment ago, and deleted by a run since": {deleted(t), []fact{madeAnew(openUndo, 9, recent), gone(9)}, anew, ""},
		"made anew, and deleted by a run since":              {deleted(t), []fact{madeAnew(closedUndo, 9), gone(9)}, anew, ""},
		"made anew, and deleted by somebody since": {
			deleted(t), []fact{madeAnew(closedUndo, 9)}, leave(9, outcome.CodeUndoGone),
			"^run closed-undo made it anew as contact 9, and somebody has deleted that since; nothing, if that was right$",
		},
		"made anew, and no answer told its id: it is found": {
			deleted(t), []fact{shows(ann(9)), madeAnew(closedUndo, 0)}, done(9), "^contact 5 has been made anew since as 9; $",
		},
		"made anew, no answer told its id, and it is not found": {deleted(t), []fact{madeAnew(closedUndo, 0)}, anew, ""},
		"an undo failed: tried again":                           {deleted(t), []fact{has(9), undone(closedUndo, outcome.Create, 5, outcome.Failed, 9)}, anew, ""},
		"an undo got no answer": {
			deleted(t), []fact{shows(ann(5)), undone(openUndo, outcome.Create, 5, outcome.Uncertain, 0, open)},
			decided{isUnclear, outcome.Create, 0, outcome.CodeEarlierRun, nil},
			"^an earlier undo made this anew and got no answer: nobody knows whether it took effect; look at",
		},
		"somebody has made it anew": {deleted(t), []fact{shows(ann(9))}, done(9), "^contact 5 has been made anew since as 9; $"},
		"somebody has made it anew with other values": {
			deleted(t), []fact{shows(ann(10), ann(9, city("Bonn")))}, leave(9, outcome.CodeUndoChanged),
			"^contact 5 has been made anew since with other values, as 9, 10; look in the portal which values are right$",
		},
		"one that equals it was there before": {deleted(t), []fact{shows(ann(4)), existed(3, 4, 5)}, anew, ""},
		"deleted by a run that the target went on with, and made before that": {
			deleted(t, takenOver), []fact{shows(ann(9)), existed(9)}, done(9), "made anew since as 9; $",
		},
		"one that equals it goes with this undo":    {deleted(t), []fact{shows(ann(9)), goes(9)}, anew, ""},
		"one that equals it was restored by itself": {deleted(t), []fact{shows(ann(9)), restored(9)}, anew, ""},
		"the first that may be it counts": {
			deleted(t), []fact{shows(ann(4), ann(6), ann(8), ann(9)), existed(4), goes(6), restored(8)}, done(9), "made anew since as 9; $",
		},
	})
}
