package plan

import (
	"testing"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/diff"
	"github.com/contactsync/contactsync/importer/outcome"
)

func adopt(o *diff.Options)    { o.Adopt = true }
func trustIDs(o *diff.Options) { o.TrustIDs = true }

// moved is ann under another address and another number: nothing but an id, or the ledger, leads to her.
func moved() contact.Contact {
	return with(with(ann(), contact.Email, "lee@example.com"), contact.Phone, "+4930999999")
}

// A sync finds a row's contact by the row's own id, by what contacts are matched on, or by what the ledger knows.
func TestASyncFindsTheContact(t *testing.T) {
	t.Parallel()
	bonn, ulm := with(ann(), contact.City, "Bonn"), with(ann(), contact.City, "Ulm")
	city := contact.MaskOf(contact.City)
	reached := contact.MaskOf(contact.Email, contact.Phone)
	made := did(done, ann(), outcome.Created, 5, knownBy("7"))
	equal := verdict{Do: Exists, Target: 5, Claim: 5, Agreed: "all"}
	ambiguous := func(ids ...int64) verdict { return verdict{Do: Ambiguous, Several: ids, Keep: ids} }
	decideAll(t, map[string]decided{
		"there is none": {
			scene{options: syncing(), listed: contacts{5: zoe()}}, verdict{Do: Create},
		},
		"by what is matched on": {
			scene{options: syncing(), listed: contacts{5: ann()}}, equal,
		},
		"by its own id": {
			scene{options: syncing(), row: moved(), id: "7", past: past{made}, listed: contacts{5: ann(), 6: zoe()}},
			verdict{Do: Update, Target: 5, Changes: reached, Claim: 5},
		},
		"by its own id, beside another one that fits too": {
			scene{options: syncing(), id: "7", past: past{made}, listed: contacts{4: ann(), 5: ann()}},
			verdict{Do: Exists, Target: 5, Content: "today", Claim: 5, Agreed: "all"},
		},
		"by what is matched on, as its id is not its contact's any more": {
			scene{options: syncing(), id: "7", past: past{made, did(done, ann(), outcome.Exists, 5, knownBy("8"))}, listed: contacts{5: zoe(), 6: ann()}},
			verdict{Do: Exists, Target: 6, Content: "today", Claim: 6, Agreed: "all", Link: true},
		},
		"by its own id as version 1 had it": {
			scene{options: syncing(), row: moved(), id: "7", past: past{did(done, ann(), outcome.Created, 5, knownBy("7.0"))}, listed: contacts{5: ann()}},
			verdict{Do: Update, Target: 5, Changes: reached, Claim: 5},
		},
		"by what is matched on, as the id is not known": {
			scene{options: syncing(), id: "8", past: past{made}, listed: contacts{5: ann()}},
			verdict{Do: Exists, Target: 5, Content: "today", Claim: 5, Agreed: "all", Link: true},
		},
		"by what is matched on, as the contact of its id is gone": {
			scene{options: syncing(), id: "7", past: past{made}, listed: contacts{6: ann()}},
			verdict{Do: Exists, Target: 6, Content: "today", Claim: 6, Agreed: "all", Link: true},
		},
		"none by an id that others have too": {
			scene{options: syncing(), row: moved(), id: "7", shared: true, past: past{made}, listed: contacts{5: zoe()}}, verdict{Do: Create},
		},
		"none by an id that others have too, but one that may be its": {
			scene{options: syncing(), row: moved(), id: "7", shared: true, past: past{made}, listed: contacts{5: ann()}},
			verdict{Do: Create, Keep: []int64{5}},
		},
		"none by an id that others have too, where none is listed": {
			scene{options: syncing(), row: with(moved(), contact.Name, "Lee Min"), id: "7", shared: true, past: past{made}, listed: contacts{6: zoe()}},
			verdict{Do: Create},
		},
		"several": {
			scene{options: syncing(), listed: contacts{5: bonn, 6: ulm}}, ambiguous(5, 6),
		},
		"several, of which one is equal": {
			scene{options: syncing(), listed: contacts{4: bonn, 5: ann()}}, equal,
		},
		"several, of which one is equal to its former form": {
			scene{options: syncing(), former: ulm, listed: contacts{4: bonn, 5: ulm}},
			verdict{Do: Update, Target: 5, Changes: city, Claim: 5, Keep: []int64{4, 5}},
		},
		"several, of which two are equal": {
			scene{options: syncing(), listed: contacts{4: bonn, 5: ann(), 6: ann()}}, ambiguous(4, 5, 6),
		},
		"several, of which one is the job's": {
			scene{options: syncing(), past: past{did(done, ulm, outcome.Created, 5)}, listed: contacts{4: bonn, 5: ulm}},
			verdict{Do: Update, Target: 5, Changes: city, Claim: 5},
		},
		"several, of which two are the job's": {
			scene{options: syncing(), past: past{did(done, bonn, outcome.Created, 5), did(done, ulm, outcome.Created, 6)}, listed: contacts{5: bonn, 6: ulm}},
			ambiguous(5, 6),
		},
		"several, of which one is another job's": {
			scene{options: syncing(), past: past{did(other, ulm, outcome.Created, 5)}, listed: contacts{4: bonn, 5: ulm}}, ambiguous(4, 5),
		},
		"by the ledger, as somebody has changed all that is matched on": {
			scene{options: syncing(), past: past{made}, listed: contacts{5: moved()}},
			verdict{Do: Update, Target: 5, Content: "today", Changes: reached, Conflicts: reached, Claim: 5},
		},
		"by the ledger, from its former form": {
			scene{options: syncing(), row: ulm, former: ann(), past: past{made}, listed: contacts{5: moved()}},
			verdict{Do: Update, Target: 5, Content: "former", Changes: reached | city, Conflicts: reached, Claim: 5},
		},
		"none by the ledger, as something else was made of it since": {
			scene{options: syncing(), past: past{made, did(done, zoe(), outcome.Updated, 5)}, listed: contacts{5: zoe()}},
			verdict{Do: Create, Content: "today"},
		},
		"by the ledger, though the row failed since": {
			scene{options: syncing(), past: past{did(done, ann(), outcome.Created, 5), did(other, ann(), outcome.Failed, 5)}, listed: contacts{5: moved()}},
			verdict{Do: Update, Target: 5, Changes: contact.MaskOf(contact.Email, contact.Phone), Content: "today", Claim: 5},
		},
		"by the ledger, though nobody knows what became of the row since": {
			scene{options: syncing(), past: past{did(done, ann(), outcome.Created, 5), did(other, ann(), "", 0)}, listed: contacts{5: moved()}},
			verdict{Do: Update, Target: 5, Changes: contact.MaskOf(contact.Email, contact.Phone), Content: "today", Claim: 5},
		},
		"its former form's are kept, whichever is its": {
			scene{options: syncing(), row: moved(), former: ann(), listed: contacts{5: moved(), 6: ann()}},
			verdict{Do: Exists, Target: 5, Claim: 5, Agreed: "all", Keep: []int64{6}},
		},
	})
}

// A contact is a row's only if it is nobody else's.
func TestASyncTakesNobodyElsesContact(t *testing.T) {
	t.Parallel()
	made := did(done, ann(), outcome.Created, 5, knownBy("7"))
	person := verdict{Do: OtherPerson, Target: 5, Content: "today", Keep: []int64{5}, Protect: true}
	became := contact.MaskOf(contact.Name, contact.City, contact.Email, contact.Phone)
	takes := func(conflicts contact.FieldMask) verdict {
		return verdict{Do: Update, Target: 5, Content: "today", Changes: became, Conflicts: conflicts, Claim: 5}
	}
	decideAll(t, map[string]decided{
		"its id leads to another person": {
			scene{options: syncing(), id: "7", past: past{made}, listed: contacts{5: zoe()}}, person,
		},
		"its id leads to another person, and it is listed itself": {
			scene{options: syncing(), id: "7", past: past{made}, listed: contacts{5: zoe(), 6: ann()}},
			verdict{Do: Moved, Target: 5, Content: "today", Keep: []int64{5, 6}, Protect: true},
		},
		"its id leads to another person, and ids are trusted": {
			scene{options: syncing(trustIDs), id: "7", past: past{made}, listed: contacts{5: zoe()}}, takes(became),
		},
		"its id leads to another person, who was the row's when a run wrote it": {
			scene{options: syncing(), id: "7", past: past{made}, listed: contacts{5: zoe()}, base: contacts{5: ann()}}, takes(became),
		},
		"its id leads to another person, who was one when a run wrote it": {
			scene{options: syncing(), id: "7", past: past{made}, listed: contacts{5: zoe()}, base: contacts{5: zoe()}}, person,
		},
		"its id leads to another person, as its former form does not": {
			scene{options: syncing(), row: zoe(), former: ann(), id: "7", past: past{made}, listed: contacts{5: moved()}},
			verdict{Do: Update, Target: 5, Content: "former", Changes: became, Conflicts: contact.MaskOf(contact.Email, contact.Phone), Claim: 5},
		},
		"its id leads to another person, as its former form does too": {
			scene{options: syncing(), former: with(ann(), contact.City, "Ulm"), id: "7", past: past{made}, listed: contacts{5: zoe()}}, person,
		},
		"its id leads to a contact of another name and the same address": {
			scene{options: syncing(), id: "7", past: past{made}, listed: contacts{5: with(ann(), contact.Name, "Zoe Kim")}},
			verdict{Do: Update, Target: 5, Content: "today", Changes: contact.MaskOf(contact.Name), Conflicts: contact.MaskOf(contact.Name), Claim: 5},
		},
		"somebody has made another person of the contact that the ledger knows, which no id leads to": {
			scene{options: syncing(), past: past{made}, listed: contacts{5: zoe()}}, takes(became),
		},
		"another row has it": {
			scene{options: syncing(), listed: contacts{5: ann()}, owned: map[int64]int{5: 1}}, verdict{Do: Ambiguous, Target: 5},
		},
		"the row itself has it": {
			scene{options: syncing(), listed: contacts{5: ann()}, owned: map[int64]int{5: rowSeq}},
			verdict{Do: Exists, Target: 5, Claim: 5, Agreed: "all"},
		},
	})
}

// A sync creates what is not there, and does not change what an earlier run is still in doubt of.
func TestASyncCreatesWhatIsNotThere(t *testing.T) {
	t.Parallel()
	made := did(done, ann(), outcome.Created, 5, knownBy("7"))
	bonn := with(ann(), contact.City, "Bonn")
	create := verdict{Do: Create, Content: "today"}
	missing := func(id int64, content string) verdict {
		return verdict{Do: Create, Target: id, Content: content, Missing: id}
	}
	decideAll(t, map[string]decided{
		"an open run made it": {
			scene{options: syncing(), past: past{did(open, ann(), outcome.Created, 5)}},
			verdict{Do: Resumed, Target: 5, Content: "today", From: open, Claim: 5},
		},
		"an open run is in doubt of it": {
			scene{options: syncing(), past: past{did(open, ann(), "", 0)}},
			verdict{Do: Resumed, Content: "today", From: open, Protect: true},
		},
		"a run has just made it": {
			scene{options: syncing(), past: past{did(done, ann(), outcome.Created, 5, recently)}},
			verdict{Do: ExistsByLedger, Target: 5, Content: "today"},
		},
		"a run has just made it, and it is another person by now": {
			scene{options: syncing(), past: past{did(done, bonn, outcome.Created, 5, recently)}, listed: contacts{5: moved()}},
			verdict{Do: Create},
		},
		"a run has left it in doubt": {
			scene{options: syncing(), past: past{did(done, ann(), "", 0)}}, verdict{Do: InDoubt, Content: "today", Protect: true},
		},
		"a run has left it in doubt, and another one has just made it": {
			scene{options: syncing(), past: past{did(done, bonn, outcome.Created, 5, recently), did(other, ann(), "", 0)}},
			verdict{Do: ExistsByLedger, Target: 5, Content: "today"},
		},
		"it is not listed any more": {
			scene{options: syncing(), past: past{made}}, missing(5, "today"),
		},
		"it is not listed any more, by its former form": {
			scene{options: syncing(), row: bonn, former: ann(), past: past{made}}, missing(5, "former"),
		},
		"what its id is known for is not listed any more": {
			scene{options: syncing(), row: moved(), id: "7", past: past{made}}, missing(5, ""),
		},
		"what its id is known for is what is missing": {
			scene{options: syncing(), id: "7", past: past{did(done, zoe(), outcome.Created, 6, knownBy("7")), did(done, ann(), outcome.Created, 5)}},
			missing(6, "today"),
		},
		"a run has deleted it": {
			scene{options: syncing(), past: past{made, deleted(done, ann(), 5)}}, create,
		},
		"what the ledger knows for it is listed as somebody else": {
			scene{options: syncing(), past: past{made, did(done, zoe(), outcome.Updated, 5)}, listed: contacts{5: zoe()}}, create,
		},
	})
}

// What somebody has deleted in the portal is made anew and told, or left gone, or left to a person.
func TestASyncTellsWhatIsGone(t *testing.T) {
	t.Parallel()
	made := did(done, ann(), outcome.Created, 5, knownBy("7"))
	remote := syncing(func(o *diff.Options) { o.OnConflict = diff.ConflictRemote })
	fail := syncing(func(o *diff.Options) { o.OnConflict = diff.ConflictFail })
	trusting := syncing(trustIDs, func(o *diff.Options) { o.OnConflict = diff.ConflictRemote })
	again := func(o Options) Options { o.Recreate = true; return o }
	anew := verdict{Do: Create, Target: 5, Content: "today", Missing: 5}
	gone := verdict{Do: Gone, Target: 5, Content: "today"}
	deletedByUs := deleted(done, ann(), 5)
	deletedByUs.Result = nil
	decideAll(t, map[string]decided{
		"the file counts":           {scene{options: syncing(), past: past{made}}, anew},
		"the portal counts":         {scene{options: remote, past: past{made}}, gone},
		"a person decides":          {scene{options: fail, past: past{made}}, verdict{Do: GoneInDispute, Target: 5, Content: "today", Protect: true}},
		"it is wanted anew":         {scene{options: again(remote), past: past{made}}, anew},
		"it is wanted anew, really": {scene{options: again(fail), past: past{made}}, anew},
		"another job's run made it": {scene{options: remote, past: past{did(other, ann(), outcome.Created, 5)}}, gone},
		"a run only found it":       {scene{options: remote, past: past{did(done, ann(), outcome.Exists, 5)}}, gone},
		"a run changed it last":     {scene{options: remote, past: past{did(done, zoe(), outcome.Created, 5), did(done, ann(), outcome.Updated, 5)}}, gone},
		"a run has deleted it": {
			scene{options: remote, past: past{made, deleted(done, ann(), 5)}}, verdict{Do: Create, Content: "today"},
		},
		"a run may have deleted it": {
			scene{options: remote, past: past{made, deletedByUs}}, verdict{Do: Create, Content: "today", Missing: 5},
		},
		"something else was made of it before": {
			scene{options: remote, past: past{did(done, ann(), outcome.Created, 5), did(done, zoe(), outcome.Updated, 5)}},
			verdict{Do: Create, Content: "today", Missing: 5},
		},
		"its id alone leads to it": {
			scene{options: remote, row: moved(), id: "7", past: past{made}}, verdict{Do: Gone, Target: 5},
		},
		"its id alone leads to it, and its name stayed": {
			scene{options: remote, row: moved(), id: "7", past: past{made}, base: contacts{5: ann()}}, verdict{Do: Gone, Target: 5},
		},
		"its id was another person's": {
			scene{options: remote, row: zoe(), id: "7", past: past{made}, base: contacts{5: ann()}}, verdict{Do: Create, Missing: 5},
		},
		"its id was another person's, and ids are trusted": {
			scene{options: trusting, row: zoe(), id: "7", past: past{made}, base: contacts{5: ann()}}, verdict{Do: Gone, Target: 5},
		},
		"it is as it was sent, and looked otherwise": {
			scene{options: remote, id: "7", past: past{made}, base: contacts{5: zoe()}}, gone,
		},
		"others have its id too": {
			scene{options: remote, row: moved(), id: "7", shared: true, past: past{made}}, verdict{Do: Create},
		},
		"somebody has made it anew": {
			scene{options: remote, past: past{made}, listed: contacts{6: ann()}},
			verdict{Do: Exists, Target: 6, Content: "today", Claim: 6, Agreed: "all"},
		},
	})
}

// A row's id, and the job's contacts, are noted once there is nothing to change.
func TestASyncLinksWhatIsNew(t *testing.T) {
	t.Parallel()
	exists := func(link bool) verdict { return verdict{Do: Exists, Target: 5, Claim: 5, Agreed: "all", Link: link} }
	known := func(v verdict) verdict { v.Content = "today"; return v }
	taken := func(take diff.Take, v verdict) verdict { v.Link, v.Take = true, take; return v }
	theirs := past{did(other, ann(), outcome.Created, 5)}
	decideAll(t, map[string]decided{
		"an id that is not known": {
			scene{options: syncing(), id: "7", listed: contacts{5: ann()}}, exists(true),
		},
		"an id that is known": {
			scene{options: syncing(), id: "7", past: past{did(done, ann(), outcome.Created, 5, knownBy("7"))}, listed: contacts{5: ann()}},
			known(exists(false)),
		},
		"an id that others have too": {
			scene{options: syncing(), id: "7", shared: true, listed: contacts{5: ann()}}, exists(false),
		},
		"no id": {
			scene{options: syncing(), past: past{did(done, zoe(), outcome.Created, 6, knownBy("7"))}, listed: contacts{5: ann()}}, exists(false),
		},
		"a contact that is to be adopted": {
			scene{options: syncing(adopt), listed: contacts{5: ann()}}, taken(diff.TakeAdopt, exists(true)),
		},
		"a contact that is nobody's": {
			scene{options: syncing(), listed: contacts{5: ann()}}, exists(false),
		},
		"a contact that is adopted": {
			scene{options: syncing(adopt), past: past{did(done, ann(), outcome.Exists, 5, adopting)}, listed: contacts{5: ann()}}, known(exists(false)),
		},
		"a contact that an undo has given back is adopted again": {
			scene{options: syncing(adopt), past: past{did(done, ann(), outcome.Exists, 5, adopting), did(undo, ann(), outcome.Exists, 5, noting(outcome.CodeGivenBack))}, listed: contacts{5: ann()}},
			known(taken(diff.TakeAdopt, exists(true))),
		},
		"a contact of another job is adopted": {
			scene{options: syncing(adopt), past: theirs, listed: contacts{5: ann()}}, known(taken(diff.TakeAdopt, exists(true))),
		},
		"a contact of another job is this one's too": {
			scene{options: syncing(), past: theirs, listed: contacts{5: ann()}}, known(taken(diff.TakeShare, exists(true))),
		},
		"a contact of both jobs": {
			scene{options: syncing(), past: append(theirs, did(done, ann(), outcome.Exists, 5, noting(outcome.CodeShared))), listed: contacts{5: ann()}}, known(exists(false)),
		},
		"a contact that is changed is linked by its change": {
			scene{options: syncing(adopt), id: "7", listed: contacts{5: with(ann(), contact.City, "Bonn")}},
			taken(diff.TakeAdopt, verdict{Do: Update, Target: 5, Changes: contact.MaskOf(contact.City), Claim: 5}),
		},
		"a contact that is left alone is not taken": {
			scene{
				options: syncing(adopt, onConflict(diff.ConflictFail)), listed: contacts{5: with(ann(), contact.City, "Bonn")}, base: contacts{5: with(ann(), contact.City, "Ulm")},
			},
			verdict{Do: Conflicting, Target: 5, Kept: contact.MaskOf(contact.City), Claim: 5, Protect: true},
		},
	})
}
