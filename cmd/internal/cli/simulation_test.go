package cli_test

import (
	"bytes"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactsync/contactsync/importer/ledger/budget"
	"github.com/contactsync/contactsync/importer/simulator"
)

var (
	seeds     = flag.Int("seeds", 50, "how many random schedules of faults, kills and restarts are simulated")
	firstSeed = flag.Uint64("first-seed", 1, "the seed of the first schedule")
	talk      = flag.Bool("talk", false, "show what the simulated runs print")
)

// TestSimulation runs the whole program in virtual time through random schedules of faults, kills and restarts. Network,
// clock and the ledger's storage are replaced; everything else is what is shipped. After each schedule every valid row
// stands in the organisation exactly once, the report is right about every row and id, the budget was never exceeded,
// and no request left without a durable intent.
func TestSimulation(t *testing.T) {
	t.Parallel()
	for n := range *seeds {
		seed := *firstSeed + uint64(n)
		ok := t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			dir := t.TempDir()
			synctest.Test(t, func(t *testing.T) { newWorld(t, dir, seed).play() })
		})
		if !ok {
			t.Fatalf("repeat it with: go test ./cmd/internal/cli -run TestSimulation -seeds 1 -first-seed %d -talk", seed)
		}
	}
}

// world is a process that goes through one schedule: an input, and what goes wrong.
type world struct {
	*process
	rnd     *rand.Rand
	rows    []simRow
	rate    int
	per     time.Duration
	flags   []string
	runs    int
	posts   int
	killNet int // the request at which the process dies; 0: never
	sent    int
}

type simRow struct{ name, email, phone string }

func newWorld(t *testing.T, dir string, seed uint64) *world {
	w := &world{rnd: rand.New(rand.NewPCG(seed, 7))}
	w.process = newProcess(t, dir, simulator.New(simulator.Options{
		Seed: seed, Latency: w.duration(1, 400), PageSize: []int{-1, 3, 1000}[w.rnd.IntN(3)],
	}))
	time.Sleep(time.Hour) // what is there from the start is older than any listing that is stale
	w.rate, w.per = 10+w.rnd.IntN(60), []time.Duration{10 * time.Second, time.Minute}[w.rnd.IntN(2)]
	w.ledger.Survivors = func(n int) int { return w.rnd.IntN(n + 1) }
	for i := range 3 + w.rnd.IntN(30) {
		w.rows = append(w.rows, simRow{
			name: fmt.Sprintf("Person %c%c", 'A'+i%26, 'a'+i/26), email: fmt.Sprintf("p%d@example.com", i),
			phone: fmt.Sprintf("+4930123%04d", i),
		})
		if i%7 == 3 { // a shared mailbox: another person, the same key
			w.rows[i].email = w.rows[i-1].email
		}
		if i%9 == 5 {
			w.rows[i].email = ""
		}
	}
	w.flags = []string{
		"--rate", fmt.Sprintf("%d/%s", w.rate, w.per), "--concurrency", strconv.Itoa(1 + w.rnd.IntN(8)), "--type", "Technical",
		"--max-failures", "100%",
	}
	return w
}

func (w *world) duration(from, to int) time.Duration {
	return time.Duration(from+w.rnd.IntN(to-from+1)) * time.Millisecond
}

// faultNames are those after which a contact is made at most once and no later than the settle time.
var faultNames = []string{
	"lose", "reset", "drop", "drop-reset", "cut-status", "cut-header", "cut-body", "garbage", "late", "late-commit",
	"504-late-commit", "silence", "slow", "429", "429-after", "429-odd", "500", "500-commit", "502", "502-commit", "503-commit",
	"504-commit", "200", "202", "204", "html", "no-location", "relative-location", "odd-location", "truncated", "short", "stale",
	"cached", "repeat-page", "shift-page", "string-numbers", "expire", "json-body", "binary", "endless", "big-header", "alter",
}

func (w *world) faults() []simulator.Fault {
	known := map[string]bool{}
	for _, n := range simulator.FaultNames() {
		known[n.Name] = true
	}
	var faults []simulator.Fault
	for range 1 + w.rnd.IntN(4) {
		name := faultNames[w.rnd.IntN(len(faultNames))]
		if !known[name] {
			w.Fatalf("the simulator has no fault %q", name)
		}
		f, err := simulator.ParseFault(fmt.Sprintf("%s=%d%%", name, 1+w.rnd.IntN(30)))
		if err != nil {
			w.Fatal(err)
		}
		faults = append(faults, f)
	}
	return faults
}

// play runs the program until it has ended well, with fewer and fewer things going wrong.
func (w *world) play() {
	const mostRuns = 8
	for w.runs = 1; ; w.runs++ {
		w.server.SetFaults()
		w.killAt, w.killNet, w.sent = 0, 0, 0
		if w.runs <= mostRuns/2 {
			w.server.SetFaults(w.faults()...)
			switch w.rnd.IntN(3) {
			case 0:
				w.killAt = 1 + w.rnd.IntN(3*len(w.rows))
			case 1:
				w.killNet = 1 + w.rnd.IntN(2*len(w.rows))
			}
		}
		code, dead := w.run()
		w.checkBudget()
		if dead {
			time.Sleep(w.duration(0, 300_000))
			continue
		}
		w.checkReport(code)
		if code == 0 {
			break
		}
		if w.runs >= mostRuns {
			w.Fatalf("run %d still ends with %d", w.runs, code)
		}
	}
	time.Sleep(time.Hour) // what commits late has done so by now
	w.checkContacts()
}

// run is one process.
func (w *world) run() (code int, dead bool) {
	var input bytes.Buffer
	input.WriteString("Name,E-mail,Phone\n")
	if w.rnd.IntN(2) == 0 { // the operator sorts the file
		w.rnd.Shuffle(len(w.rows), func(i, j int) { w.rows[i], w.rows[j] = w.rows[j], w.rows[i] })
	}
	for _, r := range w.rows {
		fmt.Fprintf(&input, "%s,%s,%s\n", r.name, r.email, r.phone)
	}
	file := filepath.Join(w.dir, fmt.Sprintf("contacts-%d.csv", w.runs))
	if err := os.WriteFile(file, input.Bytes(), 0o600); err != nil {
		w.Fatal(err)
	}
	out := io.Discard
	if *talk {
		fmt.Fprintf(w.Output(), "--- run %d, killed at write %d or request %d\n", w.runs, w.killAt, w.killNet)
		out = w.Output()
	}
	slots, err := budget.Open(w.Context(), filepath.Join(w.dir, "ledger.db"), "cdn.emnify.net")
	if err != nil {
		w.Fatal(err)
	}
	defer slots.Close()
	w.slots = slots
	args := append([]string{"import", "--report-dir", w.reportDir(), "--log-format", "json"}, w.flags...)
	network := &watched{world: w, next: w.server.RoundTripper()}
	return w.live(w.env(network, out, rand.NewPCG(w.rnd.Uint64(), 3), append(args, file)...))
}

// watched is the network: it holds the program to its promises, and is cut when the process dies.
type watched struct {
	*world
	next http.RoundTripper
}

func (n *watched) RoundTrip(req *http.Request) (*http.Response, error) {
	n.mu.Lock()
	n.sent++
	kill := n.sent == n.killNet
	before := kill && n.sent%2 == 0
	if req.Method == http.MethodPost && strings.HasSuffix(req.URL.Path, "/contact") {
		n.posts++
	}
	posts := n.posts
	n.mu.Unlock()
	if intents := n.ledger.Intents(); posts > intents {
		n.Errorf("%d creates have left, and %d intents are durable", posts, intents)
	}
	if before {
		n.kill()
	}
	if n.ledger.Dead() {
		return nil, fmt.Errorf("the process is dead")
	}
	resp, err := n.next.RoundTrip(req)
	if kill {
		n.kill()
	}
	if n.ledger.Dead() {
		if err == nil {
			_ = resp.Body.Close()
		}
		return nil, fmt.Errorf("the process is dead")
	}
	return resp, err
}

// checkBudget holds the server's count of arrivals to the rate.
func (w *world) checkBudget() {
	w.Helper()
	if got := w.server.MaxInWindow(w.per); got > w.rate {
		w.Errorf("%d requests in a window of %s, allowed are %d", got, w.per, w.rate)
	}
}

// checkContacts holds the organisation to the input: each row's contact exactly once.
func (w *world) checkContacts() {
	w.Helper()
	count := map[string]int{}
	for _, c := range w.server.Contacts(simulator.DefaultOrganisations()[0].ID) {
		count[strings.TrimSpace(c.Name)]++
	}
	for _, r := range w.rows {
		if count[r.name] != 1 {
			w.Errorf("%q stands %d times in the organisation", r.name, count[r.name])
		}
	}
}

// checkReport holds the report to the organisation: each row once, in order, with the right contact.
func (w *world) checkReport(code int) {
	w.Helper()
	stored := map[int64]simulator.Contact{}
	byName := map[string]int{}
	for _, c := range w.server.Contacts(simulator.DefaultOrganisations()[0].ID) {
		stored[c.ID] = c
		byName[strings.TrimSpace(c.Name)]++
	}
	lines := w.reportLines()
	if len(lines) != len(w.rows)+1 {
		w.Fatalf("the report of exit %d has %d lines for %d rows", code, len(lines)-1, len(w.rows))
	}
	column := columns(lines[0])
	for i, line := range lines[1:] {
		row, status := w.rows[i], line[column["status"]]
		id, _ := strconv.ParseInt(line[column["contact_id"]], 10, 64)
		c, there := stored[id]
		switch {
		case line[column["row"]] != strconv.Itoa(i+1):
			w.Errorf("line %d of the report is of row %s", i+1, line[column["row"]])
		case id != 0 && !there:
			w.Errorf("row %d is told to be contact %d, which is not there", i+1, id)
		case id != 0 && strings.TrimSpace(c.Name) != row.name:
			w.Errorf("row %d (%s) is told to be contact %d, which is %s", i+1, row.name, id, c.Name)
		case code == 0 && (status != "created" && status != "exists" || id == 0 && !strings.Contains(line[column["codes"]], "contact.id_unknown")):
			w.Errorf("exit 0 with row %d %s, contact %d", i+1, status, id)
		case (status == "created" || status == "exists") && byName[row.name] == 0:
			w.Errorf("row %d is told %s, and is not there", i+1, status)
		}
	}
	w.checkSummary(code)
}

func (w *world) checkSummary(code int) {
	summary, err := countedIn(w.reportDir())
	if err != nil || summary.ExitCode != code || summary.Rows["total"] != len(w.rows) {
		w.Errorf("the summary says exit %d and %d rows (%v); want %d and %d", summary.ExitCode, summary.Rows["total"], err, code, len(w.rows))
	}
}
