package main

import (
	"bytes"
	"encoding/csv"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/contactsync/contactsync/cmd/internal/cli"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/result"
	"github.com/contactsync/contactsync/importer/shape"
	"github.com/contactsync/contactsync/mapping"
)

const readmePath = "../../README.md"

var update = flag.Bool("update", false, "write the README's generated parts anew")

// aboutThePast are the commands that only look into the ledger, or change it.
func aboutThePast() []string {
	return []string{
		"runs list", "runs show", "runs prune", "jobs list", "jobs show", "jobs rename", "jobs merge", "jobs forget-ids",
	}
}

// TestReadmeGenerated holds the parts of the README that tell what the program is to what it is: its flags, its codes
// and what the main command prints. `go test ./cmd/contactsync -run Readme -update` writes them anew.
func TestReadmeGenerated(t *testing.T) {
	flags, err := flagTable("import", "sync", "validate", "inspect")
	if err != nil {
		t.Fatal(err)
	}
	served, err := flagTable("simulator")
	if err != nil {
		t.Fatal(err)
	}
	exported, err := flagTable("export")
	if err != nil {
		t.Fatal(err)
	}
	checked, err := flagTable("check")
	if err != nil {
		t.Fatal(err)
	}
	history, err := flagTable(aboutThePast()...)
	if err != nil {
		t.Fatal(err)
	}
	printed := mainCommand(t)
	measured := metricsTable(t)
	for _, part := range []struct {
		name, want string
		steady     func(string) string // without what differs from run to run
	}{
		{"flags", flags, nil},
		{"export flags", exported, nil},
		{"check flags", checked, nil},
		{"runs flags", history, nil},
		{"simulator flags", served, nil},
		{"codes", codeTable(), nil},
		{"shape", shapeTable(), nil},
		{"metrics", measured, nil},
		{"main output", "```\n" + printed + "```\n", steady},
	} {
		readme := readReadme(t)
		got, err := generated(readme, part.name)
		if err != nil {
			t.Error(err)
			continue
		}
		want := part.want
		if part.steady != nil && part.steady(got) == part.steady(want) || got == want {
			continue
		}
		if *update {
			writeReadme(t, strings.Replace(readme, opening(part.name)+got, opening(part.name)+want, 1))
			continue
		}
		t.Errorf("README.md, %s (README-, program+):\n%s\nwrite it anew with -update",
			part.name, cmp.Diff(strings.Split(got, "\n"), strings.Split(want, "\n")))
	}
}

// shapeTable tells by how much the shape of a job's file may differ, and why.
func shapeTable() string {
	var b strings.Builder
	b.WriteString("| what | may rise by | may fall by | why |\n| --- | --- | --- | --- |\n")
	for _, l := range shape.Limits() {
		tolerated := func(t shape.Tolerance) string {
			of := strconv.FormatFloat(100*t.By, 'f', -1, 64)
			switch {
			case t == shape.Tolerance{}:
				return "any"
			case l.Measure == shape.Rows:
				return of + "% of them"
			}
			return of + " of 100"
		}
		fall := tolerated(l.Fall)
		if l.Measure == shape.Columns {
			fall = "none"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", l.Measure, tolerated(l.Rise), fall, l.Reason)
	}
	return b.String()
}

// TestReadmeExitCodes holds the README's exit codes to those that the commands' help lists.
func TestReadmeExitCodes(t *testing.T) {
	t.Parallel()
	readme := readReadme(t)
	for _, command := range []string{"import", "validate"} {
		help := run(t, command, "--help")
		_, list, ok := strings.Cut(help, "Exit codes:\n")
		list, _, _ = strings.Cut(list, "\n\n")
		if !ok {
			t.Fatalf("contactsync %s --help lists no exit codes", command)
		}
		for line := range strings.SplitSeq(strings.TrimRight(list, "\n"), "\n") {
			code, meaning, _ := strings.Cut(strings.TrimSpace(line), "  ")
			if row := fmt.Sprintf("| `%s` | %s |", code, meaning); !strings.Contains(readme, row) {
				t.Errorf("contactsync %s --help has %q; README.md lacks the row %q", command, line, row)
			}
		}
	}
}

// TestReadmeReport holds the README's columns of the report, its statuses and the fields of a contact to the program's.
func TestReadmeReport(t *testing.T) {
	t.Parallel()
	readme := readReadme(t)
	dir := t.TempDir()
	run(t, "validate", "--report-dir", dir, "../../samples/clean.csv")
	for _, name := range []string{"report.csv", "duplicates.csv"} {
		for _, column := range header(t, filepath.Join(dir, name)) {
			wantRow(t, readme, column)
		}
	}
	for _, status := range outcome.Statuses() {
		wantRow(t, readme, string(status))
	}
	for _, field := range contact.Fields() {
		wantRow(t, readme, string(field))
	}
}

// wantRow asks for a table row that begins with a word, alone or in a list of several.
func wantRow(t *testing.T, readme, word string) {
	t.Helper()
	if !regexp.MustCompile("(?m)^\\| (`[a-z_]+`, )*`" + word + "`[,| ]").MatchString(readme) {
		t.Errorf("README.md has no row for `%s`", word)
	}
}

func header(t *testing.T, path string) []string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	columns, err := csv.NewReader(bytes.NewReader(data)).Read()
	if err != nil {
		t.Fatal(err)
	}
	return columns
}

// TestReadmeMentions holds what the README calls by name: samples that are there, flags and commands that exist.
func TestReadmeMentions(t *testing.T) {
	t.Parallel()
	readme := readReadme(t)
	for _, name := range regexp.MustCompile(`samples/[\w.-]+\w`).FindAllString(readme, -1) {
		if _, err := os.Stat(filepath.Join("../..", name)); err != nil {
			t.Errorf("README.md names %s: %v", name, err)
		}
	}
	known := map[string]bool{"help": true, "version": true}
	for _, command := range append(aboutThePast(), "import", "sync", "validate", "inspect", "simulator", "export", "undo") {
		flags, err := flagsOf(command)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range flags {
			known[f.name] = true
		}
	}
	for _, m := range regexp.MustCompile("(?m)(?:^|[ `(|])--([a-z][a-z-]+)").FindAllStringSubmatch(prose(readme), -1) {
		if !known[m[1]] {
			t.Errorf("README.md names --%s, which no command has", m[1])
		}
	}
	root := run(t, "--help")
	for _, m := range regexp.MustCompile(`(?m)contactsync ([a-z]+)\b`).FindAllStringSubmatch(commands(readme), -1) {
		if !strings.Contains(root, "\n  "+m[1]+" ") {
			t.Errorf("README.md calls contactsync %s, which is no command", m[1])
		}
	}
}

// TestReadmeProfile reads the profile that the README shows.
func TestReadmeProfile(t *testing.T) {
	t.Parallel()
	_, profile, _ := strings.Cut(readReadme(t), "```yaml\n")
	profile, _, found := strings.Cut(profile, "```")
	if !found {
		t.Fatal("README.md shows no profile")
	}
	if _, err := mapping.Parse("README.md", []byte(profile)); err != nil {
		t.Error(err)
	}
}

// others begins a line that is another program's.
var others = regexp.MustCompile(`^ *(sudo )?(cp|docker|go|install|kubectl|sha256sum|systemctl|tar) `)

// prose is the README without its lines of shell commands that are other programs': their flags are not ours.
func prose(readme string) string {
	return strings.Join(slices.DeleteFunc(strings.Split(readme, "\n"), others.MatchString), "\n")
}

// commands are the lines of the README's shell blocks that may be the program's.
func commands(readme string) string {
	var out []string
	for _, m := range regexp.MustCompile("(?ms)^```sh\n(.*?)^```").FindAllStringSubmatch(readme, -1) {
		out = append(out, m[1])
	}
	return prose(strings.Join(out, "\n"))
}

// mainCommand runs the README's main command, as far as it is contactsync's, and returns what it printed.
func mainCommand(t *testing.T) string {
	t.Helper()
	_, block, _ := strings.Cut(readReadme(t), "<!-- main-command -->\n```sh\n")
	block, _, ok := strings.Cut(block, "```")
	_, command, found := strings.Cut(block, "\n./contactsync ")
	if command = strings.TrimSpace(command); !ok || !found || strings.ContainsAny(command, "\n'\"") {
		t.Fatalf("README.md: no main command of plain words in %q", block)
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir()) // the report goes where the command is run
	if err := os.Symlink(filepath.Join(root, "samples"), "samples"); err != nil {
		t.Fatal(err)
	}
	out := new(bytes.Buffer)
	if code := cli.Main(env(out, strings.Fields(command)...)); code != 3 {
		t.Fatalf("%s: exit code %d, want 3", command, code)
	}
	t.Chdir(filepath.Join(root, "cmd", "contactsync"))
	return out.String()
}

// steady is an output without what differs from run to run: times, the run's id, the requests that faults would add.
func steady(output string) string {
	for _, r := range [][2]string{
		{`\d{8}-\d{6}-[0-9a-f]{6}`, "RUN"}, {` in [0-9hm.]+s, \d+ requests`, " in TIME, REQUESTS"}, {`, waited [0-9hm.]+s for the request budget`, ""},
	} {
		output = regexp.MustCompile(r[0]).ReplaceAllString(output, r[1])
	}
	return output
}

// env is a process without a terminal and without an environment.
func env(stdout io.Writer, args ...string) cli.Env {
	return cli.Env{
		Args: args, Stdin: strings.NewReader(""), Stdout: stdout, Stderr: io.Discard,
		LookupEnv: func(string) (string, bool) { return "", false },
	}
}

func run(t *testing.T, args ...string) string {
	t.Helper()
	out := new(bytes.Buffer)
	if code := cli.Main(env(out, args...)); code != 0 {
		t.Fatalf("contactsync %s: exit code %d\n%s", strings.Join(args, " "), code, out)
	}
	return out.String()
}

func readReadme(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(readmePath)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func writeReadme(t *testing.T, text string) {
	t.Helper()
	if err := os.WriteFile(readmePath, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func opening(name string) string { return "<!-- generated: " + name + " -->\n" }

// generated is the part of the README below a mark.
func generated(readme, name string) (string, error) {
	_, rest, found := strings.Cut(readme, opening(name))
	part, _, closed := strings.Cut(rest, "<!-- end -->")
	if !found || !closed {
		return "", fmt.Errorf("README.md has no part %q between %q and an end", name, strings.TrimSpace(opening(name)))
	}
	return part, nil
}

func codeTable() string {
	var b strings.Builder
	b.WriteString("| code | means | what to do |\n| --- | --- | --- |\n")
	for _, c := range result.Codes() {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", c.Code, cell(c.Meaning), cell(c.Fix))
	}
	return b.String()
}

// cell keeps a text from ending a table's cell.
func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }

// flagFacts is what a command's help says of a flag.
type flagFacts struct{ name, kind, variable, standard, usage string }

var (
	flagLine    = regexp.MustCompile(`^\s+(?:-(\w), |    )--([a-z-]+)(?: (\S+))?\s{2,}(.*)$`)
	flagFromEnv = regexp.MustCompile(` \[\$([A-Z_]+)\]`)
	flagDefault = regexp.MustCompile(` \(default "?([^()]*?)"?\)$`)
)

// flagsOf reads the flags of a command from its help, in its order.
func flagsOf(command string) ([]flagFacts, error) {
	out := new(bytes.Buffer)
	if code := cli.Main(env(out, append(strings.Fields(command), "--help")...)); code != 0 {
		return nil, fmt.Errorf("contactsync %s --help: exit code %d", command, code)
	}
	_, list, ok := strings.Cut(out.String(), "\nFlags:\n")
	if !ok {
		return nil, fmt.Errorf("contactsync %s --help lists no flags", command)
	}
	var flags []flagFacts
	for line := range strings.SplitSeq(strings.TrimRight(list, "\n"), "\n") {
		m := flagLine.FindStringSubmatch(line)
		if m == nil {
			return nil, fmt.Errorf("contactsync %s --help: not a flag: %q", command, line)
		}
		f := flagFacts{name: m[2], kind: m[3], usage: m[4]}
		if d := flagDefault.FindStringSubmatch(f.usage); d != nil {
			f.standard, f.usage = d[1], flagDefault.ReplaceAllString(f.usage, "")
		}
		if v := flagFromEnv.FindStringSubmatch(f.usage); v != nil {
			f.variable, f.usage = v[1], flagFromEnv.ReplaceAllString(f.usage, "")
		}
		if f.name != "help" {
			flags = append(flags, f)
		}
	}
	return flags, nil
}

// flagTable lists the flags of commands; those that several have must be the same in all of them.
func flagTable(names ...string) (string, error) {
	var all []flagFacts
	of := map[string][]string{}
	for _, command := range names {
		flags, err := flagsOf(command)
		if err != nil {
			return "", err
		}
		for _, f := range flags {
			if len(of[f.name]) == 0 {
				all = append(all, f)
			} else if !slices.Contains(all, f) {
				return "", fmt.Errorf("--%s means something else in %s than in %s", f.name, command, of[f.name][0])
			}
			of[f.name] = append(of[f.name], command)
		}
	}
	slices.SortFunc(all, func(a, b flagFacts) int { return strings.Compare(a.name, b.name) })
	var b strings.Builder
	b.WriteString("| flag | environment | default | of | meaning |\n| --- | --- | --- | --- | --- |\n")
	for _, f := range all {
		fmt.Fprintf(&b, "| `--%s` | %s | %s | %s | %s |\n",
			cell(strings.TrimSpace(f.name+" "+kindName(f.kind))), code(f.variable), code(f.standard), strings.Join(of[f.name], ", "), cell(f.usage))
	}
	return b.String(), nil
}

// kindName says what a flag takes, where the help only names a type of Go.
func kindName(kind string) string {
	switch kind {
	case "string", "stringArray":
		return "TEXT"
	case "int", "uint":
		return "N"
	case "duration":
		return "DURATION"
	}
	return kind
}

func code(s string) string {
	if s == "" {
		return ""
	}
	return "`" + cell(s) + "`"
}
