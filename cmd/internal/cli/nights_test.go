package cli_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	_ "github.com/contactsync/contactsync/importer/rapidseed"
	"github.com/contactsync/contactsync/importer/simulator"
)

// TestNights plays random sequences of nights: people edit a job's file and the portal, and then a command is run. After each
// command the report, the requests that arrived and the organisations are held to each other, and to a model of what the
// README promises (nightMemory.forecast). What is drawn is data, since rapid's own time must not be virtual; it shrinks to few
// steps with small numbers, which can be copied into TestNightsCases.
func TestNights(t *testing.T) {
	t.Parallel()
	dir, seen := t.TempDir(), map[string]int{}
	rapid.Check(t, func(rt *rapid.T) {
		s := drawSeason(rt)
		if err := s.play(t, dir, seen); err != nil {
			rt.Fatalf("%v\n%s", err, s)
		}
	})
	t.Logf("so many rows were expected to end as: %v", seen)
}

// happening is a step of a sequence. What its numbers mean is the step's.
type happening struct {
	what    string
	a, b, c int
}

// season is a sequence, and what it begins with.
type season struct {
	people int // of the first night's file
	jobs   int // each with a file of its own; 0 is 1
	orgs   int // among which the rows are dealt; with more than one the file has a column for them
	ids    bool
	page   int // of a listing; less than 0: it has none
	steps  []happening
}

func drawSeason(rt *rapid.T) season {
	s := season{
		people: rapid.IntRange(1, 8).Draw(rt, "people"),
		jobs:   rapid.IntRange(1, 3).Draw(rt, "jobs"),
		orgs:   rapid.IntRange(1, 2).Draw(rt, "organisations"),
		ids:    rapid.Bool().Draw(rt, "ids"),
		page:   rapid.SampledFrom([]int{-1, 3}).Draw(rt, "page"),
		steps:  []happening{{what: "sync"}},
	}
	for _, night := range rapid.SliceOfN(rapid.Custom(drawNight), 1, 6).Draw(rt, "nights") {
		s.steps = append(s.steps, night...)
	}
	return s
}

// drawNight draws what happens in a day, and the command behind it.
func drawNight(rt *rapid.T) []happening {
	steps := []happening{{what: "turn", a: rapid.IntRange(0, 5).Draw(rt, "turn")}}
	steps = append(steps, rapid.SliceOfN(drawn(
		"row handed over", "row handed over", "row in both files", "row in both files", "row added", "row dropped", "row's city", "row's phone", "row's e-mail", "row's name", "rows' e-mails swapped", "rows' ids swapped",
		"row's id shared", "row's id new", "row without id", "row's cell emptied", "rows rotated", "row twice", "row invalid", "row moved",
		"row's organisation mistyped",
	), 0, 4).Draw(rt, "file")...)
	steps = append(steps, rapid.SliceOfN(drawn(
		"portal's city", "portal's phone", "portal's e-mail", "portal's name", "portal's field cleared", "portal deletes", "portal makes",
		"portal makes an equal", "token loses an organisation", "token sees all",
	), 0, 2).Draw(rt, "portal")...)
	return append(steps, drawn("sync", "sync", "sync", "sync", "sync", "sync", "import", "undo", "undo", "plan", "export",
		"runs pruned").Draw(rt, "command"))
}

// drawn draws one of these happenings; one that stands there several times comes more often.
func drawn(names ...string) *rapid.Generator[happening] {
	return rapid.Custom(func(rt *rapid.T) happening {
		number := rapid.IntRange(0, 63)
		return happening{rapid.SampledFrom(names).Draw(rt, "what"), number.Draw(rt, "a"), number.Draw(rt, "b"), number.Draw(rt, "c")}
	})
}

func (s season) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "season{people: %d, jobs: %d, orgs: %d, ids: %t, page: %d, steps: []happening{\n", s.people, s.jobs, s.orgs, s.ids, s.page)
	for _, h := range s.steps {
		fmt.Fprintf(&b, "\t{%q, %d, %d, %d},\n", h.what, h.a, h.b, h.c)
	}
	b.WriteString("}}")
	return b.String()
}

// play plays the sequence in virtual time, and returns the first promise that was broken.
func (s season) play(t *testing.T, dir string, seen map[string]int) (err error) {
	t.Helper()
	if err := os.RemoveAll(filepath.Join(dir, "report")); err != nil {
		return err
	}
	synctest.Test(t, func(t *testing.T) {
		n := newNightPlayer(t, dir, s)
		n.seen = seen
		for i, h := range s.steps {
			if err = n.step(h); err != nil {
				err = fmt.Errorf("step %d, %q: %w", i+1, h.what, err)
				return
			}
		}
	})
	return err
}

// nightJob is a job with the rows of its file.
type nightJob struct {
	job  string
	rows []nightLine
}

// nightPlayer plays a season.
type nightPlayer struct {
	*rig
	*nightJob // whose turn it is
	season    season
	jobs      []*nightJob
	orgs      []int64
	next      int // the person who joins next
	moves     int // numbers what people write, so that it is never what was there before
	memory    nightMemory
	runs      []nightRun
	passing   bool           // forecast.passing of the last run
	seen      map[string]int // what was expected, and how often
}

func newNightPlayer(t *testing.T, dir string, s season) *nightPlayer {
	n := &nightPlayer{season: s, orgs: []int64{ownOrg, 5460, 6023}[:s.orgs], memory: newNightMemory()}
	for _, name := range []string{"crm", "shop", "events"}[:max(1, s.jobs)] {
		n.jobs = append(n.jobs, &nightJob{job: name})
	}
	n.nightJob = n.jobs[0]
	n.rig = newRig(t, dir, simulator.New(simulator.Options{Seed: 1, Latency: 100 * time.Millisecond, PageSize: s.page}))
	n.ledger.Survivors = func(pending int) int { return pending / 2 }
	time.Sleep(time.Hour)
	n.seeAll()
	for range s.people {
		n.addLine()
	}
	for p, line := range n.rows { // some people stand in two files
		if other := n.jobs[p%len(n.jobs)]; other != n.nightJob {
			other.rows = append(other.rows, line)
		}
	}
	return n
}

// step plays one step. Commands are an hour and more from each other, so that none has anything to do with what is not listed yet.
func (n *nightPlayer) step(h happening) error {
	time.Sleep(time.Hour)
	if do := n.commands()[h.what]; do != nil {
		return do(h)
	}
	if h.what == "turn" {
		n.nightJob = n.jobs[h.a%len(n.jobs)]
		return nil
	}
	if do := n.fileEdits()[h.what]; do != nil {
		if len(n.rows) > 0 || h.what == "row added" {
			do(h)
		}
		return nil
	}
	do := n.portalEdits()[h.what]
	if do == nil {
		do = n.tokenEdits()[h.what]
	}
	if do == nil {
		return fmt.Errorf("nothing of that name happens")
	}
	do(h)
	return nil
}

func (n *nightPlayer) addLine() {
	if n.next >= mostNightPeople {
		return
	}
	p := n.next
	n.next++
	line := nightLine{org: n.orgs[p%len(n.orgs)], values: valuesOf(p)}
	if n.season.ids {
		line.id = fmt.Sprint(p + 1)
	}
	n.rows = append(n.rows, line)
}

// row is a row of the file, by any number.
func (n *nightPlayer) row(i int) *nightLine { return &n.rows[i%len(n.rows)] }

// new makes a text that nobody had before.
func (n *nightPlayer) new(format string) string {
	n.moves++
	return fmt.Sprintf(format, n.moves)
}

// count takes note of what was expected.
func (n *nightPlayer) count(f forecast) {
	for _, e := range f.all() {
		n.seen[strings.Join(append([]string{e.status}, e.codes...), " ")]++
	}
}

func (n *nightPlayer) fileEdits() map[string]func(happening) {
	return map[string]func(happening){
		"row added":   func(happening) { n.addLine() },
		"row dropped": func(h happening) { n.drop(h.a) },
		"row handed over": func(h happening) {
			if n.toOther(h) {
				n.drop(h.a)
			}
		},
		"row in both files": func(h happening) { n.toOther(h) },
		"row's city":        func(h happening) { n.row(h.a).values[fieldCity] = town3(h.b) },
		"row's phone":       func(h happening) { n.row(h.a).values[fieldPhone] = n.new("+4940123%04d") },
		"row's e-mail": func(h happening) {
			if r := n.row(h.a); r.values[fieldEmail] != notAnEmail {
				r.values[fieldEmail] = n.new("new%d@example.com")
			}
		},
		"row's name": func(h happening) { r := n.row(h.a); r.values[fieldName] = otherName(r.values[fieldName], h.b) },
		"rows' e-mails swapped": func(h happening) {
			a, b := n.row(h.a), n.row(h.b)
			a.values[fieldEmail], b.values[fieldEmail] = b.values[fieldEmail], a.values[fieldEmail]
		},
		"rows' ids swapped":  func(h happening) { a, b := n.row(h.a), n.row(h.b); a.id, b.id = b.id, a.id },
		"row's id given":     func(h happening) { n.giveID(h.a, fmt.Sprint(h.b)) },
		"row's id shared":    func(h happening) { n.row(h.a).id = n.row(h.b).id },
		"row's id new":       func(h happening) { n.giveID(h.a, n.new("N%d")) },
		"row without id":     func(h happening) { n.giveID(h.a, "") },
		"row's cell emptied": func(h happening) { n.row(h.a).values[[]int{fieldCity, fieldPhone}[h.b%2]] = "" },
		"rows rotated": func(h happening) {
			i := h.a % len(n.rows)
			n.rows = append(n.rows[i:len(n.rows):len(n.rows)], n.rows[:i]...)
		},
		"row twice":                   func(h happening) { n.rows = append(n.rows, *n.row(h.a)) },
		"row invalid":                 func(h happening) { n.row(h.a).values[fieldEmail] = notAnEmail },
		"row moved":                   func(h happening) { n.row(h.a).org = n.orgs[h.b%len(n.orgs)] },
		"row's organisation mistyped": func(h happening) { n.row(h.a).org = mistyped },
	}
}

func (n *nightPlayer) drop(row int) {
	i := row % len(n.rows)
	n.rows = append(n.rows[:i:i], n.rows[i+1:]...)
}

// toOther gives a row to the file of another job; false: there is none.
func (n *nightPlayer) toOther(h happening) bool {
	to := n.jobs[h.b%len(n.jobs)]
	if to == n.nightJob {
		return false
	}
	to.rows = append(to.rows, *n.row(h.a))
	return true
}

func (n *nightPlayer) giveID(row int, id string) {
	if n.season.ids {
		n.row(row).id = id
	}
}

// portalEdits are what people do in the portal with the contacts of the sequence's people.
func (n *nightPlayer) portalEdits() map[string]func(happening) {
	edit := func(change func(h happening, c *simulator.Contact)) func(happening) {
		return func(h happening) {
			if c, ok := n.somebody(h.a); ok {
				n.server.Edit(c.Org, c.ID, func(c *simulator.Contact) { change(h, c) })
			}
		}
	}
	return map[string]func(happening){
		"portal's city":   edit(func(h happening, c *simulator.Contact) { c.City = town3(h.b) }),
		"portal's phone":  edit(func(_ happening, c *simulator.Contact) { c.Phone = n.new("+4950123%04d") }),
		"portal's e-mail": edit(func(_ happening, c *simulator.Contact) { c.Email = n.new("portal%d@example.com") }),
		"portal's name":   edit(func(h happening, c *simulator.Contact) { c.Name = otherName(c.Name, h.b) }),
		"portal's field cleared": edit(func(h happening, c *simulator.Contact) {
			if h.b%2 == 0 {
				c.City = ""
			} else {
				c.Phone = ""
			}
		}),
		"portal deletes": func(h happening) {
			if c, ok := n.somebody(h.a); ok {
				n.server.Remove(c.Org, c.ID)
			}
		},
		"portal makes": func(h happening) {
			n.server.Add(contactOf(n.orgs[h.b%len(n.orgs)], valuesOf(h.a%mostNightPeople)))
		},
		"portal makes an equal": func(h happening) {
			if len(n.rows) > 0 && n.row(h.a).org != mistyped && !n.mayBeSecond(n.row(h.a)) {
				n.server.Add(contactOf(n.row(h.a).org, n.row(h.a).values))
			}
		},
	}
}

// somebody is one of the contacts of the sequence's people, by any number.
func (n *nightPlayer) somebody(i int) (simulator.Contact, bool) {
	var all []simulator.Contact
	for _, org := range n.orgs {
		for _, c := range n.server.Contacts(org) {
			if personOf(c.Name) >= 0 {
				all = append(all, c)
			}
		}
	}
	if len(all) == 0 {
		return simulator.Contact{}, false
	}
	return all[i%len(all)], true
}
