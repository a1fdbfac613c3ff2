package diff_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/diff"
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
	city := contact.MaskOf(contact.City)
	for name, test := range map[string]struct {
		rules        diff.Comparison
		wanted, have contact.Contact
		written      *contact.FieldHashes
		want         diff.Compared
	}{
		"nothing":                {diff.Comparison{Mapped: all}, have, have, nil, diff.Compared{}},
		"a field":                {diff.Comparison{Mapped: all}, hamburg, have, &written, diff.Compared{Changes: city}},
		"a field without column": {diff.Comparison{Mapped: contact.FieldSet{contact.Name: true}}, hamburg, have, nil, diff.Compared{}},
		"an empty cell":          {diff.Comparison{Mapped: all}, wanted(func(c *contact.Contact) { c.Phone = "" }), have, nil, diff.Compared{}},
		"an empty cell that counts": {diff.Comparison{Mapped: all, ClearEmpty: true}, wanted(func(c *contact.Contact) { c.Phone = "" }), have, nil,
			diff.Compared{Changes: contact.MaskOf(contact.Phone)}},
		"a type is never cleared": {diff.Comparison{Mapped: all, ClearEmpty: true}, wanted(func(c *contact.Contact) { c.Type = contact.Type{} }), have, nil, diff.Compared{}},
		"conflict, file":          {diff.Comparison{Mapped: all, OnConflict: diff.ConflictFile}, hamburg, edited, &written, diff.Compared{Changes: city, Conflicts: city}},
		"conflict, remote":        {diff.Comparison{Mapped: all, OnConflict: diff.ConflictRemote}, hamburg, edited, &written, diff.Compared{Kept: city}},
		"conflict, fail":          {diff.Comparison{Mapped: all, OnConflict: diff.ConflictFail}, hamburg, edited, &written, diff.Compared{Kept: city, Failed: true}},
		"no conflict: never written": {diff.Comparison{Mapped: all, OnConflict: diff.ConflictFail}, hamburg, edited, nil,
			diff.Compared{Changes: city}},
		"no conflict: the file already says so": {diff.Comparison{Mapped: all, OnConflict: diff.ConflictFail}, edited, edited, &written,
			diff.Compared{Agreed: city}},
	} {
		got := test.rules.Compare(test.wanted, test.have, test.written, nil)
		if differs := cmp.Diff(test.want, got); differs != "" {
			t.Errorf("%s (-want +got):\n%s", name, differs)
		}
		if !got.Changes.Empty() {
			after := diff.With(test.have, test.wanted, got.Changes.Fields())
			if again := test.rules.Compare(test.wanted, after, nil, nil); !again.Changes.Empty() {
				t.Errorf("%s: after the update there is still %v to change", name, again.Changes)
			}
		}
	}
}
