package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The sizes that the house rules give.
const (
	mostFileLines    = 400
	mostPackageLines = 2500
	mostStageOrder   = 800 // of importer itself, which only puts the stages in order
)

// TestSizes holds files and packages to the sizes of the house rules. A package that is larger has a reason below the table of
// packages in CONTRIBUTING.md, which begins with its name in backquotes.
func TestSizes(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../.github/CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(text), "\n## Packages\n")
	table, _, _ = strings.Cut(table, "\n## ")
	for _, p := range packages(t) {
		total := 0
		for _, name := range p.GoFiles {
			data, err := os.ReadFile(filepath.Join(p.Dir, name))
			if err != nil {
				t.Fatal(err)
			}
			lines := bytes.Count(data, []byte("\n"))
			if lines > mostFileLines {
				t.Errorf("%s/%s has %d lines", p.short(), name, lines)
			}
			total += lines
		}
		switch {
		case p.short() == "importer" && total > mostStageOrder:
			t.Errorf("importer has %d lines: it only puts the stages in order", total)
		case total > mostPackageLines && !strings.Contains(table, "`"+p.short()+"` ("):
			t.Errorf("%s has %d lines, and no reason for it stands in CONTRIBUTING.md", p.short(), total)
		}
	}
}
