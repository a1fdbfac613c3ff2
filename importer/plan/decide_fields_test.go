package plan

import (
	"testing"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/diff"
	"github.com/contactsync/contactsync/importer/outcome"
)

func clearEmpty(o *diff.Options) { o.ClearEmpty = true }

func onConflict(how diff.OnConflict) func(*diff.Options) {
	return func(o *diff.Options) { o.OnConflict = how }
}

// Of a row's contact a sync changes what the row says otherwise, and what it has the say in.
func TestASyncChangesWhatTheRowSays(t *testing.T) {
	t.Parallel()
	bonn := with(ann(), contact.City, "Bonn")
	city, phone := contact.MaskOf(contact.City), contact.MaskOf(contact.Phone)
	noPhone := with(ann(), contact.Phone, "")
	update := func(fields contact.FieldMask) verdict {
		return verdict{Do: Update, Target: 5, Changes: fields, Claim: 5}
	}
	exists := verdict{Do: Exists, Target: 5, Claim: 5}
	agrees := func(agreed string) verdict { v := exists; v.Agreed = agreed; return v }
	decideAll(t, map[string]decided{
		"nothing": {
			scene{options: syncing(), listed: contacts{5: ann()}, base: contacts{5: ann()}}, exists,
		},
		"nothing, and it was never compared": {
			scene{options: syncing(), listed: contacts{5: ann()}}, agrees("all"),
		},
		"a field": {
			scene{options: syncing(), row: bonn, listed: contacts{5: ann()}, base: contacts{5: ann()}}, update(city),
		},
		"a field that it was never compared in": {
			scene{options: syncing(), row: bonn, listed: contacts{5: ann()}}, update(city),
		},
		"nothing, as the field has no column": {
			scene{options: syncing(), row: bonn, unmapped: []contact.Field{contact.City}, listed: contacts{5: ann()}}, agrees("all"),
		},
		"a field that another row has filled": {
			scene{options: syncing(), row: bonn, unmapped: []contact.Field{contact.City}, filled: []contact.Field{contact.City}, listed: contacts{5: ann()}},
			update(city),
		},
		"nothing, as the cell is empty": {
			scene{options: syncing(), row: noPhone, listed: contacts{5: ann()}}, agrees("all"),
		},
		"an empty cell that counts": {
			scene{options: syncing(clearEmpty), row: noPhone, listed: contacts{5: ann()}}, update(phone),
		},
		"nothing, as the cell's value was lost": {
			scene{options: syncing(clearEmpty), row: noPhone, lost: []contact.Field{contact.Phone}, listed: contacts{5: ann()}}, agrees("all"),
		},

		"nothing, as somebody made the same of it": {
			scene{options: syncing(), row: bonn, listed: contacts{5: bonn}, base: contacts{5: ann()}}, agrees("city"),
		},
		"a field, as somebody made the same of another one": {
			scene{options: syncing(), row: with(bonn, contact.Phone, "+4930999999"), listed: contacts{5: bonn}, base: contacts{5: ann()}},
			verdict{Do: Update, Target: 5, Changes: phone, Claim: 5, Agreed: "city"},
		},
		"what somebody has changed": {
			scene{options: syncing(), listed: contacts{5: bonn}, base: contacts{5: ann()}},
			verdict{Do: Update, Target: 5, Changes: city, Conflicts: city, Claim: 5},
		},
		"nothing, as what somebody has changed stays": {
			scene{options: syncing(onConflict(diff.ConflictRemote)), listed: contacts{5: bonn}, base: contacts{5: ann()}},
			verdict{Do: Exists, Target: 5, Kept: city, Claim: 5},
		},
		"a field beside one that stays": {
			scene{
				options: syncing(onConflict(diff.ConflictRemote)), row: with(ann(), contact.Phone, "+4930999999"),
				listed: contacts{5: bonn}, base: contacts{5: ann()},
			},
			verdict{Do: Update, Target: 5, Changes: phone, Kept: city, Claim: 5},
		},
		"nothing, as the row fails where somebody has changed what it says": {
			scene{
				options: syncing(onConflict(diff.ConflictFail), adopt), id: "7", row: with(ann(), contact.Phone, "+4930999999"),
				listed: contacts{5: bonn}, base: contacts{5: ann()},
			},
			verdict{Do: Conflicting, Target: 5, Kept: city, Claim: 5, Protect: true},
		},
	})
}

// Whether somebody has changed a contact is told by how a run of ours left it: as it was listed then, or else as it was made.
func TestASyncKnowsWhatItLastWrote(t *testing.T) {
	t.Parallel()
	bonn, ulm := with(ann(), contact.City, "Bonn"), with(ann(), contact.City, "Ulm")
	city := contact.MaskOf(contact.City)
	update := func(content string, conflicts contact.FieldMask) verdict {
		return verdict{Do: Update, Target: 5, Content: content, Changes: city, Conflicts: conflicts, Claim: 5}
	}
	decideAll(t, map[string]decided{
		"as it was listed": {
			scene{options: syncing(), past: past{did(done, ann(), outcome.Created, 5)}, listed: contacts{5: bonn}, base: contacts{5: bonn}},
			update("today", 0),
		},
		"as it was made": {
			scene{options: syncing(), past: past{did(done, ann(), outcome.Created, 5)}, listed: contacts{5: bonn}}, update("today", city),
		},
		"as it was made by the row's former form": {
			scene{options: syncing(), row: ulm, former: ann(), past: past{did(done, ann(), outcome.Created, 5)}, listed: contacts{5: bonn}},
			verdict{Do: Update, Target: 5, Content: "former", Changes: city, Conflicts: city, Claim: 5, Keep: []int64{5}},
		},
		"as it was made by the row's former form, which nobody has changed": {
			scene{options: syncing(), row: ulm, former: ann(), past: past{did(done, ann(), outcome.Created, 5)}, listed: contacts{5: ann()}},
			verdict{Do: Update, Target: 5, Content: "former", Changes: city, Claim: 5, Keep: []int64{5}},
		},
		"not where it was only found": {
			scene{options: syncing(), past: past{did(done, ann(), outcome.Exists, 5)}, listed: contacts{5: bonn}}, update("today", 0),
		},
		"not where the row had another contact then": {
			scene{options: syncing(), past: past{did(done, ann(), outcome.Created, 9)}, listed: contacts{5: bonn}}, update("today", 0),
		},
		"not where another contact was made of the row since": {
			scene{
				options: syncing(), past: past{did(done, ann(), outcome.Created, 5), did(other, ann(), outcome.Created, 9)},
				listed: contacts{5: bonn},
			},
			update("today", 0),
		},
		"as it was made by the row's former form, and somebody made the same of it": {
			scene{options: syncing(), row: ulm, former: ann(), past: past{did(done, ann(), outcome.Created, 5)}, listed: contacts{5: ulm}},
			verdict{Do: Exists, Target: 5, Content: "former", Claim: 5, Agreed: "all", Keep: []int64{5}},
		},
		"not where something else was made of it since": {
			scene{
				options: syncing(), past: past{did(done, ann(), outcome.Created, 5), did(other, bonn, outcome.Updated, 5)},
				listed: contacts{5: bonn},
			},
			update("today", 0),
		},
	})
}

// What the service makes of a value is not sent again, as long as neither side has changed it.
func TestASyncLeavesWhatTheServiceStoresOtherwise(t *testing.T) {
	t.Parallel()
	const street, stored = "Hauptstraße 1", "Hauptstrasse 1"
	row := with(ann(), contact.Street, street)
	shown := with(ann(), contact.Street, stored)
	noted := past{did(done, row, outcome.Created, 5, storedOtherwise(contact.Street))}
	streets, city := contact.MaskOf(contact.Street), contact.MaskOf(contact.City)
	update := func(content string, changes, conflicts, left contact.FieldMask) verdict {
		return verdict{Do: Update, Target: 5, Content: content, Changes: changes, Conflicts: conflicts, Stored: left, Claim: 5}
	}
	bonn := with(row, contact.City, "Bonn")
	long := long()
	decideAll(t, map[string]decided{
		"a field": {
			scene{options: syncing(), row: row, past: noted, listed: contacts{5: shown}, base: contacts{5: shown}},
			verdict{Do: Exists, Target: 5, Content: "today", Stored: streets, Claim: 5},
		},
		"a field, as another one has changed": {
			scene{options: syncing(), row: bonn, past: noted, listed: contacts{5: shown}, base: contacts{5: shown}}, update("", city, 0, streets),
		},
		"none, as the row says something else": {
			scene{options: syncing(), row: with(row, contact.Street, "Weg 1"), past: noted, listed: contacts{5: shown}, base: contacts{5: shown}},
			update("", streets, 0, 0),
		},
		"none, as somebody has changed it since": {
			scene{
				options: syncing(), row: row, past: noted,
				listed: contacts{5: with(shown, contact.Street, "Weg 1")}, base: contacts{5: shown},
			},
			update("today", streets, streets, 0),
		},
		"none, as nobody noted it": {
			scene{options: syncing(), row: row, past: past{did(done, row, outcome.Created, 5)}, listed: contacts{5: shown}, base: contacts{5: shown}},
			update("today", streets, 0, 0),
		},
		"none, as it is another field that was noted": {
			scene{
				options: syncing(), row: row, past: past{did(done, row, outcome.Created, 5, storedOtherwise(contact.City))},
				listed: contacts{5: shown}, base: contacts{5: shown},
			},
			update("today", streets, 0, 0),
		},
		"none, as nobody knows how it was left": {
			scene{
				options: syncing(), row: with(ann(), contact.Department, "IT"), listed: contacts{5: ann()},
				past: past{did(done, with(ann(), contact.Department, "IT"), outcome.Created, 5, storedOtherwise(contact.Department))},
			},
			update("today", contact.MaskOf(contact.Department), contact.MaskOf(contact.Department), 0),
		},
		"as many as are tried": {
			scene{
				options: syncing(), row: long, past: past{did(done, long, outcome.Created, 5, storedOtherwise(contact.Fields()...))},
				listed: contacts{5: otherwise(long, diff.MostSearched)}, base: contacts{5: otherwise(long, diff.MostSearched)},
			},
			verdict{Do: Exists, Target: 5, Content: "today", Stored: contact.MaskOf(texts()[:diff.MostSearched]...), Claim: 5},
		},
		"none, as there are more than are tried": {
			scene{
				options: syncing(), row: long, past: past{did(done, long, outcome.Created, 5, storedOtherwise(contact.Fields()...))},
				listed: contacts{5: otherwise(long, diff.MostSearched+1)}, base: contacts{5: otherwise(long, diff.MostSearched+1)},
			},
			update("today", contact.MaskOf(texts()[:diff.MostSearched+1]...), 0, 0),
		},
	})
}

// An import does not tell of what the service makes of a value as if it were another one.
func TestAnImportKnowsWhatTheServiceStoresOtherwise(t *testing.T) {
	t.Parallel()
	row, shown := with(ann(), contact.Street, "Hauptstraße 1"), with(ann(), contact.Street, "Hauptstrasse 1")
	noted := past{did(done, row, outcome.Created, 5, storedOtherwise(contact.Street))}
	exists := func(content string, left contact.FieldMask) verdict {
		return verdict{Do: Exists, Target: 5, Content: content, Stored: left}
	}
	decideAll(t, map[string]decided{
		"a field":                      {scene{row: row, past: noted, listed: contacts{5: shown}, base: contacts{5: shown}}, exists("today", contact.MaskOf(contact.Street))},
		"none, as nobody knows of it":  {scene{row: row, past: noted, listed: contacts{5: shown}}, exists("today", 0)},
		"none, as the row has another": {scene{row: with(row, contact.Street, "Weg 1"), past: noted, listed: contacts{5: shown}, base: contacts{5: shown}}, exists("", 0)},
		"none, as it has been changed": {
			scene{row: row, past: noted, listed: contacts{5: with(shown, contact.Street, "Weg 1")}, base: contacts{5: shown}}, exists("today", 0),
		},
	})
}

// texts are fields that hold any text, and that nobody is found by.
func texts() []contact.Field {
	return []contact.Field{
		contact.Title, contact.Department, contact.Street, contact.SecondaryAddress, contact.Zipcode, contact.City, contact.State,
		contact.CountryField, contact.Phone, contact.Mobile, contact.PurchaseOrderNumber,
	}
}

// long is a contact that has something in each field.
func long() contact.Contact {
	c := ann()
	for _, f := range texts() {
		c = with(c, f, "as it was sent")
	}
	return c
}

// otherwise is a contact that differs in so many fields.
func otherwise(c contact.Contact, fields int) contact.Contact {
	for _, f := range texts()[:fields] {
		c = with(c, f, "as it is shown")
	}
	return c
}
