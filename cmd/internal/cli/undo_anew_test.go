package cli_test

import (
	"testing"
	"time"

	"github.com/contactsync/contactsync/importer/simulator"
)

// TestUndoLooksAgain loses the answer to a contact that is made anew, and looks at the organisation again before it is
// known what became of it. The contact is known for the undo's own.
func TestUndoLooksAgain(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		time.Sleep(time.Hour)
		r.sync(0, people(0, 30))
		before := r.contents()
		time.Sleep(time.Hour)
		r.sync(0, people(0, 2), "--prune", "--accept-shape")
		time.Sleep(time.Hour)
		r.faults("lose=first:1@POST")
		r.undo(0, "last", "--rate", "20/1m")
		r.ended(map[string]int{"created": 28})
		r.holds(before)
	})
}

// TestUndoKeepsIDs shows that a contact which is made anew is still known by the row's own id.
func TestUndoKeepsIDs(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		time.Sleep(time.Hour)
		const header = "Name,E-mail,external_id\n"
		r.sync(0, header+"Ann Lee,ann@example.com,A1\nBob Ray,bob@example.com,B2\n")
		r.sync(0, header+"Bob Ray,bob@example.com,B2\n", "--prune")
		time.Sleep(time.Hour)
		r.undo(0, "last")
		time.Sleep(time.Hour)
		r.sync(0, header+"Ann Lee,leeds@example.com,A1\nBob Ray,bob@example.com,B2\n")
		r.ended(map[string]int{"updated": 1, "exists": 1})
	})
}
