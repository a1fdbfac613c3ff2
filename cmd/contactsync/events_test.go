package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// events holds standard error, all of whose lines must be JSON objects, against what its last line must say:
// events run.finished exit_code=3 rows.invalid=1. Nothing else than the last line may be an end. With -1 there is no
// other line.
func events(ts *testscript.TestScript, neg bool, args []string) {
	alone := len(args) > 0 && args[0] == "-1"
	if alone {
		args = args[1:]
	}
	if neg || len(args) == 0 {
		ts.Fatalf("usage: events [-1] EVENT [PATH=VALUE...]")
	}
	lines := strings.Split(strings.TrimSuffix(ts.ReadFile("stderr"), "\n"), "\n")
	if alone && len(lines) != 1 {
		ts.Fatalf("%d lines on standard error, want 1", len(lines))
	}
	var last map[string]any
	for i, line := range lines {
		last = nil
		if err := json.Unmarshal([]byte(line), &last); err != nil {
			ts.Fatalf("line %d of standard error is no JSON object: %q", i+1, line)
		}
		if last["event"] == args[0] && i < len(lines)-1 {
			ts.Fatalf("line %d of standard error is %s, and %d more follow", i+1, args[0], len(lines)-1-i)
		}
	}
	if last["event"] != args[0] {
		ts.Fatalf("the last line of standard error is no %s: %v", args[0], last)
	}
	for _, want := range args[1:] {
		path, value, _ := strings.Cut(want, "=")
		var v any = last
		for step := range strings.SplitSeq(path, ".") {
			m, _ := v.(map[string]any)
			v = m[step]
		}
		if got := fmt.Sprint(v); got != value {
			ts.Fatalf("%s of %s is %q, want %q", path, args[0], got, value)
		}
	}
}
