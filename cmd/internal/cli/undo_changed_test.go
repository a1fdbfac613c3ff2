package cli_test

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/contactsync/contactsync/importer/simulator"
)

// edit changes the only contact of a name, as a person does in the portal.
func (r *rig) edit(name string, change func(*simulator.Contact)) {
	r.Helper()
	ids := r.idsOf(name)
	if len(ids) != 1 {
		r.Fatalf("%s stands %d times", name, len(ids))
	}
	r.server.Edit(ownOrg, ids[0], change)
}

func toBonn(c *simulator.Contact) { c.City = "Bonn" }

// TestUndoLeavesAlone shows what an undo does where somebody was at work since: what that one did stays.
func TestUndoLeavesAlone(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		meanwhile func(*rig)
		exit      int
		statuses  map[string]int
		codes     string            // of the one that is left alone
		stays     func(*rig) string // what is wrong, if anything is
	}{
		"created, then edited": {
			meanwhile: func(r *rig) { r.edit(personName(5), toBonn) },
			exit:      3, statuses: map[string]int{"created": 2, "updated": 1, "exists": 1}, codes: "undo.changed",
			stays: func(r *rig) string { return r.cityOf(personName(5), "Bonn") },
		},
		"created, then deleted": {
			meanwhile: func(r *rig) { r.server.Remove(ownOrg, r.idsOf(personName(5))[0]) },
			exit:      0, statuses: map[string]int{"created": 2, "updated": 1, "gone": 1}, codes: "undo.gone",
		},
		"updated, then edited elsewhere": {
			meanwhile: func(r *rig) { r.edit(personName(2), toBonn) },
			exit:      3, statuses: map[string]int{"created": 2, "exists": 1, "deleted": 1}, codes: "undo.changed",
			stays: func(r *rig) string { return r.cityOf(personName(2), "Bonn") },
		},
		"updated, then edited back": {
			meanwhile: func(r *rig) { r.edit(personName(2), func(c *simulator.Contact) { c.Phone = "+49301230002" }) },
			exit:      0, statuses: map[string]int{"created": 2, "exists": 1, "deleted": 1}, codes: "undo.done",
		},
		"updated, then edited in the same field": {
			meanwhile: func(r *rig) { r.edit(personName(2), func(c *simulator.Contact) { c.Phone = "+49228123456" }) },
			exit:      3, statuses: map[string]int{"created": 2, "exists": 1, "deleted": 1}, codes: "undo.changed",
			stays: func(r *rig) string {
				if c := r.contact(personName(2)); c.Phone != "+49228123456" {
					return "the number is " + c.Phone
				}
				return ""
			},
		},
		"updated, then deleted": {
			meanwhile: func(r *rig) { r.server.Remove(ownOrg, r.idsOf(personName(2))[0]) },
			exit:      3, statuses: map[string]int{"created": 2, "gone": 1, "deleted": 1}, codes: "undo.gone",
		},
		"deleted, then made anew by hand": {
			meanwhile: func(r *rig) { r.server.Add(stranger(0)) },
			exit:      0, statuses: map[string]int{"created": 1, "updated": 1, "exists": 1, "deleted": 1}, codes: "undo.done",
		},
		"deleted, then made anew with other values": {
			meanwhile: func(r *rig) {
				c := stranger(0)
				c.City = "Bonn"
				r.server.Add(c)
			},
			exit: 3, statuses: map[string]int{"created": 1, "updated": 1, "exists": 1, "deleted": 1}, codes: "undo.changed",
			stays: func(r *rig) string { return r.cityOf(personName(0), "Bonn") },
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inRig(t, simulator.Options{}, func(r *rig) {
				migrated(r)
				tt.meanwhile(r)
				r.undo(tt.exit, "last", "--dry-run")
				r.undo(tt.exit, "last")
				r.ended(tt.statuses)
				found := slices.ContainsFunc(r.report(), func(row reported) bool { return row.codes == tt.codes })
				if !found {
					t.Errorf("no row has the code %s: %+v", tt.codes, r.report())
				}
				if tt.stays != nil {
					if wrong := tt.stays(r); wrong != "" {
						t.Error(wrong)
					}
				}
				sent := r.changes()
				r.undo(tt.exit, "last")
				if r.changes() != sent {
					t.Errorf("a second undo sent %d requests that change something", r.changes()-sent)
				}
			})
		})
	}
}

func (r *rig) contact(name string) simulator.Contact {
	r.Helper()
	for _, c := range r.server.Contacts(ownOrg) {
		if c.Name == name {
			return c
		}
	}
	r.Fatalf("%s is not there", name)
	return simulator.Contact{}
}

func (r *rig) cityOf(name, want string) string {
	if c := r.contact(name); c.City != want {
		return name + " is of " + c.City
	}
	return ""
}

// TestUndoAfterLaterRun takes runs back in the wrong order, then in the right one.
func TestUndoAfterLaterRun(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		before := migrated(r)
		first := r.lastRun()
		time.Sleep(time.Hour)
		r.sync(0, strings.Replace(second(), "+49401230002", "+49891230002", 1))
		later := r.lastRun()
		r.undo(3, first)
		r.ended(map[string]int{"created": 2, "exists": 1, "deleted": 1})
		if c := r.contact(personName(2)); c.Phone != "+49891230002" {
			t.Errorf("the later run's value was run over: %s", c.Phone)
		}
		if !strings.Contains(readReport(r), "run "+later+" has changed it since") {
			t.Errorf("the report does not name the later run\n%s", readReport(r))
		}
		r.undo(0, later)
		r.undo(0, first)
		r.holds(before)
	})
}

// TestUndoCarried takes back a run that went on with one that was killed: what it took over included. A contact that
// somebody changed between the two stays.
func TestUndoCarried(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		time.Sleep(time.Hour)
		before := r.contents()
		r.onRequest = func(req *http.Request, nth int) {
			if requestKind(req.Method, req.URL.Path) == http.MethodPost && nth == 4 {
				r.kill()
			}
		}
		r.run(-1, people(0, 6))
		r.onRequest = nil
		time.Sleep(time.Hour)
		r.edit(personName(1), toBonn)
		r.run(0, people(0, 6))
		r.undo(3, "last")
		r.ended(map[string]int{"deleted": 5, "exists": 1})
		if wrong := r.cityOf(personName(1), "Bonn"); wrong != "" {
			t.Error(wrong)
		}
		r.server.Remove(ownOrg, r.idsOf(personName(1))[0])
		r.holds(before)
	})
}

// TestUndoStoppedRun takes back a run that was stopped early. It is closed by that: the same import begins anew.
func TestUndoStoppedRun(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{Latency: time.Second}, func(r *rig) {
		time.Sleep(time.Hour)
		before := r.contents()
		r.run(4, people(0, 6), "--max-duration", "9s")
		r.undo(0, "last")
		r.holds(before)
		if runs, _ := r.ledger.Runs(t.Context()); !runs[0].Closed {
			t.Error("a run that was taken back can still be gone on with")
		}
		r.run(0, people(0, 6))
		r.ended(map[string]int{"created": 6})
		r.once(0, 6)
	})
}

// TestUndoUnclear lists what could not be found out, and takes back the rest.
func TestUndoUnclear(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		time.Sleep(time.Hour)
		somebodyFirst(r, 0)
		r.faults("lose=first:1")
		r.run(3, people(0, 2))
		r.onRequest = nil
		r.undo(3, "last")
		// Which of the two equal contacts is the run's is not known: neither may be deleted.
		r.ended(map[string]int{"uncertain": 1, "deleted": 1})
		if n := len(r.idsOf(personName(0))); n != 2 {
			t.Errorf("%d contacts are left of the two of which nobody knows whose they are", n)
		}
	})
}

// TestUndoPrunedImages shows that what the ledger no longer knows, since an earlier version has pruned it, is told, and the
// rest taken back.
func TestUndoPrunedImages(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		r.ledger.WithoutImages = true
		migrated(r)
		r.undo(3, "last")
		r.ended(map[string]int{"deleted": 1, "exists": 3})
		for _, row := range r.report()[1:] {
			if row.status == "exists" && row.codes != "undo.no_image" {
				t.Errorf("%+v", row)
			}
		}
	})
}

// TestUndoKeepsTheJob shows that a contact which was pruned and restored belongs to its job again, so that the next
// prune knows it.
func TestUndoKeepsTheJob(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		migrated(r)
		r.undo(0, "last")
		time.Sleep(time.Hour)
		r.sync(0, second(), "--prune")
		r.ended(map[string]int{"created": 1, "updated": 1, "deleted": 2, "exists": 1})
	})
}

func TestUndoDryRun(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		migrated(r)
		sent, after := r.changes(), r.contents()
		r.undo(0, "last", "--dry-run")
		r.ended(map[string]int{"planned": 4})
		r.holds(after)
		if r.changes() != sent {
			t.Error("a dry run has sent something")
		}
		if runs, _ := r.ledger.Runs(t.Context()); len(runs) != 2 {
			t.Errorf("the ledger has %d runs", len(runs))
		}
	})
}

// TestUndoElsewhere refuses runs of another API, and those of an organisation that the token does not see.
func TestUndoElsewhere(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		migrated(r)
		sent := r.changes()
		r.undo(2, "last", "--api-url", "https://other.example.com")
		if !strings.Contains(r.out.String(), "--api-url") {
			t.Errorf("no word of --api-url\n%s", &r.out)
		}
		r.undo(2, "nonesuch")
		if r.changes() != sent {
			t.Error("something was sent")
		}
	})
}

// TestUndoEditedWhileWaiting shows that an undo which waits for the request budget looks again before it goes on.
func TestUndoEditedWhileWaiting(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		time.Sleep(time.Hour)
		r.run(0, people(0, 30))
		time.Sleep(time.Hour)
		r.onRequest = func(req *http.Request, nth int) {
			if req.Method == http.MethodDelete && nth == 5 {
				r.edit(personName(29), toBonn)
			}
		}
		r.undo(3, "last", "--rate", "20/1m")
		r.ended(map[string]int{"deleted": 29, "exists": 1})
		if wrong := r.cityOf(personName(29), "Bonn"); wrong != "" {
			t.Error(wrong)
		}
	})
}

func readReport(r *rig) string {
	r.Helper()
	data, err := os.ReadFile(filepath.Join(r.dir, "report", "report.csv"))
	if err != nil {
		r.Fatal(err)
	}
	return string(data)
}

// TestUndoKeepsOthers shows that a contact which was nobody's does not become the job's because an undo made it anew: the
// next prune would delete it as the job's own.
func TestUndoKeepsOthers(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		time.Sleep(time.Hour)
		r.server.Add(stranger(9))
		r.sync(0, people(0, 2))
		r.sync(0, people(0, 2), "--prune-unmanaged", "--max-deletes", "100")
		if len(r.idsOf(personName(9))) != 0 {
			t.Fatal("the stranger was not pruned")
		}
		time.Sleep(time.Hour)
		r.undo(0, "last")
		time.Sleep(time.Hour)
		r.sync(0, people(0, 2), "--prune")
		if len(r.idsOf(personName(9))) != 1 {
			t.Error("the stranger was pruned as the job's")
		}
	})
}

// TestUndoHalfThenSync kills an undo half-way, of a run that was itself stopped. The sync does not take for done what the
// undo took back.
func TestUndoHalfThenSync(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{Latency: time.Second}, func(r *rig) {
		time.Sleep(time.Hour)
		r.sync(0, people(0, 6))
		time.Sleep(time.Hour)
		other := strings.ReplaceAll(people(0, 6), "+4930123", "+4940123")
		r.sync(4, other, "--max-duration", "9s")
		r.onRequest = func(req *http.Request, nth int) {
			if req.Method == http.MethodPatch && nth == 3 {
				r.kill()
			}
		}
		r.undo(-1, "last")
		r.onRequest = nil
		r.sync(0, other)
		for i := range 6 {
			if c := r.contact(personName(i)); !strings.HasPrefix(c.Phone, "+4940123") {
				t.Errorf("%s has %s", c.Name, c.Phone)
			}
		}
	})
}

// TestUndoIsNoGoodRun shows that an undo does not count as the job's good run, by which the next one is measured.
func TestUndoIsNoGoodRun(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{Latency: time.Second}, func(r *rig) {
		time.Sleep(time.Hour)
		r.run(4, people(0, 6), "--job", "crm", "--max-duration", "9s")
		r.undo(0, "last")
		r.run(0, people(0, 6), "--job", "crm")
	})
}

// TestUndoUnseenOrganisation takes a run back with a token that no longer sees its organisation.
func TestUndoUnseenOrganisation(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		time.Sleep(time.Hour)
		r.run(0, people(0, 2), "--org", "5460")
		blind := simulator.DefaultOrganisations()
		blind[1].Forbidden = true
		r.server.Close()
		r.server = simulator.New(simulator.Options{Organisations: blind})
		r.Cleanup(r.server.Close)
		r.undo(1, "last")
		if !strings.Contains(r.out.String(), "organisation 5460 can't be read with this application token") {
			t.Errorf("%s", &r.out)
		}
		r.ended(map[string]int{"not_attempted": 2})
	})
}
