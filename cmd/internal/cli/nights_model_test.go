package cli_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/contactsync/contactsync/importer/simulator"
)

// The fields of the sequences' files.
const (
	fieldName = iota
	fieldEmail
	fieldCity
	fieldPhone
	nightFields
)

// nightValues are a row's, or a contact's, by field; the names of these are nightFieldNames.
type nightValues [nightFields]string

func nightFieldNames() []string { return []string{"name", "email", "city", "phone"} }

// nightLine is a row of the file.
type nightLine struct {
	id     string
	org    int64
	values nightValues
}

const mostNightPeople = 16

// nightNames are the people: who is who is told by the names, which never become another person's. Each has three: the first
// two fit each other, and the third clearly differs from both.
func nightNames() [mostNightPeople][3]string {
	firsts := strings.Fields("Anna Bertold Cora Dorothea Emil Frieda Gustav Hildegard Igor Jutta Konrad Leopold Mathilde Norbert Ottilie Paulina")
	lasts := strings.Fields("Muster Beispiel Tester Drittmann Ebenholz Falkner Gruber Hohlweg Iwanow Jansen Kessler Lindqvist Morgenstern Nachtigall Osterberg Pfeiffer")
	others := strings.Fields("Quast Rosenthal Sommerfeld Trautwein Ullrich Vogelsang Wassermann Xanthos Yilmaz Zimmermann Achterberg Brandstetter Czerny Dunkelberg Eschenbach Feldhaus")
	again := strings.Fields("Zora Yannick Xaver Wilma Volker Ursula Thorsten Sieglinde Rudolf Quirin Peggy Oskar Nadine Manfred Lydia Kasimir")
	var names [mostNightPeople][3]string
	for i := range names {
		names[i] = [3]string{firsts[i] + " " + lasts[i], firsts[i] + " Maria " + lasts[i], again[i] + " " + others[i]}
	}
	return names
}

// personOf is the number of the person who has a name; less than 0: nobody of the sequence.
func personOf(name string) int {
	for i, names := range nightNames() {
		if slices.Contains(names[:], name) {
			return i
		}
	}
	return -1
}

func otherName(name string, i int) string {
	names := nightNames()[personOf(name)]
	return names[(slices.Index(names[:], name)+1+i%2)%3]
}

// namesFit tells whether two names may be of one person.
func namesFit(a, b string) bool {
	p := personOf(a)
	return p == personOf(b) && (a == b || p >= 0 && a != nightNames()[p][2] && b != nightNames()[p][2])
}

const notAnEmail = "nobody at nowhere"

func town3(i int) string { return []string{"Berlin", "Lyon", "Bonn"}[i%3] }

func valuesOf(p int) nightValues {
	return nightValues{nightNames()[p][0], fmt.Sprintf("p%d@example.com", p), town3(p), fmt.Sprintf("+4930123%04d", p)}
}

func contactOf(org int64, v nightValues) simulator.Contact {
	return simulator.Contact{Org: org, Type: 3, Name: v[fieldName], Email: v[fieldEmail], City: v[fieldCity], Phone: v[fieldPhone]}
}

func valuesIn(c simulator.Contact) nightValues {
	return nightValues{c.Name, c.Email, c.City, c.Phone}
}

// inOrg is something within an organisation: an id of the rows' own, or what a row says.
type inOrg[T comparable] struct {
	org  int64
	what T
}

// nightMemory is what runs that wrote have left behind, by the rules of the README: whose a contact is, by which id it is known,
// and what it was when a run last had to do with it.
type nightMemory struct {
	base    map[int64]nightValues        // by contact: what file and portal both started from when a run last looked
	wrote   map[int64]nightValues        // by contact: the row that it was last made of
	rowOf   map[inOrg[nightValues]]int64 // by row: the contact that was last made of it
	made    map[int64]bool               // contacts that a run created
	deleted map[int64]bool               // and that one deleted
	seen    map[int64]bool               // organisations that the token sees
	orgOf   map[int64]int64              // by contact
	owners                               // whose contacts are
}

func newNightMemory() nightMemory {
	return nightMemory{
		base: map[int64]nightValues{}, wrote: map[int64]nightValues{}, rowOf: map[inOrg[nightValues]]int64{}, made: map[int64]bool{},
		deleted: map[int64]bool{}, seen: map[int64]bool{}, orgOf: map[int64]int64{}, owners: newOwners(),
	}
}

// nightState is what the organisations have, by contact.
type nightState map[int64]simulator.Contact

func (n *nightPlayer) state() nightState {
	all := nightState{}
	for _, org := range n.orgs {
		for _, c := range n.server.Contacts(org) {
			all[c.ID] = c
			n.memory.orgOf[c.ID] = org
		}
	}
	return all
}

// nightOptions are those of a command.
type nightOptions struct {
	job                                                   string // empty: none, as of an import
	imports, prune, adopt, clear, accept, trust, recreate bool
	conflict                                              string
	deletes                                               string // --max-deletes
	creates                                               string // --max-creates; empty: by default
}

// expected is what is expected of a row.
type expected struct {
	status  string
	contact int64             // 0: none, or a new one
	changes map[string]string // by field: what an update sends
	codes   []string          // those of watchedCodes
	kept    []int             // fields that are left as the portal has them
	agreed  []int             // and those that somebody has changed into what the row says
	links   bool              // its id becomes the contact's, or it becomes the job's
	whose   []string          // other jobs that the line names, as those that the contact belongs to
}

// forecast is what a command is expected to do.
type forecast struct {
	rows   []expected
	pruned []expected        // contacts without a row, ascending
	unseen map[int64][]int64 // by organisation that can't be seen: contacts that would be pruned
	guard  bool
	blind  bool           // none of its organisations can be seen
	has    map[int64]bool // contacts that the job has from then on
	// passing: a row is left alone for an id, or for a key, whose contact is another row's, or it keeps what a shared id was. The same
	// command once more may find that to be in doubt no more, and so may a run that goes on with one that died behind that row.
	// Rule: a second run of the same writes nothing; it does not hold here, and is not asked for.
	passing bool
}

// all are the lines that a report has.
func (f *forecast) all() []expected { return slices.Concat(f.rows, f.pruned) }

func (f *forecast) count(status string) int {
	n := 0
	for _, row := range f.all() {
		if row.status == status {
			n++
		}
	}
	return n
}

// planned is what a dry run tells of it.
func (f forecast) planned() forecast {
	f.rows, f.pruned = slices.Clone(f.rows), slices.Clone(f.pruned)
	for _, lines := range [][]expected{f.rows, f.pruned} {
		for i := range lines {
			if slices.Contains([]string{"created", "updated", "deleted"}, lines[i].status) {
				lines[i].status = "planned"
			}
		}
	}
	return f
}

// stops tells whether the command ends before it does anything.
func (f *forecast) stops() bool { return f.guard || f.blind }

// code is the exit code of the command.
func (f *forecast) code() int {
	switch {
	case f.blind:
		return 1
	case f.guard:
		return 6
	case f.count("invalid")+f.count("failed")+len(f.unseen) > 0:
		return 3
	}
	return 0
}

// forecaster works out what becomes of a file's rows.
type forecaster struct {
	m      *nightMemory
	own    *jobMemory
	o      nightOptions
	now    nightState
	rows   []nightLine
	out    forecast
	owner  map[int64]int // by contact: the row that has it, from 1
	bad    []nightLine   // rows that may be about a contact, and nobody knows which
	keep   map[int64]bool
	shared map[inOrg[string]]bool // ids in rows of different people
	free   map[inOrg[string]]bool // and those whose contact another row has by a newer one
}

func (m *nightMemory) forecast(now nightState, rows []nightLine, o nightOptions) forecast {
	f := &forecaster{m: m, own: m.of(o.job), o: o, now: m.visible(now), rows: rows, owner: map[int64]int{}, keep: map[int64]bool{}, shared: map[inOrg[string]]bool{}, free: map[inOrg[string]]bool{}}
	f.out.rows = make([]expected, len(rows))
	f.out.blind = !slices.ContainsFunc(slices.Collect(maps.Keys(m.seen)), f.looksAt)
	f.share()
	var late, last []int
	for i, line := range rows {
		switch {
		case line.values[fieldEmail] == notAnEmail:
			f.out.rows[i] = expected{status: "invalid"}
			f.bad = append(f.bad, line)
		case f.isDuplicate(i):
			f.out.rows[i] = expected{status: "duplicate"}
			f.keepsOwn(line)
		case !m.seen[line.org]:
			f.out.rows[i] = f.failed(line, "org_id.not_visible")
		case o.imports:
			f.out.rows[i] = f.imported(line)
		case f.isAnothersID(line, f.match(line)):
			late = append(late, i)
		case f.lead(line) == leadsElsewhere:
			last = append(last, i)
		default:
			f.out.rows[i] = f.synced(i)
		}
	}
	for _, i := range late {
		f.out.rows[i] = f.synced(i)
	}
	for _, i := range last {
		if f.owner[f.linked(rows[i])] != 0 { // another row has it by a newer id, and this one is free
			f.free[inOrg[string]{rows[i].org, rows[i].id}] = true
		}
		f.out.rows[i] = f.synced(i)
	}
	f.noteShared()
	f.settleDuplicates()
	f.out.passing = f.out.passing || f.passes()
	if !o.imports {
		f.prune()
		f.unseen()
		f.limit()
		f.holds()
	}
	return f.out
}

// same are the contacts that have a row's key.
func (f *forecaster) same(line nightLine) []int64 {
	var ids []int64
	for _, id := range slices.Sorted(maps.Keys(f.now)) {
		if c := f.now[id]; c.Org == line.org && c.Type == 3 && strings.EqualFold(c.Email, line.values[fieldEmail]) && namesFit(c.Name, line.values[fieldName]) {
			ids = append(ids, id)
		}
	}
	return ids
}

// isDuplicate tells whether a row is the same contact as one before it.
func (f *forecaster) isDuplicate(i int) bool {
	return slices.ContainsFunc(f.rows[:i], func(before nightLine) bool { return samePerson(before, f.rows[i]) })
}

// settleDuplicates gives a duplicate the status of its row where that is not in emnify.
func (f *forecaster) settleDuplicates() {
	for i := range f.rows {
		first := slices.IndexFunc(f.rows, func(before nightLine) bool { return samePerson(before, f.rows[i]) })
		if f.out.rows[i].status == "duplicate" && f.out.rows[first].status == "failed" {
			f.out.rows[i].status = "failed"
		}
	}
}

func samePerson(a, b nightLine) bool {
	return a.org == b.org && a.values[fieldEmail] == b.values[fieldEmail] && a.values[fieldEmail] != notAnEmail && namesFit(a.values[fieldName], b.values[fieldName])
}

// share finds the ids that stand in rows of different people. A row without a valid address is whose name fits.
func (f *forecaster) share() {
	for i, line := range f.rows {
		for _, before := range f.rows[:i] {
			bad := line.values[fieldEmail] == notAnEmail || before.values[fieldEmail] == notAnEmail
			if line.id == "" || line.id != before.id || line.org != before.org || samePerson(line, before) ||
				bad && namesFit(line.values[fieldName], before.values[fieldName]) {
				continue
			}
			f.shared[inOrg[string]{line.org, line.id}] = true
		}
	}
}

// passes tells whether what is decided of a row hangs on what another row of the same run makes of a contact.
func (f *forecaster) passes() bool {
	for i, e := range f.out.rows {
		if e.status != "failed" || !slices.Contains(e.codes, "external_id.moved") && !slices.Contains(e.codes, "external_id.other_person") {
			continue
		}
		for _, id := range append(f.same(f.rows[i]), f.linked(f.rows[i])) {
			if f.owner[id] != 0 {
				return true
			}
		}
	}
	return false
}
