package cli_test

import (
	"bytes"
	"crypto/sha256"
	"flag"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/contactsync/contactsync/importer/simulator"
)

var (
	goldenAll    = flag.Bool("golden", false, "hold the program to the whole golden set, not to the samples only")
	goldenRecord = flag.Bool("record-golden", false, "record what the program says today to every file of the golden set")
	goldenDir    = flag.String("golden-dir", "", "the folder to write all that the program says to the golden set to, for a comparison with another commit")
)

const goldenFile = "testdata/golden.sum"

// goldenInputs are the samples, and all files that the scripts of the program read: real people's files that once went
// wrong, each short.
func goldenInputs(t *testing.T) map[string][]byte {
	t.Helper()
	inputs, seen := map[string][]byte{}, map[[32]byte]bool{}
	add := func(name string, data []byte) {
		if sum := sha256.Sum256(data); !seen[sum] {
			seen[sum], inputs[name] = true, data
		}
	}
	for _, pattern := range []string{"*.csv", "*.txt"} {
		files, err := filepath.Glob(filepath.Join("../../../samples", pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			add("samples/"+filepath.Base(file), data)
		}
	}
	scripts, err := filepath.Glob("../../contactsync/testdata/script/*.txtar")
	if err != nil || len(scripts) == 0 {
		t.Fatal(scripts, err)
	}
	for _, file := range scripts {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		script := strings.TrimSuffix(filepath.Base(file), ".txtar")
		for _, f := range archive.Files {
			if ext := filepath.Ext(f.Name); ext == ".csv" || ext == ".txt" || ext == ".tsv" {
				add(script+"/"+filepath.Base(f.Name), f.Data)
			}
		}
	}
	return inputs
}

// goldenWalk is what is done with each file, in this order, as one organisation sees it.
func goldenWalk(r *rig, input string) map[string]string {
	people := filepath.Join(r.dir, "people.csv")
	if err := os.WriteFile(people, []byte(peopleCSV(3)), 0o600); err != nil {
		r.Fatal(err)
	}
	job := []string{"--job", "night", "--type", "Technical", "--country", "DE", "--concurrency", "1", "--max-creates", "100%", "--accept-shape"}
	steps := []struct {
		name   string
		args   []string
		faults []string
		before func()
	}{
		{name: "1-validate", args: []string{"validate", input, "--type", "Technical", "--country", "DE", "--write-contacts", filepath.Join(r.dir, "contacts.csv")}},
		{name: "2-inspect", args: []string{"inspect", input}},
		{name: "3-first-night", args: slices.Concat([]string{"sync", people}, job)},
		{name: "4-plan", args: slices.Concat([]string{"import", input, "--dry-run", "--plan-out", filepath.Join(r.dir, "plan.json"), "--log-format", "json"}, job)},
		{name: "5-import-lost-answers", args: slices.Concat([]string{"import", input}, job), faults: []string{"lose=every:3@POST"}},
		{name: "6-import-again", args: slices.Concat([]string{"import", input, "--log-format", "json"}, job)},
		{name: "7-sync", args: slices.Concat([]string{"sync", input, "--prune", "--max-deletes", "100%", "--on-duplicate", "merge"}, job), before: r.editEverySecond},
		{name: "8-undo", args: []string{"undo", "last", "--yes", "--concurrency", "1"}},
		{name: "9-export", args: []string{"export"}},
		{name: "10-export-json", args: []string{"export", "--format", "jsonl"}},
		{name: "11-runs", args: []string{"runs", "list"}},
	}
	said := map[string]string{}
	for _, step := range steps {
		if step.before != nil {
			step.before()
		}
		r.faults(step.faults...)
		args := step.args
		folder := filepath.Join(r.dir, "report")
		if name := args[0]; name != "inspect" && name != "export" && name != "runs" {
			args = append(args, "--report-dir", folder)
		}
		if err := os.RemoveAll(folder); err != nil {
			r.Fatal(err)
		}
		said[step.name] = r.goldenStep(args)
	}
	return said
}

// peopleCSV is a file of so many people whom no input knows.
func peopleCSV(n int) string {
	var b strings.Builder
	b.WriteString("Name,E-mail,City\n")
	for i := range n {
		fmt.Fprintf(&b, "Golden %c,golden%d@example.com,Ulm\n", 'A'+rune(i), i)
	}
	return b.String()
}

// editEverySecond is somebody in the portal.
func (r *rig) editEverySecond() {
	for i, c := range r.server.Contacts(ownOrg) {
		if i%2 == 0 {
			r.server.Edit(ownOrg, c.ID, func(c *simulator.Contact) { c.City, c.Phone = "Elsewhere", "" })
		}
	}
}

// goldenStep runs a command, and returns its exit code, what it said, the files that it left and what the organisation
// has then.
func (r *rig) goldenStep(args []string) string {
	r.out.Reset()
	r.count = map[string]int{}
	env := r.env(r, console{r}, rand.NewPCG(1, 2), args...)
	env.Version = "golden"
	code, _ := r.live(env)
	var b bytes.Buffer
	fmt.Fprintf(&b, "$ contactsync %s\n%sexit %d\n", strings.Join(args, " "), &r.out, code)
	err := filepath.WalkDir(r.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Base(path) == "input.csv" || filepath.Base(path) == "people.csv" {
			return err
		}
		data, err := os.ReadFile(path)
		fmt.Fprintf(&b, "-- %s --\n%s\n", path, data)
		return err
	})
	if err != nil {
		r.Fatal(err)
	}
	for _, c := range r.server.Contacts(ownOrg) {
		fmt.Fprintf(&b, "%+v\n", c)
	}
	return byChance.ReplaceAllString(strings.ReplaceAll(b.String(), r.dir, "DIR"), "CHANCE")
}

// byChance are the ids of runs, and the checksum of a plan, which holds one.
var byChance = regexp.MustCompile(`\b20000101-\d{6}-[0-9a-f]{6}\b|[0-9a-f]{64}`)

// What the program says to many files, byte for byte, is what it said when that was last recorded (-record-golden): while
// its inside is moved, nothing that a user sees may change. Where something does, -golden-dir of this commit and of the
// one before shows what.
func TestGolden(t *testing.T) {
	t.Parallel()
	inputs := goldenInputs(t)
	part := "samples/"
	switch {
	case *goldenAll || *goldenRecord || *goldenDir != "":
		part = ""
	case testing.Short():
		part = "samples/clean.csv"
	}
	var sums sync.Map
	t.Run("files", func(t *testing.T) {
		for name, data := range inputs {
			if !strings.HasPrefix(name, part) {
				continue
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				for step, said := range goldenSaid(t, data) {
					sums.Store(name+" "+step, fmt.Sprintf("%x", sha256.Sum256([]byte(said)))[:16])
					if *goldenDir != "" {
						keepSaid(t, filepath.Join(*goldenDir, name, step), said)
					}
				}
			})
		}
	})
	var lines []string
	sums.Range(func(key, sum any) bool {
		lines = append(lines, fmt.Sprintf("%s %s", key, sum))
		return true
	})
	slices.Sort(lines)
	if *goldenRecord {
		if err := os.WriteFile(goldenFile, []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	recorded, err := os.ReadFile(goldenFile)
	if err != nil {
		t.Fatal(err)
	}
	want := slices.DeleteFunc(strings.Split(string(recorded), "\n"), func(line string) bool {
		return line == "" || !strings.HasPrefix(line, part)
	})
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Errorf("the program says something else than when this was recorded:\n%s", diff)
	}
}

// goldenSaid is what the program says to one file, by the step of the walk.
func goldenSaid(t *testing.T, data []byte) map[string]string {
	t.Helper()
	dir := t.TempDir()
	input := filepath.Join(dir, "input.csv")
	if err := os.WriteFile(input, data, 0o600); err != nil {
		t.Fatal(err)
	}
	var said map[string]string
	synctest.Test(t, func(t *testing.T) {
		said = goldenWalk(newRig(t, dir, simulator.New(simulator.Options{Seed: 1})), input)
	})
	return said
}

func keepSaid(t *testing.T, file, said string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(said), 0o600); err != nil {
		t.Fatal(err)
	}
}
