package cli_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/contactsync/contactsync/importer/simulator"
)

// rig is a process for one case, in virtual time.
type rig struct {
	*process
	out bytes.Buffer
	// onRequest is called before a request leaves, with its number among those of this method and kind in this run.
	onRequest func(req *http.Request, nth int)
	count     map[string]int // requests of this run
}

// inRig plays a case in virtual time.
func inRig(t *testing.T, o simulator.Options, play func(*rig)) {
	t.Helper()
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		play(newRig(t, dir, simulator.New(o)))
	})
}

func newRig(t *testing.T, dir string, server *simulator.Server) *rig {
	return &rig{process: newProcess(t, dir, server)}
}

// people is an input of so many rows, from the first number on; each is one person.
func people(first, n int) string {
	var b strings.Builder
	b.WriteString("Name,E-mail,Phone\n")
	for i := first; i < first+n; i++ {
		b.WriteString(personRow(i))
	}
	return b.String()
}

func personRow(i int) string {
	return fmt.Sprintf("%s,p%d@example.com,+4930123%04d\n", personName(i), i, i)
}

func personName(i int) string {
	return fmt.Sprintf("Person %c%c%c", 'A'+i/676%26, 'a'+i/26%26, 'a'+i%26)
}

// stranger is the same contact as a row of people, made by somebody else.
func stranger(i int) simulator.Contact {
	return simulator.Contact{
		Type: 3, Name: personName(i), Email: fmt.Sprintf("p%d@example.com", i), Phone: fmt.Sprintf("+4930123%04d", i),
	}
}

// run runs the import of an input and holds its exit code to code; -1: the process dies.
func (r *rig) run(code int, input string, flags ...string) {
	r.Helper()
	r.command(code, r.importArgs(input, flags...)...)
}

// runAny runs the import of an input and returns its exit code.
func (r *rig) runAny(input string, flags ...string) int {
	r.Helper()
	return r.start(r.importArgs(input, flags...)...)
}

func (r *rig) importArgs(input string, flags ...string) []string {
	r.Helper()
	file := filepath.Join(r.dir, "contacts.csv")
	if err := os.WriteFile(file, []byte(input), 0o600); err != nil {
		r.Fatal(err)
	}
	args := []string{"import", file, "--report-dir", r.reportDir(), "--type", "Technical", "--concurrency", "1"}
	return append(args, flags...)
}

// command runs a command of the program and holds its exit code to code.
func (r *rig) command(code int, args ...string) {
	r.Helper()
	if got := r.start(args...); got != code {
		r.Fatalf("%s ended with %d, want %d\n%s", args[0], got, code, &r.out)
	}
}

// start runs a command of the program; -1 is a process that was killed.
func (r *rig) start(args ...string) int {
	r.mu.Lock()
	r.count = map[string]int{}
	r.mu.Unlock()
	r.out.Reset()
	code, dead := r.live(r.env(r, console{r}, rand.NewPCG(1, 2), append(args, "--log-format", "json")...))
	r.killAt = 0
	if dead {
		return -1
	}
	return code
}

// console is where the program prints. A signal that comes as it ends is told beside the end itself.
type console struct{ *rig }

func (s console) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.out.Write(p)
}

// RoundTrip is the network.
func (r *rig) RoundTrip(req *http.Request) (*http.Response, error) {
	what := requestKind(req.Method, req.URL.Path)
	r.mu.Lock()
	r.count[what]++
	nth := r.count[what]
	r.mu.Unlock()
	if r.onRequest != nil && !r.ledger.Dead() {
		r.onRequest(req, nth)
	}
	if r.ledger.Dead() {
		return nil, fmt.Errorf("the process is dead")
	}
	return r.server.RoundTripper().RoundTrip(req)
}

// requestKind names what requests are counted as: POST, LIST, AUTH, or their method.
func requestKind(method, path string) string {
	switch {
	case strings.HasSuffix(path, "/authenticate"):
		return "AUTH"
	case method == http.MethodGet && strings.HasSuffix(path, "/contact"):
		return "LIST"
	}
	return method
}

// arrived counts requests of a kind at the server, over all runs.
func (r *rig) arrived(kind string) int { return arrivedAt(r.server, kind) }

func arrivedAt(server *simulator.Server, kind string) int {
	n := 0
	for _, req := range server.Requests() {
		if requestKind(req.Method, req.Path) == kind {
			n++
		}
	}
	return n
}

func (r *rig) faults(texts ...string) {
	r.Helper()
	var faults []simulator.Fault
	for _, text := range texts {
		f, err := simulator.ParseFault(text)
		if err != nil {
			r.Fatal(err)
		}
		faults = append(faults, f)
	}
	r.server.SetFaults(faults...)
}

const ownOrg = 5417 // of the simulator's default organisations

// idsOf are the contacts that the organisation has of a name, ascending.
func (r *rig) idsOf(name string) []int64 {
	var ids []int64
	for _, c := range r.server.Contacts(ownOrg) {
		if c.Name == name {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

// once holds the organisation to having each of these people exactly once.
func (r *rig) once(first, n int) {
	r.Helper()
	count := map[string]int{}
	for _, c := range r.server.Contacts(ownOrg) {
		count[c.Name]++
	}
	for i := first; i < first+n; i++ {
		if count[personName(i)] != 1 {
			r.Errorf("%s stands %d times in the organisation", personName(i), count[personName(i)])
		}
	}
}

// reported is a row of the report.
type reported struct {
	status, codes string
	id            int64
	attempts      int
}

func (r *rig) report() []reported {
	r.Helper()
	lines := r.reportLines()
	at := columns(lines[0])
	var rows []reported
	for _, line := range lines[1:] {
		row := reported{status: line[at["status"]], codes: line[at["codes"]]}
		row.id, _ = strconv.ParseInt(line[at["contact_id"]], 10, 64)
		row.attempts, _ = strconv.Atoi(line[at["attempts"]])
		rows = append(rows, row)
	}
	return rows
}

// row holds one row of the report (from 1) to a status, codes and number of attempts, and returns its contact.
func (r *rig) row(n int, status, codes string, attempts int) int64 {
	r.Helper()
	got := r.report()[n-1]
	if got.status != status || got.codes != codes || got.attempts != attempts {
		r.Errorf("row %d: %s [%s] after %d attempts, want %s [%s] after %d", n, got.status, got.codes, got.attempts, status, codes, attempts)
	}
	return got.id
}

func readSummary(r *rig) string {
	r.Helper()
	data, err := os.ReadFile(filepath.Join(r.reportDir(), "summary.json"))
	if err != nil {
		r.Fatal(err)
	}
	return string(data)
}

// posts holds the number of creates that the server ever let in to n.
func (r *rig) posts(n int) {
	r.Helper()
	got := 0
	for _, req := range r.server.Requests() {
		if requestKind(req.Method, req.Path) == http.MethodPost && req.Status != http.StatusUnauthorized {
			got++
		}
	}
	if got != n {
		r.Errorf("%d creates arrived, want %d", got, n)
	}
}

// elapsed is how long something takes in virtual time.
func elapsed(do func()) time.Duration {
	begun := time.Now()
	do()
	return time.Since(begun)
}
