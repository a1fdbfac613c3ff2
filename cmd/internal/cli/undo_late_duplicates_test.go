package cli_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/contactsync/contactsync/importer/simulator"
)

// TestUndoSecond shows what becomes of a second contact that a late request of the run made: it is deleted if the ledger
// says that the run made it, else told.
func TestUndoSecond(t *testing.T) {
	t.Parallel()
	t.Run("known to the ledger", func(t *testing.T) {
		t.Parallel()
		inRig(t, simulator.Options{}, func(r *rig) {
			before := madeTwice(r)
			r.undo(0, "last")
			r.ended(map[string]int{"deleted": 4})
			r.holds(before)
		})
	})
	t.Run("an answer lost, then killed: two equal contacts are two", func(t *testing.T) {
		t.Parallel()
		inRig(t, simulator.Options{}, func(r *rig) {
			before := madeTwice(r)
			r.faults("lose=first:1@DELETE")
			r.onRequest = func(req *http.Request, nth int) {
				if req.Method == http.MethodDelete && nth == 3 {
					r.kill()
				}
			}
			r.undo(-1, "last")
			r.onRequest = nil
			r.faults()
			r.undo(0, "last")
			r.ended(map[string]int{"deleted": 4})
			r.holds(before)
		})
	})
	t.Run("unknown to the ledger", func(t *testing.T) {
		t.Parallel()
		inRig(t, simulator.Options{}, func(r *rig) {
			time.Sleep(time.Hour)
			r.faults("504-late-commit=first:1/400s@POST")
			r.run(0, people(0, 2))
			time.Sleep(time.Hour)
			if n := len(r.idsOf(personName(0))); n != 2 {
				t.Fatalf("%d contacts, want the row's and a second one", n)
			}
			r.undo(3, "last")
			r.ended(map[string]int{"deleted": 2, "exists": 1})
			told := slices.ContainsFunc(r.report(), func(row reported) bool {
				return row.codes == "contact.twice" && row.id == r.idsOf(personName(0))[0]
			})
			if !told {
				t.Errorf("the second contact is not told: %+v", r.report())
			}
		})
	})
}

// madeTwice imports three people, of whom one stands twice as the ledger knows, and returns what there was before.
func madeTwice(r *rig) (before map[string]int) {
	r.Helper()
	time.Sleep(time.Hour)
	before = r.contents()
	r.faults("504=at:1@POST")
	r.onRequest = func(req *http.Request, nth int) {
		if requestKind(req.Method, req.URL.Path) == http.MethodPost && nth == 4 {
			r.server.Add(stranger(0)) // as our first request does, later than --settle
		}
	}
	r.run(3, people(0, 3))
	r.onRequest = nil
	return before
}
