package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
)

// TestCompare: only what the input has a column for, empty cells leave values alone unless they are to be cleared, and
// what a person has changed since is a conflict.
func TestCompare(t *testing.T) {
	t.Parallel()
	have := contact.Contact{Name: "Ann Lee", City: "Berlin", Phone: "+4930123456", Country: contact.Country{ISO: "DE", ID: 74}, Type: contact.Type{ID: 1, Name: "Technical"}}
	written := have.FieldHashes(contact.Key{})
	edited := have
	edited.City = "Bonn"
	all := contact.FieldSet{contact.Name: true, contact.City: true, contact.Phone: true, contact.CountryField: true, contact.TypeField: true}
	wanted := func(change func(*contact.Contact)) contact.Contact {
		c := have
		change(&c)
		return c
	}
	hamburg := wanted(func(c *contact.Contact) { c.City = "Hamburg" })
	cityChange := outcome.FieldChange{Field: contact.City, Old: "Berlin", New: "Hamburg"}
	conflict := outcome.FieldChange{Field: contact.City, Old: "Bonn", New: "Hamburg", Conflict: true}
	for name, test := range map[string]struct {
		rules        plan.Comparison
		wanted, have contact.Contact
		written      *contact.FieldHashes
		want         plan.Compared
	}{
		"nothing":                {plan.Comparison{Mapped: all}, have, have, nil, plan.Compared{}},
		"a field":                {plan.Comparison{Mapped: all}, hamburg, have, &written, plan.Compared{Changes: []outcome.FieldChange{cityChange}}},
		"a field without column": {plan.Comparison{Mapped: contact.FieldSet{contact.Name: true}}, hamburg, have, nil, plan.Compared{}},
		"an empty cell":          {plan.Comparison{Mapped: all}, wanted(func(c *contact.Contact) { c.Phone = "" }), have, nil, plan.Compared{}},
		"an empty cell that counts": {plan.Comparison{Mapped: all, ClearEmpty: true}, wanted(func(c *contact.Contact) { c.Phone = "" }), have, nil,
			plan.Compared{Changes: []outcome.FieldChange{{Field: contact.Phone, Old: "+4930123456"}}}},
		"a type is never cleared": {plan.Comparison{Mapped: all, ClearEmpty: true}, wanted(func(c *contact.Contact) { c.Type = contact.Type{} }), have, nil, plan.Compared{}},
		"conflict, file":          {plan.Comparison{Mapped: all, OnConflict: plan.ConflictFile}, hamburg, edited, &written, plan.Compared{Changes: []outcome.FieldChange{conflict}}},
		"conflict, remote":        {plan.Comparison{Mapped: all, OnConflict: plan.ConflictRemote}, hamburg, edited, &written, plan.Compared{Kept: []outcome.FieldChange{conflict}}},
		"conflict, fail":          {plan.Comparison{Mapped: all, OnConflict: plan.ConflictFail}, hamburg, edited, &written, plan.Compared{Kept: []outcome.FieldChange{conflict}, Failed: true}},
		"no conflict: never written": {plan.Comparison{Mapped: all, OnConflict: plan.ConflictFail}, hamburg, edited, nil,
			plan.Compared{Changes: []outcome.FieldChange{{Field: contact.City, Old: "Bonn", New: "Hamburg"}}}},
		"no conflict: the file already says so": {plan.Comparison{Mapped: all, OnConflict: plan.ConflictFail}, edited, edited, &written,
			plan.Compared{Agreed: []contact.Field{contact.City}}},
	} {
		got := test.rules.Compare(test.wanted, test.have, test.written, nil)
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if len(got.Changes) > 0 {
			after := plan.With(test.have, test.wanted, got.Fields())
			if again := test.rules.Compare(test.wanted, after, nil, nil); len(again.Changes) > 0 {
				t.Errorf("%s: after the update there is still %v to change", name, again.Changes)
			}
		}
	}
}
