package cli_test

import (
	"net/http"
	"os"
	"path/filepath"
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

// TestUndoLooksAgain loses the answer to a contact that is made anew, and looks at the organisation again before it is
// known what became of it. The contact is known for the undo's own.
func TestUndoLooksAgain(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		time.Sleep(time.Hour)
		r.sync(0, people(0, 30))
		before := r.contents()
		time.Sleep(time.Hour)
		r.sync(0, people(0, 2), "--prune")
		time.Sleep(time.Hour)
		r.faults("lose=first:1@POST")
		r.undo(0, "last", "--rate", "20/1m")
		r.ended(map[string]int{"created": 28})
		r.holds(before)
	})
}

// TestUndoOrganisations takes back what a run wrote in two organisations.
func TestUndoOrganisations(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		time.Sleep(time.Hour)
		const input = "Name,E-mail,emnify org id\nAnn Lee,ann@example.com,5417\nBob Ray,bob@example.com,5460\n"
		r.run(0, input, "--map", "org_id=emnify org id")
		r.ended(map[string]int{"created": 2})
		mine, theirs := len(r.server.Contacts(ownOrg)), len(r.server.Contacts(5460))
		time.Sleep(time.Hour)
		r.undo(0, "last")
		r.ended(map[string]int{"deleted": 2})
		if len(r.server.Contacts(ownOrg)) != mine-1 || len(r.server.Contacts(5460)) != theirs-1 {
			t.Error("not each organisation has lost its contact")
		}
		if _, err := os.Stat(filepath.Join(r.dir, "report", "summary.json")); err != nil {
			t.Error(err)
		}
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
