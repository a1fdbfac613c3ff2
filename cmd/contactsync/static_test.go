package main

import (
	"debug/elf"
	"flag"
	"os"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

var built = flag.String("program", "", "the program as the README's install command builds it, which must be static")

// TestStatic looks into a program that .ci/run has built: it asks for no loader and for no library.
func TestStatic(t *testing.T) {
	if *built == "" {
		t.Skip("no -program is given")
	}
	if runtime.GOOS != "linux" {
		t.Skip("only Linux has static programs")
	}
	program, err := elf.Open(*built)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = program.Close() }() // only read from
	for _, segment := range program.Progs {
		if segment.Type == elf.PT_INTERP {
			t.Error("it asks for a loader: it is not static")
		}
	}
	if libraries, err := program.ImportedLibraries(); err == nil && len(libraries) > 0 {
		t.Errorf("it needs %q: it is not static", libraries)
	}
}

// TestInstallCommandIsTheImages holds the README's install command to how the image is built, but for the version's stamp.
func TestInstallCommandIsTheImages(t *testing.T) {
	t.Parallel()
	_, after, _ := strings.Cut(readReadme(t), "<!-- install-command -->")
	command := regexp.MustCompile("(?s)```sh\n(.*?)\n *```").FindStringSubmatch(after)
	if command == nil {
		t.Fatal("README.md has no install command")
	}
	dockerfile, err := os.ReadFile("../../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	image := regexp.MustCompile(`(?s)RUN (CGO_ENABLED=0 go build .*?)\nWORKDIR`).FindStringSubmatch(string(dockerfile))
	if image == nil {
		t.Fatal("the Dockerfile builds no program")
	}
	words := strings.Join(strings.Fields(strings.ReplaceAll(image[1], "\\\n", " ")), " ")
	words = regexp.MustCompile(` -X [^"]*| -o \S+`).ReplaceAllString(words, "")
	if got := strings.TrimSpace(command[1]); got != words {
		t.Errorf("the README builds by %q, the image by %q", got, words)
	}
}
