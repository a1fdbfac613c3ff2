package cli_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/contactsync/contactsync/importer/simulator"
)

// TestSyncResumedPruneKeeps kills a sync that prunes when it has made some contacts: the run that goes on with it takes
// none of them for nobody's.
func TestSyncResumedPruneKeeps(t *testing.T) {
	t.Parallel()
	for at := 1; at <= 4; at++ {
		inRig(t, simulator.Options{}, func(r *rig) {
			r.onRequest = func(req *http.Request, nth int) {
				if requestKind(req.Method, req.URL.Path) == http.MethodPost && nth == at {
					r.kill()
				}
			}
			r.sync(-1, people(0, 4), "--prune")
			r.onRequest = nil
			r.sync(0, people(0, 4), "--prune")
			r.once(0, 4)
			if n := r.arrived(http.MethodDelete); n != 0 {
				r.Errorf("killed at create %d: %d contacts were deleted", at, n)
			}
		})
	}
}

// TestSyncInterruptedOfAnotherJob lets another job come across the rows of one that was interrupted: they stay its own.
func TestSyncInterruptedOfAnotherJob(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		r.onRequest = func(req *http.Request, nth int) {
			if requestKind(req.Method, req.URL.Path) == http.MethodPost && nth == 3 {
				r.kill()
			}
		}
		r.sync(-1, people(0, 4))
		r.onRequest = nil
		r.sync(0, people(0, 2)+personRow(9), "--job", "erp")
		r.sync(0, people(9, 1), "--job", "erp", "--prune")
		r.once(0, 2)
		r.sync(0, people(0, 4), "--prune")
		r.once(0, 4)
		r.sync(0, people(1, 3), "--prune")
		if left := r.idsOf(personName(0)); len(left) != 0 {
			r.Errorf("%v is the job's, and is not pruned", left)
		}
	})
}

// TestSyncAdopt takes over contacts that somebody made by hand, also where they are changed by it, and those of another job,
// which has nothing to say of them any more.
func TestSyncAdopt(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		byHand := stranger(1)
		byHand.Phone = "+49301111111"
		r.server.Add(stranger(0), byHand)
		r.sync(0, people(2, 1), "--job", "erp")

		r.sync(0, people(0, 3))
		r.sync(0, people(5, 1), "--prune")
		r.once(0, 3) // nothing of it was the job's

		r.edit(personName(1), func(c *simulator.Contact) { c.Phone = "+49302222222" })
		r.sync(0, people(0, 3), "--adopt")
		r.row(1, "exists", "job.adopted", 0)
		r.row(2, "updated", "conflict job.adopted", 1)
		r.row(3, "exists", "job.adopted", 0)
		r.sync(0, people(6, 1), "--job", "erp", "--prune")
		r.once(0, 3)
		r.sync(0, people(5, 1), "--prune")
		if left := slices.Concat(r.idsOf(personName(0)), r.idsOf(personName(1)), r.idsOf(personName(2))); len(left) != 0 {
			r.Errorf("%v were adopted, and are not pruned\n%s", left, &r.out)
		}
	})
}

// TestSyncAdoptKilled kills a run that adopts, when it has written down what it takes and before its first change has arrived:
// the one that goes on with it has adopted all the same, and its undo gives all of it back.
func TestSyncAdoptKilled(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		other := stranger(1)
		other.Phone = "+49301111111"
		r.server.Add(stranger(0), other)
		r.onRequest = func(req *http.Request, nth int) {
			if requestKind(req.Method, req.URL.Path) == http.MethodPatch && nth == 1 {
				r.kill()
			}
		}
		r.sync(-1, people(0, 2), "--adopt")
		r.onRequest = nil
		r.sync(0, people(0, 2), "--adopt")
		r.row(1, "exists", "job.adopted", 0)
		if got := r.report()[1]; got.status != "updated" || !strings.Contains(got.codes, "job.adopted") {
			r.Errorf("row 2: %+v", got)
		}
		r.sync(0, people(0, 2))
		r.row(1, "exists", "", 0)
		runs, err := r.ledger.Runs(r.Context())
		if err != nil {
			r.Fatal(err)
		}
		r.undo(0, runs[len(runs)-2].ID)
		r.sync(0, people(5, 1), "--prune")
		r.once(0, 2) // nothing of it is the job's
	})
}

// TestSyncPruneUnmanaged deletes what nobody's job has made, of the types in the input.
func TestSyncPruneUnmanaged(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		invoice := stranger(1)
		invoice.Type = 1
		r.server.Add(stranger(0), invoice)
		r.sync(0, people(2, 1), "--job", "erp")
		r.sync(0, people(3, 1))
		r.sync(0, people(3, 1), "--prune-unmanaged", "--max-deletes", "100")
		r.once(1, 3)
		if left := r.idsOf(personName(0)); len(left) != 0 {
			r.Errorf("%v is unmanaged, of the input's type, and still there", left)
		}
	})
}

// TestSyncFailedRowProtects keeps a contact that a row may be about which the API refuses.
func TestSyncFailedRowProtects(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		r.sync(0, people(0, 2))
		r.faults("422=at:1@POST")
		r.sync(3, "Name,E-mail,Phone\n"+personRow(1)+personName(0)+",new@example.com,\n", "--prune")
		r.row(2, "failed", "api.refused", 1)
		r.row(3, "exists", "contact.protected", 0)
		r.once(0, 2)
		r.faults()
		r.sync(0, "Name,E-mail,Phone\n"+personRow(1)+personName(0)+",new@example.com,\n", "--prune")
		r.once(0, 2)
	})
}

// TestSyncLostAnswers loses the answer to an update and to a delete, before and after it took effect: each is found out
// by reading, and nothing that somebody changed after it is run over.
func TestSyncLostAnswers(t *testing.T) {
	t.Parallel()
	for fault, attempts := range map[string]int{"lose": 1, "502": 2} {
		inRig(t, simulator.Options{}, func(r *rig) {
			r.sync(0, town("Berlin", phoneA)+"Bob Ray,bob@example.com,,\n")
			r.faults(fault+"=at:1@PATCH", fault+"=at:1@DELETE")
			r.sync(0, town("Hamburg", phoneA), "--prune")
			r.row(1, "updated", "", attempts)
			r.row(2, "deleted", "", attempts)
			if got := r.contact("Ann Lee").City; got != "Hamburg" {
				r.Errorf("%s: the city is %q", fault, got)
			}
			if n := len(r.idsOf("Bob Ray")); n != 0 {
				r.Errorf("%s: Bob stands %d times", fault, n)
			}
		})
	}
	inRig(t, simulator.Options{}, func(r *rig) {
		r.sync(0, town("Berlin", phoneA))
		r.faults("lose=at:1@PATCH")
		r.onRequest = func(req *http.Request, nth int) {
			if req.Method == http.MethodGet && nth > 2 { // the look at the contact itself
				r.onRequest = nil
				r.edit("Ann Lee", inCity("Bonn"))
			}
		}
		r.sync(3, town("Hamburg", phoneA))
		r.row(1, "uncertain", "api.unclear", 1)
		if got := r.contact("Ann Lee").City; got != "Bonn" {
			r.Errorf("the city is %q: what somebody changed after the update was run over", got)
		}
	})
}

// TestSyncKilledAtChange kills the process at an update or a delete; the next run finds out what became of it.
func TestSyncKilledAtChange(t *testing.T) {
	t.Parallel()
	for _, method := range []string{http.MethodPatch, http.MethodDelete} {
		for _, arrived := range []bool{true, false} {
			inRig(t, simulator.Options{}, func(r *rig) {
				r.sync(0, town("Berlin", phoneA)+"Bob Ray,bob@example.com,,\n")
				r.onRequest = func(req *http.Request, _ int) {
					if req.Method != method {
						return
					}
					if arrived {
						resp, err := r.server.RoundTripper().RoundTrip(req.Clone(req.Context()))
						if err == nil {
							_ = resp.Body.Close()
						}
					}
					r.kill()
				}
				r.sync(-1, town("Hamburg", phoneA), "--prune")
				r.onRequest = nil
				r.sync(0, town("Hamburg", phoneA), "--prune")
				if got := r.contact("Ann Lee").City; got != "Hamburg" || len(r.idsOf("Bob Ray")) != 0 {
					r.Errorf("killed at %s (arrived: %t): %s, %v", method, arrived, got, r.idsOf("Bob Ray"))
				}
			})
		}
	}
}

// TestGone deletes and edits contacts in the portal which a run has made; import makes none of them anew.
func TestGone(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		r.sync(0, people(0, 2))
		r.edit(personName(1), func(c *simulator.Contact) { c.Email = "corrected@example.com" })
		first, second := r.contact(personName(0)).ID, r.contact(personName(1)).ID
		r.server.Remove(ownOrg, first)
		time.Sleep(time.Hour) // a contact of a moment ago may only not be listed yet

		r.run(0, people(0, 2))
		if id := r.row(1, "gone", "contact.gone", 0); id != first {
			r.Errorf("row 1 is told to be contact %d, was %d", id, first)
		}
		if id := r.row(2, "exists", "exists.changed", 0); id != second {
			r.Errorf("row 2 is told to be contact %d, was %d", id, second)
		}
		r.posts(2)
		r.run(0, people(0, 2), "--recreate")
		r.row(1, "created", "", 1)
	})
	// Changed by a sync before it was deleted, it is gone all the same.
	inRig(t, simulator.Options{}, func(r *rig) {
		r.sync(0, town("Berlin", phoneA))
		r.sync(0, town("Bonn", phoneA))
		r.server.Remove(ownOrg, r.contact("Ann Lee").ID)
		time.Sleep(time.Hour)
		r.run(0, town("Bonn", phoneA))
		r.row(1, "gone", "contact.gone", 0)
		// A sync makes the organisation match the file, and says so.
		r.sync(0, town("Bonn", phoneA))
		r.row(1, "created", "contact.gone", 1)
	})
}

// TestSyncChangedAwayMeanwhile deletes a contact in the portal right before a run changes or deletes it.
func TestSyncChangedAwayMeanwhile(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		r.sync(0, town("Berlin", phoneA)+"Bob Ray,bob@example.com,,\n")
		r.onRequest = func(req *http.Request, _ int) {
			if slices.Contains([]string{http.MethodPatch, http.MethodDelete}, req.Method) {
				for _, name := range []string{"Ann Lee", "Bob Ray"} {
					for _, id := range r.idsOf(name) {
						r.server.Remove(ownOrg, id)
					}
				}
			}
		}
		r.sync(3, town("Hamburg", phoneA), "--prune")
		r.row(1, "failed", "contact.gone", 1)
		r.onRequest = nil
		time.Sleep(time.Hour)
		r.sync(0, town("Hamburg", phoneA), "--prune")
		r.row(1, "created", "", 2)
	})
}

// TestPruneSharedMailbox loses the answer to the delete of one of several people behind one address. The others are
// deleted all the same.
func TestPruneSharedMailbox(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		time.Sleep(time.Hour)
		const shared = "Ann Lee,info@example.com,\nBob Ray,info@example.com,\nCleo Fox,info@example.com,\nDan Eve,info@example.com,\n"
		r.sync(0, people(0, 2)+shared)
		time.Sleep(time.Hour)
		r.faults("lose=first:1@DELETE")
		r.sync(0, people(0, 2), "--prune")
		r.ended(map[string]int{"exists": 2, "deleted": 4})
	})
}
