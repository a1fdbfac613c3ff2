package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

func summarySchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile("../../report/summary.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// checkSummaries holds each summary.json that a script leaves behind, whichever command wrote it and however it ended,
// against the schema that is published. A summary without a number was written by the script itself.
func checkSummaries(e *testscript.Env, schema *jsonschema.Schema) {
	e.Defer(func() {
		err := filepath.WalkDir(e.WorkDir, func(path string, d fs.DirEntry, err error) error {
			switch {
			case errors.Is(err, fs.ErrPermission), errors.Is(err, fs.ErrNotExist): // a script that closes or moves folders
				return nil
			case err != nil || d.Name() != "summary.json" || !d.Type().IsRegular():
				return err
			}
			return checkSummary(schema, path)
		})
		if err != nil {
			e.T().Fatal(err)
		}
	})
}

func checkSummary(schema *jsonschema.Schema, path string) error {
	text, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(text), `"schema":`) {
		return nil //nolint:nilerr // one that nobody may read is none of a run
	}
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
	if err == nil {
		err = schema.Validate(v)
	}
	if err != nil {
		return &fs.PathError{Op: "checking against summary.schema.json", Path: path, Err: err}
	}
	return nil
}

// printed compares what stands on a stream with a file, byte by byte: printed stdout report/summary.json.
func printed(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: printed stdout|stderr FILE")
	}
	if ts.ReadFile(args[0]) != ts.ReadFile(args[1]) {
		ts.Fatalf("%s is not what stands in %s", args[0], args[1])
	}
}
