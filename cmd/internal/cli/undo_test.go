package cli_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/contactsync/contactsync/importer/simulator"
)

// sync makes the organisation of a rig match an input, as the job crm.
func (r *rig) sync(code int, input string, flags ...string) {
	r.Helper()
	file := filepath.Join(r.dir, "sync.csv")
	if err := os.WriteFile(file, []byte(input), 0o600); err != nil {
		r.Fatal(err)
	}
	args := []string{
		"sync", file, "--job", "crm", "--report-dir", filepath.Join(r.dir, "report"), "--type", "Technical", "--concurrency", "1",
		"--max-deletes", "100%", "--max-creates", "100%",
	}
	r.command(code, append(args, flags...)...)
}

func (r *rig) undoArgs(run string, flags ...string) []string {
	return append([]string{"undo", run, "--report-dir", filepath.Join(r.dir, "report"), "--concurrency", "1"}, flags...)
}

func (r *rig) undo(code int, run string, flags ...string) {
	r.Helper()
	r.command(code, r.undoArgs(run, flags...)...)
}

// lastRun is the id of the newest run.
func (r *rig) lastRun() string {
	r.Helper()
	runs, err := r.ledger.Runs(r.Context())
	if err != nil || len(runs) == 0 {
		r.Fatalf("no run (%v)", err)
	}
	return runs[len(runs)-1].ID
}

// contents is what the organisation has, without ids, one line for each contact in the order of their names.
func (r *rig) contents() map[string]int {
	all := map[string]int{}
	for _, c := range r.server.Contacts(ownOrg) {
		c.ID, c.Created = 0, time.Time{}
		all[fmt.Sprintf("%+v", c)]++
	}
	return all
}

func (r *rig) holds(want map[string]int) {
	r.Helper()
	if d := cmp.Diff(want, r.contents()); d != "" {
		r.Errorf("the organisation (-want +got):\n%s", d)
	}
}

// statuses counts the report's rows by action and status.
func (r *rig) statuses() map[string]int {
	r.Helper()
	count := map[string]int{}
	for _, row := range r.report() {
		count[row.status]++
	}
	return count
}

func (r *rig) ended(want map[string]int) {
	r.Helper()
	if d := cmp.Diff(want, r.statuses()); d != "" {
		r.Errorf("statuses (-want +got):\n%s\n%s", d, &r.out)
	}
}

// changes are the requests that change something which ever arrived.
func (r *rig) changes() int {
	return r.arrived(http.MethodPost) + r.arrived(http.MethodPatch) + r.arrived(http.MethodDelete)
}

// second is an input behind people(0, 4): one of them has another number, two are gone, one is new.
func second() string {
	return people(1, 1) + strings.Replace(personRow(2), "+4930123", "+4940123", 1) + personRow(5)
}

// migrated plays a sync that creates, updates and deletes, and returns what there was before it.
func migrated(r *rig) (before map[string]int) {
	time.Sleep(time.Hour)
	r.sync(0, people(0, 4))
	time.Sleep(time.Hour)
	before = r.contents()
	r.sync(0, second(), "--prune")
	r.ended(map[string]int{"created": 1, "updated": 1, "deleted": 2, "exists": 1})
	time.Sleep(time.Hour)
	return before
}

func TestUndo(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		before := migrated(r)
		after := r.contents()
		target := r.lastRun()
		r.undo(0, "last")
		r.ended(map[string]int{"created": 2, "updated": 1, "deleted": 1})
		r.holds(before)
		sent := r.changes()
		r.undo(0, "last") // the last one that is no undo
		r.ended(map[string]int{"exists": 4})
		r.holds(before)
		if n := r.changes() - sent; n != 0 {
			t.Errorf("the second undo sent %d requests that change something", n)
		}
		undone := r.lastRun()
		_ = undone
		// the first undo can be taken back itself: what it deleted comes back
		runs, _ := r.ledger.Runs(t.Context())
		r.undo(0, runs[2].ID)
		r.ended(map[string]int{"created": 1, "updated": 1, "deleted": 2})
		r.holds(after)
		// and then the first undo can be played again by taking that one back
		r.undo(0, r.lastRun())
		r.holds(before)
		_ = target
	})
}

// TestUndoKilled kills an undo at each write of its ledger, before and behind it. The same command goes on, nothing is
// done twice, and the report is about all contacts.
func TestUndoKilled(t *testing.T) {
	t.Parallel()
	for at := 1; ; at++ {
		died := false
		ok := t.Run(fmt.Sprint(at), func(t *testing.T) {
			inRig(t, simulator.Options{Latency: 100 * time.Millisecond}, func(r *rig) {
				before := migrated(r)
				sent := r.changes()
				r.killAt = at
				code := r.start(r.undoArgs("last")...)
				if died = code == -1; !died {
					return
				}
				r.undo(0, "last")
				r.holds(before)
				if n := r.changes() - sent; n != 4 {
					t.Errorf("%d requests that change something, want 4", n)
				}
				total := 0
				for _, n := range r.statuses() {
					total += n
				}
				if total != 4 {
					t.Errorf("the report has %d rows\n%v", total, r.statuses())
				}
			})
		})
		if !ok || !died {
			if at < 10 {
				t.Errorf("the undo has only %d writes", at)
			}
			return
		}
	}
}

func TestUndoLostAnswers(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"DELETE", "PATCH", "POST"} {
		for _, fault := range []string{"lose", "reset", "drop", "500", "500-commit", "502-commit", "504-late-commit"} {
			t.Run(method+" "+fault, func(t *testing.T) {
				t.Parallel()
				inRig(t, simulator.Options{}, func(r *rig) {
					before := migrated(r)
					r.faults(fault + "=first:1@" + method)
					r.undo(0, "last")
					r.ended(map[string]int{"created": 2, "updated": 1, "deleted": 1})
					time.Sleep(time.Hour)
					r.holds(before)
				})
			})
		}
	}
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
