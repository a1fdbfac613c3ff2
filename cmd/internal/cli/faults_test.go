package cli_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/contactsync/contactsync/importer/simulator"
)

// TestCaseIDsThatNoAnswerNamed costs one listing for all rows, the one at the end.
func TestCaseIDsThatNoAnswerNamed(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"no-location=100%", "odd-location=100%", "relative-location=100%"} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			inRig(t, simulator.Options{}, func(r *rig) {
				r.faults(fault)
				r.run(0, people(0, 42))
				if lists := r.arrived("LIST"); lists != 2 {
					r.Errorf("%d listings, want 2", lists)
				}
				for i, row := range r.report() {
					if ids := r.idsOf(personName(i)); row.status != "created" || row.codes != "" || len(ids) != 1 || row.id != ids[0] {
						r.Errorf("row %d: %+v, the organisation has %v", i+1, row, ids)
					}
				}
				r.posts(42)
			})
		})
	}
}

// TestCaseTenPercentFaults bounds what faults cost: at most 1.3 requests a row, everything counted.
func TestCaseTenPercentFaults(t *testing.T) {
	t.Parallel()
	const rows = 400
	for name, faults := range map[string][]string{
		"lost answers":    {"lose=10%@POST"},
		"refused":         {"500=10%@POST"},
		"of all kinds":    {"lose=2%@POST", "reset=2%@POST", "drop=2%@POST", "502-commit=2%@POST", "504=2%@POST"},
		"anything at all": {"500=10%"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inRig(t, simulator.Options{Seed: 11, Latency: 100 * time.Millisecond}, func(r *rig) {
				r.faults(faults...)
				r.run(0, people(0, rows), "--concurrency", "8")
				r.faults()
				if n := r.server.Count(); n > rows*13/10 {
					r.Errorf("%d requests for %d rows, want at most %d", n, rows, rows*13/10)
				}
				r.once(0, rows)
			})
		})
	}
}

// TestCaseOutage shows that an API which goes away is left alone soon, and that the same command goes on when it is back.
func TestCaseOutage(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"503=100%", "drop=100%", "silence=100%", "504-commit=100%@POST"} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			inRig(t, simulator.Options{Latency: 50 * time.Millisecond}, func(r *rig) {
				before := 0
				r.onRequest = func(req *http.Request, nth int) {
					if requestKind(req.Method, req.URL.Path) == http.MethodPost && nth == 20 {
						before = r.server.Count()
						r.faults(fault)
					}
				}
				r.run(4, people(0, 300), "--concurrency", "16")
				if n := r.server.Count() - before; before == 0 || n > 100 {
					r.Errorf("%d requests after it went away, want at most 100", n)
				}
				r.faults()
				r.onRequest = nil
				r.run(0, people(0, 300), "--concurrency", "16")
				r.once(0, 300)
			})
		})
	}
}

// TestCaseServersClock has a server whose clock is a day off: the life of a token goes by what its claims are apart.
func TestCaseServersClock(t *testing.T) {
	t.Parallel()
	for name, skew := range map[string]time.Duration{"a day ahead": 24 * time.Hour, "a day behind": -24 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inRig(t, simulator.Options{ClockSkew: skew, Latency: 200 * time.Millisecond}, func(r *rig) {
				r.faults("lose=at:7", "429-date=at:9/20s")
				r.run(0, people(0, 20))
				if n := r.arrived("AUTH"); n != 1 {
					r.Errorf("%d authentications, want 1", n)
				}
				r.once(0, 20)
			})
		})
	}
}

// TestCaseLateCommit has a service that creates the contact later than the settle time: the assumption under which
// nothing is made twice does not hold, and that is told, or mended where the user wants it.
func TestCaseLateCommit(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		flags []string
		exit  int
		codes string
		left  int
	}{
		"told":    {nil, 3, "contact.twice", 2},
		"removed": {[]string{"--twins", "remove"}, 0, "contact.twice_removed", 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inRig(t, simulator.Options{}, func(r *rig) {
				r.faults("504=at:1@POST")
				r.onRequest = func(req *http.Request, nth int) {
					if requestKind(req.Method, req.URL.Path) == http.MethodPost && nth == 4 {
						r.server.Add(stranger(0)) // between the second listing and our next create
					}
				}
				r.run(test.exit, people(0, 3), test.flags...)
				id := r.row(1, "created", test.codes, 2)
				if ids := r.idsOf(personName(0)); len(ids) != test.left || id != ids[len(ids)-1] {
					r.Errorf("row 1 is told to be %d, which its 201 named; the organisation has %v", id, ids)
				}
				r.once(1, 2)
				r.posts(4)
			})
		})
	}
}

// TestCaseTwinWhoseDeleteIsLost removes the second contact of a late commit, and gets no answer to that: it looks, and
// deletes again what is still there, which it may. Nobody is told to do what the run was told to do.
func TestCaseTwinWhoseDeleteIsLost(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		faults  []string
		edited  bool // somebody takes the second contact into use when its first delete has left
		exit    int
		codes   string
		left    int
		deletes int
	}{
		"done, and not answered":     {[]string{"lose=first:1@DELETE"}, false, 0, "contact.twice_removed", 1, 1},
		"not done":                   {[]string{"500=first:1@DELETE"}, false, 0, "contact.twice_removed", 1, 2},
		"not done three times":       {[]string{"504=first:3@DELETE"}, false, 0, "contact.twice_removed", 1, 4},
		"never done":                 {[]string{"500=100%@DELETE"}, false, 3, "contact.twice contact.twice_unclear", 2, 8},
		"refused":                    {[]string{"403=100%@DELETE"}, false, 3, "contact.twice", 2, 1},
		"not done, and in use since": {[]string{"500=first:1@DELETE"}, true, 3, "contact.twice contact.twice_unclear", 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inRig(t, simulator.Options{}, func(r *rig) {
				r.faults(append(test.faults, "504=at:1@POST")...)
				r.onRequest = func(req *http.Request, nth int) {
					switch kind := requestKind(req.Method, req.URL.Path); {
					case kind == http.MethodPost && nth == 4:
						r.server.Add(stranger(0)) // between the second listing and our next create
					case kind == http.MethodDelete && test.edited:
						r.server.Edit(ownOrg, r.idsOf(personName(0))[0], func(c *simulator.Contact) { c.Name = "In Use" })
					}
				}
				r.run(test.exit, people(0, 3), "--twins", "remove")
				r.row(1, "created", test.codes, 2)
				if ids := r.idsOf(personName(0)); len(ids) != test.left {
					r.Errorf("the organisation has %v", ids)
				}
				if n := r.arrived(http.MethodDelete); n != test.deletes {
					r.Errorf("%d deletes, want %d", n, test.deletes)
				}
				if data, err := os.ReadFile(filepath.Join(r.dir, "report", "report.csv")); err != nil || strings.Contains(string(data), "--twins remove") {
					r.Errorf("the report tells to give the flag that was given: %v\n%s", err, data)
				}
			})
		})
	}
}
