package cli_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/contactsync/contactsync/cmd/internal/cli"
	"github.com/contactsync/contactsync/importer/ledger/ledgertest"
	"github.com/contactsync/contactsync/importer/limit"
	"github.com/contactsync/contactsync/importer/simulator"
)

// process is the whole program with all below it replaced: its network is a simulated API, and its ledger can be killed
// and survives that as on a disk.
type process struct {
	*testing.T
	dir    string
	server *simulator.Server
	ledger *ledgertest.Volatile
	slots  limit.Store // nil: the budget lives as long as a run
	signal chan os.Signal

	mu     sync.Mutex
	writes int // of the ledger, in this run
	killAt int // the write at which the process dies; 0: never
}

func newProcess(t *testing.T, dir string, server *simulator.Server) *process {
	p := &process{T: t, dir: dir, server: server, ledger: ledgertest.NewVolatile(), signal: make(chan os.Signal, 4)}
	p.ledger.OnWrite = p.onWrite
	t.Cleanup(server.Close)
	return p
}

// env is what the program finds when it starts.
func (p *process) env(network http.RoundTripper, out io.Writer, seed rand.Source, args ...string) cli.Env {
	return cli.Env{
		Args: args, Stdin: strings.NewReader(""), Stdout: out, Stderr: out, Signals: p.signal, LookupEnv: tokenOnly,
		Transport: network, Ledger: p.ledger, Slots: p.slots, Rand: rand.New(seed), Version: "simulated",
	}
}

// tokenOnly is an environment that holds nothing but a token.
func tokenOnly(name string) (string, bool) {
	if name != "EMNIFY_APPLICATION_TOKEN" {
		return "", false
	}
	return "secret", true
}

// live runs the program until it has ended, or was killed.
func (p *process) live(env cli.Env) (code int, dead bool) {
	p.mu.Lock()
	p.writes = 0
	p.mu.Unlock()
	for len(p.signal) > 0 {
		<-p.signal
	}
	code = cli.Main(env)
	dead = p.ledger.Dead()
	p.ledger.Restart()
	return code, dead
}

// onWrite kills the process at a write of its ledger: before it if the number is odd, else behind it.
func (p *process) onWrite() (kill, after bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.writes++
	if p.writes != p.killAt {
		return false, false
	}
	p.end()
	return true, p.writes%2 == 0
}

// end makes the program end at once: what dies must not go on.
func (p *process) end() {
	p.signal <- syscall.SIGTERM
	p.signal <- syscall.SIGTERM
}

// kill ends the process: its ledger and its network are gone.
func (p *process) kill() {
	if p.ledger.Dead() {
		return
	}
	p.ledger.Kill()
	p.end()
}

func (p *process) reportDir() string { return filepath.Join(p.dir, "report") }

// reportLines are the lines of report.csv, its header first.
func (p *process) reportLines() [][]string {
	p.Helper()
	data, err := os.ReadFile(filepath.Join(p.reportDir(), "report.csv"))
	if err != nil {
		p.Fatal(err)
	}
	lines, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		p.Fatal(err)
	}
	return lines
}

// columns tells where each column of a header stands.
func columns(header []string) map[string]int {
	at := map[string]int{}
	for i, name := range header {
		at[name] = i
	}
	return at
}

// counted is what summary.json says of how a run ended.
type counted struct {
	ExitCode int            `json:"exit_code"`
	Rows     map[string]int `json:"rows"`
}

// countedIn reads the summary of the report in a folder.
func countedIn(dir string) (sum counted, err error) {
	data, err := os.ReadFile(filepath.Join(dir, "summary.json"))
	if err == nil {
		err = json.Unmarshal(data, &sum)
	}
	return sum, err
}
