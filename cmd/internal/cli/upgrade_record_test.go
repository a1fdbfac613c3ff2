package cli_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/contactsync/contactsync/cmd/internal/cli"
	"github.com/contactsync/contactsync/importer/simulator"
)

// recordUpgrade writes what this version leaves behind, for later ones to go on with: once, before the version of the
// normal form rises. Nothing that was recorded is ever written anew.
var recordUpgrade = flag.String("record-upgrade", "", "a new folder below testdata/upgrade to record this version's ledgers in")

// past is one thing that an earlier version left behind: a ledger, its inputs, a report, and the organisations as they
// stood. In testdata it is a folder; a test works on a copy.
type past struct {
	t      *testing.T
	dir    string
	server *simulator.Server
	out    bytes.Buffer
	// onRequest is called before a request leaves; what it returns as true never gets an answer.
	onRequest func(*http.Request) (lost bool)
}

// upgradeOrgs are the organisations of every past.
var upgradeOrgs = []simulator.Organisation{{ID: ownOrg, Name: "Own"}, {ID: 5460, Name: "Branch"}}

// newPast begins one with these contacts beside one of each type, from which the numbers of types are learned.
func newPast(t *testing.T, dir string, contacts []simulator.Contact) *past {
	server := simulator.New(simulator.Options{Seed: 1, Bare: true, Organisations: upgradeOrgs, Contacts: contacts})
	t.Cleanup(server.Close)
	return &past{t: t, dir: dir, server: server}
}

// run runs a command in the past's folder and holds its exit code to one of codes; none: any.
func (p *past) run(codes []int, args ...string) int {
	p.t.Helper()
	p.out.Reset()
	args = append(args, "--state", filepath.Join(p.dir, "ledger.db"), "--log-format", "json", "--settle", "1s", "--timeout", "1s",
		"--rate", "10000/1s", "--max-attempts", "1")
	if args[0] != "settle" {
		args = append(args, "--concurrency", "1", "--yes", "--report-dir", filepath.Join(p.dir, "report"))
	}
	code := cli.Main(cli.Env{
		Args: args, Stdin: strings.NewReader(""), Stdout: &p.out, Stderr: &p.out,
		LookupEnv: tokenOnly,
		Transport: p, Rand: rand.New(rand.NewPCG(1, 2)), Version: "recorded",
	})
	for _, want := range codes {
		if code == want {
			return code
		}
	}
	if len(codes) > 0 {
		p.t.Fatalf("%s ended with %d, want one of %v\n%s", strings.Join(args, " "), code, codes, &p.out)
	}
	return code
}

// RoundTrip is the network.
func (p *past) RoundTrip(req *http.Request) (*http.Response, error) {
	if p.onRequest != nil && p.onRequest(req) {
		return nil, fmt.Errorf("the process is dead")
	}
	return p.server.RoundTripper().RoundTrip(req)
}

// input writes an input and returns its path.
func (p *past) input(name, text string) string {
	p.t.Helper()
	file := filepath.Join(p.dir, name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		p.t.Fatal(err)
	}
	return file
}

// contacts are those of all organisations.
func (p *past) contacts() []simulator.Contact {
	var all []simulator.Contact
	for _, org := range upgradeOrgs {
		all = append(all, p.server.Contacts(org.ID)...)
	}
	return all
}

// named returns the only contact of a name.
func (p *past) named(name string) simulator.Contact {
	p.t.Helper()
	var found []simulator.Contact
	for _, c := range p.contacts() {
		if c.Name == name {
			found = append(found, c)
		}
	}
	if len(found) != 1 {
		p.t.Fatalf("%d contacts are called %q, want 1", len(found), name)
	}
	return found[0]
}

// save keeps the organisations as they stand.
func (p *past) save() {
	p.t.Helper()
	data, err := json.MarshalIndent(p.contacts(), "", "  ")
	if err != nil {
		p.t.Fatal(err)
	}
	p.input("organisations.json", string(data)+"\n")
}

// upgradeRows are rows of which a version has made its own normal form: each is a line without its id, and stands for
// one way in which values are damaged. None but the first two has an e-mail address, so that only what is damaged keeps
// a row and its contact together.
var upgradeRows = []string{
	"Anna Muster,anna@example.com,+49 30 23125001,Lindenweg 1,10117,Berlin,DE",
	"Bert Beispiel,bert@example.com,030 23125002,Am Tor 2,10119,Berlin,DE",
	"Cora Komma,,3023125010.00,,,Berlin,DE",
	"Dora Dienst,,030 23125011 (9-17 Uhr),,,Berlin,DE",
	"Emil Ende,,030/23125012/13,,,Berlin,DE",
	"Fritz Fußnote,,030 23125014 [2],,,Berlin,DE",
	"JÃ¼rgen MÃ¼ller,,030 23125015,,,KÃ¶ln,DE",
	"Gerda O&#39;Neil,,,Weg 5,50667,K&ouml;ln,DE",
	"Hans Haus,,,Lindenweg 7.0,10117.0,Berlin,DE",
	`Ida Igel,,,Am Tor 9,"=""01067""",Dresden,DE`,
	"Jan Jahr,'jan@example.com,,,,Berlin,DE",
	"Karl Kante,karl@example.com,030 23125016,NULL,,NULL,DE",
	"Lea Leer,,-23124991,,,Berlin,DE",
	"Mara Markt,,+52 55 1234 5678,,,Ciudad de México,MX",
	"=?utf-8?Q?Nora_N=C3=B6lle?=,,030 23125017,,,Bonn,DE",
	"Otto Ort,,030 23125018,Weg 8,1067,Dresden,DE",
	"Paul%20Pr%C3%BCfer,,030 23125019,,,Bonn,DE",
	"<p>Rosa Rand</p>,,030 23125020,,,Bonn,DE",
}

// upgradeFile is an input of these rows with their numbers as ids.
func upgradeFile(rows []string, change func(i int, row string) string) string {
	var b strings.Builder
	b.WriteString("Id,Name,Email,Phone,Street,Zip,City,Country\n")
	for i, row := range rows {
		if change != nil {
			row = change(i, row)
		}
		if row != "" {
			fmt.Fprintf(&b, "%d,%s\n", 101+i, row)
		}
	}
	return b.String()
}

// recordings are what each version leaves behind, by name.
var recordings = map[string]func(*past){
	"nights": recordNights("--map", "external_id=Id"), "nights-keys": recordNights("--map", "external_id="),
	"import": recordImport, "undone": recordUndone, "killed-made": recordKilled(false), "killed-lost": recordKilled(true),
	"shared-ids": recordSharedIDs, "float-ids": recordFloatIDs, "two-orgs": recordTwoOrgs, "plan": recordPlan, "encoding": recordEncoding,
}

// TestRecordUpgrade records what this version leaves behind: for good where -record-upgrade says so, else to show that it can.
func TestRecordUpgrade(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	if *recordUpgrade != "" {
		root = filepath.Join("testdata", "upgrade", *recordUpgrade)
		if _, err := os.Stat(root); err == nil {
			t.Fatalf("%s is there already: what was recorded is not written anew", root)
		}
	}
	for name := range recordings {
		record(t, name, filepath.Join(root, name))
	}
}

// record makes dir what this version leaves behind under a name.
func record(t *testing.T, name, dir string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	p := newPast(t, dir, []simulator.Contact{
		{Org: ownOrg, Type: 3, Name: "Hand Made", Email: "hand@example.com"},
		{Org: 5460, Type: 3, Name: "Branch Made", Email: "branch@example.com"},
	})
	recordings[name](p)
	p.save()
	locks, err := filepath.Glob(filepath.Join(dir, "*.lock"))
	if err != nil {
		t.Fatal(err)
	}
	for _, left := range append(locks, filepath.Join(dir, "ledger.db-shm")) {
		_ = os.Remove(left)
	}
}

// recordNights are five nights of a job with --prune: rows change, go, come back; somebody edits contacts in the portal,
// the last time after the last night.
func recordNights(ids ...string) func(*past) {
	return func(p *past) {
		night := func(text string) {
			args := []string{"sync", p.input("night.csv", text), "--job", "crm", "--type", "Technical", "--country", "DE",
				"--prune", "--max-deletes", "100%", "--max-creates", "100%", "--max-updates", "100%"}
			p.run([]int{0, 3}, append(args, ids...)...)
		}
		without := func(gone int) func(int, string) string {
			return func(i int, row string) string {
				if i == gone {
					return ""
				}
				return row
			}
		}
		night(upgradeFile(upgradeRows, nil))
		night(upgradeFile(upgradeRows, without(3)))
		p.edit("Anna Muster", func(c *simulator.Contact) { c.City = "Potsdam" })
		night(upgradeFile(upgradeRows, func(i int, row string) string {
			return strings.Replace(row, "Am Tor 2", "Am Tor 22", 1)
		}))
		night(upgradeFile(upgradeRows, nil))
		// In the last one somebody has cleared two lines: rows of nothing but commas, which this version refuses.
		night(upgradeFile(upgradeRows, nil) + ",,,,,,,\n,,,,,,,\n")
		p.edit("Bert Beispiel", func(c *simulator.Contact) { c.City = "Erkner" })
	}
}

func (p *past) edit(name string, change func(*simulator.Contact)) {
	p.t.Helper()
	c := p.named(name)
	p.server.Edit(c.Org, c.ID, change)
}

// recordImport is an import after which somebody has deleted two contacts, one of a damaged row.
func recordImport(p *past) {
	p.run([]int{0, 3}, "import", p.input("rows.csv", upgradeFile(upgradeRows, nil)), "--type", "Technical", "--country", "DE")
	for _, name := range []string{"Anna Muster", "Cora Komma"} {
		c := p.named(name)
		p.server.Remove(c.Org, c.ID)
	}
}

// recordUndone is an import, a sync that changes some of its contacts, and the undo of that sync.
func recordUndone(p *past) {
	flags := []string{"--type", "Technical", "--country", "DE", "--job", "crm", "--max-creates", "100%", "--max-updates", "100%"}
	p.run([]int{0, 3}, append([]string{"sync", p.input("rows.csv", upgradeFile(upgradeRows, nil))}, flags...)...)
	changed := upgradeFile(upgradeRows, func(_ int, row string) string { return strings.Replace(row, "Berlin", "Bernau", 1) })
	p.run([]int{0, 3}, append([]string{"sync", p.input("changed.csv", changed)}, flags...)...)
	p.run([]int{0}, "undo", "last", "--country", "DE")
	p.run([]int{0, 3}, append([]string{"sync", p.input("changed.csv", changed)}, flags...)...)
}

// recordKilled is an import that dies at its fourth create, whose contact is there or not.
func recordKilled(lost bool) func(*past) {
	return func(p *past) {
		posts := 0
		frozen := filepath.Join(p.t.TempDir(), "frozen")
		p.onRequest = func(req *http.Request) bool {
			if requestKind(req.Method, req.URL.Path) != http.MethodPost {
				return posts >= 4
			}
			posts++
			if posts == 4 {
				if !lost {
					answer, err := p.server.RoundTripper().RoundTrip(req)
					if err != nil {
						p.t.Fatal(err)
					}
					_, _ = io.Copy(io.Discard, answer.Body)
					_ = answer.Body.Close()
				}
				copyFolder(p.t, p.dir, frozen) // what a kill at this moment would leave behind
			}
			return posts >= 4
		}
		file := p.input("rows.csv", upgradeFile(upgradeRows[2:], nil))
		p.run(nil, "import", file, "--type", "Technical", "--country", "DE")
		if err := os.RemoveAll(p.dir); err != nil {
			p.t.Fatal(err)
		}
		copyFolder(p.t, frozen, p.dir)
	}
}

// recordSharedIDs is the first night of a job in whose file three people of one customer have its number for an id.
func recordSharedIDs(p *past) {
	p.run([]int{0}, "sync", p.input("night.csv", `Kundennummer,Name,Email,City
7001,Lena Alt,lena@example.com,Ulm
7001,Max Bauer,max@example.com,Ulm
7001,Nina Claus,nina@example.com,Ulm
7002,Otto Dorn,otto@example.com,Kiel
`), "--job", "crm", "--type", "Technical")
}

// recordFloatIDs are two nights of a job whose ids are written as numbers with decimals.
func recordFloatIDs(p *past) {
	for range 2 {
		p.run([]int{0}, "sync", p.input("night.csv", "Id,Name,Email,City\n"+
			"101.0,Anna Muster,anna@example.com,Ulm\n102.0,Bert Beispiel,bert@example.com,Kiel\n"),
			"--job", "crm", "--type", "Technical", "--map", "external_id=Id")
	}
}

// recordTwoOrgs is a night that fills two organisations.
func recordTwoOrgs(p *past) {
	p.run([]int{0}, "sync", p.input("night.csv", `Id,Customer,Name,Email,Phone
1,5417,Anna Muster,anna@example.com,
2,5460,Bert Beispiel,,3023125010.00
3,5460,Cora Tester,cora@example.com,
4,5417,Dora Drittmann,,030 23125011 (9-17 Uhr)
`), "--job", "crm", "--type", "Technical", "--country", "DE", "--map", "external_id=Id", "--map", "org_id=Customer")
}

// recordPlan is a plan that was not carried out: of rows that every version reads alike, and of others.
func recordPlan(p *past) {
	for name, rows := range map[string][]string{"plain": upgradeRows[:2], "damaged": upgradeRows[2:5]} {
		p.run([]int{0, 3}, "import", p.input(name+".csv", upgradeFile(rows, nil)), "--type", "Technical", "--country", "DE",
			"--dry-run", "--plan-out", filepath.Join(p.dir, name+".json"))
	}
}

// recordEncoding is an import of a file in Windows-1254, which this version took for Windows-1252.
func recordEncoding(p *past) {
	p.run(nil, "import", p.input("rows.csv", "Name,Email,City\r\n"+
		"Ay\xfee Y\xfdld\xfdz,ay@example.com,\xddstanbul\r\n"+
		"\xc7a\xf0r\xfd I\xfe\xfdk,ca@example.com,\xddzmir\r\n"+
		"G\xfcl\xfeen \xd6zt\xfcrk,gu@example.com,Eski\xfeehir\r\n"+
		"Mehmet Do\xf0an,me@example.com,Diyarbak\xfdr\r\n"), "--type", "Technical")
}

func copyFolder(t *testing.T, from, to string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
}
