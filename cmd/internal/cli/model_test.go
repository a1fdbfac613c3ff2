package cli_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	_ "github.com/contactsync/contactsync/importer/rapidseed"
	"github.com/contactsync/contactsync/importer/simulator"
)

// TestModel plays random sequences of what can happen to a file, a ledger and an organisation, and holds the program
// after each step to a model of what is true there: what our requests and what others have made, and what the reports
// have said. Sequences are drawn as data, since rapid's own time must not be virtual.
func TestModel(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	commands := slices.Sorted(maps.Keys((*model)(nil).commands()))
	step := rapid.Custom(func(rt *rapid.T) step {
		return step{
			command: rapid.SampledFrom(commands).Draw(rt, "command"),
			a:       rapid.IntRange(0, 1<<10).Draw(rt, "a"), b: rapid.IntRange(0, 1<<10).Draw(rt, "b"),
		}
	})
	rapid.Check(t, func(rt *rapid.T) {
		rows, seed := rapid.IntRange(1, 4).Draw(rt, "rows"), rapid.Uint64Range(1, 1000).Draw(rt, "seed")
		steps := rapid.SliceOfN(step, 1, 8).Draw(rt, "steps")
		var err error
		synctest.Test(t, func(t *testing.T) { err = newModel(t, dir, rows, seed).play(steps) })
		if err != nil {
			rt.Fatal(err)
		}
	})
}

// step is one command; what its numbers mean is the command's.
type step struct {
	command string
	a, b    int
}

// model is the truth about one file and one organisation.
type model struct {
	*rig
	rows    int
	faulty  []string         // faults of the next run
	foreign map[string]int   // how many contacts somebody else has made of a name
	deleted map[string]bool  // names of which somebody has deleted one
	sync    bool             // whether runs are syncs
	ids     map[int]int      // by row: its own id, which other rows may have too
	bearer  map[int64]string // by contact: whose it is
	wrong   error            // the first promise that was broken
}

func newModel(t *testing.T, dir string, rows int, seed uint64) *model {
	m := &model{rows: rows, foreign: map[string]int{}, deleted: map[string]bool{}, ids: map[int]int{}, bearer: map[int64]string{}}
	m.rig = newRig(t, dir, simulator.New(simulator.Options{Seed: seed, Latency: 200 * time.Millisecond}))
	m.ledger.Survivors = func(pending int) int { return pending / 2 }
	time.Sleep(time.Hour)
	m.sync = seed%2 == 0
	for i := range rows {
		m.ids[i] = i + 1
	}
	return m
}

func (m *model) commands() map[string]func(step) {
	return map[string]func(step){
		"send": m.send, "crash at a create": m.crashAtCreate, "crash at a write": m.crashAtWrite, "lose": m.lose,
		"commit late": m.commitLate, "settle": m.settle, "wait": m.wait,
		"run as": m.runAs, "give an id": m.giveID,
		"somebody makes": m.foreignCreate, "somebody edits": m.foreignEdit, "somebody deletes": m.foreignDelete,
	}
}

func (m *model) play(steps []step) error {
	for _, s := range steps {
		m.commands()[s.command](s)
		m.check()
	}
	m.finish()
	return m.wrong
}

// broken notes the first promise that was broken.
func (m *model) broken(format string, args ...any) {
	if m.wrong == nil {
		m.wrong = fmt.Errorf(format, args...)
	}
}

func (m *model) importAll() int {
	m.faults(m.faulty...)
	m.faulty = nil
	args := m.importArgs(m.file(), "--map", "external_id=No", "--max-failures", "100%", "--rate", "100/10s")
	if m.sync {
		args[0] = "sync"
	}
	code := m.start(args...)
	m.faults()
	if code >= 0 {
		m.checkReport(code)
	}
	return code
}

func (m *model) file() string {
	var b strings.Builder
	b.WriteString("No,Name,E-mail,Phone\n")
	for i := range m.rows {
		if id := m.ids[i]; id != 0 {
			fmt.Fprint(&b, id)
		}
		b.WriteString("," + personRow(i))
	}
	return b.String()
}

func (m *model) send(step) { m.importAll() }

// runAs makes the runs that follow imports, or syncs.
func (m *model) runAs(s step) { m.sync = s.a%2 == 0 }

// giveID gives a row the id that another row has, which has none from then on, or shares it.
func (m *model) giveID(s step) {
	to, from := s.a%m.rows, s.b%m.rows
	m.ids[to] = m.ids[from]
	if to != from && s.a/m.rows%2 == 0 {
		m.ids[from] = 0
	}
}

func (m *model) crashAtCreate(s step) {
	at := 1 + s.a%m.rows
	m.onRequest = func(req *http.Request, nth int) {
		if requestKind(req.Method, req.URL.Path) == http.MethodPost && nth == at {
			m.kill()
		}
	}
	m.importAll()
	m.onRequest = nil
}

func (m *model) crashAtWrite(s step) {
	m.killAt = 1 + s.a%(4*m.rows)
	m.importAll()
}

func (m *model) lose(s step) {
	kinds := []string{"lose", "reset", "502-commit", "500", "drop", "no-location", "202"}
	m.faulty = append(m.faulty, fmt.Sprintf("%s=at:%d@POST", kinds[s.a%len(kinds)], 1+s.b%m.rows))
}

func (m *model) commitLate(s step) {
	m.faulty = append(m.faulty, fmt.Sprintf("504-late-commit=at:%d/%ds@POST", 1+s.b%m.rows, 1+s.a%140))
}

func (m *model) settle(step) {
	creates := m.arrived(http.MethodPost)
	code := m.start("settle")
	if code != 0 && code != 3 {
		m.broken("settle ended with %d\n%s", code, &m.out)
	}
	if now := m.arrived(http.MethodPost); now != creates {
		m.broken("settle sent %d creates", now-creates)
	}
}

func (m *model) wait(s step) {
	time.Sleep(time.Duration(1+s.a%400) * time.Second)
}

func (m *model) foreignCreate(s step) {
	i := s.a % m.rows
	m.foreign[personName(i)]++
	m.server.Add(stranger(i))
}

func (m *model) foreignEdit(s step) {
	i := s.a % m.rows
	for _, id := range m.idsOf(personName(i)) {
		m.server.Edit(ownOrg, id, func(c *simulator.Contact) { c.City = "Bonn" })
	}
}

func (m *model) foreignDelete(s step) {
	i := s.a % m.rows
	if ids := m.idsOf(personName(i)); len(ids) > 0 {
		m.deleted[personName(i)] = true
		m.server.Remove(ownOrg, ids[s.b%len(ids)])
	}
}

// check holds the organisation to the model: of each row our requests have made one contact at most, unless somebody has
// deleted one.
func (m *model) check() {
	for i := range m.rows {
		name := personName(i)
		if n := len(m.idsOf(name)); n > 1+m.foreign[name] && !m.deleted[name] {
			m.broken("%s stands %d times, %d of them made by others", name, n, m.foreign[name])
		}
	}
	for _, c := range m.server.Contacts(ownOrg) {
		if was, known := m.bearer[c.ID]; known && was != c.Name {
			m.broken("contact %d was %s, and is %s now", c.ID, was, c.Name)
		}
		m.bearer[c.ID] = c.Name
	}
	if intents, sent := m.ledger.Intents(), m.arrived(http.MethodPost); sent > intents {
		m.broken("%d creates have arrived, and %d intents were durable", sent, intents)
	}
	if most := m.server.MaxInWindow(10 * time.Second); most > 200 {
		m.broken("%d requests in a window", most)
	}
}

// checkReport holds the report to the organisation.
func (m *model) checkReport(code int) {
	rows := m.report()
	if len(rows) != m.rows {
		m.broken("the report has %d rows of %d", len(rows), m.rows)
		return
	}
	seen := map[int64]int{}
	for i, row := range rows {
		name := personName(i)
		if m.deleted[name] {
			continue
		}
		ids := m.idsOf(name)
		switch {
		case m.sync && row.status == "failed" && (m.ids[i] != 0 && (row.codes == "external_id.other_person" || row.codes == "external_id.moved") || m.foreign[name] > 0 && strings.Contains(row.codes, "match.ambiguous")):
			continue // its id was somebody else's, or nobody can tell which of two contacts it is
		case row.status == "created" && row.id == 0 && m.foreign[name] > 0 && strings.Contains(row.codes, "contact.id_unknown"):
			continue // its answer named no id, and somebody has made an equal one before a listing could tell it
		case row.id != 0 && !slices.Contains(ids, row.id):
			m.broken("row %d is told to be contact %d, the organisation has %v\n%+v", i+1, row.id, ids, rows)
		case row.id != 0 && seen[row.id] != 0:
			m.broken("rows %d and %d are told to be contact %d", seen[row.id], i+1, row.id)
		case (row.status == "created" || row.status == "exists") && len(ids) == 0:
			m.broken("row %d is told %s, and is not there", i+1, row.status)
		case row.status == "not_attempted" && code == 0, row.status == "failed":
			m.broken("exit %d with row %d %s\n%s", code, i+1, row.status, &m.out)
		case code == 0 && (row.id == 0 || row.status != "created" && row.status != "exists"):
			m.broken("exit 0 with row %d: %+v", i+1, row)
		}
		seen[row.id] = i + 1
	}
}

// finish runs the program without faults: it ends well within a few runs, and then every row is there.
func (m *model) finish() {
	const mostRuns = 4
	m.sync = false
	for n := 1; ; n++ {
		code := m.importAll()
		if code == 0 || code == 3 && strings.Contains(m.out.String(), "contact.twice") {
			break // a contact that stands twice because of us is told until a person has seen to it
		}
		if n == mostRuns {
			m.broken("run %d without faults still ends with %d\n%s", n, code, &m.out)
			return
		}
	}
	time.Sleep(time.Hour)
	m.check()
	for name := range maps.Keys(m.missing()) {
		if !m.deleted[name] {
			m.broken("%s is not there", name)
		}
	}
}

func (m *model) missing() map[string]bool {
	names := map[string]bool{}
	for i := range m.rows {
		if len(m.idsOf(personName(i))) == 0 {
			names[personName(i)] = true
		}
	}
	return names
}
