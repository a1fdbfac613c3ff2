package cli_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/simulator"
)

// dieAtCreate kills the program when its nth create is about to leave; committed tells whether it arrives all the same.
func dieAtCreate(r *rig, n int, committed func(i int) bool) {
	r.onRequest = func(req *http.Request, nth int) {
		if requestKind(req.Method, req.URL.Path) != http.MethodPost || nth != n {
			return
		}
		if committed(n - 1) {
			r.server.Add(stranger(n - 1))
		}
		r.kill()
	}
}

// made and notMade tell of each row the same.
func made(int) bool    { return true }
func notMade(int) bool { return false }

// TestCaseKilledWhileSettling kills a run that settles what a killed run left, at each write of its ledger, one after the
// other; then the next run ends well, with each contact once and the report right.
func TestCaseKilledWhileSettling(t *testing.T) {
	t.Parallel()
	for write := 1; ; write++ {
		dead := false
		t.Run(fmt.Sprintf("write %d", write), func(t *testing.T) {
			inRig(t, simulator.Options{}, func(r *rig) {
				r.ledger.Survivors = func(pending int) int { return write % (pending + 1) }
				r.faults("lose=at:2", "500=at:3@POST", "no-location=at:4")
				dieAtCreate(r, 6, made)
				r.run(-1, people(0, 7))
				r.onRequest = nil
				r.faults("lose=at:1")
				r.killAt = write
				dead = killed(r, people(0, 7))
				r.run(0, people(0, 7))
				r.once(0, 7)
				for i := range 7 {
					if row := r.report()[i]; row.id == 0 || row.id != r.idsOf(personName(i))[0] {
						r.Errorf("row %d: %+v, the organisation has %v", i+1, row, r.idsOf(personName(i)))
					}
				}
			})
		})
		if t.Failed() || !dead {
			if write < 10 {
				t.Errorf("only %d writes were tried", write)
			}
			return
		}
	}
}

// killed runs the import and reports whether it was killed on the way.
func killed(r *rig, input string) (dead bool) {
	on := r.ledger.OnWrite
	r.ledger.OnWrite = func() (bool, bool) {
		kill, after := on()
		dead = dead || kill
		return kill, after
	}
	defer func() { r.ledger.OnWrite = on }()
	r.runAny(input)
	return dead
}

// TestCaseWaitingForItsSlot shows that a row which waited for the budget when the process died has no intent: the next
// run need not find out anything about it.
func TestCaseWaitingForItsSlot(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		r.ledger.Survivors = func(pending int) int { return pending } // results ride with the next commit
		go func() {
			time.Sleep(30 * time.Second)
			r.kill()
		}()
		r.run(-1, people(0, 20), "--rate", "10/1m", "--concurrency", "8")
		if intents, posts := r.ledger.Intents(), r.arrived(http.MethodPost); intents != posts || posts == 0 || posts >= 20 {
			r.Errorf("%d intents and %d creates", intents, posts)
		}
		open, err := r.ledger.InDoubt(r.Context(), ledger.Scope{Host: "cdn.emnify.net", Org: ownOrg})
		if err != nil || len(open) != 0 {
			r.Errorf("%d attempts are open (%v), want none: all answers had come", len(open), err)
		}
		if d := elapsed(func() { r.run(0, people(0, 20)) }); d > time.Minute {
			r.Errorf("the next run took %s: it waited for something", d)
		}
		r.once(0, 20)
		r.posts(20)
	})
}

// TestCaseEditedRow edits a row between two attempts: the old one is settled, and the new one is another row with the
// same key.
func TestCaseEditedRow(t *testing.T) {
	t.Parallel()
	edited := "Name,E-mail,Phone\n" + personRow(0) + strings.Replace(personRow(1), "+4930", "+4940", 1)
	for name, test := range map[string]struct {
		committed     func(int) bool
		status, codes string
		attempts      int
		phone         string
	}{
		"the first one was made":     {made, "exists", "exists.differs", 0, "+49301230001"},
		"the first one was not made": {notMade, "created", "", 1, "+49401230001"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inRig(t, simulator.Options{}, func(r *rig) {
				dieAtCreate(r, 2, test.committed)
				r.run(-1, people(0, 2))
				r.onRequest = nil
				r.run(0, edited)
				r.row(1, "created", "", 1)
				r.row(2, test.status, test.codes, test.attempts)
				r.once(0, 2)
				if !strings.Contains(readSummary(r), `"orphans": 1`) {
					r.Errorf("the summary does not tell of the attempt without a row:\n%s", readSummary(r))
				}
				for _, c := range r.server.Contacts(ownOrg) {
					if c.Name == personName(1) && c.Phone != test.phone {
						r.Errorf("its number is %s, want %s", c.Phone, test.phone)
					}
				}
			})
		})
	}
}

// TestCaseRecentlyCreated shows that what a run created less than the settle time ago is there, whatever a listing shows;
// after that the listing decides, and what it does not show was deleted by somebody.
func TestCaseRecentlyCreated(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		wait   time.Duration
		status string
		codes  string
	}{
		"within the settle time": {140 * time.Second, "exists", "exists.recent"},
		"after it":               {160 * time.Second, "gone", "contact.gone"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inRig(t, simulator.Options{}, func(r *rig) {
				time.Sleep(24 * time.Hour)
				r.run(0, people(0, 3))
				time.Sleep(test.wait)
				r.faults("stale=100%/1h")
				r.run(0, people(0, 3))
				for i := range 3 {
					r.row(i+1, test.status, test.codes, 0)
				}
				r.posts(3)
			})
		})
	}
}

// TestCaseRecentlyCreatedInALongRun shows that what a row was judged by stays so: the report of a run that takes longer
// than the settle time still knows the contact that was made a moment before it.
func TestCaseRecentlyCreatedInALongRun(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		time.Sleep(24 * time.Hour)
		nameOnly := "Name,City\nAnn Lee,Ulm\n"
		r.run(0, nameOnly)
		made := r.idsOf("Ann Lee")
		time.Sleep(140 * time.Second)
		r.faults("stale=100%/1h")
		for i := range 40 {
			nameOnly += personName(i) + ",Bonn\n"
		}
		r.run(0, nameOnly, "--rate", "1/1s")
		if id := r.row(1, "exists", "exists.recent", 0); len(made) != 1 || id != made[0] {
			t.Errorf("the report says contact %d, and %d was made", id, made)
		}
		r.posts(41)
	})
}

// TestCaseRecentlyCreatedUnderAnotherRow shows the same for an edited row: what counts is the key.
func TestCaseRecentlyCreatedUnderAnotherRow(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		time.Sleep(24 * time.Hour)
		r.run(0, people(0, 1))
		r.faults("stale=100%/1h")
		r.run(0, strings.Replace(people(0, 1), "+4930", "+4940", 1))
		r.row(1, "exists", "exists.recent", 0)
		r.posts(1)
	})
}

// TestCaseRefusalBindsWithinTheOpenRun shows that a refused row is not sent again by a run that goes on with the one that
// was refused, and is by the run after that.
func TestCaseRefusalBindsWithinTheOpenRun(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		r.faults("422=at:1")
		dieAtCreate(r, 3, notMade)
		r.run(-1, people(0, 4))
		r.onRequest = nil
		r.run(3, people(0, 4))
		r.row(1, "failed", "api.refused", 1)
		r.row(3, "created", "", 2)
		r.row(4, "created", "", 1)
		r.posts(5 - 1) // the third one's first attempt died on its way
		r.run(0, people(0, 4))
		r.row(1, "created", "", 2)
		r.posts(5)
		r.once(0, 4)
	})
}

// TestCaseOlderNormalForm has attempts in the ledger whose hashes were made by an older version.
func TestCaseOlderNormalForm(t *testing.T) {
	t.Parallel()
	type settings struct {
		faults        []string
		made          bool
		exit          int
		status, codes string
		posts         int
	}
	for name, test := range map[string]settings{
		"it was made":                       {nil, true, 0, "exists", "", 0},
		"it was not made":                   {nil, false, 0, "created", "", 1},
		"nobody can find out: not sent":     {[]string{"cached=100%/10h"}, true, 3, "uncertain", "earlier.unclear", 0},
		"not made, and nobody can find out": {[]string{"cached=100%/10h"}, false, 3, "uncertain", "earlier.unclear", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inRig(t, simulator.Options{}, func(r *rig) {
				time.Sleep(24 * time.Hour)
				c := contact.Contact{Name: personName(0), Email: "p0@example.com", Phone: "+49301230000"}
				begin(r, ledger.RowKey{
					Scope: ledger.Scope{Host: "cdn.emnify.net", Org: ownOrg},
					Fingerprint: contact.Fingerprint{
						Content: contact.Hash{1}, Key: contact.Hash{2}, Identifiers: c.Identifiers(r.ledger.Key()), Version: contact.Version - 1,
					},
				})
				if test.made {
					r.server.Add(stranger(0))
				}
				r.faults(test.faults...)
				r.run(test.exit, people(0, 1))
				r.row(1, test.status, test.codes, test.posts)
				r.posts(test.posts)
			})
		})
	}
}

// begin notes a run of an earlier version that died with one open attempt.
func begin(r *rig, key ledger.RowKey) {
	r.Helper()
	ctx := r.Context()
	run := ledger.Run{ID: "older", Command: "import", Started: time.Now()}
	intent := ledger.Intent{Run: run.ID, Seq: 1, Row: key, Action: outcome.Create, Attempt: 1, At: time.Now()}
	for _, err := range []error{
		r.ledger.Begin(ctx, run), r.ledger.Baseline(ctx, run.ID, key.Scope, nil), r.ledger.Intend(ctx, intent),
	} {
		if err != nil {
			r.Fatal(err)
		}
	}
}

// TestCaseSettleCommand shows that the command finds out what an import left, sends nothing, and that the next import
// goes on rightly.
func TestCaseSettleCommand(t *testing.T) {
	t.Parallel()
	for name, committed := range map[string]func(int) bool{"made": made, "not made": notMade} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inRig(t, simulator.Options{}, func(r *rig) {
				dieAtCreate(r, 2, committed)
				r.run(-1, people(0, 3))
				r.onRequest = nil
				r.command(0, "settle")
				r.posts(1)
				if text := r.out.String(); !strings.Contains(text, "1 attempt unclear") {
					r.Errorf("it says:\n%s", text)
				}
				if d := elapsed(func() { r.run(0, people(0, 3)) }); d > time.Minute {
					r.Errorf("the import took %s: it settled again", d)
				}
				r.once(0, 3)
			})
		})
	}
}

// TestCaseSettleTwice shows that nothing is unclear when it was found out, and that the wait is the settle time.
func TestCaseSettleTwice(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, t.TempDir(), simulator.New(simulator.Options{}))
		dieAtCreate(r, 1, made)
		r.run(-1, people(0, 1))
		r.onRequest = nil
		if d := elapsed(func() { r.command(0, "settle") }); d < 150*time.Second || d > 151*time.Second {
			r.Errorf("settling took %s, want 150 s from the lock on", d)
		}
		if d := elapsed(func() { r.command(0, "settle") }); d > time.Second || !strings.Contains(r.out.String(), "nothing is unclear") {
			r.Errorf("the second time it took %s and said:\n%s", d, &r.out)
		}
	})
}
