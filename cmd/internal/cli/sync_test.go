package cli_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/contactsync/contactsync/importer/simulator"
)

func inCity(city string) func(*simulator.Contact) {
	return func(c *simulator.Contact) { c.City = city }
}

func town(city, phone string) string {
	return "Name,E-mail,City,Phone\nAnn Lee,ann@example.com," + city + "," + phone + "\n"
}

const phoneA, phoneB = "+49301234567", "+49301234568"

// TestSyncConflict edits a contact in the portal after a run has written it, and changes the file too.
func TestSyncConflict(t *testing.T) {
	t.Parallel()
	for flag, want := range map[string]struct {
		code          int
		city          string
		status, codes string
		attempts      int
	}{
		"file":   {0, "Hamburg", "updated", "conflict", 1},
		"remote": {0, "Bonn", "exists", "conflict", 0},
		"fail":   {3, "Bonn", "failed", "conflict", 0},
	} {
		inRig(t, simulator.Options{}, func(r *rig) {
			r.sync(0, town("Berlin", phoneA))
			r.edit("Ann Lee", inCity("Bonn"))
			r.sync(want.code, town("Hamburg", phoneA), "--on-conflict", flag)
			r.row(1, want.status, want.codes, want.attempts)
			if got := r.contact("Ann Lee").City; got != want.city {
				r.Errorf("--on-conflict %s leaves %q, want %q", flag, got, want.city)
			}
		})
	}
}

// sent names the fields that the first row of the report changed.
func (r *rig) sent() string {
	r.Helper()
	data, err := os.ReadFile(filepath.Join(r.dir, "report", "report.jsonl"))
	if err != nil {
		r.Fatal(err)
	}
	var row struct {
		Changes []struct{ Field string } `json:"changes"`
	}
	if err := json.NewDecoder(bytes.NewReader(data)).Decode(&row); err != nil {
		r.Fatal(err)
	}
	var fields []string
	for _, c := range row.Changes {
		fields = append(fields, c.Field)
	}
	return strings.Join(fields, " ")
}

// TestSyncStoredOtherwise has a service that cuts streets, and somebody who edits the contact in the portal.
func TestSyncStoredOtherwise(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		const input = "Name,E-mail,City,Street\nAnn Lee,ann@example.com,Berlin,Long Street of the Two Rivers 17\n"
		cut := "Long Street of the T"
		r.faults("shorten=100%")
		r.sync(0, input)
		r.row(1, "created", "stored.differs", 1)
		r.edit("Ann Lee", inCity("Bonn"))
		r.sync(0, input)
		r.row(1, "updated", "conflict stored.differs", 1)
		if got := r.sent(); got != "city" {
			r.Errorf("%s was sent, want the city: what the service makes of the street is known", got)
		}
		r.edit("Ann Lee", func(c *simulator.Contact) { c.Street = "Other Street 1" })
		r.sync(0, input)
		r.row(1, "updated", "conflict stored.differs", 1)
		if got := r.contact("Ann Lee").Street; got != cut {
			r.Errorf("the street is %q, want what the service makes of the file's", got)
		}
		r.sync(0, input)
		r.row(1, "exists", "stored.differs", 0)
		r.edit("Ann Lee", func(c *simulator.Contact) { c.Street = "Other Street 1" })
		r.sync(3, input, "--on-conflict", "fail")
		r.row(1, "failed", "conflict", 0)
	})
}

// TestSyncStoredAsSomethingElse shows values, at the listing that closes a run, that have nothing of what was sent. Of one
// contact, or of a few, somebody may have changed it in the meantime: the file wins, once more. Of nearly all of many, or again,
// it is the service.
func TestSyncStoredAsSomethingElse(t *testing.T) {
	t.Parallel()
	names := []string{"Ann Lee", "Bob Ray", "Cat Orr", "Dan Fox", "Eve Kay"}
	for people, nights := range map[int][]string{
		1: {"created stored.differs", "updated conflict stored.differs", "exists stored.differs"},
		2: {"created stored.differs", "updated conflict stored.differs", "exists stored.differs"},
		5: {"created stored.differs", "exists stored.differs"},
	} {
		inRig(t, simulator.Options{}, func(r *rig) {
			input := "Name,E-mail,City\n"
			for i, name := range names[:people] {
				input += fmt.Sprintf("%s,p%d@example.com,Town %d\n", name, i, i)
			}
			for _, want := range nights {
				r.onRequest = func(req *http.Request, nth int) {
					if requestKind(req.Method, req.URL.Path) == "LIST" && nth == 2 {
						for _, name := range names[:people] {
							r.edit(name, inCity("Hamm"))
						}
					}
				}
				r.sync(0, input)
				if got := r.report()[0]; got.status+" "+got.codes != want {
					r.Errorf("of %d: %s %s, want %s", people, got.status, got.codes, want)
				}
			}
		})
	}
}

// TestSyncKeptConflictStays holds a value that was left to the portal to staying there, whatever else is updated.
func TestSyncKeptConflictStays(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		r.sync(0, town("Berlin", phoneA))
		r.edit("Ann Lee", inCity("Bonn"))
		for range 3 {
			r.sync(0, town("Berlin", phoneB), "--on-conflict", "remote")
			if c := r.contact("Ann Lee"); c.City != "Bonn" || c.Phone != phoneB {
				r.Fatalf("%s, %s: want the portal's city and the file's phone", c.City, c.Phone)
			}
		}
	})
}

// TestSyncAgreementEndsConflict lets file and portal say the same; from there on a change of the file is none of theirs.
func TestSyncAgreementEndsConflict(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		r.sync(0, town("Berlin", phoneA))
		r.edit("Ann Lee", inCity("Bonn"))
		r.sync(0, town("Bonn", phoneA), "--on-conflict", "fail")
		r.row(1, "exists", "", 0)
		r.sync(0, town("Hamburg", phoneA), "--on-conflict", "fail")
		r.row(1, "updated", "", 1)
	})
}

// TestSyncEditDuringRun edits a contact between the listing and the update of another field of it.
func TestSyncEditDuringRun(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		r.sync(0, town("Berlin", phoneA))
		r.onRequest = func(req *http.Request, _ int) {
			if req.Method == http.MethodPatch {
				r.edit("Ann Lee", inCity("Bonn"))
			}
		}
		r.sync(0, town("Berlin", phoneB))
		r.onRequest = nil
		r.sync(0, town("Berlin", phoneB), "--on-conflict", "remote")
		r.row(1, "exists", "conflict", 0)
		if got := r.contact("Ann Lee").City; got != "Bonn" {
			r.Errorf("the city is %q; what somebody changed during the run was run over", got)
		}
	})
}

// TestSyncEditWhileWaiting edits what a run is about to change while it waits for its request budget.
func TestSyncEditWhileWaiting(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		rows := func(city string) string {
			var b strings.Builder
			b.WriteString("Name,E-mail,City\n")
			for i := range 6 {
				fmt.Fprintf(&b, "%s,p%d@example.com,%s\n", personName(i), i, city)
			}
			return b.String()
		}
		r.sync(0, rows("Berlin"))
		time.Sleep(time.Hour)
		r.onRequest = func(req *http.Request, _ int) {
			if req.Method == http.MethodPatch {
				r.edit(personName(5), inCity("Bonn"))
			}
		}
		r.sync(3, rows("Hamburg"), "--rate", "6/5m") // two rows are on their way before the wait begins
		r.onRequest = nil
		r.row(6, "failed", "conflict", 0)
		if got := r.contact(personName(5)).City; got != "Bonn" {
			r.Errorf("the city is %q; it was changed while the run waited, and run over", got)
		}
		r.sync(0, rows("Hamburg"))
		r.row(1, "exists", "", 0)
		r.row(6, "updated", "conflict", 1)
	})
}

func numbered(rows ...string) string { return "Name,E-mail,No\n" + strings.Join(rows, "\n") + "\n" }

var byNumber = []string{"--map", "external_id=No", "--job", ""}

// TestSyncExternalID changes name and e-mail of a row, one after the other: it stays the same contact, for the job that
// knows its number. Both at once are somebody else, unless the number is to be trusted.
func TestSyncExternalID(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		crm, erp := []string{"--map", "external_id=No"}, []string{"--map", "external_id=No", "--job", "erp"}
		r.sync(0, numbered("Ann Lee,ann@example.com,7"), crm...)
		id := r.contact("Ann Lee").ID
		r.sync(0, numbered("Ann Ray,ann@example.com,7"), crm...)
		r.sync(0, numbered("Ann Ray,ray@example.com,7"), crm...)
		if c := r.contact("Ann Ray"); c.ID != id || c.Email != "ray@example.com" {
			r.Errorf("number 7 is contact %d <%s>, was %d", c.ID, c.Email, id)
		}
		r.sync(3, numbered("Eve Poe,eve@example.com,7"), append(crm, "--prune")...)
		if got := r.row(1, "failed", "external_id.other_person", 0); got != id {
			r.Errorf("number 7 is told to be contact %d, and is %d", got, id)
		}
		if c := r.contact("Ann Ray"); c.ID != id || c.Email != "ray@example.com" {
			r.Errorf("contact %d is %s <%s> now", id, c.Name, c.Email)
		}
		r.sync(0, numbered("Ann Lee,lee@example.org,7"), append(crm, "--trust-ids")...)
		r.row(1, "updated", "", 1)
		r.sync(0, numbered("Ann Ray,ray@example.com,7"), append(crm, "--trust-ids")...)
		// Without a difference to the e-mail the number alone tells whose contact it is.
		r.sync(0, numbered("Ann Ray,,7"), crm...)
		if got := r.row(1, "exists", "", 0); got != id {
			r.Errorf("number 7 is contact %d, was %d", got, id)
		}
		// The same number of another CRM is another person, and so is one of no job.
		r.sync(0, numbered("Bob Fox,bob@example.com,7"), erp...)
		r.row(1, "created", "", 1)
		r.sync(0, numbered("Cleo Eve,cleo@example.com,7"), byNumber...)
		r.row(1, "created", "", 1)
		r.sync(0, numbered("Cleo Eve,cp@example.com,7"), byNumber...)
		r.row(1, "updated", "", 1)
	})
}

// TestSyncLearnsNumbers maps a number only after the contact was made, and knows it from then on.
func TestSyncLearnsNumbers(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		r.run(0, "Name,E-mail\nAnn Lee,ann@example.com\n")
		id := r.contact("Ann Lee").ID
		r.sync(0, numbered("Ann Lee,ann@example.com,7"), byNumber...)
		r.row(1, "exists", "", 0)
		r.sync(0, numbered("Ann Lee,ray@example.com,7"), byNumber...)
		if got := r.row(1, "updated", "", 1); got != id {
			r.Errorf("number 7 is contact %d, was %d", got, id)
		}
	})
}

// TestSyncOldContent gives a row what another row's contact was made of once.
func TestSyncOldContent(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		r.sync(0, numbered("Ann Lee,ann@example.com,7"), byNumber...)
		id := r.contact("Ann Lee").ID
		r.sync(0, numbered("Ann Ray,ray@example.com,7"), append(byNumber, "--trust-ids")...)
		r.sync(0, numbered("Ann Lee,ann@example.com,8", "Ann Ray,ray@example.com,7"), byNumber...)
		r.row(1, "created", "", 1)
		if got := r.row(2, "exists", "", 0); got != id {
			r.Errorf("number 7 is contact %d, was %d", got, id)
		}
	})
}

// TestSyncUnverified can't list the organisation when all has been sent: what a person changes then is a conflict all the
// same, and so is a change of a contact that was only matched.
func TestSyncUnverified(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		r.faults("500=after:1@LIST")
		r.sync(0, town("Berlin", phoneA))
		r.faults()
		r.edit("Ann Lee", inCity("Bonn"))
		r.sync(0, town("Berlin", phoneA), "--on-conflict", "remote")
		r.row(1, "exists", "conflict", 0)
	})
	inRig(t, simulator.Options{}, func(r *rig) {
		r.server.Add(simulator.Contact{Type: 3, Name: "Ann Lee", Email: "ann@example.com", City: "Berlin", Phone: phoneA})
		r.sync(0, town("Berlin", phoneA))
		r.row(1, "exists", "", 0)
		r.edit("Ann Lee", inCity("Bonn"))
		r.sync(3, town("Berlin", phoneA), "--on-conflict", "fail")
		r.row(1, "failed", "conflict", 0)
	})
}

// TestSyncListingCut cuts a listing so that nothing tells it: what is missing from it is not made a second time.
func TestSyncListingCut(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{PageSize: -1}, func(r *rig) {
		r.sync(0, people(0, 12))
		time.Sleep(time.Hour)
		r.faults("short=at:1@LIST")
		r.sync(4, people(0, 12))
		r.posts(12)
		r.sync(0, people(0, 12))
		r.once(0, 12)
		// What somebody has deleted is made anew.
		r.server.Remove(ownOrg, r.contact(personName(3)).ID)
		r.sync(0, people(0, 12))
		r.once(0, 12)
	})
}

// TestSyncOwnContactIsNoOther changes the name of a row wholly: by its id, the contact that has its e-mail and another
// name is its own, and only others are told of.
func TestSyncOwnContactIsNoOther(t *testing.T) {
	t.Parallel()
	const before = "id,Name,E-mail,City\n1,Ann Lee,office@example.com,Berlin\n"
	const after = "id,Name,E-mail,City\n1,Bertha Quill,office@example.com,Berlin\n"
	const moved = "id,Name,E-mail,City\n1,Bertha Quill,office@example.com,Ulm\n"
	for name, test := range map[string]struct {
		other bool
		codes string
	}{
		"alone":             {false, ""},
		"beside a namesake": {true, "exists.related"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inRig(t, simulator.Options{}, func(r *rig) {
				byID := []string{"--map", "external_id=id"}
				r.sync(0, before, byID...)
				if test.other {
					r.server.Add(simulator.Contact{Type: 3, Name: "Carl Zimmer", Email: "office@example.com"})
				}
				own := r.idsOf("Ann Lee")[0]
				for _, flags := range [][]string{{"--dry-run"}, nil} {
					r.sync(0, after, append(flags, byID...)...)
					row := r.report()[0]
					if row.codes != test.codes || row.id != own {
						r.Errorf("%v: %+v, want [%s] and contact %d", flags, row, test.codes, own)
					}
					if related := r.related(); related == fmt.Sprint(own) {
						r.Errorf("%v: the row is told to be related to its own contact", flags)
					}
				}
				r.sync(0, after, byID...)
				r.row(1, "exists", "", 0)
				// One that can't be changed is its own all the same.
				r.edit("Bertha Quill", func(c *simulator.Contact) { c.Name, c.City = "Dora Vogel", "Bonn" })
				r.sync(3, moved, append(byID, "--on-conflict", "fail")...)
				if related := r.related(); related == fmt.Sprint(own) {
					r.Errorf("a failed row is told to be related to its own contact")
				}
			})
		})
	}
}

// related is what the report's first row is told to be a duplicate of, or related to.
func (r *rig) related() string {
	r.Helper()
	lines := r.reportLines()
	return lines[1][slices.Index(lines[0], "duplicate_of")]
}
