package cli_test

import (
	"testing"

	"github.com/contactsync/contactsync/importer/simulator"
)

// TestUndoWrittenFields takes back an update that left alone what somebody had edited in another field. What becomes of
// that field is nothing that the undo takes back, also where an older program did not note which fields it sent.
func TestUndoWrittenFields(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		withoutFields bool
		phone         string // to which it is edited then
		status        string
	}{
		"edited back":                         {phone: phoneB, status: "updated"},
		"edited back, of an older program":    {phone: phoneB, status: "updated", withoutFields: true},
		"edited back with what the run wrote": {phone: phoneA, status: "exists"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inRig(t, simulator.Options{}, func(r *rig) {
				r.ledger.WithoutFields = tt.withoutFields
				r.sync(0, town("Bonn", phoneA))
				r.edit("Ann Lee", inCity("Berlin"))
				r.sync(0, town("Bonn", phoneB), "--on-conflict", "remote")
				r.row(1, "updated", "conflict", 1)
				r.edit("Ann Lee", func(c *simulator.Contact) { c.City, c.Phone = "Bonn", tt.phone })
				r.undo(0, "last")
				r.ended(map[string]int{tt.status: 1})
				if c := r.contact("Ann Lee"); c.Phone != phoneA || c.City != "Bonn" {
					t.Errorf("the contact has %s and is of %s", c.Phone, c.City)
				}
			})
		})
	}
}
