package cli_test

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactsync/contactsync/importer/simulator"
)

// inEveryPast plays a case on a copy of what each earlier version left behind under a name, and on what this one does.
func inEveryPast(t *testing.T, name string, play func(*past)) {
	t.Helper()
	t.Parallel()
	found, err := filepath.Glob(filepath.Join("testdata", "upgrade", "*", name))
	if err != nil || len(found) == 0 {
		t.Fatalf("no version has left anything behind as %s: %v", name, err)
	}
	for _, from := range found {
		t.Run("from version "+filepath.Base(filepath.Dir(from)), func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), name)
			copyFolder(t, from, dir)
			play(pastIn(t, dir))
		})
	}
	t.Run("from today", func(t *testing.T) {
		t.Parallel()
		dir := filepath.Join(t.TempDir(), name)
		synctest.Test(t, func(t *testing.T) {
			record(t, name, dir)
			time.Sleep(24 * time.Hour)
			play(pastIn(t, dir))
		})
	})
}

// pastIn goes on with what stands in a folder.
func pastIn(t *testing.T, dir string) *past {
	t.Helper()
	var contacts []simulator.Contact
	data, err := os.ReadFile(filepath.Join(dir, "organisations.json"))
	if err == nil {
		err = json.Unmarshal(data, &contacts)
	}
	if err != nil {
		t.Fatal(err)
	}
	return newPast(t, dir, contacts)
}

// night syncs a file as the recorded nights did.
func (p *past) night(file string, flags ...string) {
	p.t.Helper()
	p.run([]int{0, 3}, append([]string{"sync", filepath.Join(p.dir, file), "--job", "crm", "--type", "Technical",
		"--country", "DE", "--prune", "--max-deletes", "100%", "--max-creates", "100%", "--max-updates", "100%"}, flags...)...)
}

// arrived counts the requests of a kind that the server has got.
func (p *past) arrived(kind string) int { return arrivedAt(p.server, kind) }

// ids are the contacts of all organisations.
func (p *past) ids() []int64 {
	var ids []int64
	for _, c := range p.contacts() {
		ids = append(ids, c.ID)
	}
	slices.Sort(ids)
	return ids
}

// keeps holds what a step does to leaving the same contacts behind, whatever it changes in them.
func (p *past) keeps(what string, step func()) {
	p.t.Helper()
	before := p.ids()
	step()
	if after := p.ids(); !slices.Equal(after, before) {
		p.t.Errorf("%s: the organisations had contacts %d and have %d\n%s", what, before, after, &p.out)
	}
	if n := p.arrived(http.MethodPost); n != 0 {
		p.t.Errorf("%s: %d contacts were made anew\n%s", what, n, &p.out)
	}
}

// reported are the contacts of the report's rows.
func (p *past) reported() []int64 {
	p.t.Helper()
	lines, at := p.report()
	var ids []int64
	for _, line := range lines {
		id, _ := strconv.ParseInt(line[at["contact_id"]], 10, 64)
		ids = append(ids, id)
	}
	return ids
}

// statuses are the statuses and codes of the report, by the row's id, else by its number.
func (p *past) statuses() map[string]string {
	p.t.Helper()
	lines, at := p.report()
	out := map[string]string{}
	for _, line := range lines {
		key := line[at["external_id"]]
		if key == "" {
			key = line[at["row"]]
		}
		out[key] = strings.TrimSpace(line[at["status"]] + " " + line[at["codes"]])
	}
	return out
}

// report are the rows of the report and where its columns stand.
func (p *past) report() (lines [][]string, at map[string]int) {
	p.t.Helper()
	file, err := os.Open(filepath.Join(p.dir, "report", "report.csv"))
	if err != nil {
		p.t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	lines, err = csv.NewReader(file).ReadAll()
	if err != nil {
		p.t.Fatal(err)
	}
	return lines[1:], columns(lines[0])
}

// TestUpgradeNights shows that a night after the upgrade makes nobody anew and deletes nobody whom the file has, whether
// rows are known by their ids or by their keys; that it still knows whose change is a conflict; and that the night after
// it has nothing to do.
func TestUpgradeNights(t *testing.T) {
	for name, ids := range map[string]string{"nights": "external_id=Id", "nights-keys": "external_id="} {
		t.Run(name, func(t *testing.T) {
			inEveryPast(t, name, func(p *past) {
				p.keeps("the same file", func() { p.night("night.csv", "--map", ids) })
				key := map[string]string{"nights": "102", "nights-keys": "2"}[name]
				if got := p.statuses()[key]; !strings.Contains(got, "conflict") {
					t.Errorf("what somebody changed in the portal is told as %q, want a conflict", got)
				}
				written := p.arrived(http.MethodPatch)
				p.keeps("the night after", func() { p.night("night.csv", "--map", ids) })
				if again := p.arrived(http.MethodPatch) - written; again != 0 {
					t.Errorf("the night after changed %d contacts\n%s", again, &p.out)
				}
			})
		})
	}
}

// TestUpgradeWithoutLedger shows that contacts are found by what an earlier version made of their rows, without a ledger.
func TestUpgradeWithoutLedger(t *testing.T) {
	inEveryPast(t, "nights-keys", func(p *past) {
		if err := os.Remove(filepath.Join(p.dir, "ledger.db")); err != nil {
			p.t.Fatal(err)
		}
		p.keeps("a new ledger", func() { p.night("night.csv", "--map", "external_id=") })
	})
}

// TestUpgradeEdited shows that the ledger still knows whose contact is whose where somebody has changed it so that no key
// tells it any more.
func TestUpgradeEdited(t *testing.T) {
	inEveryPast(t, "nights-keys", func(p *past) {
		made := p.reported()
		for _, i := range []int{3, 6, 8} { // Dora, Jürgen, Hans
			p.server.Edit(ownOrg, made[i], func(c *simulator.Contact) { c.Phone, c.Zipcode = "+493099999999", "99999" })
		}
		p.keeps("the same file", func() { p.night("night.csv", "--map", "external_id=") })
	})
}

// TestUpgradePrune shows that each contact whose row has gone is deleted, damaged or not, and no other.
func TestUpgradePrune(t *testing.T) {
	for name, ids := range map[string]string{"nights": "external_id=Id", "nights-keys": "external_id="} {
		t.Run(name, func(t *testing.T) {
			inEveryPast(t, name, func(p *past) {
				gone := []int{0, 2, 8, 12} // Anna, Cora, Hans, Lea
				var want []int64
				for _, i := range gone {
					if id := p.reported()[i]; id != 0 { // not every version takes Lea's phone number for one
						want = append(want, id)
					}
				}
				p.input("night.csv", upgradeFile(upgradeRows, func(i int, row string) string {
					if slices.Contains(gone, i) {
						return ""
					}
					return row
				}))
				before := p.ids()
				p.night("night.csv", "--map", ids)
				kept := p.ids()
				var deleted []int64
				for _, id := range before {
					if !slices.Contains(kept, id) {
						deleted = append(deleted, id)
					}
				}
				if !slices.Equal(deleted, want) {
					t.Errorf("deleted were %d, want %d\n%s", deleted, want, &p.out)
				}
				if n := p.arrived(http.MethodPost); n != 0 {
					t.Errorf("%d contacts were made anew", n)
				}
			})
		})
	}
}

// TestUpgradeImport shows that who was deleted since is gone, damaged or not, and that nobody is made twice.
func TestUpgradeImport(t *testing.T) {
	inEveryPast(t, "import", func(p *past) {
		again := []string{"import", filepath.Join(p.dir, "rows.csv"), "--type", "Technical", "--country", "DE"}
		p.keeps("the same file", func() { p.run([]int{0, 3}, again...) })
		got := p.statuses()
		for _, row := range []string{"1", "3", "101", "103"} {
			if status, ok := got[row]; ok && !strings.HasPrefix(status, "gone") {
				p.t.Errorf("row %s is %s, want gone", row, status)
			}
		}
		p.run([]int{0, 3}, append(again, "--recreate")...)
		if n := p.arrived(http.MethodPost); n != 2 {
			p.t.Errorf("with --recreate %d contacts were made, want the two that were deleted", n)
		}
	})
}

// TestUpgradeUndo shows that a run of an earlier version can be taken back.
func TestUpgradeUndo(t *testing.T) {
	inEveryPast(t, "undone", func(p *past) {
		p.keeps("the undo", func() { p.run([]int{0}, "undo", "last", "--country", "DE") })
		for _, c := range p.contacts() {
			if c.City == "Bernau" {
				p.t.Errorf("contact %d still is in Bernau", c.ID)
			}
		}
		p.keeps("the same file", func() {
			p.run([]int{0, 3}, "sync", filepath.Join(p.dir, "rows.csv"), "--type", "Technical", "--country", "DE", "--job", "crm",
				"--max-updates", "100%")
		})
	})
}

// TestUpgradeKilled shows that a run that an earlier version did not end is gone on with: each row has one contact.
func TestUpgradeKilled(t *testing.T) {
	for _, name := range []string{"killed-made", "killed-lost"} {
		for _, settled := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				inEveryPast(t, name, func(p *past) {
					if settled {
						p.run([]int{0}, "settle")
					}
					p.run([]int{0, 3}, "import", filepath.Join(p.dir, "rows.csv"), "--type", "Technical", "--country", "DE")
					want := 2 // made by hand
					for row, status := range p.statuses() {
						switch word, _, _ := strings.Cut(status, " "); word {
						case "created", "exists":
							want++
						case "invalid":
						default:
							t.Errorf("row %s is %s", row, status)
						}
					}
					if got := len(p.ids()); got != want {
						t.Errorf("the organisations have %d contacts, want %d\n%s", got, want, &p.out)
					}
				})
			})
		}
	}
}

// TestUpgradeSharedIDs shows that nobody gets another person's values, though the ledger links one id to three people.
func TestUpgradeSharedIDs(t *testing.T) {
	inEveryPast(t, "shared-ids", func(p *past) {
		before := p.contacts()
		for _, flags := range [][]string{nil, {"--map", "external_id=Kundennummer"}} {
			p.keeps("the same file", func() { p.night("night.csv", flags...) })
			if after := p.contacts(); !slices.Equal(after, before) {
				p.t.Errorf("the contacts were %v and are %v\n%s", before, after, &p.out)
			}
		}
	})
}

// TestUpgradeFloatIDs shows that a row is known by its id however the id was written, while its e-mail changes.
func TestUpgradeFloatIDs(t *testing.T) {
	inEveryPast(t, "float-ids", func(p *past) {
		p.input("night.csv", "Id,Name,Email,City\n101.0,Anna Muster,anna.new@example.com,Ulm\n102.0,Bert Beispiel,bert.new@example.com,Kiel\n")
		p.keeps("new addresses", func() { p.night("night.csv", "--map", "external_id=Id") })
		if c := p.named("Anna Muster"); c.Email != "anna.new@example.com" {
			p.t.Errorf("Anna has the address %s", c.Email)
		}
	})
}

// TestUpgradeTwoOrganisations shows the same for a night that fills two organisations.
func TestUpgradeTwoOrganisations(t *testing.T) {
	inEveryPast(t, "two-orgs", func(p *past) {
		p.keeps("the same file", func() { p.night("night.csv", "--map", "external_id=Id", "--map", "org_id=Customer") })
	})
}

// TestUpgradePlan shows that a saved plan is carried out where every version reads its rows alike; else it is carried out
// rightly or refused before anything is sent.
func TestUpgradePlan(t *testing.T) {
	inEveryPast(t, "plan", func(p *past) {
		p.run([]int{0}, "import", "--plan", filepath.Join(p.dir, "plain.json"))
		if n := p.arrived(http.MethodPost); n != 2 {
			p.t.Errorf("%d contacts were made, want 2\n%s", n, &p.out)
		}
		switch code, n := p.run(nil, "import", "--plan", filepath.Join(p.dir, "damaged.json")), p.arrived(http.MethodPost)-2; {
		case code == 6 && n == 0, code == 0 && n == 3:
		default:
			p.t.Errorf("the plan of damaged rows ended with %d after %d creates\n%s", code, n, &p.out)
		}
	})
}

// TestUpgradeEncoding shows that who was made from a file in an encoding that was guessed wrongly is not made again, also
// when somebody tells the right one.
func TestUpgradeEncoding(t *testing.T) {
	inEveryPast(t, "encoding", func(p *past) {
		again := []string{"import", filepath.Join(p.dir, "rows.csv"), "--type", "Technical"}
		p.keeps("the same file", func() { p.run([]int{0, 2, 3}, again...) })
		p.keeps("the same file, read rightly", func() { p.run([]int{0}, append(again, "--encoding", "windows-1254")...) })
	})
}
