package plan

import (
	"testing"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/diff"
	"github.com/contactsync/contactsync/importer/outcome"
)

func acceptMoved(o *diff.Options) { o.AcceptMoved = true }

// Where a row's id leads to one contact, and what it is matched on to another, nothing is taken over unless the user says which
// counts.
func TestASyncDoubtsAnIDThatHasMoved(t *testing.T) {
	t.Parallel()
	made := past{did(done, zoe(), outcome.Created, 5, knownBy("7"))}
	both := contacts{5: zoe(), 6: ann()}
	doubted := func(keep ...int64) verdict { return verdict{Do: Moved, Target: 5, Keep: keep, Protect: true} }
	became := contact.MaskOf(contact.Name, contact.City, contact.Email, contact.Phone)
	goesOver := verdict{Do: Exists, Target: 6, Claim: 6, Agreed: "all", Link: true}
	decideAll(t, map[string]decided{
		"to another person": {
			scene{options: syncing(), id: "7", past: made, listed: both}, doubted(5, 6),
		},
		"to one who may be the same, by what a run wrote": {
			scene{options: syncing(), id: "7", past: made, listed: both, base: contacts{5: ann()}}, doubted(5, 6),
		},
		"to one of the same name": {
			scene{options: syncing(), id: "7", past: made, listed: contacts{5: moved(), 6: ann()}}, doubted(5, 6),
		},
		"several fit it": {
			scene{options: syncing(), id: "7", past: made, listed: contacts{5: zoe(), 6: with(ann(), contact.City, "Bonn"), 8: with(ann(), contact.City, "Ulm")}},
			doubted(5, 6, 8),
		},
		"by its former form": {
			scene{options: syncing(), row: moved(), former: ann(), id: "7", past: made, listed: both}, doubted(5, 6),
		},
		"the id as version 1 had it": {
			scene{options: syncing(), id: "7", past: past{did(done, zoe(), outcome.Created, 5, knownBy("7.0"))}, listed: both}, doubted(5, 6),
		},
		"the key counts": {
			scene{options: syncing(acceptMoved), id: "7", past: made, listed: both}, goesOver,
		},
		"the key counts, and its contact was known by another id": {
			scene{
				options: syncing(acceptMoved), id: "7", listed: both,
				past: past{made[0], did(done, with(ann(), contact.City, "Ulm"), outcome.Created, 6, knownBy("8"))},
			}, goesOver,
		},
		"the key counts, and several fit it": {
			scene{options: syncing(acceptMoved), id: "7", past: made, listed: contacts{5: zoe(), 6: with(ann(), contact.City, "Bonn"), 8: with(ann(), contact.City, "Ulm")}},
			verdict{Do: Ambiguous, Several: []int64{6, 8}, Keep: []int64{6, 8}},
		},
		"the key counts, and there is none": {
			scene{options: syncing(acceptMoved), id: "7", past: made, listed: contacts{5: zoe()}},
			verdict{Do: OtherPerson, Target: 5, Keep: []int64{5}, Protect: true},
		},
		"the id counts": {
			scene{options: syncing(trustIDs), id: "7", past: made, listed: both},
			verdict{Do: Update, Target: 5, Changes: became, Claim: 5},
		},
		"an id that others have too is asked nothing": {
			scene{options: syncing(), id: "7", shared: true, past: made, listed: both},
			verdict{Do: Exists, Target: 6, Claim: 6, Agreed: "all"},
		},
		"what the id is known for is gone": {
			scene{options: syncing(), id: "7", past: made, listed: contacts{6: ann()}}, goesOver,
		},
	})
}

// What another row has by its id is not that of a row which merely fits it, wherever that row stands.
func TestASyncMakesWhoFitsAnothersContact(t *testing.T) {
	t.Parallel()
	ulm := with(ann(), contact.City, "Ulm")
	made := past{did(done, ulm, outcome.Created, 5, knownBy("7"))}
	listed := contacts{5: ulm}
	city := contact.MaskOf(contact.City)
	decideAll(t, map[string]decided{
		"nobody knows yet": {
			scene{options: syncing(), past: made, listed: listed, waiting: true}, verdict{},
		},
		"nobody knows yet, but the row's own id leads there": {
			scene{options: syncing(), id: "7", past: made, listed: listed, waiting: true},
			verdict{Do: Update, Target: 5, Changes: city, Claim: 5},
		},
		"nobody has it by an id": {
			scene{options: syncing(), past: past{did(done, ulm, outcome.Created, 5)}, listed: listed, waiting: true},
			verdict{Do: Update, Target: 5, Changes: city, Claim: 5},
		},
		"a row has it by its id": {
			scene{options: syncing(), id: "8", past: made, listed: listed, owned: map[int64]int{5: 1}}, verdict{Do: Create},
		},
		"a row has it by its id, and a run is in doubt of this one": {
			scene{options: syncing(), past: past{made[0], did(done, ann(), "", 0)}, listed: listed, owned: map[int64]int{5: 1}},
			verdict{Do: InDoubt, Content: "today", Protect: true},
		},
		"a row has it that fits it too": {
			scene{options: syncing(), past: made, listed: listed, owned: map[int64]int{5: 1}, put: map[int]bool{1: true}},
			verdict{Do: Ambiguous, Target: 5},
		},
		"no row has it": {
			scene{options: syncing(), id: "8", past: made, listed: listed}, verdict{Do: Update, Target: 5, Changes: city, Claim: 5},
		},
	})
}
