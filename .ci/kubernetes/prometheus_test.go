package kubernetes_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"
)

// TestPrometheusRule: the operator's rules are those that promtool has tried, and have no member that the operator does not know.
func TestPrometheusRule(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(samples, "..", "prometheus", "rules.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	type rules struct {
		Groups []struct {
			Name  string `json:"name"`
			Rules []struct {
				Alert       string            `json:"alert"`
				Expr        string            `json:"expr"`
				For         string            `json:"for"`
				Labels      map[string]string `json:"labels"`
				Annotations map[string]string `json:"annotations"`
			} `json:"rules"`
		} `json:"groups"`
	}
	var want rules
	if err := yaml.UnmarshalStrict(text, &want); err != nil {
		t.Fatal(err)
	}
	if len(want.Groups) == 0 {
		t.Fatal("there are no rules")
	}
	found := 0
	for _, name := range []string{"overlays/prometheus"} {
		for _, object := range build(t, name) {
			if read(t, object).Kind != "PrometheusRule" {
				continue
			}
			found++
			var rule struct {
				APIVersion string          `json:"apiVersion"`
				Kind       string          `json:"kind"`
				Metadata   json.RawMessage `json:"metadata"`
				Spec       rules           `json:"spec"`
			}
			if err := yaml.UnmarshalStrict(object, &rule); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if rule.APIVersion != "monitoring.coreos.com/v1" {
				t.Errorf("%s: %s", name, rule.APIVersion)
			}
			if diff := cmp.Diff(want, rule.Spec); diff != "" {
				t.Errorf("%s (samples/prometheus/rules.yaml-, this+):\n%s", name, diff)
			}
		}
	}
	if found != 1 {
		t.Errorf("%d overlays have rules", found)
	}
}
