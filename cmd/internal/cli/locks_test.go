package cli_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/simulator"
	"github.com/contactsync/contactsync/report"
)

const otherOrg = 5460 // of the simulator's default organisations

// occupy has an organisation for so long, as another run would.
func (r *rig) occupy(org int64, d time.Duration) {
	r.Helper()
	unlock, err := r.ledger.Lock(r.Context(), ledger.Scope{Host: "cdn.emnify.net", Org: org})
	if err != nil {
		r.Fatal(err)
	}
	time.AfterFunc(d, func() {
		if err := unlock(); err != nil {
			r.Error(err)
		}
	})
}

// isFree reports whether a run could have an organisation now.
func (r *rig) isFree(org int64) bool {
	unlock, err := r.ledger.Lock(r.Context(), ledger.Scope{Host: "cdn.emnify.net", Org: org})
	if err != nil {
		return false
	}
	return unlock() == nil
}

// reportIsFree reports whether a run could have the report's folder now.
func (r *rig) reportIsFree() bool {
	claim, err := report.ClaimFolder(filepath.Join(r.dir, "report"))
	if err != nil {
		return false
	}
	return claim.Release() == nil
}

// TestCaseWaitsForTheLock shows a run that lets another one of its organisation end, and lists nothing before that.
func TestCaseWaitsForTheLock(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		r.occupy(ownOrg, 5*time.Minute)
		listed := false
		r.onRequest = func(req *http.Request, _ int) {
			if requestKind(req.Method, req.URL.Path) == "LIST" {
				listed = true
			}
		}
		time.AfterFunc(4*time.Minute, func() {
			if listed {
				r.Error("it was listed before the lock was had")
			}
			if !r.reportIsFree() {
				r.Error("the report's folder is kept from other runs while this one waits")
			}
		})
		waited := elapsed(func() { r.run(0, people(0, 2), "--retry-lock", "10m") })
		if waited < 5*time.Minute || waited > 6*time.Minute {
			t.Errorf("it took %s", waited)
		}
		r.once(0, 2)
		if !listed {
			t.Error("nothing was listed at all")
		}
	})
}

// TestCaseLockNotHad shows a run that gives up, and one that does not wait.
func TestCaseLockNotHad(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		for _, flags := range [][]string{nil, {"--retry-lock", "90s"}, {"--retry-lock", "500ms"}} {
			patience := time.Duration(0)
			if flags != nil {
				patience, _ = time.ParseDuration(flags[1])
			}
			r.occupy(ownOrg, time.Hour) // until the end of the run that it is in the way of
			waited := elapsed(func() { r.run(5, people(0, 2), flags...) })
			if waited < patience || waited > patience+time.Second {
				t.Errorf("%v: it took %s", flags, waited)
			}
			if patience > 0 && !strings.Contains(r.out.String(), "did not end within --retry-lock") {
				t.Errorf("%v: %s", flags, &r.out)
			}
			if _, err := os.Stat(filepath.Join(r.dir, "report")); err == nil {
				t.Errorf("%v: there is a report of a run that was none", flags)
			}
		}
		r.posts(0)
	})
}

// TestCaseStoppedWhileWaiting shows that a signal and the time limit end the wait, resumably.
func TestCaseStoppedWhileWaiting(t *testing.T) {
	t.Parallel()
	for _, held := range []string{"organisation", "report folder"} {
		t.Run(held, func(t *testing.T) {
			t.Parallel()
			inRig(t, simulator.Options{}, func(r *rig) {
				if held == "organisation" {
					r.occupy(ownOrg, time.Hour)
				} else {
					claim, err := report.ClaimFolder(filepath.Join(r.dir, "report"))
					if err != nil {
						t.Fatal(err)
					}
					defer claim.Release()
				}
				time.AfterFunc(30*time.Second, func() { r.signal <- syscall.SIGTERM })
				waited := elapsed(func() { r.run(4, people(0, 2), "--retry-lock", "10m") })
				if waited < 30*time.Second || waited > 31*time.Second {
					t.Errorf("a signal after 30 s ended it after %s", waited)
				}
				if held == "organisation" {
					r.occupy(ownOrg, time.Hour)
				}
				waited = elapsed(func() { r.run(4, people(0, 2), "--retry-lock", "10m", "--max-duration", "20s") })
				if waited < 20*time.Second || waited > 21*time.Second {
					t.Errorf("--max-duration 20s ended it after %s", waited)
				}
				if held == "organisation" {
					for n, row := range r.report() {
						if row.status != "not_attempted" {
							t.Errorf("row %d: %s", n+1, row.status)
						}
					}
				}
				r.posts(0)
			})
		})
	}
}

// TestCaseAllLocksOrNone shows that a run which waits for one organisation leaves the other one to those who need it.
func TestCaseAllLocksOrNone(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{Organisations: simulator.DefaultOrganisations()}, func(r *rig) {
		r.occupy(otherOrg, 3*time.Minute)
		for _, after := range []time.Duration{30 * time.Second, 100 * time.Second} {
			time.AfterFunc(after, func() {
				if !r.isFree(ownOrg) {
					t.Errorf("after %s the first organisation is locked by a run that waits for the second one", after)
				}
			})
		}
		time.AfterFunc(150*time.Second, func() { r.occupy(ownOrg, 2*time.Minute) }) // and so it must be waited for, too
		input := "Name,E-mail,Organisation\nAnn Lee,ann@example.com,5417\nBob Ray,bob@example.com,5460\n"
		waited := elapsed(func() { r.run(0, input, "--retry-lock", "10m", "--map", "org_id=Organisation") })
		if waited < 270*time.Second || waited > 5*time.Minute {
			t.Errorf("it took %s", waited)
		}
		r.posts(2)
	})
}

// TestCaseWaitsForTheReport shows a run that waits for its report's folder, and then for its organisation: both count.
func TestCaseWaitsForTheReport(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		claim, err := report.ClaimFolder(filepath.Join(r.dir, "report"))
		if err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(2*time.Minute, func() {
			if err := claim.Release(); err != nil {
				t.Error(err)
			}
		})
		r.occupy(ownOrg, 4*time.Minute)
		waited := elapsed(func() { r.run(5, people(0, 2), "--retry-lock", "3m") })
		if waited < 3*time.Minute || waited > 182*time.Second {
			t.Errorf("it gave up after %s", waited)
		}
		r.occupy(ownOrg, time.Minute)
		waited = elapsed(func() { r.run(0, people(0, 2), "--retry-lock", "3m") })
		if waited < time.Minute {
			t.Errorf("it took %s", waited)
		}
		r.once(0, 2)
	})
}
