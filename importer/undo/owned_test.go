package undo

import (
	"testing"

	"github.com/contactsync/contactsync/importer/outcome"
)

// TestDecideOwned: what the target did to whose a contact is. In these scenes it does not belong to the target's job now.
func TestDecideOwned(t *testing.T) {
	t.Parallel()
	took := func(code string) *entry { return &entry{seq: 1, org: home, did: outcome.None, id: 5, owned: code} }
	since := func(code string, isOwn bool) fact {
		return func(s *scene) {
			s.org.ownedLater = map[int64]ownedLater{5: s.org.ownedLater[5].and(code, laterRun, isOwn)}
		}
	}
	done := decided{isAsBefore, outcome.None, 5, outcome.CodeUndoDone, nil}
	back := decided{Do: toTakeBack, Action: outcome.None, ID: 5}
	givenBack := undone(closedUndo, outcome.None, 5, outcome.Exists, 5)
	checkAll(t, map[string]decision{
		"not there any more": {
			took(outcome.CodeAdopted), nil, decided{isGone, outcome.None, 5, outcome.CodeUndoGone, nil}, "^contact 5 is not there any more; $",
		},
		"let go, and still so": {took(outcome.CodeLetGo), []fact{shows(ann(5))}, back, ""},
		"given back, and still so, though an undo of another run has given it back": {
			took(outcome.CodeGivenBack), []fact{shows(ann(5)), givenBack}, back, "",
		},
		"adopted, and given back":  {took(outcome.CodeAdopted), []fact{shows(ann(5)), givenBack}, done, "^given back already by run closed-undo; $"},
		"shared, and let go since": {took(outcome.CodeShared), []fact{shows(ann(5)), since(outcome.CodeLetGo, true)}, done, "belongs to whom it did before"},
		"adopted, and adopted by another job since": {
			took(outcome.CodeAdopted), []fact{shows(ann(5)), since(outcome.CodeAdopted, false)},
			decided{isLeftAlone, outcome.None, 5, outcome.CodeUndoChanged, nil}, "^contact 5 has been adopted since by run later, of job \"\"; undo that run first$",
		},
		"adopted, given back, and adopted by another job since": {
			took(outcome.CodeAdopted), []fact{shows(ann(5)), givenBack, since(outcome.CodeGivenBack, true), since(outcome.CodeAdopted, false)}, done, "given back already",
		},
		"adopted, and shared by another job since": {
			took(outcome.CodeAdopted), []fact{shows(ann(5)), since(outcome.CodeShared, false)}, done, "belongs to whom",
		},
	})
}
