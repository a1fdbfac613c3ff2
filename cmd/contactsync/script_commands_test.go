package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"

	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/ledger/sqlite"
	"github.com/contactsync/contactsync/importer/plan/planfile"
	"github.com/contactsync/contactsync/importer/simulator"
	"github.com/contactsync/contactsync/report"
)

// serverKey is where a script keeps its simulator.
type serverKey struct{}

// simulate serves the API until the script ends and points the program at it: simulator [-bare] [-token T] [-limit N]
// [-contacts N] [-page N] [FAULT...]. Bare: its organisations have no contacts; else the caller's own has N more. Pages of
// less than 0 are lists that do not page. A second one takes the place of the first.
func simulate(ts *testscript.TestScript, neg bool, args []string) {
	options := simulator.Options{Seed: 1, Organisations: append(simulator.DefaultOrganisations(),
		simulator.Organisation{ID: 7001, Name: "Elsewhere", Forbidden: true})}
	flags := flag.NewFlagSet("simulator", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.BoolVar(&options.Bare, "bare", false, "")
	flags.StringVar(&options.ApplicationToken, "token", "", "")
	flags.IntVar(&options.Limit, "limit", 0, "")
	flags.IntVar(&options.PageSize, "page", 0, "")
	contacts := flags.Int("contacts", 0, "")
	if err := flags.Parse(args); neg || err != nil {
		ts.Fatalf("usage: simulator [-bare] [-token T] [-limit N] [-contacts N] [-page N] [FAULT...]")
	}
	options.Contacts = crowd(*contacts)
	for _, text := range flags.Args() {
		fault, err := simulator.ParseFault(text)
		ts.Check(err)
		options.Faults = append(options.Faults, fault)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ctx, stop := context.WithCancel(context.Background())
	server := simulator.New(options)
	done := make(chan error, 1)
	go func() { done <- server.Serve(ctx, listener) }()
	ts.Defer(func() {
		stop()
		<-done
		server.Close()
	})
	*ts.Value(serverKey{}).(**simulator.Server) = server
	ts.Setenv("EMNIFY_API_URL", "http://"+listener.Addr().String())
	ts.Setenv("EMNIFY_APPLICATION_TOKEN", "any-token")
}

// crowd makes people.
func crowd(n int) []simulator.Contact {
	people := make([]simulator.Contact, n)
	for i := range people {
		no := strconv.Itoa(i + 1)
		people[i] = simulator.Contact{
			ID: int64(100_000 + i), Type: 3, Country: 74, Name: "Person " + no, Email: "person" + no + "@example.com", Phone: "+4930" + strconv.Itoa(10_000_000+i),
			Street: "Street of the Many " + no, Zipcode: "10115", City: "Berlin", Department: "Department of Departments",
		}
	}
	return people
}

// requests compares how many requests of a method, to paths that end so, the simulator has seen: requests 2 POST /contact.
func requests(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: requests NUMBER METHOD END-OF-PATH")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	for _, r := range (*ts.Value(serverKey{}).(**simulator.Server)).Requests() {
		if r.Method == args[1] && strings.HasSuffix(r.Path, args[2]) {
			got++
		}
	}
	if got != want {
		ts.Fatalf("%d requests %s ...%s, want %d", got, args[1], args[2], want)
	}
}

// column compares the cells of a column, in order: column report/report.csv status created invalid.
func column(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: column FILE NAME [CELL...]")
	}
	records, err := csv.NewReader(strings.NewReader(ts.ReadFile(args[0]))).ReadAll()
	ts.Check(err)
	at := slices.Index(records[0], args[1])
	if at < 0 {
		ts.Fatalf("%s has no column %q: %q", args[0], args[1], records[0])
	}
	got := []string{}
	for _, r := range records[1:] {
		got = append(got, r[at])
	}
	if !slices.Equal(got, args[2:]) {
		ts.Fatalf("column %q of %s is %q, want %q", args[1], args[0], got, args[2:])
	}
}

// valueAt is the value at a path of a JSON text, as rows.created; numbers in it are indices.
func valueAt(ts *testscript.TestScript, v any, path string) any {
	for step := range strings.SplitSeq(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[step]
		case []any:
			i, err := strconv.Atoi(step)
			ts.Check(err)
			v = x[i]
		default:
			ts.Fatalf("there is no %s", path)
		}
	}
	return v
}

// jsonValue compares a value of a JSON file: json report/summary.json rows.created 2. Numbers in a path are indices.
func jsonValue(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: json FILE PATH VALUE")
	}
	var v any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &v))
	v = valueAt(ts, v, args[1])
	text, err := json.Marshal(v)
	ts.Check(err)
	if got := strings.Trim(string(text), `"`); got != args[2] {
		ts.Fatalf("%s of %s is %s, want %s", args[1], args[0], got, args[2])
	}
}

// encode writes a file of UTF-8 text in another encoding, or back: encode windows-1252 FILE, encode -d utf-16le FILE.
func encode(ts *testscript.TestScript, neg bool, args []string) {
	back := len(args) == 3 && args[0] == "-d"
	if back {
		args = args[1:]
	}
	if neg || len(args) != 2 {
		ts.Fatalf("usage: encode [-d] ENCODING FILE")
	}
	e := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	if args[0] != "utf-16le" {
		var err error
		e, err = htmlindex.Get(args[0])
		ts.Check(err)
	}
	text := ts.ReadFile(args[1])
	var err error
	if back {
		text, err = e.NewDecoder().String(text)
	} else {
		text, err = e.NewEncoder().String(text)
	}
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(text), 0o600))
}

// holdReport takes a report folder until the script ends, as another run would: hold-report DIR.
func holdReport(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: hold-report DIR")
	}
	claim, err := report.ClaimFolder(ts.MkAbs(args[0]))
	ts.Check(err)
	ts.Defer(func() {
		if err := claim.Release(); err != nil {
			ts.Logf("releasing: %v", err)
		}
	})
}

// hold takes the lock of an organisation until the script ends, as another run would: hold LEDGER ORG.
func hold(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: hold LEDGER ORG")
	}
	org, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	book, err := sqlite.Open(context.Background(), ts.MkAbs(args[0]))
	ts.Check(err)
	host := strings.TrimPrefix(ts.Getenv("EMNIFY_API_URL"), "http://")
	unlock, err := book.Lock(context.Background(), ledger.Scope{Host: host, Org: org})
	ts.Check(err)
	ts.Defer(func() {
		if err := unlock(); err != nil {
			ts.Logf("unlocking: %v", err)
		}
		if err := book.Close(); err != nil {
			ts.Logf("closing: %v", err)
		}
	})
	ts.Setenv("PID", fmt.Sprint(os.Getpid()))
}

// forge changes a saved plan and gives it a checksum that fits: forge PLAN host HOST, forge PLAN OPTION VALUE.
func forge(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: forge PLAN host|OPTION VALUE")
	}
	saved, _, err := planfile.Decode([]byte(ts.ReadFile(args[0])))
	ts.Check(err)
	if args[1] == "host" {
		saved.Host = args[2]
	} else {
		saved.Options[args[1]] = []string{args[2]}
	}
	text, err := saved.Encode()
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), text, 0o600))
}

// treeKey is where a script keeps what a folder looked like.
type treeKey struct{}

// remember takes down what is in a folder and below it, and untouched holds it to that: names, sizes, modes, contents and
// times: remember DIR, untouched DIR.
func remember(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: remember DIR")
	}
	*ts.Value(treeKey{}).(*map[string]string) = tree(ts, ts.MkAbs(args[0]))
}

func untouched(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: untouched DIR")
	}
	before, now := *ts.Value(treeKey{}).(*map[string]string), tree(ts, ts.MkAbs(args[0]))
	if diff := cmp.Diff(before, now); diff != "" {
		ts.Fatalf("%s was touched (before-, now+):\n%s", args[0], diff)
	}
}

func tree(ts *testscript.TestScript, dir string) map[string]string {
	files := map[string]string{}
	ts.Check(filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := os.Lstat(path)
		if err != nil {
			return err
		}
		files[path] = fmt.Sprintf("%s %d %s", info.Mode(), info.Size(), info.ModTime())
		return nil
	}))
	return files
}
