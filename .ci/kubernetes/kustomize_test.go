package kubernetes_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
	"sigs.k8s.io/yaml"
)

// build returns the objects of a kustomization of the samples, as JSON.
func build(t *testing.T, name string) [][]byte {
	t.Helper()
	return buildIn(t, filesys.MakeFsOnDisk(), filepath.Join(samples, name))
}

func buildIn(t *testing.T, files filesys.FileSystem, dir string) [][]byte {
	t.Helper()
	built, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(files, dir)
	if err != nil {
		t.Fatalf("%s: %v", dir, err)
	}
	var objects [][]byte
	for _, resource := range built.Resources() {
		object, err := resource.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		objects = append(objects, object)
	}
	return objects
}

// about is what a test asks an object for.
type about struct {
	Kind     string
	Metadata struct{ Name string }
	Spec     json.RawMessage
	Data     map[string]string
}

func read(t *testing.T, object []byte) about {
	t.Helper()
	var a about
	if err := json.Unmarshal(object, &a); err != nil {
		t.Fatal(err)
	}
	return a
}

// podOf is the pod that a Job or a CronJob makes; nil: another kind.
func podOf(t *testing.T, object []byte) *corev1.PodTemplateSpec {
	t.Helper()
	a := read(t, object)
	var job struct {
		JobTemplate struct{ Spec json.RawMessage }
		Template    *corev1.PodTemplateSpec
	}
	if a.Kind != "Job" && a.Kind != "CronJob" {
		return nil
	}
	spec := a.Spec
	for job.Template == nil {
		if err := json.Unmarshal(spec, &job); err != nil {
			t.Fatal(err)
		}
		spec = job.JobTemplate.Spec
	}
	return job.Template
}

// kustomizations are the folders of the samples that can be applied, each with what is in it.
func kustomizations() map[string][]string {
	base := []string{
		"ConfigMap contactsync", "ConfigMap contactsync-mapping", "CronJob contactsync", "NetworkPolicy contactsync",
		"NetworkPolicy contactsync-emnify", "PersistentVolumeClaim contactsync", "ServiceAccount contactsync",
	}
	without := func(gone ...string) []string {
		return slices.DeleteFunc(slices.Clone(base), func(name string) bool { return slices.Contains(gone, name) })
	}
	return map[string][]string{
		"base":                base,
		"overlays/once":       append(without("CronJob contactsync"), "Job contactsync-once"),
		"overlays/validate":   append(without("CronJob contactsync", "NetworkPolicy contactsync-emnify", "PersistentVolumeClaim contactsync"), "Job contactsync-validate"),
		"overlays/prune":      append(without(), "CronJob contactsync-prune"),
		"overlays/backup":     append(without(), "CronJob contactsync-backup"),
		"overlays/prometheus": append(without(), "NetworkPolicy contactsync-pushgateway", "PrometheusRule contactsync"),
		"overlays/all":        append(without(), "CronJob contactsync-prune", "CronJob contactsync-backup"),
	}
}

// TestKustomizations: each folder that can be applied has what it is there for, and none is left out here.
func TestKustomizations(t *testing.T) {
	t.Parallel()
	for name, want := range kustomizations() {
		var got []string
		for _, object := range build(t, name) {
			a := read(t, object)
			if a.Kind == "ConfigMap" {
				a.Metadata.Name = a.Metadata.Name[:strings.LastIndex(a.Metadata.Name, "-")] // the hash
			}
			got = append(got, a.Kind+" "+a.Metadata.Name)
		}
		if diff := cmp.Diff(slices.Sorted(slices.Values(want)), slices.Sorted(slices.Values(got))); diff != "" {
			t.Errorf("%s (want-, got+):\n%s", name, diff)
		}
	}
	err := filepath.WalkDir(samples, func(path string, entry fs.DirEntry, err error) error {
		name, _ := filepath.Rel(samples, filepath.Dir(path))
		if err == nil && entry.Name() == "kustomization.yaml" && !strings.HasPrefix(name, "components") && kustomizations()[name] == nil {
			t.Errorf("nobody builds %s", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestPods: what all pods have in common, whichever folder they are from. Who has the token may talk to emnify, and nobody else.
func TestPods(t *testing.T) {
	t.Parallel()
	for name := range kustomizations() {
		for _, object := range build(t, name) {
			pod := podOf(t, object)
			if pod == nil {
				if read(t, object).Kind == "Secret" {
					t.Errorf("%s: applying it again sets the token back", name)
				}
				continue
			}
			job := name + ", " + read(t, object).Metadata.Name
			if links := pod.Spec.EnableServiceLinks; links == nil || *links {
				t.Errorf("%s: the namespace's services become variables", job)
			}
			if token := pod.Spec.AutomountServiceAccountToken; token == nil || *token || pod.Spec.ServiceAccountName != "contactsync" {
				t.Errorf("%s: has an account of the cluster", job)
			}
			secret := false
			for _, volume := range pod.Spec.Volumes {
				secret = secret || volume.Secret != nil
			}
			if online := pod.Labels["app.kubernetes.io/component"] == "run"; online != secret {
				t.Errorf("%s: may talk to emnify: %v, has the token: %v", job, online, secret)
			}
			for _, container := range pod.Spec.Containers {
				if root := container.SecurityContext.ReadOnlyRootFilesystem; root == nil || !*root {
					t.Errorf("%s: its root file system can be written to", job)
				}
			}
			if pod.Labels["app.kubernetes.io/name"] != "contactsync" {
				t.Errorf("%s: no policy of ours is about its pod: %v", job, pod.Labels)
			}
		}
	}
}

// TestOwnKustomization builds what the base's first comment shows: a kustomization of one's own, with another image, settings
// and mapping.
func TestOwnKustomization(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(samples, "base", "kustomization.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var own strings.Builder
	for line := range strings.SplitSeq(string(text), "\n") {
		if shown, ok := strings.CutPrefix(line, "#   "); ok && !strings.HasPrefix(shown, "kubectl ") {
			own.WriteString(shown + "\n")
		}
	}
	digest := "sha256:" + strings.Repeat("0", 64)
	files := filesys.MakeFsInMemory()
	err = filepath.WalkDir(samples, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(samples, path)
		if err != nil {
			return err
		}
		return files.WriteFile(filepath.Join("/", name), data)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := files.WriteFile("/kustomization.yaml", []byte(strings.Replace(own.String(), "sha256:...", digest, 1))); err != nil {
		t.Fatal(err)
	}
	images, settings := map[string]string{}, map[string]string{}
	for _, object := range buildIn(t, files, "/") {
		a := read(t, object)
		if pod := podOf(t, object); pod != nil {
			images[a.Metadata.Name] = pod.Spec.Containers[0].Image
		}
		if a.Kind == "ConfigMap" && !strings.HasPrefix(a.Metadata.Name, "contactsync-mapping") {
			settings = a.Data
		}
	}
	ours := "ghcr.io/contactsync/contactsync@" + digest
	if diff := cmp.Diff(map[string]string{"contactsync": ours, "contactsync-prune": ours, "contactsync-backup": "busybox:1.37"}, images); diff != "" {
		t.Errorf("images (want-, got+):\n%s", diff)
	}
	if settings["CONTACTSYNC_TYPE"] != "Commercial" || settings["CONTACTSYNC_COUNTRY"] != "DE" {
		t.Errorf("settings: %v", settings)
	}
}

// yamlOf is an object as YAML, with its members in order.
func yamlOf(t *testing.T, object []byte) string {
	t.Helper()
	text, err := yaml.JSONToYAML(object)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
