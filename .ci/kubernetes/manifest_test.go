package kubernetes_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

const samples = "../../samples"

// objects are the objects of a manifest, as JSON.
func objects(t *testing.T, manifest string) [][]byte {
	t.Helper()
	var all [][]byte
	for document := range strings.SplitSeq(manifest, "\n---\n") {
		object, err := yaml.YAMLToJSONStrict([]byte(document))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, object)
	}
	return all
}

// TestManifests: each version takes each object of each manifest among the samples.
func TestManifests(t *testing.T) {
	t.Parallel()
	newest, err := newServer()
	if err != nil {
		t.Fatal(err)
	}
	versions := readSchemas(t)
	files, err := filepath.Glob(filepath.Join(samples, "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), "\nkind: ") {
			continue // a mapping profile
		}
		for _, object := range objects(t, string(text)) {
			checked++
			for _, v := range versions {
				if err := v.check(object); err != nil {
					t.Errorf("%s, by the schema of Kubernetes %s: %v", file, v.version, err)
				}
			}
			if err := newest.check(object); err != nil {
				t.Errorf("%s, by the newest Kubernetes: %v", file, err)
			}
		}
	}
	if checked < 2 {
		t.Errorf("%d objects were found among %v", checked, files)
	}
}

// TestRefusals: what a version refuses is seen. The first is what the sample had wrong once: servers before 1.34 refuse it,
// the newest one sets it by itself, and the schemas of all require it.
func TestRefusals(t *testing.T) {
	t.Parallel()
	newest, err := newServer()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(samples, "cronjob.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		old, new string
		schemas  bool // whether the schemas of all versions refuse it
		server   bool // and whether the newest server does
	}{
		"a condition without its status":    {old: "\n                status: \"True\"", schemas: true},
		"an unknown member":                 {old: "concurrencyPolicy:", new: "concurrencyPolitics:", schemas: true, server: true},
		"a number for a text":               {old: "timeZone: Etc/UTC", new: "timeZone: 1", schemas: true, server: true},
		"a policy for pods that come again": {old: "restartPolicy: Never", new: "restartPolicy: OnFailure", server: true},
		"no such time":                      {old: `"30 2 * * *"`, new: `"30 25 * * *"`, server: true},
		"a mount without its volume":        {old: "- name: data\n                  mountPath", new: "- name: elsewhere\n                  mountPath", server: true},
		"two modes that exclude each other": {old: "[ReadWriteOncePod]", new: "[ReadWriteOncePod, ReadWriteOnce]", server: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if strings.Count(string(text), c.old) != 1 {
				t.Fatalf("%q does not stand exactly once in the sample", c.old)
			}
			broken := objects(t, strings.Replace(string(text), c.old, c.new, 1))
			refuses := func(check func([]byte) error) bool {
				for _, object := range broken {
					if check(object) != nil {
						return true
					}
				}
				return false
			}
			for _, v := range readSchemas(t) {
				if refuses(v.check) != c.schemas {
					t.Errorf("the schema of %s refuses it: %v, want %v", v.version, !c.schemas, c.schemas)
				}
			}
			if refuses(newest.check) != c.server {
				t.Errorf("the newest server refuses it: %v, want %v", !c.server, c.server)
			}
		})
	}
}
