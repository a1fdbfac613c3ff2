package plan

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

// What a decision has to tell is noted with its intent, and out of that a run that goes on with it makes the same decision.
func TestWhatIsToldIsNoted(t *testing.T) {
	t.Parallel()
	city, street, phone := contact.MaskOf(contact.City), contact.MaskOf(contact.Street), contact.MaskOf(contact.Phone)
	for name, test := range map[string]struct {
		d       Decision
		related []int64
		want    []outcome.Note
	}{
		"a create": {Decision{Do: Create}, nil, nil},
		"one of whom somebody has deleted": {
			Decision{Do: Create, Target: 5}, nil, []outcome.Note{{Code: outcome.CodeGone, IDs: []int64{5}}},
		},
		"one beside a namesake": {
			Decision{Do: Create}, []int64{6, 7}, []outcome.Note{{Code: outcome.CodeExistsRelated, IDs: []int64{6, 7}}},
		},
		"an update": {Decision{Do: Update, Target: 5, Changes: city}, nil, nil},
		"one beside itself and a namesake": {
			Decision{Do: Update, Target: 5, Changes: city}, []int64{5, 6}, []outcome.Note{{Code: outcome.CodeExistsRelated, IDs: []int64{6}}},
		},
		"a conflict in which the file counts": {
			Decision{Do: Update, Target: 5, Changes: city | street, Conflicts: street}, nil,
			[]outcome.Note{{Code: outcome.CodeConflict, Fields: street.Fields()}},
		},
		"one in which the portal counts": {
			Decision{Do: Update, Target: 5, Changes: city, Kept: street}, nil, []outcome.Note{{Code: outcome.CodeConflict, Fields: street.Fields()}},
		},
		"what the service stores otherwise": {
			Decision{Do: Update, Target: 5, Changes: city, Stored: phone}, nil, []outcome.Note{{Code: outcome.CodeStoredDiffers, Fields: phone.Fields()}},
		},
		"a contact that stays as the portal has it": {
			Decision{Do: Exists, Target: 5, Kept: street, Stored: phone}, nil,
			[]outcome.Note{{Code: outcome.CodeConflict, Fields: street.Fields()}, {Code: outcome.CodeStoredDiffers, Fields: phone.Fields()}},
		},
	} {
		w := learned(t, &scene{options: syncing()})
		row := (&scene{row: ann()}).checked(w)
		row.Found.Related = test.related
		p := &Plan{world: w, options: syncing(), ids: &ids{}}
		told := p.told(row, test.d)
		if diff := cmp.Diff(test.want, told, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		mine := &ledger.Attempt{Intent: ledger.Intent{Action: outcome.None, Told: told}, Result: &ledger.Result{}}
		switch test.d.Do {
		case Create:
			mine.Action = outcome.Create
		case Update:
			mine.Action, mine.Target, mine.Fields = outcome.Update, test.d.Target, test.d.Changes
		default:
			mine.Result.Receipt.ContactID = test.d.Target
		}
		if diff := cmp.Diff(test.d, AsDecided(Decision{Do: Resumed, Target: 9}, mine)); diff != "" {
			t.Errorf("%s, gone on with (-want +got):\n%s", name, diff)
		}
		if other := (Decision{Do: Create}); AsDecided(other, mine) != other {
			t.Errorf("%s: what is decided anew is another row's", name)
		}
	}
}
