package report_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/contactsync/contactsync/importer/outcome"

	"github.com/contactsync/contactsync/report"
)

// object is what a JSON Schema says of an object.
type object struct {
	Required   []string                   `json:"required"`
	Properties map[string]json.RawMessage `json:"properties"`
}

// TestSchemaHasEveryMember: what is added to the summary has a place in its schema, is required there unless it may be
// left out, and nothing stands there that is no longer written.
func TestSchemaHasEveryMember(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("summary.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var schema struct {
		object
		Defs map[string]object `json:"$defs"`
	}
	if err := json.Unmarshal(data, &schema); err != nil {
		t.Fatal(err)
	}
	var number struct {
		Const int `json:"const"`
	}
	inner := func(of object, name string) (o object) {
		t.Helper()
		if err := json.Unmarshal(of.Properties[name], &o); err != nil {
			t.Fatal(err)
		}
		return o
	}
	if err := json.Unmarshal(schema.Properties["schema"], &number); err != nil || number.Const != written(t) {
		t.Errorf("the schema is of number %d, and %d is written (%v)", number.Const, written(t), err)
	}
	for _, c := range []struct {
		of   any
		said object
	}{
		{report.Summary{}, schema.object},
		{report.PassSeconds{}, inner(schema.object, "pass_seconds")},
		{report.OrganisationSummary{}, schema.Defs["organisation"]},
		{report.InputSummary{}, schema.Defs["input"]},
		{report.SharedIDs{}, inner(schema.Defs["input"], "shared_ids")},
	} {
		all, required := members(reflect.TypeOf(c.of))
		if d := cmp.Diff(all, slices.Sorted(maps.Keys(c.said.Properties))); d != "" {
			t.Errorf("%T: members (-written +in the schema):\n%s", c.of, d)
		}
		if d := cmp.Diff(required, slices.Sorted(slices.Values(c.said.Required))); d != "" {
			t.Errorf("%T: required members (-written +in the schema):\n%s", c.of, d)
		}
	}
	statuses := []string{"total"}
	for _, s := range outcome.Statuses() {
		statuses = append(statuses, string(s))
	}
	slices.Sort(statuses)
	if d := cmp.Diff(statuses, slices.Sorted(slices.Values(schema.Defs["counts"].Required))); d != "" {
		t.Errorf("counts (-written +in the schema):\n%s", d)
	}
}

// members are the names of a struct's members in JSON, in order, and of those that are always written.
func members(of reflect.Type) (all, required []string) {
	for i := range of.NumField() {
		name, rest, _ := strings.Cut(of.Field(i).Tag.Get("json"), ",")
		all = append(all, name)
		if !strings.Contains(rest, "omitempty") {
			required = append(required, name)
		}
	}
	slices.Sort(all)
	slices.Sort(required)
	return all, required
}

// written is the number of the schema that a summary names.
func written(t *testing.T) int {
	t.Helper()
	var out bytes.Buffer
	if err := (report.Summary{}).WriteJSON(&out); err != nil {
		t.Fatal(err)
	}
	var sum struct {
		Schema int `json:"schema"`
	}
	if err := json.Unmarshal(out.Bytes(), &sum); err != nil {
		t.Fatal(err)
	}
	return sum.Schema
}
