package cli_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/contactsync/contactsync/importer/history"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/simulator"
)

// withIDs is a file of people with the ids of another system.
func withIDs(rows ...string) string { return "Id,Name,E-mail,Phone\n" + strings.Join(rows, "") }

func idRow(i int) string { return fmt.Sprintf("%d,%s", 1000+i, personRow(i)) }

func idRows(first, n int) (rows []string) {
	for i := first; i < first+n; i++ {
		rows = append(rows, idRow(i))
	}
	return rows
}

// remember plays what has to stay known: a job that created, updated and deleted, one that adopted, ids that became others, an import by hand,
// an undo that made a contact anew, and a run that was killed between a request's intent and its answer.
func remember(r *rig) {
	time.Sleep(time.Hour)
	r.server.Add(stranger(40))
	r.sync(0, withIDs(idRows(0, 8)...))
	time.Sleep(time.Hour)
	changed := append(idRows(0, 6), strings.Replace(idRow(6), "+4930", "+4940", 1))
	r.sync(0, withIDs(changed...), "--prune") // 7 is deleted, 6 changed
	time.Sleep(time.Hour)
	r.sync(0, withIDs(append(changed[1:], idRow(7))...), "--prune") // 0 is deleted, 7 made anew
	r.undo(0, "last")                                               // and back
	time.Sleep(time.Hour)
	r.sync(0, withIDs(append(changed, idRow(40))...), "--adopt")
	for _, id := range []string{"2005,", "3005,"} {
		r.sync(0, strings.Replace(withIDs(append(changed, idRow(40))...), "1005,", id, 1))
		time.Sleep(time.Hour)
	}
	r.run(0, people(20, 2))
	time.Sleep(time.Hour)
	r.onRequest = func(req *http.Request, _ int) {
		if req.Method == http.MethodPost && !strings.HasSuffix(req.URL.Path, "/authenticate") {
			r.kill()
		}
	}
	r.run(-1, people(30, 1))
	r.onRequest = nil
	time.Sleep(time.Hour)
}

// TestRemovedRunsAreNotMissed plays what may come after runs that were removed, and after the same runs that were not: later
// runs do the same.
func TestRemovedRunsAreNotMissed(t *testing.T) {
	t.Parallel()
	file := withIDs(append(idRows(0, 6), strings.Replace(idRow(6), "+4930", "+4940", 1), idRow(40))...)
	for name, next := range map[string]func(r *rig){
		"the same file": func(r *rig) { r.sync(0, file, "--prune") },
		"rows are gone": func(r *rig) { r.sync(0, withIDs(idRows(2, 3)...), "--prune") },
		"a contact that somebody has deleted": func(r *rig) {
			r.server.Remove(ownOrg, r.idsOf(personName(20))[0])
			r.run(0, people(20, 2))
		},
		"known by nothing but the id": func(r *rig) {
			r.sync(0, strings.NewReplacer("Person Aab,p1@example.com", "Anna Berg,p1@example.com").Replace(file))
		},
		"known by an id of before": func(r *rig) {
			r.sync(0, strings.NewReplacer("1005,", "2005,", "Person Aaf,p5@example.com", "Anna Berg,p5@example.com").Replace(file))
		},
		"changed in the portal": func(r *rig) {
			for _, i := range []int{2, 6} {
				r.edit(personName(i), func(c *simulator.Contact) { c.Phone = "+49999999999" })
			}
			r.sync(3, file, "--on-conflict", "fail")
		},
		"another job": func(r *rig) {
			r.command(0, "sync", r.dir+"/sync.csv", "--job", "other", "--report-dir", r.dir+"/report", "--type", "Technical", "--prune")
		},
		"what was unclear had not happened": func(r *rig) { r.run(0, people(30, 1)) },
		"what was unclear had happened": func(r *rig) {
			r.server.Add(stranger(30))
			r.run(0, people(30, 1))
		},
		"settled by itself": func(r *rig) {
			r.command(0, "settle")
			r.run(0, people(30, 1))
		},
		"most would be made anew": func(r *rig) {
			r.command(6, "sync", r.dir+"/sync.csv", "--job", "crm", "--report-dir", r.dir+"/report", "--type", "Technical",
				"--map", "external_id=", "--map", "name=Id")
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			type world struct {
				Report   []reported
				Contacts map[string]int
			}
			after := map[bool]world{}
			for _, removed := range []bool{false, true} {
				inRig(t, simulator.Options{}, func(r *rig) {
					remember(r)
					if removed {
						got, err := history.RemoveRuns(r.Context(), r.ledger, time.Now(), time.Now())
						if err != nil || got.Runs != 9 {
							r.Fatalf("removed %+v, %v", got, err)
						}
					}
					next(r)
					after[removed] = world{r.report(), r.contents()}
				})
			}
			if diff := cmp.Diff(after[false], after[true], cmp.AllowUnexported(reported{})); diff != "" {
				t.Errorf("later runs miss what was removed (-with the runs +without):\n%s", diff)
			}
		})
	}
}

// TestRemovedRuns: what is taken out of the ledger is gone, what is younger stays, and nothing is removed beside a run.
func TestRemovedRuns(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		remember(r)
		runs, err := r.ledger.Runs(r.Context())
		if err != nil {
			t.Fatal(err)
		}
		unlock, err := r.ledger.Lock(r.Context(), ledger.Scope{Host: "cdn.emnify.net", Org: ownOrg})
		if err != nil {
			t.Fatal(err)
		}
		var held *ledger.HeldError
		if _, err := history.RemoveRuns(r.Context(), r.ledger, time.Now(), time.Now()); !errors.As(err, &held) {
			t.Errorf("beside a run: %v", err)
		}
		if err := unlock(); err != nil {
			t.Fatal(err)
		}
		middle := runs[3].Started
		got, err := history.RemoveRuns(r.Context(), r.ledger, middle, time.Now())
		if err != nil || got.Runs != 3 {
			t.Errorf("removed %+v, %v", got, err)
		}
		r.undo(1, runs[1].ID)
		if !strings.Contains(r.out.String(), "removed") {
			t.Errorf("an undo of a removed run tells\n%s", &r.out)
		}
		got, err = history.RemoveRuns(r.Context(), r.ledger, middle, time.Now())
		if err != nil || got.Runs != 0 {
			t.Errorf("removed again %+v, %v", got, err)
		}
		images := 0
		for _, run := range runs[:3] {
			for a, err := range r.ledger.Outcomes(r.Context(), run.ID) {
				if err != nil {
					t.Fatal(err)
				}
				if len(a.Before) > 0 {
					images++
				}
			}
		}
		if images > 0 {
			t.Errorf("%d images of what contacts looked like are left", images)
		}
	})
}
