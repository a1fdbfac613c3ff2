package cli_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/contactsync/contactsync/importer/simulator"
)

// inputChange is what happens to the input file at the third create of a run.
type inputChange struct {
	do     func(r *rig, file string)
	change string // as summary.json tells it; empty: nothing
	held   bool   // whether it shows through a file that is held open: its own bytes are others
}

func inputChanges() map[string]inputChange {
	must := func(r *rig, err error) {
		r.Helper()
		if err != nil {
			r.Error(err)
		}
	}
	replace := func(r *rig, file, text string) {
		must(r, os.WriteFile(file+".new", []byte(text), 0o600))
		must(r, os.Rename(file+".new", file))
	}
	return map[string]inputChange{
		"replaced": {func(r *rig, file string) { replace(r, file, people(90, 2)) }, "replaced", false},
		"replaced by a longer one that begins alike": {func(r *rig, file string) { replace(r, file, people(0, 9)) }, "replaced", false},
		"replaced by an equal one":                   {func(r *rig, file string) { replace(r, file, people(0, 8)) }, "", false},
		"removed":                                    {func(r *rig, file string) { must(r, os.Remove(file)) }, "removed", false},
		"appended to": {func(r *rig, file string) {
			f, err := os.OpenFile(file, os.O_APPEND|os.O_WRONLY, 0)
			must(r, err)
			_, err = f.WriteString(personRow(90))
			must(r, err)
			must(r, f.Close())
		}, "appended", false},
		"touched": {func(r *rig, file string) {
			must(r, os.Chtimes(file, time.Now(), time.Now().Add(time.Hour)))
		}, "", false},
		"written over": {func(r *rig, file string) { must(r, os.WriteFile(file, []byte(people(80, 8)), 0o600)) }, "edited", true},
		"cut":          {func(r *rig, file string) { must(r, os.Truncate(file, 40)) }, "edited", true},
		"emptied":      {func(r *rig, file string) { must(r, os.Truncate(file, 0)) }, "edited", true},
	}
}

// at calls do before the nth request of a kind leaves.
func (r *rig) at(kind string, nth int, do func(file string)) {
	r.onRequest = func(req *http.Request, n int) {
		if requestKind(req.Method, req.URL.Path) == kind && n == nth {
			do(filepath.Join(r.dir, "contacts.csv"))
		}
	}
}

// toldChange is what summary.json says became of the only input.
func toldChange(r *rig) (changed bool, how string) {
	r.Helper()
	var s struct {
		Inputs []struct {
			Changed bool
			Change  string
		}
	}
	if err := json.Unmarshal([]byte(readSummary(r)), &s); err != nil || len(s.Inputs) != 1 {
		r.Fatalf("%d inputs in the summary: %v", len(s.Inputs), err)
	}
	return s.Inputs[0].Changed, s.Inputs[0].Change
}

// TestCaseInputChanges shows that a run is about what it has read first, whatever becomes of its file meanwhile.
func TestCaseInputChanges(t *testing.T) {
	t.Parallel()
	for name, test := range inputChanges() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inRig(t, simulator.Options{}, func(r *rig) {
				r.at(http.MethodPost, 3, func(file string) { test.do(r, file) })
				r.run(0, people(0, 8))
				r.wholeReport(8)
				if changed, how := toldChange(r); changed != (test.change != "") || how != test.change {
					r.Errorf("the summary says %v, %q, want %q", changed, how, test.change)
				}
				if said := strings.Contains(r.out.String(), "Changed: "); said != (test.change != "") {
					r.Errorf("it says so: %v\n%s", said, &r.out)
				}
			})
		})
	}
}

// wholeReport holds the report to so many rows of people, each of them created.
func (r *rig) wholeReport(n int) {
	r.Helper()
	rows := r.report()
	if len(rows) != n {
		r.Fatalf("%d rows are reported, want %d", len(rows), n)
	}
	for i, row := range rows {
		if ids := r.idsOf(personName(i)); row.status != "created" || row.codes != "" || len(ids) != 1 || ids[0] != row.id {
			r.Errorf("row %d: %+v, the organisation has %v", i+1, row, ids)
		}
	}
}

// noCopies leaves no place for a private copy of an input.
func noCopies(t *testing.T) {
	t.Helper()
	t.TempDir() // made where there is a place, before there is none
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "none"))
	t.Setenv("TMP", filepath.Join(t.TempDir(), "none"))
}

// TestCaseInputChangesWithoutACopy has no folder for temporary files. A file that is replaced, removed or appended to is
// still the one that was opened; one whose own bytes change ends the run, and the report tells every row all the same.
func TestCaseInputChangesWithoutACopy(t *testing.T) {
	for name, test := range inputChanges() {
		t.Run(name, func(t *testing.T) {
			noCopies(t)
			inRig(t, simulator.Options{}, func(r *rig) {
				r.at(http.MethodPost, 3, func(file string) { test.do(r, file) })
				exit := 0
				if test.held {
					exit = 1
				}
				r.run(exit, people(0, 8))
				if _, how := toldChange(r); how != test.change {
					r.Errorf("the summary says %q, want %q", how, test.change)
				}
				if !test.held {
					r.wholeReport(8)
					return
				}
				rows := r.report()
				if len(rows) != 8 {
					r.Fatalf("%d rows are reported, want 8", len(rows))
				}
				for i, row := range rows {
					if ids := r.idsOf(personName(i)); row.status != "created" || row.codes != "row.unreadable" || len(ids) != 1 || ids[0] != row.id {
						r.Errorf("row %d: %+v, the organisation has %v", i+1, row, ids)
					}
				}
			})
		})
	}
}

// TestCaseInputChangesBeforeItIsSent has a file of several blocks whose end changes before, and while, it is checked:
// nothing is sent, and the rows that were read are told of.
func TestCaseInputChangesBeforeItIsSent(t *testing.T) {
	for name, test := range map[string]struct {
		kind   string
		header string
		flags  []string
	}{
		"before it is counted":           {"LIST", "Name,E-mail,Notes\n", nil},
		"before it is grouped":           {"LIST", "Name,E-mail,Notes\n", []string{"--on-duplicate", "last"}},
		"before it is merged":            {"LIST", "Name,E-mail,Notes\n", []string{"--on-duplicate", "merge"}},
		"before organisations are known": {"GET", "Name,E-mail,Account\n", []string{"--map", "org_id=Account"}},
	} {
		t.Run(name, func(t *testing.T) {
			noCopies(t)
			inRig(t, simulator.Options{}, func(r *rig) {
				var b strings.Builder
				b.WriteString(test.header)
				for i := range 4000 {
					fmt.Fprintf(&b, "%s,p%d@example.com,%0100d\n", personName(i), i, ownOrg)
				}
				text := b.String()
				r.at(test.kind, 1, func(file string) {
					changed := text[:len(text)-200] + strings.Repeat("x", 200)
					if err := os.WriteFile(file, []byte(changed), 0o600); err != nil {
						r.Error(err)
					}
				})
				r.run(1, text, test.flags...)
				if !strings.Contains(r.out.String(), "the file changed while it was being read") {
					r.Errorf("it does not say why:\n%s", &r.out)
				}
				if n := strings.Count(readSummary(r), "the file changed while"); n != 1 {
					r.Errorf("the summary says %d times why it stopped", n)
				}
				rows := r.report()
				if len(rows) < 1000 || len(rows) > 3999 {
					r.Errorf("%d rows are reported: want those before the changed block", len(rows))
				}
				for i, row := range rows {
					if row.status != "not_attempted" {
						r.Fatalf("row %d: %+v", i+1, row)
					}
				}
				r.posts(0)
			})
		})
	}
}

// TestCaseSeveralInputsOfWhichOneChanges reads the others to their ends.
func TestCaseSeveralInputsOfWhichOneChanges(t *testing.T) {
	noCopies(t)
	inRig(t, simulator.Options{}, func(r *rig) {
		second := filepath.Join(r.dir, "more.csv")
		if err := os.WriteFile(second, []byte(people(3, 2)+"Zoe Lund,x@,\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		r.at(http.MethodPost, 5, func(file string) { _ = os.Truncate(file, 0) })
		r.run(1, people(0, 3), second)
		for i, codes := range []string{"row.unreadable", "row.unreadable", "row.unreadable", "", ""} {
			r.row(i+1, "created", codes, 1)
		}
		r.row(6, "invalid", "email.syntax", 0)
		r.once(0, 5)
	})
}
