package undo

import (
	"errors"
	"testing"

	"github.com/contactsync/contactsync/importer/outcome"
)

// TestDecide: what holds whatever the target did to a contact.
func TestDecide(t *testing.T) {
	t.Parallel()
	refused := &outcome.Refusal{HTTPStatus: 403}
	checkAll(t, map[string]decision{
		"an organisation that can't be seen hides all": {
			created(t), []fact{shows(ann(5)), unseen(errors.New("no"))},
			decided{isNotVisible, outcome.Delete, 5, outcome.CodeOrgUnseen, nil}, "application token; check the number",
		},
		"also what is unclear, and the API's status is told": {
			created(t, unclear(8)), []fact{unseen(refused)},
			decided{isNotVisible, outcome.Delete, 5, outcome.CodeOrgUnseen, nil}, "application token (HTTP 403); check the number",
		},
		"a create without an answer is left unclear": {
			created(t, numbered(0), unclear()), []fact{shows(ann(5))},
			decided{isUnclear, outcome.Delete, 0, outcome.CodeEarlierRun, nil},
			"^the run sent this and got no answer: nobody knows whether it took effect; look at the contact in the portal, or run",
		},
		"the contacts that it may have made are named": {
			created(t, numbered(0), unclear(8, 9)), []fact{shows(ann(8), ann(9))},
			decided{isUnclear, outcome.Delete, 0, outcome.CodeEarlierRun, nil}, "effect; contacts that it may have made: 8, 9; look at",
		},
		"an update without an answer is unclear, though the contact is what it was to become": {
			updated(t, unclear()), []fact{shows(ann(5, city("Hamburg")))},
			decided{isUnclear, outcome.Update, 5, outcome.CodeEarlierRun, nil}, "took effect; look at",
		},
		"a delete without an answer is unclear, though the contact is gone": {
			deleted(t, unclear()), nil, decided{isUnclear, outcome.Create, 5, outcome.CodeEarlierRun, nil}, "took effect; look at",
		},
		"a contact that equals the target's is told, not deleted": {
			created(t, numbered(9), likeOf(5)), []fact{shows(ann(5), ann(9))},
			decided{isLeftAlone, outcome.Delete, 9, outcome.CodeTwice, nil},
			"^contact 9 is equal to 5, which the run made, and an answer to that was lost: it may be a second one, or somebody else's; delete it",
		},
		"a contact without a number is not looked for": {
			created(t, numbered(0)), []fact{shows(ann(5))},
			decided{isLeftAlone, outcome.Delete, 0, outcome.CodeUndoUnknown, nil},
			"^the run created a contact and never learned its number; look for it in the portal, and delete it there$",
		},
		"in a dry run what an open undo took back is as before": {
			created(t), []fact{undone(openUndo, outcome.Delete, 5, outcome.Deleted, 0), dryRun},
			decided{isAsBefore, outcome.Delete, 5, outcome.CodeUndoDone, nil}, "^taken back already by run open-undo; $",
		},
		"in a dry run what is to be taken back is what it is otherwise": {
			created(t), []fact{shows(ann(5)), dryRun}, decided{Do: toTakeBack, Action: outcome.Delete, ID: 5}, "",
		},
	})
}

// TestDecideCreated: what the target created is deleted, if it is as the target left it.
func TestDecideCreated(t *testing.T) {
	t.Parallel()
	leave := func(code string) decided { return decided{isLeftAlone, outcome.Delete, 5, code, nil} }
	back := decided{Do: toTakeBack, Action: outcome.Delete, ID: 5}
	done := decided{isAsBefore, outcome.Delete, 5, outcome.CodeUndoDone, nil}
	gone5 := decided{isGone, outcome.Delete, 5, outcome.CodeUndoGone, nil}
	checkAll(t, map[string]decision{
		"as it was sent: deleted": {created(t), []fact{shows(ann(5))}, back, ""},
		"as it was shown when the run had ended: deleted, whatever the service made of it": {
			created(t), []fact{shows(ann(5, city("BERLIN"))), ended("target", ann(5, city("BERLIN")))}, back, "",
		},
		"as sent, though it was shown otherwise: deleted": {
			created(t), []fact{shows(ann(5)), ended("target", ann(5, city("Bonn")))}, back, "",
		},
		"as the run had shown it that it was taken over from: deleted": {
			created(t, takenOver), []fact{shows(ann(5, city("BERLIN"))), ended("first", ann(5, city("BERLIN")))}, back, "",
		},
		"as the run saw it that took it over: somebody may have changed it before": {
			created(t, takenOver), []fact{shows(ann(5, city("Bonn"))), ended("target", ann(5, city("Bonn")))},
			leave(outcome.CodeUndoChanged), "^contact 5 is not what the run wrote; decide in the portal what becomes of it$",
		},
		"changed since: left alone, and the fields are named": {
			created(t), []fact{shows(ann(5, city("Bonn"), phone(""))), ended("target", ann(5))},
			leave(outcome.CodeUndoChanged), "^contact 5 has been changed since the run, in city, phone; decide in the portal what becomes of it$",
		},
		"changed since, and nobody knows how it looked": {
			created(t), []fact{shows(ann(5, city("Bonn")))},
			leave(outcome.CodeUndoChanged), "^contact 5 is not what the run wrote; decide",
		},
		"changed by a later run: that one first": {
			created(t), []fact{shows(ann(5, city("Bonn"))), ended("target", ann(5)), later(5)},
			leave(outcome.CodeUndoChanged), "since the run, in city; run later has changed it since; undo that run first$",
		},
		"changed by a later run, and nobody knows how it looked": {
			created(t), []fact{shows(ann(5, city("Bonn"))), later(5)},
			leave(outcome.CodeUndoChanged), "^contact 5 is not what the run wrote; run later has changed it since; undo that run first$",
		},
		"another job has it too by now: left alone": {
			created(t), []fact{shows(ann(5)), heldBy("crm", "erp")},
			leave(outcome.CodeUndoChanged), "^contact 5 is one of job \"crm\", \"erp\" by now; nothing, if it is to stay; else undo the runs of that job first",
		},
		"changed by a later run, and back: deleted": {created(t), []fact{shows(ann(5)), later(5)}, back, ""},
		"recognised by a part only: how it was shown says nothing": {
			created(t, differs), []fact{shows(ann(5, city("Bonn"))), ended("target", ann(5, city("Bonn")))},
			leave(outcome.CodeUndoChanged), "is not what the run wrote",
		},
		"a second one that is not equal is left alone": {
			created(t, second), []fact{shows(ann(5, city("Bonn"))), ended("target", ann(5, city("Bonn")))},
			leave(outcome.CodeUndoChanged), "is not what the run wrote",
		},
		"a second one that is equal is deleted": {created(t, second), []fact{shows(ann(5))}, back, ""},
		"another contact stands there: nothing is left to delete": {
			created(t), []fact{shows(ann(6)), later(6)}, gone5, "^somebody has deleted contact 5 already; $",
		},
		"deleted by a later run": {created(t), []fact{later(5)}, done, "^deleted already by run later; $"},
		"deleted by an undo that is over": {
			created(t), []fact{undone(closedUndo, outcome.Delete, 5, outcome.Deleted, 5)}, done, "^deleted already by run closed-undo; $",
		},
		"deleted by an undo that this one goes on with": {
			created(t), []fact{undone(openUndo, outcome.Delete, 5, outcome.Deleted, 5)}, decided{Do: alreadyOurs, Action: outcome.Delete, ID: 5}, "",
		},
		"an undo was refused: tried again": {
			created(t), []fact{shows(ann(5)), undone(closedUndo, outcome.Delete, 5, outcome.Failed, 5)}, back, "",
		},
		"an undo got no answer, and the contact is there": {
			created(t), []fact{shows(ann(5)), undone(openUndo, outcome.Delete, 5, outcome.Uncertain, 5, open)},
			decided{isUnclear, outcome.Delete, 5, outcome.CodeEarlierRun, nil},
			"^an earlier undo was to delete this and got no answer, and the contact has changed; look at",
		},
		"an undo got no answer, and the contact is gone": {
			created(t), []fact{undone(openUndo, outcome.Delete, 5, outcome.Uncertain, 5, open)}, gone5, "somebody has deleted",
		},
		"deleted by an undo, which was undone itself": {
			created(t), []fact{shows(ann(9)), undone(closedUndo, outcome.Delete, 5, outcome.Deleted, 5), undone(openUndo, outcome.Create, 5, outcome.Created, 9)},
			decided{isLeftAlone, outcome.Delete, 9, outcome.CodeUndoChanged, nil}, "^run open-undo made contact 5 anew as 9; undo that run$",
		},
		"made anew by an undo, and gone since": {
			created(t), []fact{undone(closedUndo, outcome.Delete, 5, outcome.Deleted, 5), undone(openUndo, outcome.Create, 5, outcome.Created, 9)},
			done, "^deleted already by run closed-undo; $",
		},
		"was to be made anew by an undo, which failed": {
			created(t), []fact{has(9), undone(closedUndo, outcome.Delete, 5, outcome.Deleted, 5), undone(openUndo, outcome.Create, 5, outcome.Failed, 9)},
			done, "^deleted already by run closed-undo; $",
		},
		"made anew by an undo, and deleted by one after that": {
			created(t), []fact{has(9), undone(openUndo, outcome.Delete, 5, outcome.Deleted, 5), undone(closedUndo, outcome.Create, 5, outcome.Created, 9)},
			decided{Do: alreadyOurs, Action: outcome.Delete, ID: 5}, "",
		},
	})
}
