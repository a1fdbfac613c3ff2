package kubernetes_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// published are the schemas of each version, in the order of versions.txt.
type published struct {
	version string
	kinds   map[string]*jsonschema.Schema
}

// definitionOf is where a kind stands in the schemas.
func definitionOf(apiVersion, kind string) string {
	if apiVersion == "v1" {
		apiVersion = "core/v1"
	}
	apiVersion = strings.Replace(apiVersion, ".k8s.io/", "/", 1)
	return "io.k8s.api." + strings.ReplaceAll(apiVersion, "/", ".") + "." + kind
}

func readSchemas(t *testing.T) []published {
	t.Helper()
	versions, err := os.ReadFile("versions.txt")
	if err != nil {
		t.Fatal(err)
	}
	var all []published
	definitions := map[string]json.RawMessage{}
	for _, version := range strings.Fields(string(versions)) {
		data, err := os.ReadFile(filepath.Join("schemas", version+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var changes map[string]json.RawMessage
		if err := json.Unmarshal(data, &changes); err != nil {
			t.Fatal(err)
		}
		maps.Copy(definitions, changes)
		maps.DeleteFunc(definitions, func(_ string, schema json.RawMessage) bool { return string(schema) == "null" })
		all = append(all, published{version, compile(t, version, definitions)})
	}
	return all
}

func compile(t *testing.T, version string, definitions map[string]json.RawMessage) map[string]*jsonschema.Schema {
	t.Helper()
	text, err := json.Marshal(map[string]any{"$defs": definitions})
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource(version+".json", document); err != nil {
		t.Fatal(err)
	}
	kinds := map[string]*jsonschema.Schema{}
	for _, name := range []string{
		definitionOf("batch/v1", "CronJob"), definitionOf("batch/v1", "Job"), definitionOf("v1", "ConfigMap"),
		definitionOf("v1", "PersistentVolumeClaim"), definitionOf("v1", "ServiceAccount"),
		definitionOf("networking.k8s.io/v1", "NetworkPolicy"),
	} {
		if kinds[name], err = compiler.Compile(version + ".json#/$defs/" + name); err != nil {
			t.Fatal(err)
		}
	}
	return kinds
}

// check holds an object, as JSON, against its schema.
func (p published) check(object []byte) error {
	var about struct{ APIVersion, Kind string }
	if err := json.Unmarshal(object, &about); err != nil {
		return err
	}
	schema := p.kinds[definitionOf(about.APIVersion, about.Kind)]
	if schema == nil {
		return fmt.Errorf("there is no schema of %s %s: add it to cut.go", about.APIVersion, about.Kind)
	}
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(string(object)))
	if err != nil {
		return err
	}
	return schema.Validate(v)
}
