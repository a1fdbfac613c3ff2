package kubernetes_test

import (
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

const samples = "../../samples/kubernetes"

// TestManifests: each version takes each object of each folder of the samples that can be applied.
func TestManifests(t *testing.T) {
	t.Parallel()
	newest, err := newServer()
	if err != nil {
		t.Fatal(err)
	}
	versions := readSchemas(t)
	checked := 0
	for name := range kustomizations() {
		for _, object := range build(t, name) {
			if read(t, object).Kind == "PrometheusRule" {
				continue // no kind of Kubernetes' own: TestPrometheusRule
			}
			checked++
			what := name + ", " + read(t, object).Kind + " " + read(t, object).Metadata.Name
			for _, v := range versions {
				if err := v.check(object); err != nil {
					t.Errorf("%s, by the schema of Kubernetes %s: %v", what, v.version, err)
				}
			}
			if err := newest.check(object); err != nil {
				t.Errorf("%s, by the newest Kubernetes: %v", what, err)
			}
		}
	}
	if checked < len(kustomizations()) {
		t.Errorf("%d objects were found", checked)
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
	var texts []string
	for _, object := range build(t, "base") {
		texts = append(texts, yamlOf(t, object))
	}
	text := strings.Join(texts, "---\n")
	for name, c := range map[string]struct {
		old, new string
		schemas  bool // whether the schemas of all versions refuse it
		server   bool // and whether the newest server does
	}{
		"a condition without its status":    {old: "- status: \"True\"\n            type: DisruptionTarget", new: "- type: DisruptionTarget", schemas: true},
		"an unknown member":                 {old: "concurrencyPolicy:", new: "concurrencyPolitics:", schemas: true, server: true},
		"a number for a text":               {old: "timeZone: Etc/UTC", new: "timeZone: 1", schemas: true, server: true},
		"a policy for pods that come again": {old: "restartPolicy: Never", new: "restartPolicy: OnFailure", server: true},
		"no such time":                      {old: `30 2 * * *`, new: `30 25 * * *`, server: true},
		"a mount without its volume":        {old: "mountPath: /data\n              name: data", new: "mountPath: /data\n              name: elsewhere", server: true},
		"two modes that exclude each other": {old: "- ReadWriteOncePod\n", new: "- ReadWriteOncePod\n  - ReadWriteOnce\n", server: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if strings.Count(text, c.old) != 1 {
				t.Fatalf("%q does not stand exactly once in the sample", c.old)
			}
			var broken [][]byte
			for object := range strings.SplitSeq(strings.Replace(text, c.old, c.new, 1), "---\n") {
				data, err := yaml.YAMLToJSON([]byte(object))
				if err != nil {
					t.Fatal(err)
				}
				broken = append(broken, data)
			}
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
