package main

import (
	"encoding/binary"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// release is what the program has a part in of how releases are made.
type release struct {
	Builds []struct {
		Env     []string `yaml:"env"`
		Flags   []string `yaml:"flags"`
		Ldflags []string `yaml:"ldflags"`
	} `yaml:"builds"`
	Archives []struct {
		Files []struct {
			Src string `yaml:"src"`
		} `yaml:"files"`
	} `yaml:"archives"`
	Images []struct {
		BuildArgs map[string]string `yaml:"build_args"`
	} `yaml:"dockers_v2"`
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("../..", path))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// TestReleaseIsTheImages holds how a release builds the program to how the image does, but for where the version is from, and what it
// takes along to what there is.
func TestReleaseIsTheImages(t *testing.T) {
	t.Parallel()
	var r release
	if err := yaml.Unmarshal([]byte(readFile(t, ".goreleaser.yaml")), &r); err != nil {
		t.Fatal(err)
	}
	dockerfile := readFile(t, "Dockerfile")
	build := r.Builds[0]
	flags := slices.DeleteFunc(build.Flags, func(f string) bool { return f == "-buildvcs=false" }) // an image is built from no clone
	command := fmt.Sprintf("%s go build %s -ldflags %q -o /out/contactsync ./cmd/contactsync", build.Env[0], strings.Join(flags, " "),
		strings.Replace(build.Ldflags[0], "{{ .Version }}", "${VERSION}", 1))
	image := regexp.MustCompile(`(?s)RUN (CGO_ENABLED=0 go build .*?)\nWORKDIR`).FindStringSubmatch(dockerfile)
	if image == nil {
		t.Fatal("the Dockerfile builds no program")
	}
	if words := strings.Join(strings.Fields(strings.ReplaceAll(image[1], "\\\n", " ")), " "); words != command {
		t.Errorf("a release builds by %q, the image by %q", command, words)
	}
	for name := range r.Images[0].BuildArgs {
		if !strings.Contains(dockerfile, "\nARG "+name+"=") {
			t.Errorf("the Dockerfile knows no argument %s", name)
		}
	}
	for _, file := range r.Archives[0].Files {
		found, err := filepath.Glob(filepath.Join("../..", strings.TrimSuffix(file.Src, "/**/*")))
		if !strings.HasPrefix(file.Src, ".completions/") && (err != nil || len(found) == 0) {
			t.Errorf("an archive is to have %s, which is not there: %v", file.Src, err)
		}
	}
	tool := regexp.MustCompile(`(?m)goreleaser/goreleaser-action@v6\n +with:\n +version: (v[0-9.]+)$`)
	versions := map[string]bool{}
	for _, m := range tool.FindAllStringSubmatch(readFile(t, ".github/workflows/ci.yml")+readFile(t, ".github/workflows/release.yml"), -1) {
		versions[m[1]] = true
	}
	if len(versions) != 1 {
		t.Errorf("releases are tried and made by %v", versions)
	}
}

// TestChangelog: the newest entry says what an operator has to know before an upgrade, down to the schema that ledgers have today, and is
// what a release says of itself.
func TestChangelog(t *testing.T) {
	t.Parallel()
	entries := regexp.MustCompile(`(?m)^## `).Split(readFile(t, ".github/CHANGELOG.md"), -1)
	if len(entries) < 2 {
		t.Fatal("the changelog has no entry")
	}
	title, newest, _ := strings.Cut(entries[1], "\n")
	for _, section := range []string{"### The first night after the upgrade\n\n- ", "### The ledger\n\n"} {
		if !strings.Contains(newest, section) {
			t.Errorf("the entry %q lacks %q", title, section)
		}
	}
	state := filepath.Join(t.TempDir(), "ledger.db")
	run(t, "import", "--simulate", "--yes", "--report-dir", "none", "--state", state, "../../samples/clean.csv")
	header, err := os.ReadFile(state)
	if err != nil {
		t.Fatal(err)
	}
	schema := binary.BigEndian.Uint32(header[60:]) // where SQLite has user_version
	all := strings.Join(entries[1:], "")
	for version := uint32(1); version <= schema; version++ {
		if !regexp.MustCompile(fmt.Sprintf(`(?m)^\| %d \| \S`, version)).MatchString(all) {
			t.Errorf("the changelog says nothing of schema %d of the ledger", version)
		}
	}
	if want := fmt.Sprintf("schema %d", schema); !strings.Contains(all, want) {
		t.Errorf("the changelog brings no ledger to %s", want)
	}
	script, err := filepath.Abs("../../.github/release-notes")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip(err)
	}
	notes, err := exec.CommandContext(t.Context(), "bash", script, title).Output()
	if err != nil || strings.TrimSpace(string(notes)) != strings.TrimSpace(newest) {
		t.Errorf("a release of %q would say %d bytes of %d: %v", title, len(notes), len(newest), err)
	}
	if err := exec.CommandContext(t.Context(), "bash", script, "0.0.0").Run(); err == nil {
		t.Error("a release that the changelog knows nothing of would be made")
	}
}
