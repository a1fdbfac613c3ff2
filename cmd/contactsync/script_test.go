package main

import (
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/contactsync/contactsync/cmd/internal/cli"
	"github.com/contactsync/contactsync/importer/simulator"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"contactsync": main, "crashes": crashes, measureName: measureMain})
}

// crashes is contactsync where the Go runtime ends it, as it does for concurrent writes to a map.
func crashes() {
	cli.ProcessEnv()
	new(sync.Mutex).Unlock()
}

// TestScripts runs the program itself, as a user would. Samples are at $SAMPLES; nothing of the machine's environment
// gets in.
func TestScripts(t *testing.T) {
	t.Parallel()
	samples, err := filepath.Abs("../../samples")
	if err != nil {
		t.Fatal(err)
	}
	commands := map[string]func(*testscript.TestScript, bool, []string){
		"column":      column,
		"encode":      encode,
		"events":      events,
		"exits":       exits,
		"forge":       forge,
		"gateway":     serveGateway,
		"hold":        hold,
		"hold-report": holdReport,
		"json":        jsonValue,
		"metric":      metric,
		"notified":    notified,
		"printed":     printed,
		"pushed":      pushed,
		"receiver":    receive,
		"remember":    remember,
		"requests":    requests,
		"rows":        countLines,
		"simulator":   simulate,
		"untold":      untold,
		"untouched":   untouched,
	}
	maps.Copy(commands, processCommands())
	schema := summarySchema(t)
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("SAMPLES", samples)
			e.Setenv("HOME", filepath.Join(e.WorkDir, "home"))
			e.Values[serverKey{}], e.Values[gatewayKey{}] = new(*simulator.Server), new(*pushgateway)
			e.Values[treeKey{}] = new(map[string]string)
			keepProcesses(e)
			checkSummaries(e, schema)
			return nil
		},
		Cmds: commands,
	})
}

// exits runs a program that must end with the given code: exits 3 contactsync validate FILE. The script engine itself
// only tells zero from the rest.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM [ARG...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// countLines compares the number of lines of a file that hold a text: rows 3 report.csv ,created,
func countLines(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: rows NUMBER FILE TEXT")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	data, err := os.ReadFile(ts.MkAbs(args[1]))
	ts.Check(err)
	got := 0
	for line := range strings.SplitSeq(string(data), "\n") {
		if strings.Contains(line, args[2]) {
			got++
		}
	}
	if got != want {
		ts.Fatalf("%d lines of %s hold %q, want %d", got, args[1], args[2], want)
	}
}
