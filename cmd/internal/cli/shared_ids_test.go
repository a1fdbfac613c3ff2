package cli_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/contactsync/contactsync/importer/simulator"
)

// customers is a file of n people, each with a customer's number of their own, and of others behind them.
func customers(n int, others ...string) string {
	var b strings.Builder
	b.WriteString("Kundennummer,Name,E-mail\n")
	for i := range n {
		fmt.Fprintf(&b, "K-%d,%s,p%d@example.com\n", i, personName(i), i)
	}
	for _, o := range others {
		b.WriteString(o + "\n")
	}
	return b.String()
}

// TestCustomersNumbers takes customers' numbers for the people's own only as long as no two people in the whole file have
// the same: also where that can't be seen in the rows from which the mapping is detected.
func TestCustomersNumbers(t *testing.T) {
	t.Parallel()
	const sampled = 500
	inRig(t, simulator.Options{}, func(r *rig) {
		file := customers(sampled+1, "K-3,Ann Lee,ann@example.com")
		for range 2 {
			r.sync(0, file, "--concurrency", "8", "--prune")
			if out := r.out.String(); !strings.Contains(out, "Kundennummer: 502 values, not used: it numbers customers or companies") {
				r.Errorf("that the numbers are not used is not told\n%s", out)
			}
		}
		r.ended(map[string]int{"exists": sampled + 2})
		r.once(0, sampled+1)
	})
	// The person's duplicate is no other person.
	inRig(t, simulator.Options{}, func(r *rig) {
		file := customers(3, "K-1,"+personName(1)+",P1@example.com")
		r.sync(0, file)
		r.sync(0, strings.ReplaceAll(file, personName(2)+",p2@", personName(2)+",new@"))
		r.ended(map[string]int{"exists": 2, "duplicate": 1, "updated": 1})
	})
}

// TestCustomersNumberOfSomebodyElse gives a customer's number, which no two people in the file share, to another person:
// then it is the customer's, and says nothing about any row.
func TestCustomersNumberOfSomebodyElse(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		r.sync(0, customers(3))
		id := r.contact(personName(2)).ID
		next := customers(2, "K-2,Ann Lee,ann@example.com")
		r.sync(0, next)
		r.ended(map[string]int{"exists": 2, "created": 1})
		if c := r.contact(personName(2)); c.ID != id || c.Email != "p2@example.com" {
			r.Errorf("contact %d is now %s <%s>", id, c.Name, c.Email)
		}
		if out := r.out.String(); !strings.Contains(out, "some of its numbers lead to contacts of other people") {
			r.Errorf("that the numbers are not used is not told\n%s", out)
		}
		r.sync(0, next)
		r.ended(map[string]int{"exists": 3})
	})
	inRig(t, simulator.Options{}, func(r *rig) {
		r.sync(0, customers(3))
		id := r.contact(personName(2)).ID
		r.sync(0, customers(2, "K-2,Ann Lee,ann@example.com"), "--trust-ids")
		r.ended(map[string]int{"exists": 2, "updated": 1})
		if got := r.contact("Ann Lee").ID; got != id {
			r.Errorf("K-2 is contact %d, was %d", got, id)
		}
	})
}

// TestManySharedIDs finds by all rows that a column is none of ids which was taken for one by the first of them.
func TestManySharedIDs(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		var b strings.Builder
		b.WriteString("ID,Name,E-mail\n")
		for i := range 520 {
			id := i
			if i >= 500 {
				id = i - 100
			}
			fmt.Fprintf(&b, "%d,%s,p%d@example.com\n", id, personName(i), i)
		}
		r.sync(0, b.String(), "--concurrency", "8")
		if out := r.out.String(); !strings.Contains(out, "ID: 520 values, not used: several people share many of its values") {
			r.Errorf("that the ids are not used is not told\n%s", out)
		}
		r.sync(0, b.String())
		r.ended(map[string]int{"exists": 520})
	})
}

// TestSharedIDLater gives somebody else an id that a person has had alone: from then on it is nobody's, and what the job
// knows by it is not believed. Who can't be found without it is made anew, and the old contact is not deleted for that.
func TestSharedIDLater(t *testing.T) {
	t.Parallel()
	inRig(t, simulator.Options{}, func(r *rig) {
		crm := []string{"--map", "external_id=No", "--prune"}
		r.sync(0, numbered("Ann Lee,ann@example.com,7", "Bob Ray,bob@example.com,8"), crm...)
		ann := r.contact("Ann Lee").ID
		time.Sleep(time.Hour)
		both := numbered("Cleo Fox,cleo@example.com,7", "Ann Lee,ann@example.com,7", "Bob Ray,bob@example.com,8")
		for n := range 2 {
			r.sync(0, both, crm...)
			r.row(1, []string{"created", "exists"}[n], "external_id.shared", 1-n)
			if got := r.row(2, "exists", "external_id.shared", 0); got != ann {
				r.Errorf("Ann Lee is contact %d, was %d", got, ann)
			}
		}
		r.sync(0, numbered("Cleo Fox,cleo@example.com,7", "Ann Lee,lee@example.org,7", "Bob Ray,bob@example.com,8"), crm...)
		r.ended(map[string]int{"exists": 2, "created": 1})
		if got := len(r.idsOf("Ann Lee")); got != 2 {
			r.Errorf("Ann Lee stands %d times: her contact, and the one made anew", got)
		}
		// Alone again she is known by it as the one contact, and by her address as the other.
		alone := numbered("Bob Ray,bob@example.com,8", "Ann Lee,lee@example.org,7")
		r.sync(3, alone, crm...)
		if got := r.row(2, "failed", "external_id.moved", 0); got != ann {
			r.Errorf("Ann Lee is known as contact %d, was %d", got, ann)
		}
		if got := len(r.idsOf("Ann Lee")); got != 2 {
			r.Errorf("Ann Lee stands %d times after a night in doubt", got)
		}
		r.sync(0, alone, append(crm, "--trust-ids")...)
		if got := r.row(2, "updated", "", 1); got != ann {
			r.Errorf("Ann Lee is contact %d, was %d", got, ann)
		}
	})
}
