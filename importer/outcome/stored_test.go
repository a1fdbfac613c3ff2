package outcome

import (
	"testing"

	"github.com/contactsync/contactsync/importer/contact"
)

// TestStored: of each contact the values of those fields are known that were told, and no others.
func TestStored(t *testing.T) {
	t.Parallel()
	s := Stored{}
	ann, zoe := ContactRef{Org: 1, ID: 5}, ContactRef{Org: 2, ID: 5}
	s.Add(ann, []contact.Field{contact.City, contact.Street}, contact.Contact{Name: "Ann", Street: "Main 1", City: "BONN"})
	s.Add(zoe, []contact.Field{contact.City}, contact.Contact{})
	for of, want := range map[ContactRef]map[contact.Field]string{
		ann: {contact.City: "BONN", contact.Street: "Main 1"}, zoe: {contact.City: ""}, {Org: 1, ID: 6}: {},
	} {
		for _, f := range contact.Fields() {
			value, told := want[f]
			if got, known := s.Value(of, f); got != value || known != told {
				t.Errorf("%v, %s: %q, %v; want %q, %v", of, f, got, known, value, told)
			}
		}
	}
	if _, known := Stored(nil).Value(ann, contact.City); known {
		t.Error("who was told nothing knows something")
	}
}
