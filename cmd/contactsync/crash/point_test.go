package crash

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/contactsync/contactsync/importer/simulator"
)

var (
	crashSeed   = flag.Uint64("crash-seed", 0, "decides where the crash tests kill, fail and cut; 0: another one each time")
	crashPoints = flag.Int("crash-points", 20, "at how many points each crash test kills, fails or cuts; 0: at all there are")
	crashOnly   = flag.Int("crash-only", -1, "the only point that is tried; to repeat one")
)

// chance returns the seed of a crash test, and tells how to repeat what it does.
func chance(t *testing.T) uint64 {
	t.Helper()
	seed := *crashSeed
	if seed == 0 {
		seed = uint64(time.Now().UnixNano()) % 1_000_000
	}
	t.Logf("repeat it with: go test ./cmd/contactsync/crash -run '^%s$' -crash-seed %d -crash-points %d -v", t.Name(), seed, *crashPoints)
	return seed
}

// together is how many points are tried at once. They mostly wait for the settle time.
const together = 8

// points tries all points, and tells of each that fails.
func points(t *testing.T, seed uint64, n int, try func(p *point) error) {
	t.Helper()
	gate := make(chan struct{}, together)
	failed := make(chan error)
	first := 0
	if *crashOnly >= 0 {
		first, n = *crashOnly, 1
	}
	for i := range n {
		number := first + i
		dir := filepath.Join(t.TempDir(), strconv.Itoa(number))
		go func() {
			gate <- struct{}{}
			defer func() { <-gate }()
			p, err := newPoint(dir, seed, number)
			if err == nil {
				err = try(p)
				p.close()
			}
			if err != nil {
				err = fmt.Errorf("point %d (-crash-only %[1]d): %w\n%s", number, err, p.story.String())
			}
			failed <- err
		}()
	}
	for range n {
		if err := <-failed; err != nil {
			t.Error(err)
		}
	}
	t.Logf("%d points", n)
}

// point is one place at which something breaks: an organisation, an input and a ledger of its own.
type point struct {
	number int
	rnd    *rand.Rand
	dir    string
	env    []string
	rows   []person
	flags  []string
	server *simulator.Server
	host   string
	runs   int
	story  bytes.Buffer // what was done and printed, for whoever reads a failure
	close  func()
}

type person struct{ name, email, phone string }

// settleTime is --settle of the crash tests, far above what the faults of their servers take.
const settleTime = 400 * time.Millisecond

func newPoint(dir string, seed uint64, number int) (*point, error) {
	rnd := rand.New(rand.NewPCG(seed, uint64(number)))
	p := &point{number: number, rnd: rnd, dir: dir, close: func() {}}
	if err := os.MkdirAll(p.ledgerDir(), 0o700); err != nil {
		return p, err
	}
	p.addRows(42)
	workers := 1 // with one a run makes the same calls each time, so that all can be gone through
	if *crashPoints != 0 {
		workers += rnd.IntN(8)
	}
	p.flags = []string{
		"import", "--type", "Technical", "--settle", settleTime.String(), "--max-backoff", "50ms", "--accept-invalid", "1",
		"--concurrency", strconv.Itoa(workers), "--log-format", "json", "--state", p.ledger(), "--report-dir", p.report(),
	}
	return p, p.serve()
}

// addRows adds people to the input, most of whom have an e-mail address of their own.
func (p *point) addRows(n int) {
	first := len(p.rows)
	for i := first; i < first+n; i++ {
		who := person{fmt.Sprintf("Person %c%c", 'A'+i%26, 'a'+i/26), fmt.Sprintf("p%d@example.com", i), fmt.Sprintf("+4930123%04d", i)}
		switch {
		case i == 11: // the one that is invalid
			who.email = "p11@@example.com"
		case i%7 == 3: // a shared mailbox: another person, the same key
			who.email = fmt.Sprintf("p%d@example.com", i-1)
		case i%9 == 5:
			who.email = ""
		}
		p.rows = append(p.rows, who)
	}
}

// serve starts the server, which makes no faults yet.
func (p *point) serve() error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	p.server = simulator.New(simulator.Options{Seed: p.rnd.Uint64(), Latency: 2 * time.Millisecond})
	go func() { done <- p.server.Serve(ctx, listener) }()
	p.close = func() {
		stop()
		<-done
		p.server.Close()
	}
	p.host = listener.Addr().String()
	p.env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + p.dir, "TMPDIR=" + p.dir,
		"EMNIFY_API_URL=http://" + listener.Addr().String(), "EMNIFY_APPLICATION_TOKEN=any",
	}
	return nil
}

func (p *point) setFaults(texts ...string) error {
	var faults []simulator.Fault
	for _, text := range texts {
		fault, err := simulator.ParseFault(text)
		if err != nil {
			return err
		}
		faults = append(faults, fault)
	}
	p.server.SetFaults(faults...)
	return nil
}

func (p *point) ledgerDir() string { return filepath.Join(p.dir, "ledger") }
func (p *point) ledger() string    { return filepath.Join(p.ledgerDir(), "ledger.db") }
func (p *point) report() string    { return filepath.Join(p.dir, "report") }

// input writes the rows, in an order of today: the operator sorts the file now and then.
func (p *point) input() (string, error) {
	p.runs++
	p.rnd.Shuffle(len(p.rows), func(i, j int) { p.rows[i], p.rows[j] = p.rows[j], p.rows[i] })
	var b bytes.Buffer
	b.WriteString("Name,E-mail,Phone\n")
	for _, r := range p.rows {
		fmt.Fprintf(&b, "%s,%s,%s\n", r.name, r.email, r.phone)
	}
	file := filepath.Join(p.dir, fmt.Sprintf("contacts-%d.csv", p.runs))
	return file, os.WriteFile(file, b.Bytes(), 0o600)
}

// start begins a run. before is put in front of the command.
func (p *point) start(before ...string) (*exec.Cmd, error) {
	file, err := p.input()
	if err != nil {
		return nil, err
	}
	line := append(slices.Clone(before), "contactsync")
	line = append(append(line, p.flags...), file)
	cmd := exec.Command(line[0], line[1:]...)
	cmd.Env, cmd.Dir, cmd.Stdout, cmd.Stderr = p.env, p.dir, &p.story, &p.story
	fmt.Fprintf(&p.story, "--- run %d: %q\n", p.runs, before)
	return cmd, cmd.Start()
}

// exitOf waits for a program; -1: a signal ended it.
func exitOf(cmd *exec.Cmd) (int, error) {
	err := cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return 0, err
	}
	return cmd.ProcessState.ExitCode(), nil
}

// heal runs the program until it has ended well, with nothing in its way any more, and holds it to its promises.
func (p *point) heal() error {
	const mostRuns = 3
	for n := 1; ; n++ {
		cmd, err := p.start()
		if err != nil {
			return err
		}
		code, err := exitOf(cmd)
		if err != nil {
			return err
		}
		if code == 0 {
			return p.check(code)
		}
		if n == mostRuns {
			return fmt.Errorf("run %d still ends with %d", p.runs, code)
		}
	}
}

// check holds the organisation and the report to the input: each valid row's contact exactly once, each row told once
// and in order, with the id of its contact.
func (p *point) check(code int) error {
	var errs []error
	ids := map[string][]string{}
	for _, c := range p.server.Contacts(simulator.DefaultOrganisations()[0].ID) {
		ids[c.Name] = append(ids[c.Name], strconv.FormatInt(c.ID, 10))
	}
	told, err := p.told()
	if err != nil {
		return err
	}
	for i, r := range p.rows {
		got, have := told[i], ids[r.name]
		switch {
		case got.row != strconv.Itoa(i+1):
			errs = append(errs, fmt.Errorf("line %d of the report is of row %s", i+1, got.row))
		case strings.Contains(r.email, "@@"):
			if got.status != "invalid" || got.id != "" || len(have) != 0 {
				errs = append(errs, fmt.Errorf("row %d is invalid, and told %s %s; there is %q", i+1, got.status, got.id, have))
			}
		case len(have) != 1:
			errs = append(errs, fmt.Errorf("row %d (%s) stands %d times in the organisation: %q; it is told %s", i+1, r.name, len(have), have, got.status))
		case got.status != "created" && got.status != "exists", got.id != have[0]:
			errs = append(errs, fmt.Errorf("row %d is contact %s, and told %s %s", i+1, have[0], got.status, got.id))
		}
	}
	return errors.Join(append(errs, p.checkSummary(code))...)
}

type toldRow struct{ row, status, id string }

// told reads the report, one line for each row.
func (p *point) told() ([]toldRow, error) {
	data, err := os.ReadFile(filepath.Join(p.report(), "report.csv"))
	if err != nil {
		return nil, err
	}
	lines, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil || len(lines) != len(p.rows)+1 {
		return nil, fmt.Errorf("%d lines of report for %d rows (%w)", len(lines)-1, len(p.rows), err)
	}
	at := func(name string) int { return slices.Index(lines[0], name) }
	var told []toldRow
	for _, line := range lines[1:] {
		told = append(told, toldRow{line[at("row")], line[at("status")], line[at("contact_id")]})
	}
	return told, nil
}

func (p *point) checkSummary(code int) error {
	var summary struct {
		ExitCode int            `json:"exit_code"`
		Rows     map[string]int `json:"rows"`
	}
	data, err := os.ReadFile(filepath.Join(p.report(), "summary.json"))
	if err == nil {
		err = json.Unmarshal(data, &summary)
	}
	if err != nil || summary.ExitCode != code || summary.Rows["total"] != len(p.rows) {
		return fmt.Errorf("the summary says exit %d and %v (%w); the exit is %d", summary.ExitCode, summary.Rows, err, code)
	}
	return nil
}

// created counts the requests for a new contact that have arrived.
func (p *point) created() int {
	n := 0
	for _, r := range p.server.Requests() {
		if r.Method == http.MethodPost && strings.HasSuffix(r.Path, "/contact") {
			n++
		}
	}
	return n
}
