package plan

import (
	"testing"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

type (
	contacts = map[int64]contact.Contact
	past     = []ledger.Attempt
)

// A row is decided on only as far as it is in order, and its organisation known.
func TestNothingIsDecidedByWhatIsNotKnown(t *testing.T) {
	t.Parallel()
	listed := contacts{5: ann()}
	decideAll(t, map[string]decided{
		"a row that is not in order keeps what it may be about": {
			scene{invalid: true, listed: listed}, verdict{Do: Invalid, Protect: true},
		},
		"it is not in order either where nothing is known": {
			scene{invalid: true, nowhere: true}, verdict{Do: Invalid, Protect: true},
		},
		"it is not in order before what an open run knows of it": {
			scene{invalid: true, past: past{did(open, ann(), outcome.Created, 5)}}, verdict{Do: Invalid, Protect: true},
		},
		"nothing is known of any organisation": {
			scene{nowhere: true}, verdict{Do: Create},
		},
		"not everything was learned": {
			scene{incomplete: true, listed: listed}, verdict{Do: Create},
		},
		"not everything was learned, and the organisation can't be seen": {
			scene{incomplete: true, refused: true}, verdict{Do: Create},
		},
		"not everything was learned, and an open run knows the row": {
			scene{incomplete: true, past: past{did(open, ann(), outcome.Created, 5)}}, verdict{Do: Create, Content: "today", From: open},
		},
		"the organisation can't be seen": {
			scene{refused: true}, verdict{Do: NotVisible, Protect: true},
		},
		"the organisation can't be seen, and an open run knows the row": {
			scene{refused: true, past: past{did(open, ann(), outcome.Created, 5)}}, verdict{Do: NotVisible, Protect: true},
		},
	})
}

// What a run that is gone on with knows of a row goes before all that can be found out of it now, as long as it holds.
func TestAnOpenRunIsGoneOnWith(t *testing.T) {
	t.Parallel()
	bonn := with(ann(), contact.City, "Bonn")
	resumed := func(id int64) verdict { return verdict{Do: Resumed, Target: id, Content: "today", From: open} }
	tried := verdict{Do: Create, Content: "today", From: open}
	decideAll(t, map[string]decided{
		"it made the contact": {
			scene{past: past{did(open, ann(), outcome.Created, 5)}}, resumed(5),
		},
		"it made the contact, and another one fits too": {
			scene{listed: contacts{3: ann(), 5: ann()}, past: past{did(open, ann(), outcome.Created, 5)}}, resumed(5),
		},
		"it made the contact, and something else was made of it since": {
			scene{past: past{did(open, ann(), outcome.Created, 5), did(open, bonn, outcome.Updated, 5)}}, resumed(5),
		},
		"it found the contact": {
			scene{past: past{did(open, ann(), outcome.Exists, 5)}}, resumed(5),
		},
		"it was killed before the answer": {
			scene{past: past{did(open, ann(), "", 0)}}, resumed(0),
		},
		"it could not find out": {
			scene{past: past{did(open, ann(), outcome.Uncertain, 0)}}, resumed(0),
		},
		"the API refused the row": {
			scene{past: past{did(open, ann(), outcome.Failed, 0, refusedByAPI)}}, resumed(0),
		},
		"it failed on the way": {
			scene{past: past{did(open, ann(), outcome.Failed, 0)}}, tried,
		},
		"it changed the contact": {
			scene{past: past{did(open, ann(), outcome.Updated, 5)}}, resumed(5),
		},
		"it changed the contact, and something else was made of it since": {
			scene{listed: contacts{5: zoe()}, past: past{did(open, ann(), outcome.Updated, 5), did(open, bonn, outcome.Updated, 5)}},
			verdict{Do: ExistsByLedger, Target: 5, Content: "today", From: open},
		},
		"a run has deleted its contact since": {
			scene{past: past{did(open, ann(), outcome.Created, 5), deleted(open, ann(), 5)}}, tried,
		},
		"its form is another one today": {
			scene{row: bonn, former: ann(), listed: contacts{5: ann()}, past: past{did(open, ann(), outcome.Created, 5)}},
			verdict{Do: Exists, Target: 5, Content: "former", From: open},
		},
		"an equal row stood before": {
			scene{twin: true, listed: contacts{5: ann()}, past: past{did(open, ann(), outcome.Created, 5)}}, verdict{Do: Exists, Target: 5},
		},
		"a dry run goes on with none": {
			scene{options: Options{DryRun: true}, listed: contacts{5: ann()}, past: past{did(open, ann(), outcome.Created, 5)}},
			verdict{Do: Exists, Target: 5, Content: "today"},
		},
		"it is over": {
			scene{listed: contacts{5: ann()}, past: past{did(done, ann(), outcome.Created, 5)}}, verdict{Do: Exists, Target: 5, Content: "today"},
		},
		"it is another job's": {
			scene{listed: contacts{5: ann()}, past: past{did(other, ann(), outcome.Created, 5)}}, verdict{Do: Exists, Target: 5, Content: "today"},
		},
		"it is an undo": {
			scene{listed: contacts{5: ann()}, past: past{did(undo, ann(), outcome.Created, 5)}}, verdict{Do: Exists, Target: 5, Content: "today"},
		},
	})
}

// An import creates what its organisation does not have, for all that listing and ledger tell.
func TestAnImportCreatesWhatIsNotThere(t *testing.T) {
	t.Parallel()
	moved := with(with(ann(), contact.Email, "lee@example.com"), contact.Phone, "+4930999999") // no key of ann's
	bonn := with(ann(), contact.City, "Bonn")
	create := verdict{Do: Create, Content: "today"}
	byLedger := func(id int64) verdict { return verdict{Do: ExistsByLedger, Target: id, Content: "today"} }
	decideAll(t, map[string]decided{
		"nobody knows it":                         {scene{listed: contacts{5: zoe()}}, verdict{Do: Create}},
		"it is listed":                            {scene{listed: contacts{5: ann()}}, verdict{Do: Exists, Target: 5}},
		"it is listed and differs":                {scene{listed: contacts{5: bonn}}, verdict{Do: Exists, Target: 5}},
		"it is listed twice":                      {scene{listed: contacts{8: ann(), 5: ann()}}, verdict{Do: Exists, Target: 5}},
		"it is listed with another type":          {scene{listed: contacts{5: ofType(ann(), 2)}}, verdict{Do: Create}},
		"its mailbox is another person's":         {scene{listed: contacts{5: with(zoe(), contact.Email, ann().Email)}}, verdict{Do: Create}},
		"it is listed by its former form":         {scene{row: moved, former: ann(), listed: contacts{5: ann()}}, verdict{Do: Exists, Target: 5}},
		"it is listed, and was in doubt":          {scene{listed: contacts{5: ann()}, past: past{did(done, ann(), "", 0)}}, verdict{Do: Exists, Target: 5, Content: "today"}},
		"it is another row's, which is no matter": {scene{listed: contacts{5: ann()}, owned: map[int64]int{5: 1}}, verdict{Do: Exists, Target: 5}},

		"a run has just made it": {
			scene{past: past{did(done, ann(), outcome.Created, 5, recently)}}, byLedger(5),
		},
		"a run has just made it, and no answer told its id": {
			scene{past: past{did(done, ann(), outcome.Created, 0, recently)}}, byLedger(0),
		},
		"a run has just made it of a row with the same key": {
			scene{past: past{did(done, bonn, outcome.Created, 5, recently)}}, verdict{Do: ExistsByLedger, Target: 5},
		},
		"a run has just made it and deleted it again": {
			scene{past: past{did(done, ann(), outcome.Created, 5, recently), deleted(open, ann(), 5)}}, create,
		},
		"a run has just made it, and another one left it in doubt": {
			scene{past: past{did(done, bonn, outcome.Created, 5, recently), did(other, ann(), "", 0)}}, byLedger(5),
		},
		"somebody has made another person of it": {
			scene{listed: contacts{5: moved}, past: past{did(done, ann(), outcome.Created, 5)}}, byLedger(5),
		},
		"a run found it, and somebody has made another person of it": {
			scene{listed: contacts{5: moved}, past: past{did(done, ann(), outcome.Exists, 5)}}, byLedger(5),
		},
		"somebody has made another person of its former form": {
			scene{row: bonn, former: ann(), listed: contacts{5: moved}, past: past{did(done, ann(), outcome.Created, 5)}},
			verdict{Do: ExistsByLedger, Target: 5, Content: "former"},
		},
		"a run has failed on another person": {
			scene{listed: contacts{5: zoe()}, past: past{did(done, ann(), outcome.Failed, 5)}}, create,
		},

		"a run has left it in doubt": {
			scene{past: past{did(done, ann(), "", 0)}}, verdict{Do: InDoubt, Content: "today", Protect: true},
		},
		"a run has left a row with the same key in doubt": {
			scene{past: past{did(done, bonn, outcome.Uncertain, 0)}}, verdict{Do: InDoubt, Protect: true},
		},
		"a run of version 1 has left a row with the same name in doubt": {
			scene{past: past{did(done, moved, "", 0, ofVersion1)}}, verdict{Do: InDoubt, Protect: true},
		},
		"a run has left another row in doubt": {
			scene{past: past{did(done, zoe(), "", 0)}}, verdict{Do: Create},
		},
		"it was made once, and is in doubt now": {
			scene{past: past{did(done, ann(), outcome.Created, 5), did(other, ann(), "", 0)}}, verdict{Do: InDoubt, Content: "today", Protect: true},
		},

		"somebody has deleted it": {
			scene{past: past{did(done, ann(), outcome.Created, 5)}}, verdict{Do: Gone, Target: 5, Content: "today"},
		},
		"somebody has deleted it, by its former form": {
			scene{row: bonn, former: ann(), past: past{did(done, ann(), outcome.Created, 5)}}, verdict{Do: Gone, Target: 5, Content: "former"},
		},
		"somebody has deleted it, and it is wanted anew": {
			scene{options: Options{Recreate: true}, past: past{did(done, ann(), outcome.Created, 5)}}, create,
		},
		"somebody has deleted what no run made": {
			scene{past: past{did(done, ann(), outcome.Exists, 5)}}, create,
		},
		"a run has deleted it": {
			scene{past: past{did(done, ann(), outcome.Created, 5), deleted(done, ann(), 5)}}, create,
		},
		"a run has failed to make it anew": {
			scene{past: past{did(done, ann(), outcome.Created, 5), did(other, ann(), outcome.Failed, 0)}},
			verdict{Do: Gone, Target: 5, Content: "today"},
		},
	})
}

// A row in whose place another one counts is known, and keeps its contact.
func TestARowThatIsLeftOutKeepsItsContact(t *testing.T) {
	t.Parallel()
	made := past{did(done, ann(), outcome.Created, 5, knownBy("7"))}
	decideAll(t, map[string]decided{
		"nobody knows it": {
			scene{leftOut: true, listed: contacts{5: ann()}}, verdict{Do: Duplicate},
		},
		"the ledger knows it": {
			scene{leftOut: true, past: made}, verdict{Do: Duplicate, Content: "today"},
		},
		"nothing is known of any organisation": {
			scene{leftOut: true, nowhere: true, options: syncing()}, verdict{Do: Duplicate},
		},
		"not everything was learned": {
			scene{leftOut: true, incomplete: true, past: made, listed: contacts{5: ann()}, options: syncing()}, verdict{Do: Duplicate},
		},
		"the organisation can't be seen": {
			scene{leftOut: true, refused: true, past: made, listed: contacts{5: ann()}, options: syncing()}, verdict{Do: Duplicate},
		},
		"a sync keeps what fits it": {
			scene{leftOut: true, listed: contacts{5: ann()}, options: syncing()}, verdict{Do: Duplicate, Target: 5, Keep: []int64{5}},
		},
		"a sync keeps what its id is known for": {
			scene{leftOut: true, id: "7", past: made, listed: contacts{5: zoe(), 6: ann()}, options: syncing()},
			verdict{Do: Duplicate, Target: 5, Content: "today", Keep: []int64{5}},
		},
		"a sync keeps all that fit it": {
			scene{leftOut: true, listed: contacts{5: with(ann(), contact.City, "Bonn"), 6: with(ann(), contact.City, "Ulm")}, options: syncing()},
			verdict{Do: Duplicate, Keep: []int64{5, 6}},
		},
		"a sync knows of nothing to keep": {
			scene{leftOut: true, listed: contacts{5: zoe()}, options: syncing()}, verdict{Do: Duplicate},
		},
	})
}
