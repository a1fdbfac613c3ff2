package main

import (
	"bytes"
	"context"
	"maps"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/contactsync/contactsync/cmd/internal/cli"
	"github.com/contactsync/contactsync/importer/simulator"
)

// place is a machine that a sample would run on: folders that stand for those of it, an export, and a simulator.
type place struct {
	root    string
	folders map[string]string // what the sample calls a folder, and what it is below root
	api     string
}

// export is what the samples' mapping profile is about, with a column for what is not in it.
const export = "Id,First Name,Last Name,Email,Phone,Mobile Phone,Street,Zip,City,Country,Type\n" +
	"K-1,Anna,Brandt,anna.brandt@example.com,+49 30 23125 101,,Lindenweg 12,10115,Berlin,Germany,Technical\n" +
	"K-2,Ben,Carter,ben.carter@example.com,,+49 171 3920001,,,,,\n"

func newPlace(t *testing.T, folders map[string]string) place {
	t.Helper()
	p := place{root: t.TempDir(), folders: folders}
	for _, dir := range folders {
		if err := os.MkdirAll(p.path(dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	p.write("export/contacts.csv", export)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	server, done := simulator.New(simulator.Options{Seed: 1, Organisations: simulator.DefaultOrganisations()}), make(chan error, 1)
	go func() { done <- server.Serve(ctx, listener) }()
	t.Cleanup(func() {
		stop()
		<-done
		server.Close()
	})
	p.api = "http://" + listener.Addr().String()
	return p
}

func (p place) path(name string) string { return filepath.Join(p.root, name) }

func (p place) write(name, text string) {
	if err := os.MkdirAll(filepath.Dir(p.path(name)), 0o700); err != nil {
		panic(err)
	}
	if err := os.WriteFile(p.path(name), []byte(text), 0o600); err != nil {
		panic(err)
	}
}

// here is a text with the folders of this place in the places of the sample's.
func (p place) here(text string) string {
	for _, folder := range slices.Backward(slices.Sorted(maps.Keys(p.folders))) { // the longer one of two first
		text = strings.ReplaceAll(text, folder, p.path(p.folders[folder]))
	}
	return text
}

// run has the program do what a sample has it do. It must end well, and know all that it is given.
func (p place) run(t *testing.T, name string, args []string, env map[string]string) {
	t.Helper()
	args = slices.Clone(args)
	for i := range args {
		args[i] = p.here(args[i])
	}
	variables := map[string]string{"EMNIFY_API_URL": p.api}
	for variable, value := range env {
		variables[variable] = p.here(value)
	}
	out := new(bytes.Buffer)
	code := cli.Main(cli.Env{
		Args: args, Stdin: strings.NewReader(""), Stdout: out, Stderr: out,
		LookupEnv: func(name string) (string, bool) { value, ok := variables[name]; return value, ok },
		Variables: func() []string { return slices.Collect(maps.Keys(variables)) },
	})
	if said := out.String(); code != 0 || strings.Contains(said, "unknown") || strings.Contains(said, `"level":"warn"`) {
		t.Errorf("%s: exit code %d\n%s", name, code, said)
	}
}

// shell runs a script of a sample with the folders of this place.
func (p place) shell(t *testing.T, script string) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("there is no sh")
	}
	out, err := exec.CommandContext(t.Context(), "sh", "-euc", p.here(script)).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}

// restore puts a copy of a ledger and of its key in place of the real ones, and asks it for what it knows.
func (p place) restore(t *testing.T, ledger, key string) {
	t.Helper()
	for from, to := range map[string]string{ledger: "restored/ledger.db", key: "restored/ledger.db.key"} {
		data, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		p.write(to, string(data))
	}
	if out := run(t, "jobs", "show", "nightly", "--json", "--state", p.path("restored/ledger.db")); !strings.Contains(out, `"contact_id"`) {
		t.Errorf("the copy knows no contact: %s", out)
	}
}
