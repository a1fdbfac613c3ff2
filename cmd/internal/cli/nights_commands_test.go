package cli_test

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

func (n *nightPlayer) commands() map[string]func(happening) error {
	return map[string]func(happening) error{
		"sync": n.sync, "import": n.imports, "undo": n.undo, "plan": n.plan, "export": n.export, "runs pruned": n.forget,
	}
}

// optionsOf are a sync's by its numbers; 0 is the night that the README shows.
func optionsOf(h happening) nightOptions {
	bit := func(i int) bool { return h.a>>i&1 == 1 }
	return nightOptions{
		prune: !bit(0), accept: bit(1) && bit(2), trust: bit(1) && !bit(2), clear: bit(3) && bit(4), recreate: bit(3) && !bit(4),
		adopt:    bit(5),
		conflict: []string{"file", "remote", "fail"}[h.b%3],
		deletes:  []string{"100%", "100%", "10%", "1"}[h.b/3%4],
		creates:  []string{"100%", "100%", ""}[h.b/12%3],
	}
}

func (o nightOptions) flags() []string {
	flags := []string{"--on-conflict", o.conflict, "--max-deletes", o.deletes}
	if o.creates != "" {
		flags = append(flags, "--max-creates", o.creates)
	}
	for _, flag := range []struct {
		name  string
		given bool
	}{
		{"--prune", o.prune}, {"--adopt", o.adopt}, {"--clear-empty", o.clear}, {"--accept-moved-ids", o.accept}, {"--trust-ids", o.trust},
		{"--recreate", o.recreate},
	} {
		if flag.given {
			flags = append(flags, flag.name)
		}
	}
	return flags
}

// args are those of a command on the file.
func (n *nightPlayer) args(command string, flags ...string) ([]string, error) {
	var b strings.Builder
	b.WriteString("No,Name,E-mail,City,Phone,Org\n")
	for _, line := range n.rows {
		fmt.Fprintf(&b, "%s,%s,%d\n", line.id, strings.Join(line.values[:], ","), line.org)
	}
	file := filepath.Join(n.dir, "nights.csv")
	if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
		return nil, err
	}
	args := []string{command, file, "--report-dir", n.reportDir(), "--type", "Technical", "--concurrency", "1", "--map", "org_id=Org", "--map"}
	if n.season.ids {
		args = append(args, "external_id=No")
	} else {
		args = append(args, "external_id=")
	}
	return append(args, flags...), nil
}

func (n *nightPlayer) sync(h happening) error {
	o := optionsOf(h)
	o.job = n.job
	args, err := n.args("sync", append(o.flags(), "--job", n.job)...)
	if err != nil || len(n.rows) == 0 {
		return err
	}
	if h.c>>2&1 == 1 {
		if err := n.dryRun(o, args); err != nil {
			return err
		}
	}
	if err := n.night(o, args, troubleOf(h)); err != nil {
		return err
	}
	if h.c>>3&1 == 1 {
		return n.again(o, args)
	}
	return nil
}

func (n *nightPlayer) imports(h happening) error {
	o := nightOptions{imports: true, recreate: h.a%2 == 1}
	args, err := n.args("import")
	if err != nil || len(n.rows) == 0 {
		return err
	}
	if o.recreate {
		args = append(args, "--recreate")
	}
	return n.night(o, args, troubleOf(h))
}

// night runs a command on the file, through trouble and until it has ended, and holds what it did and told to what was expected.
func (n *nightPlayer) night(o nightOptions, args []string, t trouble) error {
	before, arrived := n.state(), n.server.Count()
	want := n.memory.forecast(before, n.rows, o)
	if want.passing {
		t = trouble{}
	}
	code := n.through(t, args)
	after, sent := n.state(), n.writesSince(arrived)
	contacts, err := n.checkNight(want, code, before, after, sent)
	if err != nil {
		return n.explained(fmt.Errorf("%w (through %+v)", err, t), args)
	}
	if !want.stops() {
		n.count(want)
		n.passing = want.passing
		run := nightRun{n.lastRun(), o.job, before, after, n.memory.everybody(), want.took(contacts), nil, t.isAny()}
		n.memory.learn(want, n.rows, contacts, after, o)
		n.runs = append(n.runs, run)
	}
	return nil
}

// checkNight holds a command that has ended to what was expected, and returns the contacts of the rows.
func (n *nightPlayer) checkNight(want forecast, code int, before, after nightState, sent []written) ([]int64, error) {
	if code != want.code() {
		return nil, fmt.Errorf("it ended with %d, want %d (%+v)", code, want.code(), want)
	}
	r, err := n.readNightReport()
	if err != nil {
		return nil, err
	}
	if err := r.checkRows(len(n.rows)); err != nil && !want.stops() {
		return nil, err
	}
	if err := errors.Join(r.checkWrites(sent), r.checkState(before, after)); err != nil || want.stops() {
		return nil, err
	}
	contacts := make([]int64, len(n.rows))
	for i := range contacts {
		contacts[i] = r.lines[i].contact()
	}
	return contacts, r.checkForecast(want)
}

// dryRun holds a dry run to sending nothing, and to telling what the run would do.
func (n *nightPlayer) dryRun(o nightOptions, args []string) error {
	arrived := n.server.Count()
	want := n.memory.forecast(n.state(), n.rows, o)
	args = append(slices.Clone(args), "--dry-run")
	code := n.start(args...)
	if sent := n.writesSince(arrived); len(sent) > 0 {
		return n.explained(fmt.Errorf("a dry run has sent %v", sent), args)
	}
	if code != want.code() {
		return n.explained(fmt.Errorf("the dry run ended with %d, want %d (%+v)", code, want.code(), want), args)
	}
	if want.stops() {
		return nil
	}
	r, err := n.readNightReport()
	if err == nil {
		err = errors.Join(r.checkRows(len(n.rows)), r.checkForecast(want.planned()))
	}
	if err != nil {
		return n.explained(err, args)
	}
	return nil
}

// again runs the same command once more, which has nothing to do.
func (n *nightPlayer) again(o nightOptions, args []string) error {
	arrived := n.server.Count()
	if n.passing {
		return nil
	}
	if err := n.night(o, args, trouble{}); err != nil {
		return fmt.Errorf("again: %w", err)
	}
	if sent := n.writesSince(arrived); len(sent) > 0 {
		return n.explained(fmt.Errorf("the same command once more has sent %v", sent), args)
	}
	return nil
}

func (n *nightPlayer) explained(err error, args []string) error {
	return fmt.Errorf("%w\n%q\n%s%s", err, args, n.table(), n.said())
}

// mayBeSecond tells whether a contact that is equal to a row may be one that a request made of which a run never heard: undo leaves
// such a one alone.
func (n *nightPlayer) mayBeSecond(line *nightLine) bool {
	return slices.ContainsFunc(n.runs, func(run nightRun) bool {
		for id, c := range run.after {
			if _, existed := run.before[id]; !existed && run.troubled && c.Org == line.org && valuesIn(c) == line.values {
				return true
			}
		}
		return false
	})
}

// trouble is what goes wrong on a command's way.
type trouble struct {
	kill    int    // the process dies at this request of those that change something; 0: at none
	arrives bool   // and that request arrives before
	write   int    // it dies at this write of its ledger
	fault   string // what the API does
}

func (t trouble) isAny() bool { return t != trouble{} }

func troubleOf(h happening) trouble {
	nth := 1 + h.c>>4
	switch h.c & 3 {
	case 1:
		return trouble{kill: nth, arrives: h.b&1 == 1}
	case 2:
		return trouble{write: 5*nth + h.b&7}
	case 3:
		kinds := []string{"lose", "drop", "reset", "502", "500-commit", "drop-reset", "202", "429-after", "cut-header", "silence", "no-location"}
		on := "@WRITE"
		kind := kinds[(h.a+h.b)%len(kinds)]
		if kind == "no-location" {
			on = ""
		}
		return trouble{fault: fmt.Sprintf("%s=at:%d%s", kind, nth, on)}
	}
	return trouble{}
}

// through runs a command, and as often again as its process has died.
func (n *nightPlayer) through(t trouble, args []string) int {
	if t.fault != "" {
		n.faults(t.fault)
	}
	writes := 0
	n.onRequest = func(req *http.Request, _ int) {
		if kind := requestKind(req.Method, req.URL.Path); kind != http.MethodPost && kind != http.MethodPatch && kind != http.MethodDelete {
			return
		}
		if writes++; writes != t.kill {
			return
		}
		if t.arrives {
			if resp, err := n.server.RoundTripper().RoundTrip(req.Clone(req.Context())); err == nil {
				_ = resp.Body.Close()
			}
		}
		n.kill()
	}
	n.killAt = t.write
	code := n.start(args...)
	n.onRequest = nil
	n.faults()
	for code < 0 {
		if runs, err := n.ledger.Runs(n.Context()); err == nil && len(runs) > 0 && runs[len(runs)-1].Closed {
			return runs[len(runs)-1].ExitCode // it had ended when it died
		}
		time.Sleep(time.Duration(t.write) * time.Minute)
		code = n.start(args...)
	}
	return code
}

// said is what the command printed, without its log: that has ids of runs, and rapid shrinks only what fails with the same words.
func (n *nightPlayer) said() string {
	lines := strings.Split(n.out.String(), "\n")
	return strings.Join(slices.DeleteFunc(lines, func(line string) bool { return strings.HasPrefix(line, "{") }), "\n")
}

// table is the file and the organisations, for a person who looks for what went wrong.
func (n *nightPlayer) table() string {
	var b strings.Builder
	for _, j := range n.jobs {
		for i, line := range j.rows {
			fmt.Fprintf(&b, "row %d of %s: %s %d %q\n", i+1, j.job, line.id, line.org, line.values)
		}
	}
	for _, org := range n.orgs {
		for _, c := range n.server.Contacts(org) {
			if personOf(c.Name) >= 0 {
				m := &n.memory
				fmt.Fprintf(&b, "contact %d: %d %q, base %q, id %q, of %q, had by %q\n", c.ID, c.Org, valuesIn(c), m.base[c.ID], m.of(n.job).idOf[c.ID],
					m.whose(c.ID, ""), m.holders(c.ID, ""))
			}
		}
	}
	return b.String()
}
