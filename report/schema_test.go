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

// document is a JSON Schema as a whole.
type document struct {
	object
	Defs map[string]object `json:"$defs"`
}

func readSchema(t *testing.T, name string) (d document) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// inner is what is said of a member that is an object.
func (o object) inner(t *testing.T, name string) (of object) {
	t.Helper()
	if err := json.Unmarshal(o.Properties[name], &of); err != nil {
		t.Fatal(err)
	}
	return of
}

// has holds what is said of an object to what is written.
func (o object) has(t *testing.T, written any) {
	t.Helper()
	all, required := members(reflect.TypeOf(written))
	if d := cmp.Diff(all, slices.Sorted(maps.Keys(o.Properties))); d != "" {
		t.Errorf("%T: members (-written +in the schema):\n%s", written, d)
	}
	if d := cmp.Diff(required, slices.Sorted(slices.Values(o.Required))); d != "" {
		t.Errorf("%T: required members (-written +in the schema):\n%s", written, d)
	}
}

// TestSchemaHasEveryMember: what is added to the summary has a place in its schema, is required there unless it may be
// left out, and nothing stands there that is no longer written.
func TestSchemaHasEveryMember(t *testing.T) {
	t.Parallel()
	schema := readSchema(t, "summary.schema.json")
	var number struct {
		Const int `json:"const"`
	}
	if err := json.Unmarshal(schema.Properties["schema"], &number); err != nil || number.Const != written(t) {
		t.Errorf("the schema is of number %d, and %d is written (%v)", number.Const, written(t), err)
	}
	schema.has(t, report.Summary{})
	schema.inner(t, "pass_seconds").has(t, report.PassSeconds{})
	schema.Defs["organisation"].has(t, report.OrganisationSummary{})
	schema.Defs["input"].has(t, report.InputSummary{})
	schema.Defs["input"].inner(t, "shared_ids").has(t, report.SharedIDs{})
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
