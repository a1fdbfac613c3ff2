package cli_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/contactsync/contactsync/importer/simulator"
)

// TestCaseListedAgainInANewWindow shows that what somebody else made while the run waited for a new window exists, and
// that the listing is taken once a window, not once a row.
func TestCaseListedAgainInANewWindow(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		r.onRequest = func(req *http.Request, nth int) {
			if requestKind(req.Method, req.URL.Path) == http.MethodPost && nth == 3 {
				r.server.Add(stranger(18))
			}
		}
		r.run(0, people(0, 20), "--rate", "10/1m")
		r.row(19, "exists", "", 0)
		r.once(0, 20)
		r.posts(19)
		if lists := r.arrived("LIST"); lists < 3 || lists > 5 {
			r.Errorf("%d listings: want one at the start, one at the end and one for each of the windows", lists)
		}
		if most := r.server.MaxInWindow(time.Minute); most > 10 {
			r.Errorf("%d requests in a minute", most)
		}
	})
}

// TestCaseDeletesLookedAtInANewWindow shows that a prune which waits for a new window sees what somebody has changed meanwhile, and
// leaves it alone; the next run does what --on-conflict says.
func TestCaseDeletesLookedAtInANewWindow(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		sync := func(code int, rows int, flags ...string) {
			args := r.importArgs(people(0, rows), append([]string{"--job", "crm", "--prune", "--max-deletes", "100%"}, flags...)...)
			args[0] = "sync"
			r.command(code, args...)
		}
		sync(0, 20)
		last := r.row(20, "created", "", 1)
		r.onRequest = func(req *http.Request, nth int) {
			if req.Method == http.MethodDelete && nth == 3 {
				r.server.Edit(ownOrg, last, func(c *simulator.Contact) { c.City = "Elsewhere" })
			}
		}
		sync(3, 1, "--rate", "10/1m", "--accept-shape")
		r.row(19, "deleted", "", 1)
		r.row(20, "failed", "conflict", 0)
		r.onRequest = nil
		sync(0, 1, "--on-conflict", "remote", "--accept-shape")
		r.row(2, "exists", "conflict", 0)
		if got := r.arrived(http.MethodDelete); got != 18 {
			r.Errorf("%d deletes", got)
		}
	})
}

// TestCaseQuota shows that a run which hears nothing but 429 for ten minutes ends, and names the day on which the quota of
// the month begins anew. A request budget of its own changes nothing about that.
func TestCaseQuota(t *testing.T) {
	t.Parallel()
	for _, flags := range [][]string{nil, {"--rate", "5/1s"}} {
		t.Run(strings.Join(flags, " "), func(t *testing.T) {
			t.Parallel()
			inRig(t, simulator.Options{}, func(r *rig) {
				r.onRequest = func(req *http.Request, nth int) {
					if requestKind(req.Method, req.URL.Path) == http.MethodPost && nth == 3 {
						r.faults("429=100%")
					}
				}
				d := elapsed(func() { r.run(4, people(0, 5), flags...) })
				if d < 10*time.Minute || d > 11*time.Minute {
					r.Errorf("it ended after %s, want twice the window of 5 minutes", d)
				}
				if text := r.out.String(); !strings.Contains(text, "2000-02-01 00:00 UTC") { // a bubble begins on 1 January 2000
					r.Errorf("it does not name the first of the next month:\n%s", text)
				}
				r.row(2, "created", "", 1)
				r.row(3, "not_attempted", "", 0)
				r.onRequest = nil
				r.faults()
				r.run(0, people(0, 5))
				r.once(0, 5)
			})
		})
	}
}

// TestCaseLimitedByOthers has others behind the address use up its limit: a run waits for the service's window, however
// short the windows of its own budget are, and no longer between two probes than it was told to.
func TestCaseLimitedByOthers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault string
		flags []string
		most  time.Duration
	}{
		"nearly a window":            {"429=first:14@POST", []string{"--rate", "5/1s"}, 5 * time.Minute},
		"many, with a short backoff": {"429=first:10@POST", []string{"--max-backoff", "1s"}, 11 * time.Second},
		"a short backoff and budget": {"429=first:10@POST", []string{"--max-backoff", "1s", "--rate", "5/1s"}, 15 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inRig(t, simulator.Options{}, func(r *rig) {
				r.faults(test.fault)
				if d := elapsed(func() { r.run(0, people(0, 3), test.flags...) }); d > test.most {
					r.Errorf("it took %s, want at most %s", d, test.most)
				}
				r.once(0, 3)
				for row := range 3 {
					r.row(row+1, "created", "", 1)
				}
			})
		})
	}
}

// TestCaseLongRun takes more than five and a half hours, and outlives its token.
func TestCaseLongRun(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{Latency: 200 * time.Millisecond}, func(r *rig) {
		r.faults("lose=every:50")
		d := elapsed(func() { r.run(0, people(0, 240), "--rate", "40/1h") })
		if d < 330*time.Minute {
			r.Errorf("it took %s only", d)
		}
		if n := r.arrived("AUTH"); n != 1+int(d/(4*time.Hour)) {
			r.Errorf("%d authentications in %s, want one each 4 hours", n, d)
		}
		r.once(0, 240)
		r.posts(240)
	})
}
