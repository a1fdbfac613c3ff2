//go:build ignore

// Cut writes schemas/VERSION.json for each version of Kubernetes in versions.txt: what its OpenAPI description says of the
// kinds that our manifests use, without words. The first file has all of it, each further one only what is other in that
// version than in the one before; null is what it no longer has. Run it in this folder: go run cut.go
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"reflect"
	"strings"
)

var (
	kinds = []string{
		"io.k8s.api.batch.v1.CronJob", "io.k8s.api.batch.v1.Job", "io.k8s.api.core.v1.ConfigMap",
		"io.k8s.api.core.v1.PersistentVolumeClaim", "io.k8s.api.core.v1.ServiceAccount", "io.k8s.api.networking.v1.NetworkPolicy",
	}
	specs = []string{"apis__batch__v1_openapi.json", "api__v1_openapi.json", "apis__networking.k8s.io__v1_openapi.json"}
)

func main() {
	versions, err := os.ReadFile("versions.txt")
	if err != nil {
		log.Fatal(err)
	}
	before := map[string]any{}
	for _, version := range strings.Fields(string(versions)) {
		now, err := cut(version)
		if err == nil {
			err = write(filepath.Join("schemas", version+".json"), difference(before, now))
		}
		if err != nil {
			log.Fatalf("%s: %v", version, err)
		}
		before = now
	}
}

// cut returns the definitions that the kinds need.
func cut(version string) (map[string]any, error) {
	out, err := exec.Command("go", "mod", "download", "-json", "k8s.io/kubernetes@"+version).Output()
	if err != nil {
		return nil, err
	}
	var module struct{ Dir string }
	if err := json.Unmarshal(out, &module); err != nil {
		return nil, err
	}
	all := map[string]any{}
	for _, name := range specs {
		data, err := os.ReadFile(filepath.Join(module.Dir, "api", "openapi-spec", "v3", name))
		if err != nil {
			return nil, err
		}
		var spec struct {
			Components struct{ Schemas map[string]any }
		}
		if err := json.Unmarshal(data, &spec); err != nil {
			return nil, err
		}
		for name, schema := range spec.Components.Schemas {
			all[name] = schema
		}
	}
	needed := map[string]any{}
	for todo := kinds; len(todo) > 0; todo = todo[1:] {
		name := todo[0]
		if _, done := needed[name]; done {
			continue
		}
		if all[name] == nil {
			return nil, fmt.Errorf("there is no %s", name)
		}
		var refs []string
		needed[name] = plain(all[name], false, &refs)
		todo = append(todo, refs...)
	}
	return needed, nil
}

// plain is a schema without words, defaults and hints for other tools. Objects have no members but those that are named:
// the API server refuses what it does not know, if it is asked to be strict.
func plain(v any, names bool, refs *[]string) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = plain(v[i], false, refs)
		}
	case map[string]any:
		out := map[string]any{}
		for k, member := range v {
			if !names && (k == "description" || k == "default" || k == "format" || strings.HasPrefix(k, "x-kubernetes-")) {
				continue
			}
			if ref, ok := member.(string); ok && k == "$ref" && !names {
				*refs = append(*refs, path.Base(ref))
				out[k] = "#/$defs/" + path.Base(ref)
				continue
			}
			out[k] = plain(member, k == "properties" && !names, refs)
		}
		if _, open := out["additionalProperties"]; !names && !open && out["properties"] != nil {
			out["additionalProperties"] = false
		}
		return out
	}
	return v
}

func difference(before, now map[string]any) map[string]any {
	d := map[string]any{}
	for name := range before {
		if _, there := now[name]; !there {
			d[name] = nil
		}
	}
	for name, schema := range now {
		if !reflect.DeepEqual(before[name], schema) {
			d[name] = schema
		}
	}
	return d
}

// write writes a definition a line.
func write(file string, definitions map[string]any) error {
	data, err := json.Marshal(definitions)
	if err != nil {
		return err
	}
	var lines bytes.Buffer
	decoder := json.NewDecoder(bytes.NewReader(data))
	lines.WriteString("{")
	_, _ = decoder.Token()
	for first := true; decoder.More(); first = false {
		name, err := decoder.Token()
		if err != nil {
			return err
		}
		var schema json.RawMessage
		if err := decoder.Decode(&schema); err != nil {
			return err
		}
		if !first {
			lines.WriteString(",")
		}
		fmt.Fprintf(&lines, "\n%q: %s", name, schema)
	}
	lines.WriteString("\n}\n")
	return os.WriteFile(file, lines.Bytes(), 0o644)
}
