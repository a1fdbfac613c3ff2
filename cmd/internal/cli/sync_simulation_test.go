package cli_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/contactsync/contactsync/importer/ledger/budget"
	"github.com/contactsync/contactsync/importer/simulator"
)

var syncSeeds = flag.Int("sync-seeds", 12, "how many random series of nightly syncs are simulated")

// TestSyncSimulation runs a nightly sync with --prune over a file that changes from night to night, through random faults
// of every request, kills and restarts, while somebody edits contacts in the portal and another job is at work. After each
// night the organisation is what the file says, nothing stands twice, what is not the job's is as it was, and what
// somebody changed is only run over where --on-conflict file says so. Some of the people share a customer's number instead
// of an id of their own, and some come with that of somebody who has left: no contact is ever given another person's
// values before --trust-ids says so. Between two nights the program is upgraded, and reads numbers that a spreadsheet has
// damaged as what they are: nobody is made anew because of it.
func TestSyncSimulation(t *testing.T) {
	t.Parallel()
	for n := range *syncSeeds {
		seed := *firstSeed + uint64(n)
		ok := t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(seed, 13))
			options := simulator.Options{
				Seed: seed, Latency: time.Duration(1+rnd.IntN(400)) * time.Millisecond, PageSize: []int{-1, 3, 1000}[rnd.IntN(3)],
			}
			inRig(t, options, func(r *rig) { newNights(r, rnd).play() })
		})
		if !ok {
			t.Fatalf("repeat it with: go test ./cmd/internal/cli -run TestSyncSimulation -sync-seeds 1 -first-seed %d", seed)
		}
	}
}

// nightRow is a row of the file. One with decimals has been through a spreadsheet, which wrote its number with them; it has
// neither id nor address, so that only name and number tell who it is.
type nightRow struct {
	id, name, email, city, phone string
	decimals                     bool
}

// sharesID reports whether the row has a customer's number for its id.
func (r nightRow) sharesID() bool { return strings.HasPrefix(r.id, "C") }

// nights are a series of syncs: the file, and what is known of the organisation beside it.
type nights struct {
	*rig
	rnd    *rand.Rand
	rows   map[int]nightRow
	next   int                 // number of a row
	emails map[string][]string // by name: all that the person ever had
	moved  map[string]string   // by name: who had the person's id until today
	bearer map[int64]string    // by contact: whose it was after the last run
	trust  bool                // whether that has been allowed tonight
	born   map[string]int64    // by name: the contact of who is known by name and number only
	newer  bool                // whether the program reads numbers with decimals as what they are: version 1 did not
	// upgrade is the night from which on the program is of today.
	upgrade int
	edits   int
	portal  map[string]string // by name: the city that somebody gave the contact since the last run ended
	kept    map[string]string // and those that --on-conflict remote has to leave
	spared  map[string]bool   // who has left since, and whose contact stays for it
	alien   []simulator.Contact
	remote  bool
	rate    int
}

func newNights(r *rig, rnd *rand.Rand) *nights {
	n := &nights{
		rig: r, rnd: rnd, rows: map[int]nightRow{}, portal: map[string]string{}, kept: map[string]string{}, spared: map[string]bool{},
		emails: map[string][]string{}, moved: map[string]string{}, bearer: map[int64]string{}, born: map[string]int64{},
		remote: rnd.IntN(2) == 0, rate: 15 + rnd.IntN(60), upgrade: 1 + rnd.IntN(3),
	}
	r.ledger.NormalForm = 1
	r.ledger.Survivors = func(pending int) int { return rnd.IntN(pending + 1) }
	slots, err := budget.Open(r.Context(), filepath.Join(r.dir, "ledger.db"), "cdn.emnify.net")
	if err != nil {
		r.Fatal(err)
	}
	r.Cleanup(func() { _ = slots.Close() })
	r.slots = slots
	r.server.Add(stranger(900), stranger(901))
	r.sync(0, people(902, 3), "--job", "erp")
	time.Sleep(time.Hour)
	n.alien = r.server.Contacts(ownOrg)
	return n
}

func (n *nights) play() {
	for night := range 4 {
		if night == n.upgrade {
			n.newer, n.ledger.NormalForm = true, 0
		}
		n.changeFile()
		n.editBetween()
		n.night()
		time.Sleep(time.Duration(1+n.rnd.IntN(20)) * time.Hour)
		n.check()
	}
}

// changeFile is a day at the CRM.
func (n *nights) changeFile() {
	clear(n.moved)
	n.trust = false
	var left []nightRow
	for no, row := range n.sorted() {
		switch n.rnd.IntN(6) {
		case 0:
			row.city = fmt.Sprintf("Town %d", n.rnd.IntN(5))
		case 1:
			if row.decimals {
				break
			}
			row.phone = fmt.Sprintf("+4930123%04d", n.rnd.IntN(10000))
		case 2:
			if !row.sharesID() && !row.decimals { // who is known by e-mail and name only is made anew with another one
				row.email = fmt.Sprintf("new%d.%d@example.com", no, n.rnd.IntN(1000))
			}
		case 3:
			if len(n.rows) > 2 {
				delete(n.rows, no)
				left = append(left, row)
				continue
			}
		}
		n.rows[no] = row
	}
	customer := fmt.Sprintf("C%d", n.next)
	for _, row := range n.sorted() { // somebody joins one who had the number alone, or others who share it
		if row.sharesID() && n.rnd.IntN(3) == 0 {
			customer = row.id
		}
	}
	for range 2 + n.rnd.IntN(6) {
		n.addRow(fmt.Sprint(n.next))
	}
	for range 2 {
		n.addRow(customer)
	}
	for range n.rnd.IntN(3) {
		n.rows[n.next] = nightRow{name: personName(n.next), city: "Berlin", phone: fmt.Sprintf("+4940123%04d", n.next), decimals: true}
		n.next++
	}
	for _, row := range left {
		if !row.sharesID() && !row.decimals && n.rnd.IntN(2) == 0 {
			n.addRow(row.id)
			name := personName(n.next - 1)
			n.moved[name] = row.name
			if city, ok := n.kept[row.name]; ok {
				n.kept[name] = city // it becomes the same contact, and the portal's city stays
			}
		}
		if _, ok := n.kept[row.name]; ok {
			n.spared[row.name] = true
		}
		delete(n.kept, row.name)
	}
	for _, row := range n.rows {
		n.emails[row.name] = append(n.emails[row.name], row.email)
	}
}

func (n *nights) addRow(id string) {
	n.rows[n.next] = nightRow{
		id: id, name: personName(n.next), email: fmt.Sprintf("p%d@example.com", n.next), city: "Berlin", phone: fmt.Sprintf("+4940123%04d", n.next),
	}
	n.next++
}

// sorted yields the rows in the order of their numbers, so that a seed stands for one schedule.
func (n *nights) sorted() func(func(int, nightRow) bool) {
	var numbers []int
	for no := range n.rows {
		numbers = append(numbers, no)
	}
	slices.Sort(numbers)
	return func(yield func(int, nightRow) bool) {
		for _, no := range numbers {
			if !yield(no, n.rows[no]) {
				return
			}
		}
	}
}

// editBetween is somebody in the portal while no run is at work.
func (n *nights) editBetween() {
	clear(n.portal)
	for _, row := range n.sorted() {
		if ids := n.idsOf(row.name); len(ids) == 1 && n.rnd.IntN(4) == 0 {
			n.edits++
			city := fmt.Sprintf("Portal %d", n.edits)
			n.server.Edit(ownOrg, ids[0], inCity(city))
			n.portal[row.name] = city
			if n.remote {
				n.kept[row.name] = city
			}
		}
	}
}

// night runs the same command until it has ended well, with fewer and fewer things going wrong.
func (n *nights) night() {
	const mostRuns, faultyRuns = 9, 4
	input := n.file()
	for run := 1; ; run++ {
		n.faults()
		n.onRequest = n.watch(0)
		if run <= faultyRuns && n.rnd.IntN(4) > 0 {
			n.faults(undoFaults(n.rnd)...)
			n.killAt = n.rnd.IntN(6 * len(n.rows))
			n.onRequest = n.watch(n.rnd.IntN(3 * len(n.rows)))
		}
		code := n.again(input)
		n.checkBudget()
		n.checkPeople()
		if n.checkMoved(code) {
			n.trust = true
			continue
		}
		if code == 0 {
			n.checkTold(run)
			break
		}
		if run >= mostRuns {
			n.Fatalf("run %d still ends with %d\n%s", run, code, &n.out)
		}
		time.Sleep(time.Duration(n.rnd.IntN(300)) * time.Second)
	}
	// What somebody changed while a run was at work the next one sees.
	n.faults()
	n.onRequest = nil
	if code := n.again(input); code != 0 {
		n.Fatalf("a quiet run ends with %d\n%s", code, &n.out)
	}
	n.checkBudget()
}

func (n *nights) file() string {
	var b strings.Builder
	b.WriteString("No,Name,E-mail,City,Phone\n")
	for _, row := range n.sorted() {
		phone := n.sent(row)
		if row.decimals && n.newer {
			phone += ".00"
		}
		fmt.Fprintf(&b, "%s,%s,%s,%s,%s\n", row.id, row.name, row.email, row.city, phone)
	}
	return b.String()
}

// sent is the number that the program sends for a row: version 1 glued the decimals to it.
func (n *nights) sent(row nightRow) string {
	if row.decimals && !n.newer {
		return row.phone + "00"
	}
	return row.phone
}

func (n *nights) again(input string) int {
	conflict := "file"
	if n.remote {
		conflict = "remote"
	}
	args := n.importArgs(input, "--map", "external_id=No", "--job", "crm", "--prune", "--max-deletes", "100%", "--max-creates", "100%", "--max-updates", "100%",
		"--max-failures", "100%", "--rate", fmt.Sprintf("%d/1m", n.rate), "--on-conflict", conflict)
	args[0] = "sync"
	if n.trust {
		args = append(args, "--trust-ids")
	}
	args[slices.Index(args, "--concurrency")+1] = fmt.Sprint(1 + n.rnd.IntN(6))
	return n.start(args...)
}

// watch holds each write to its durable intent, kills the process at one of them (0: at none), and lets somebody in the
// portal work meanwhile where the file wins in the end anyway.
func (n *nights) watch(killAt int) func(*http.Request, int) {
	var mu sync.Mutex
	writes, rnd := 0, rand.New(rand.NewPCG(n.rnd.Uint64(), 17))
	return func(req *http.Request, _ int) {
		kind := requestKind(req.Method, req.URL.Path)
		mu.Lock()
		defer mu.Unlock()
		if kind != http.MethodPost && kind != http.MethodPatch && kind != http.MethodDelete {
			return
		}
		writes++
		if sent, intents := n.arrived(http.MethodPost)+n.arrived(http.MethodPatch)+n.arrived(http.MethodDelete)+1, n.ledger.Intents(); sent > intents {
			n.Errorf("%d writes have left, and %d intents are durable", sent, intents)
		}
		if writes == killAt {
			n.kill()
		}
		if contacts := n.server.Contacts(ownOrg); !n.remote && rnd.IntN(8) == 0 {
			n.edits++
			if c := contacts[rnd.IntN(len(contacts))]; !n.isAlien(c.ID) {
				n.server.Edit(ownOrg, c.ID, inCity(fmt.Sprintf("Portal %d", n.edits)))
			}
		}
	}
}

func (n *nights) isAlien(id int64) bool {
	return slices.ContainsFunc(n.alien, func(c simulator.Contact) bool { return c.ID == id })
}
