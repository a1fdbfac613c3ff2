package cli_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/contactsync/contactsync/importer/history"
	"github.com/contactsync/contactsync/importer/simulator"
)

// plan saves what a sync would do and lets it be done later, after nothing, an edit in the portal or one of the file. Only a plan that
// still fits is done, and once.
func (n *nightPlayer) plan(h happening) error {
	o := optionsOf(h)
	o.job = n.job
	args, err := n.args("sync", append(o.flags(), "--job", n.job)...)
	if err != nil || len(n.rows) == 0 {
		return err
	}
	n.seeAll()
	file := filepath.Join(n.dir, "plan.json")
	if f := n.memory.forecast(n.state(), n.rows, o); f.stops() {
		return nil // it saves none
	}
	if err := n.dryRun(o, append(args, "--plan-out", file)); err != nil {
		return err
	}
	stale := false
	switch h.c % 4 {
	case 2:
		n.row(h.a).values[fieldCity] = n.new("Town %d")
		if _, err := n.args("sync"); err != nil { // writes the file
			return err
		}
		stale = true
	case 3:
		if c, ok := n.somebody(h.b); ok && slices.ContainsFunc(n.rows, func(line nightLine) bool { return line.org == c.Org }) {
			stale = n.server.Edit(c.Org, c.ID, func(c *simulator.Contact) { c.City = n.new("Town %d") })
		}
	}
	do := []string{"sync", "--plan", file, "--report-dir", n.reportDir(), "--concurrency", "1"}
	arrived := n.server.Count()
	if stale {
		if code, sent := n.start(do...), n.writesSince(arrived); code != 6 || len(sent) > 0 {
			return n.explained(fmt.Errorf("a plan that fits no more ended with %d, and sent %v", code, sent), do)
		}
		return nil
	}
	if err := n.night(o, do, trouble{}); err != nil {
		return err
	}
	sent := n.writesSince(arrived)
	n.start(do...)
	if again := n.writesSince(arrived); !slices.Equal(again, sent) {
		return n.explained(fmt.Errorf("a plan that was done has sent %v, and %v before", again, sent), do)
	}
	return nil
}

// export holds an export to being what the organisations have, and a sync of it to changing nothing.
func (n *nightPlayer) export(happening) error {
	n.seeAll()
	file := filepath.Join(n.dir, "export.csv")
	if err := os.Remove(file); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	args := []string{"export", "--output", file}
	for _, org := range n.orgs {
		args = append(args, "--org", fmt.Sprint(org))
	}
	if code := n.start(args...); code != 0 {
		return n.explained(fmt.Errorf("it ended with %d", code), args)
	}
	if err := n.checkExport(file); err != nil {
		return n.explained(err, args)
	}
	arrived := n.server.Count()
	args = []string{"sync", file, "--dry-run", "--report-dir", n.reportDir(), "--concurrency", "1"}
	if code := n.start(args...); code != 0 && code != 3 { // equal contacts can't be told apart
		return n.explained(fmt.Errorf("it ended with %d", code), args)
	}
	r, err := n.readNightReport()
	if err != nil {
		return err
	}
	for _, o := range r.lines {
		if o.Status == "planned" {
			return n.explained(fmt.Errorf("a sync of an export would change something: %+v", o), args)
		}
	}
	if sent := n.writesSince(arrived); len(sent) > 0 {
		return n.explained(fmt.Errorf("a dry run has sent %v", sent), args)
	}
	return nil
}

func (n *nightPlayer) checkExport(file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	table, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return err
	}
	at := columns(table[0])
	var told, has []string
	for _, line := range table[1:] {
		told = append(told, fmt.Sprint(line[at["org_id"]], " ", line[at["name"]], line[at["email"]], line[at["city"]], line[at["phone"]]))
	}
	for _, c := range n.state() {
		has = append(has, fmt.Sprint(c.Org, " ", c.Name, c.Email, c.City, c.Phone))
	}
	slices.Sort(told)
	slices.Sort(has)
	if !slices.Equal(told, has) {
		return fmt.Errorf("the export is %q, and there is %q", told, has)
	}
	return nil
}

// forget takes all runs out of the ledger, as runs prune does; what later nights go by stays.
func (n *nightPlayer) forget(happening) error {
	n.runs = nil
	_, err := history.RemoveRuns(n.Context(), n.ledger, time.Now().Add(-time.Minute), time.Now())
	return err
}
