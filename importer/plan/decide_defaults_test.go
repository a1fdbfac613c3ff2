package plan

import (
	"testing"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
)

// What a row has by a default only changes nothing of a contact that is there, and the contact is the row's all the same.
func TestADefaultChangesNothing(t *testing.T) {
	t.Parallel()
	assumed := []contact.Field{contact.TypeField}
	french := ann()
	french.Country = contact.Country{ISO: "FR", ID: 70}
	german := ann()
	german.Country = contact.Country{ISO: "DE", ID: 74}
	finance, shipping := ofType(ann(), 3), ofType(ann(), 4)
	country := contact.MaskOf(contact.CountryField)
	exists := verdict{Do: Exists, Target: 5, Claim: 5, Agreed: "all"}
	ambiguous := func(ids ...int64) verdict { return verdict{Do: Ambiguous, Several: ids, Keep: ids} }
	bonn := with(finance, contact.City, "Bonn")
	made := did(done, finance, outcome.Created, 5)
	decideAll(t, map[string]decided{
		"not the country": {
			scene{options: syncing(), row: german, defaulted: []contact.Field{contact.CountryField}, listed: contacts{5: french}}, exists,
		},
		"the country, where empty cells count": {
			scene{options: syncing(clearEmpty), row: german, defaulted: []contact.Field{contact.CountryField}, listed: contacts{5: french}},
			verdict{Do: Update, Target: 5, Changes: country, Claim: 5},
		},
		"the country, as another row of its group has it": {
			scene{
				options: syncing(), row: german, defaulted: []contact.Field{contact.CountryField}, filled: []contact.Field{contact.CountryField},
				listed: contacts{5: french},
			},
			verdict{Do: Update, Target: 5, Changes: country, Claim: 5},
		},
		"not the type by which it is matched": {
			scene{options: syncing(), defaulted: assumed, listed: contacts{5: finance}}, exists,
		},
		"another field than the type": {
			scene{options: syncing(), defaulted: assumed, listed: contacts{5: bonn}, base: contacts{5: bonn}},
			verdict{Do: Update, Target: 5, Changes: contact.MaskOf(contact.City), Claim: 5},
		},
		"the type, where empty cells count": {
			scene{options: syncing(clearEmpty), defaulted: assumed, listed: contacts{5: finance}},
			verdict{Do: Update, Target: 5, Changes: contact.MaskOf(contact.TypeField), Claim: 5},
		},
		"a type that the row says itself": {
			scene{options: syncing(), listed: contacts{5: finance}}, verdict{Do: Create},
		},
		"of its own type before others": {
			scene{options: syncing(), defaulted: assumed, listed: contacts{5: ann(), 6: finance}}, exists,
		},
		"of its own type before others, of which none is deleted": {
			scene{options: syncing(prune), defaulted: assumed, listed: contacts{5: ann(), 6: finance}},
			verdict{Do: Exists, Target: 5, Claim: 5, Agreed: "all", Keep: []int64{5, 6}},
		},
		"of its own type, as it was made": {
			scene{options: syncing(prune), defaulted: assumed, past: past{did(done, ann(), outcome.Created, 5)}, listed: contacts{5: ann(), 6: finance}},
			verdict{Do: Exists, Target: 5, Content: "today", Claim: 5, Agreed: "all"},
		},
		"several of other types": {
			scene{options: syncing(), defaulted: assumed, listed: contacts{5: finance, 6: shipping}}, ambiguous(5, 6),
		},
		"several, of which one is another row's": {
			scene{options: syncing(), defaulted: assumed, owned: map[int64]int{6: 1}, listed: contacts{5: finance, 6: shipping}}, exists,
		},
		"several, of which one is the job's": {
			scene{options: syncing(), defaulted: assumed, past: past{made}, listed: contacts{5: finance, 6: shipping}}, exists,
		},
		"none but another row's": {
			scene{options: syncing(), defaulted: assumed, owned: map[int64]int{5: 1}, listed: contacts{5: finance}}, verdict{Do: Create},
		},
		"one that another row has that does not name a type either": {
			scene{options: syncing(), defaulted: assumed, owned: map[int64]int{5: 1}, put: map[int]bool{1: true}, listed: contacts{5: finance}},
			verdict{Do: Ambiguous, Target: 5},
		},
		"not before other rows have been decided on": {
			scene{options: syncing(), defaulted: assumed, waiting: true, listed: contacts{5: finance}}, verdict{Do: Undecided},
		},
		"nobody of another name": {
			scene{options: syncing(), defaulted: assumed, listed: contacts{5: with(finance, contact.Name, "Zoe Kim")}}, verdict{Do: Create},
		},
		"nobody without a name": {
			scene{options: syncing(), defaulted: assumed, listed: contacts{5: with(finance, contact.Name, "")}}, verdict{Do: Create},
		},
		"nobody of another address": {
			scene{options: syncing(), defaulted: assumed, listed: contacts{5: with(finance, contact.Email, "lee@example.com")}}, verdict{Do: Create},
		},
		"one without an address, by name and number": {
			scene{options: syncing(), defaulted: assumed, listed: contacts{5: with(finance, contact.Email, "")}},
			verdict{Do: Update, Target: 5, Changes: contact.MaskOf(contact.Email), Claim: 5},
		},
		"without a column, the job's own": {
			scene{options: syncing(), defaulted: assumed, unmapped: assumed, past: past{made}, listed: contacts{5: finance}}, exists,
		},
		"without a column, nobody else": {
			scene{options: syncing(), defaulted: assumed, unmapped: assumed, listed: contacts{5: finance}}, verdict{Do: Create},
		},
		"by its id, beside one of its type": {
			scene{
				options: syncing(), defaulted: assumed, id: "7", past: past{did(done, finance, outcome.Created, 5, knownBy("7"))},
				listed: contacts{5: finance, 6: ann()},
			},
			exists,
		},
		"left out, it keeps them": {
			scene{options: syncing(), defaulted: assumed, leftOut: true, listed: contacts{5: finance}}, verdict{Do: Duplicate, Keep: []int64{5}},
		},
		"in an import": {
			scene{defaulted: assumed, listed: contacts{5: finance}}, verdict{Do: Exists, Target: 5, Several: []int64{5}},
		},
		"in an import, without a column": {
			scene{defaulted: assumed, unmapped: assumed, listed: contacts{5: finance}}, verdict{Do: Create},
		},
		"in an import, as it was made and somebody deleted it": {
			scene{defaulted: assumed, past: past{did(done, ann(), outcome.Created, 9)}, listed: contacts{5: finance}},
			verdict{Do: Gone, Target: 9, Content: "today"},
		},
	})
}
