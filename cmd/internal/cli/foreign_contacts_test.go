package cli_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/contactsync/contactsync/importer/simulator"
)

func TestCaseIdenticalRows(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		r.faults("lose=first:1")
		r.run(0, "Name,E-mail,Phone\n"+personRow(0)+personRow(0)+personRow(1)+personRow(0))
		id := r.row(1, "created", "", 1)
		if ids := r.idsOf(personName(0)); len(ids) != 1 || ids[0] != id {
			r.Errorf("row 1 is told to be %d, the organisation has %v", id, ids)
		}
		r.row(2, "duplicate", "", 0)
		r.row(3, "created", "", 1)
		r.row(4, "duplicate", "", 0)
		r.posts(2)
	})
}

// somebodyFirst makes a row's contact right before our own create of it leaves.
func somebodyFirst(r *rig, row int) {
	r.onRequest = func(req *http.Request, nth int) {
		if requestKind(req.Method, req.URL.Path) == http.MethodPost && nth == 1 {
			r.server.Add(stranger(row))
		}
	}
}

func TestCaseMadeByAnotherBetweenListingAndCreate(t *testing.T) {
	t.Parallel()
	t.Run("our answer comes: both stand, ours is told", func(t *testing.T) {
		t.Parallel()
		inRig(t, simulator.Options{}, func(r *rig) {
			somebodyFirst(r, 0)
			r.run(0, people(0, 2))
			id := r.row(1, "created", "key.twice", 1)
			if ids := r.idsOf(personName(0)); len(ids) != 2 || ids[1] != id {
				r.Errorf("row 1 is told to be %d of %v, want the second one, which its 201 named", id, ids)
			}
			r.row(2, "created", "", 1)
			r.posts(2)
		})
	})
	t.Run("our answer is lost and it was made: nobody knows which is ours", func(t *testing.T) {
		t.Parallel()
		inRig(t, simulator.Options{}, func(r *rig) {
			somebodyFirst(r, 0)
			r.faults("lose=first:1")
			r.run(3, people(0, 2))
			r.row(1, "uncertain", "api.unclear unclear.candidates", 1)
			r.row(2, "created", "", 1)
			r.posts(2)
			r.onRequest = nil
			r.run(0, people(0, 2))
			if id := r.row(1, "exists", "exists.several unclear.candidates", 0); id != r.idsOf(personName(0))[0] {
				r.Errorf("row 1 is told to be %d, want the lowest of %v", id, r.idsOf(personName(0)))
			}
			r.posts(2)
		})
	})
	t.Run("our answer is lost and it was not made: one contact, told once", func(t *testing.T) {
		t.Parallel()
		inRig(t, simulator.Options{}, func(r *rig) {
			somebodyFirst(r, 0)
			r.faults("500=first:1@POST")
			r.run(0, people(0, 2))
			if id := r.row(1, "created", "", 1); len(r.idsOf(personName(0))) != 1 || id != r.idsOf(personName(0))[0] {
				r.Errorf("row 1 is told to be %d, the organisation has %v", id, r.idsOf(personName(0)))
			}
			r.once(0, 2)
			r.posts(2)
		})
	})
}

// TestCaseAnotherBesideOurOnly shows that a contact which somebody makes after ours was found is not taken for a twin of
// ours: the only request that we sent has made the first one. With --twins remove it would be deleted.
func TestCaseAnotherBesideOurOnly(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		r.faults("lose=first:1")
		r.onRequest = func(req *http.Request, nth int) {
			if requestKind(req.Method, req.URL.Path) == "LIST" && nth == 3 { // compare, settle, close
				r.server.Add(stranger(0))
			}
		}
		r.run(0, people(0, 1), "--twins", "remove")
		if id := r.row(1, "created", "key.twice", 1); len(r.idsOf(personName(0))) != 2 || id != r.idsOf(personName(0))[0] {
			r.Errorf("row 1 is told to be %d, the organisation has %v", id, r.idsOf(personName(0)))
		}
		if n := r.arrived(http.MethodDelete); n != 0 {
			r.Errorf("%d deletes were sent: the second contact is somebody else's", n)
		}
	})
}

// TestCaseStoredOtherwise shows what is told of a contact whose answer was lost and which the service, or somebody,
// changed before it was looked for. It is never sent again.
func TestCaseStoredOtherwise(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change        func(*simulator.Contact)
		status, codes string
		exit          int
	}{
		"blanks around and within": {func(c *simulator.Contact) { c.Name = " Person  Aaa " }, "created", "", 0},
		"number with blanks":       {func(c *simulator.Contact) { c.Phone = "+49 30 1230000" }, "created", "", 0},
		"folded address":           {func(c *simulator.Contact) { c.Email = "P0@EXAMPLE.COM" }, "created", "", 0},
		"cut name":                 {func(c *simulator.Contact) { c.Name = "Person A" }, "created", "stored.differs", 0},
		"number lost":              {func(c *simulator.Contact) { c.Phone = "" }, "created", "stored.differs", 0},
		"town added":               {func(c *simulator.Contact) { c.City = "Bonn" }, "created", "stored.differs", 0},
		"another address":          {func(c *simulator.Contact) { c.Email = "other@example.org" }, "uncertain", "api.unclear unclear.candidates", 3},
		"another type":             {func(c *simulator.Contact) { c.Type = 7 }, "uncertain", "api.unclear unclear.candidates", 3},
		"only the number is left": {
			func(c *simulator.Contact) { c.Email, c.Name = "", "Somebody" }, "uncertain", "api.unclear unclear.candidates", 3,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inRig(t, simulator.Options{}, func(r *rig) {
				r.faults("lose=first:1")
				r.onRequest = func(req *http.Request, nth int) {
					if requestKind(req.Method, req.URL.Path) == "LIST" && nth == 2 {
						r.server.Edit(ownOrg, r.idsOf(personName(0))[0], test.change)
					}
				}
				r.run(test.exit, people(0, 1))
				if id := r.row(1, test.status, test.codes, 1); id == 0 && test.exit == 0 {
					r.Error("the row has no contact")
				}
				r.posts(1)
				r.onRequest = nil
				r.run(test.exit, people(0, 1)) // the next run does not make it either
				r.posts(1)
			})
		})
	}
}

// TestCaseTwoMachines has two ledgers that never meet and the same file.
func TestCaseTwoMachines(t *testing.T) {
	t.Parallel()
	t.Run("one after the other", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		inRig(t, simulator.Options{}, func(one *rig) {
			two := newRig(one.T, dir, one.server)
			one.run(0, people(0, 5))
			time.Sleep(time.Second)
			two.run(0, people(0, 5))
			for i := range 5 {
				if a, b := one.row(i+1, "created", "", 1), two.row(i+1, "exists", "", 0); a != b || a == 0 {
					one.Errorf("row %d is %d for one machine and %d for the other", i+1, a, b)
				}
			}
			one.posts(5)
		})
	})
	t.Run("at the same time, all answers lost", func(t *testing.T) {
		t.Parallel()
		dir := t.TempDir()
		inRig(t, simulator.Options{Latency: time.Second}, func(one *rig) {
			two := newRig(one.T, dir, one.server)
			one.faults("lose=100%")
			done := make(chan struct{})
			go func() {
				defer close(done)
				two.run(3, people(0, 5))
			}()
			one.run(3, people(0, 5))
			<-done
			one.posts(10)
			one.faults()
			one.run(0, people(0, 5))
			two.run(0, people(0, 5))
			for i := range 5 {
				a, b := one.report()[i], two.report()[i]
				if lowest := one.idsOf(personName(i))[0]; a.id != lowest || b.id != lowest || a.status != "exists" || b.status != "exists" {
					one.Errorf("row %d is %+v for one machine and %+v for the other, want the lowest id, %d", i+1, a, b, lowest)
				}
			}
			one.posts(10)
		})
	})
}

// TestCaseListedBefore shows that a contact which was there before the attempt keeps nobody from being sent again, however
// much it has in common with the row.
func TestCaseListedBefore(t *testing.T) {
	t.Parallel()
	old := stranger(0)
	old.Email = "other@example.org"
	t.Run("the answer is lost", func(t *testing.T) {
		t.Parallel()
		inRig(t, simulator.Options{Contacts: []simulator.Contact{old}}, func(r *rig) {
			r.faults("500=at:1@POST")
			r.run(0, people(0, 1))
			r.row(1, "created", "", 2)
			r.posts(2)
		})
	})
	t.Run("the process dies", func(t *testing.T) {
		t.Parallel()
		inRig(t, simulator.Options{Contacts: []simulator.Contact{old}}, func(r *rig) {
			dieAtCreate(r, 1, notMade)
			r.run(-1, people(0, 1))
			r.onRequest = nil
			r.run(0, people(0, 1))
			r.row(1, "created", "", 2)
			r.posts(1)
		})
	})
}

// TestCaseSharedMailbox has two people with one address: one whose answer was lost and who was not made, and one whose
// answer did not tell an id. The contact of the second one is not taken for the first one's.
func TestCaseSharedMailbox(t *testing.T) {
	t.Parallel()
	const input = "Name,E-mail\nAnn Lee,office@example.com\nBob Ray,office@example.com\nCarl Day,carl@example.com\n"
	check := func(r *rig) {
		r.Helper()
		for i, name := range []string{"Ann Lee", "Bob Ray", "Carl Day"} {
			ids, row := r.idsOf(name), r.report()[i]
			if len(ids) != 1 || row.id != ids[0] || row.status != "created" {
				r.Errorf("%s: %+v, the organisation has %v", name, row, ids)
			}
		}
	}
	t.Run("in one run", func(t *testing.T) {
		t.Parallel()
		inRig(t, simulator.Options{Latency: time.Second}, func(r *rig) {
			r.faults("500=at:1@POST", "no-location=100%") // of the two that are sent at once one is lost
			r.run(0, input, "--concurrency", "2")
			check(r)
		})
	})
	t.Run("over a kill", func(t *testing.T) {
		t.Parallel()
		inRig(t, simulator.Options{Latency: time.Second}, func(r *rig) {
			r.ledger.Survivors = func(pending int) int { return pending }
			r.faults("no-location=at:1")
			dieAtCreate(r, 2, notMade)
			r.run(-1, input)
			r.onRequest = nil
			r.faults()
			r.run(0, input)
			check(r)
		})
	})
}

// TestCaseIDsThatAStaleListingLacks has a listing at the end that does not show yet what was made last, out of a cache or
// not: it is asked for again until it names what no answer named, and gives up after as many looks as are allowed.
func TestCaseIDsThatAStaleListingLacks(t *testing.T) {
	t.Parallel()
	twin := stranger(4)
	twin.Name, twin.Email = "Somebody Else", "else@example.com"
	tests := map[string]struct {
		faults []string
		others bool // somebody with the same number comes during the run
		flags  []string
		known  bool
		looks  int
	}{
		"stale once":                {[]string{"stale=at:2/1h"}, false, nil, true, 2},
		"stale for a minute":        {[]string{"stale=after:1/1m"}, false, nil, true, 5},
		"cached for a minute":       {[]string{"cached=after:1/1m"}, false, nil, true, 8},
		"stale for two minutes":     {[]string{"stale=after:1/2m"}, false, nil, true, 7},
		"somebody agrees with it":   {[]string{"stale=at:2/1500ms"}, true, nil, true, 2},
		"stale for good":            {[]string{"stale=after:1/1h"}, false, nil, false, 8},
		"stale, and one look only":  {[]string{"stale=at:2/1h"}, false, []string{"--max-attempts", "1"}, false, 1},
		"stale, and two looks only": {[]string{"stale=at:2/1h"}, false, []string{"--max-attempts", "2"}, true, 2},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inRig(t, simulator.Options{Latency: time.Second}, func(r *rig) {
				r.faults(append(test.faults, "no-location=100%")...)
				if test.others {
					r.at(http.MethodPost, 1, func(string) { r.server.Add(twin) })
				}
				r.run(0, people(0, 5), test.flags...)
				for i, row := range r.report() {
					ids := r.idsOf(personName(i))
					switch {
					case len(ids) != 1 || row.status != "created":
						r.Errorf("row %d: %+v, the organisation has %v", i+1, row, ids)
					case test.known && (row.id != ids[0] || row.codes != ""):
						r.Errorf("row %d: %+v, want the id %d", i+1, row, ids[0])
					case !test.known && (row.id != 0 || row.codes != "contact.id_unknown"):
						r.Errorf("row %d: %+v, want no id, and that told", i+1, row)
					}
				}
				if looks := r.arrived("LIST") - 1; looks != test.looks && looks != 2*test.looks { // past a cache twice
					r.Errorf("%d listings at the end, want %d", looks, test.looks)
				}
				r.posts(5)
			})
		})
	}
}
