package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/contactsync/contactsync"

// tools are packages that are no part of the program: helpers of tests, and a script outside of the test run.
func tools() map[string]string {
	return map[string]string{
		"cmd/contactsync/crash":      "the crash tests and their tracer",
		"importer/ledger/ledgertest": "the conformance suite of ledgers",
		"importer/limit/limittest":   "a store of request slots for tests",
		"importer/rapidseed":         "makes properties draw the same in each run of the tests",
		"importer/source/pollock":    "scores the reading of broken files",
	}
}

// goPackage is what `go list -json` says of a package, as far as it matters here.
type goPackage struct {
	Dir, ImportPath string
	GoFiles         []string
	IgnoredGoFiles  []string
	Imports         []string
	// TestImports are those of the package's test files, XTestImports those of the tests beside it.
	TestImports, XTestImports []string
}

// short is the package's path within the module.
func (p goPackage) short() string {
	return strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
}

func packages(t *testing.T) []goPackage {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=Dir,ImportPath,GoFiles,IgnoredGoFiles,Imports,TestImports,XTestImports", "./...")
	cmd.Dir, cmd.Stderr = "../..", os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var list []goPackage
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		list = append(list, p)
	}
	if len(list) < 10 {
		t.Fatalf("go list found %d packages only", len(list))
	}
	return list
}

// TestPropertiesAreRepeatable: where rapid draws values, it draws the same ones in each run.
func TestPropertiesAreRepeatable(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		imports := slices.Concat(p.TestImports, p.XTestImports)
		if slices.Contains(imports, "pgregory.net/rapid") && !slices.Contains(imports, module+"/importer/rapidseed") {
			t.Errorf("%s: tests use rapid and do not import importer/rapidseed", p.short())
		}
	}
}

// TestImports holds the package map of CONTRIBUTING.md: imports go one way, and each package stands in the table with
// the imports of ours that it may have.
func TestImports(t *testing.T) {
	t.Parallel()
	allowed := packageMap(t)
	seen := map[string]bool{}
	for _, p := range packages(t) {
		if _, tool := tools()[p.short()]; tool {
			continue
		}
		may, listed := allowed[p.short()]
		seen[p.short()] = true
		if !listed {
			t.Errorf("%s does not stand in CONTRIBUTING.md's table of packages", p.short())
			continue
		}
		for _, imported := range p.Imports {
			of, ours := strings.CutPrefix(imported, module+"/")
			if ours && !slices.Contains(may, "all") && !slices.Contains(may, of) {
				t.Errorf("%s imports %s; CONTRIBUTING.md allows it %v", p.short(), of, may)
			}
		}
	}
	for _, path := range slices.Sorted(maps.Keys(allowed)) {
		if !seen[path] {
			t.Errorf("CONTRIBUTING.md's table has %s, which is no package", path)
		}
	}
}

// packageMap reads CONTRIBUTING.md's table: for each package the paths of ours that it may import. A family in the table
// may import within itself.
func packageMap(t *testing.T) map[string][]string {
	t.Helper()
	data, err := os.ReadFile("../../.github/CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(data), "\n## Packages\n")
	table, _, _ = strings.Cut(table, "\n## ")
	quoted := regexp.MustCompile("`([^`]+)`")
	rows := map[string][]string{}
	imports := map[string]string{}
	for line := range strings.SplitSeq(table, "\n") {
		cells := strings.Split(line, " | ")
		if !strings.HasPrefix(line, "| `") || len(cells) != 3 {
			continue
		}
		var family []string
		for _, m := range quoted.FindAllStringSubmatch(cells[0], -1) {
			family = append(family, m[1])
		}
		for _, path := range family {
			rows[path], imports[path] = family, cells[2]
		}
	}
	if len(rows) < 10 {
		t.Fatalf("CONTRIBUTING.md's table of packages has %d rows only", len(rows))
	}
	allowed := map[string][]string{}
	for path, family := range rows {
		may := slices.Clone(family)
		for word := range strings.FieldsSeq(strings.Trim(strings.ReplaceAll(imports[path], "`", ""), "| ")) {
			may = append(may, full(rows, word)...)
		}
		allowed[path] = may
	}
	return allowed
}

// full gives the paths that a word of the table's last column stands for: contact is importer/contact, and mapping
// stands for its family.
func full(rows map[string][]string, word string) []string {
	for _, path := range []string{word, "importer/" + word} {
		if family, ok := rows[path]; ok {
			return family
		}
	}
	return []string{word} // all, none
}

// TestPackageComments asks that each package says once what it owns.
func TestPackageComments(t *testing.T) {
	t.Parallel()
	for _, p := range packages(t) {
		var with []string
		for _, name := range slices.Concat(p.GoFiles, p.IgnoredGoFiles) {
			file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, parser.PackageClauseOnly|parser.ParseComments)
			if err != nil {
				t.Error(err)
				continue
			}
			if comment(file) != "" {
				with = append(with, name)
			}
		}
		if len(with) != 1 {
			t.Errorf("%s has a package comment in %d files, want one: %v", p.short(), len(with), with)
		}
	}
}

// comment is a file's package comment.
func comment(f *ast.File) string {
	if f.Doc == nil {
		return ""
	}
	return strings.TrimSpace(f.Doc.Text())
}
