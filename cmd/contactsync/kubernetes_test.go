package main

import (
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
)

const manifests = "../../samples/kubernetes"

// job is what the program has a part in of a Job, or of what a CronJob makes.
type job struct {
	ActiveDeadlineSeconds int64 `yaml:"activeDeadlineSeconds"`
	PodFailurePolicy      struct {
		Rules []struct {
			Action      string `yaml:"action"`
			OnExitCodes struct {
				Values []int `yaml:"values"`
			} `yaml:"onExitCodes"`
		} `yaml:"rules"`
	} `yaml:"podFailurePolicy"`
	Template struct {
		Spec struct {
			Grace      int64 `yaml:"terminationGracePeriodSeconds"`
			Containers []struct {
				Image string   `yaml:"image"`
				Args  []string `yaml:"args"`
				Env   []struct {
					Name  string `yaml:"name"`
					Value string `yaml:"value"`
				} `yaml:"env"`
			} `yaml:"containers"`
		} `yaml:"spec"`
	} `yaml:"template"`
}

// manifest is a document of the samples that has a job in it.
type manifest struct {
	Kind     string `yaml:"kind"`
	Metadata struct {
		Name string `yaml:"name"`
	} `yaml:"metadata"`
	Spec struct {
		Job               job    `yaml:",inline"`
		ConcurrencyPolicy string `yaml:"concurrencyPolicy"`
		JobTemplate       struct {
			Spec job `yaml:"spec"`
		} `yaml:"jobTemplate"`
	} `yaml:"spec"`
}

func (m manifest) job() job {
	if m.Kind == "CronJob" {
		return m.Spec.JobTemplate.Spec
	}
	return m.Spec.Job
}

// readJobs reads all jobs of the samples, by their names.
func readJobs(t *testing.T) map[string]manifest {
	t.Helper()
	jobs := map[string]manifest{}
	err := filepath.WalkDir(manifests, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".yaml" {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for doc := range strings.SplitSeq(string(data), "\n---\n") {
			if !regexp.MustCompile(`(?m)^kind: (Cron)?Job$`).MatchString(doc) {
				continue
			}
			var m manifest
			if err := yaml.Unmarshal([]byte(doc), &m); err != nil {
				return err
			}
			jobs[m.Metadata.Name] = m
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return jobs
}

// imageEnv is what the image sets, and settings what the base's ConfigMap does.
func imageEnv(t *testing.T) map[string]string {
	t.Helper()
	return pairs(t, "../../Dockerfile", `(?m)^(?:ENV|   ) ([A-Z_]+)=(\S+)`)
}

func settings(t *testing.T) map[string]string {
	t.Helper()
	return pairs(t, manifests+"/base/kustomization.yaml", `(?m)^ +- ([A-Z_]+)=(\S+)`)
}

func pairs(t *testing.T, path, pattern string) map[string]string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(string(data), -1) {
		found[m[1]] = m[2]
	}
	if len(found) == 0 {
		t.Fatalf("%s sets nothing", path)
	}
	return found
}

// TestJobsRun has the program do what each job of the samples has its container do, with what the image sets: against a
// simulator, with folders in place of the volumes.
func TestJobsRun(t *testing.T) {
	t.Parallel()
	place := newPlace(t, map[string]string{"/data": "data", "/export": "export", "/config": "config", "/secrets": "secrets"})
	profile, err := os.ReadFile(manifests + "/base/mapping.yaml")
	if err != nil {
		t.Fatal(err)
	}
	place.write("config/mapping.yaml", string(profile))
	place.write("secrets/application-token", "any-token\n")
	jobs := readJobs(t)
	var ran []string
	for _, name := range []string{"contactsync-prune", "contactsync-validate", "contactsync", "contactsync-once", "contactsync-prune"} {
		container := jobs[name].job().Template.Spec.Containers[0]
		env := imageEnv(t)
		if container.Args[0] != "runs" { // that has no settings
			maps.Copy(env, settings(t))
		}
		for _, v := range container.Env {
			env[v.Name] = v.Value
		}
		place.run(t, name, container.Args, env)
		ran = append(ran, name)
	}
	for name, m := range jobs {
		if m.job().Template.Spec.Containers[0].Image == "contactsync" && !slices.Contains(ran, name) {
			t.Errorf("nobody has tried %s", name)
		}
	}
	for _, file := range []string{"data/ledger.db", "data/ledger.db.key", "data/report/summary.json", "data/report-once/summary.json"} {
		if _, err := os.Stat(place.path(file)); err != nil {
			t.Error(err)
		}
	}
}

// TestJobsBackUp runs the script of the backup: it keeps a ledger that the key beside it opens, and a copy for each day.
func TestJobsBackUp(t *testing.T) {
	t.Parallel()
	place := newPlace(t, map[string]string{"/data": "data", "/copies": "copies", "/keys": "keys"})
	container := readJobs(t)["contactsync-backup"].job().Template.Spec.Containers[0]
	if out := place.shell(t, container.Args[0]); !strings.Contains(out, "no ledger yet") {
		t.Errorf("without a ledger it says %q", out)
	}
	place.run(t, "an import", []string{"import", "--type", "Technical", "--job", "nightly", "--report-dir", "none", place.path("export/contacts.csv")},
		map[string]string{"CONTACTSYNC_STATE": "/data/ledger.db", "EMNIFY_APPLICATION_TOKEN": "any-token"})
	place.write("data/ledger.db-wal", "")
	for range 2 {
		place.shell(t, container.Args[0])
	}
	copies, err := filepath.Glob(place.path("copies/ledger-[1-7]"))
	if err != nil || len(copies) != 1 {
		t.Fatalf("copies: %q, %v", copies, err)
	}
	if left, _ := filepath.Glob(place.path("*/new*")); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
	if _, err := os.Stat(copies[0] + "/ledger.db-wal"); err != nil {
		t.Error(err)
	}
	place.restore(t, copies[0]+"/ledger.db", place.path("keys/"+filepath.Base(copies[0])+".key"))
}

// TestJobsKnowExitCodes holds what jobs do at each exit code to what the README tells a scheduler.
func TestJobsKnowExitCodes(t *testing.T) {
	t.Parallel()
	rows := regexp.MustCompile("(?m)^\\| `([0-9])` \\| .* \\| (.*) \\|$").FindAllStringSubmatch(readReadme(t), -1)
	if len(rows) != 7 {
		t.Fatalf("README.md lists %d exit codes, want 7", len(rows))
	}
	for name, m := range readJobs(t) {
		actions := map[string]string{}
		for _, rule := range m.job().PodFailurePolicy.Rules {
			for _, code := range rule.OnExitCodes.Values {
				actions[string(rune('0'+code))] = rule.Action
			}
		}
		if command := m.job().Template.Spec.Containers[0].Args[0]; command != "import" {
			continue // of a file that is checked again, or another program
		}
		for _, row := range rows {
			want := "FailJob"
			switch {
			case row[1] == "0":
				want = ""
			case strings.HasPrefix(row[2], "run "):
				want = "Count"
			}
			if actions[row[1]] != want {
				t.Errorf("%s: exit code %s: a scheduler should %s, the sample's action is %q, want %q", name, row[1], row[2], actions[row[1]], want)
			}
		}
	}
}

// TestJobsEnd holds what keeps one bad night from costing more: a job ends in good time before the next one, after at least one
// whole try, and has time to stop; one pod has the ledger; a few bad rows fail no night; and applying the manifests again leaves the
// token alone.
func TestJobsEnd(t *testing.T) {
	t.Parallel()
	jobs := readJobs(t)
	for name, m := range jobs {
		deadline := time.Duration(m.job().ActiveDeadlineSeconds) * time.Second
		if m.Kind == "CronJob" && (m.Spec.ConcurrencyPolicy != "Forbid" || deadline > 12*time.Hour) || deadline == 0 {
			t.Errorf("%s: two may meet: %s, %s", name, m.Spec.ConcurrencyPolicy, deadline)
		}
		container := m.job().Template.Spec.Containers[0]
		if container.Args[0] != "import" {
			continue
		}
		given := values(container.Args)
		if try, err := time.ParseDuration(given["--max-duration"]); err != nil || deadline < try+time.Hour {
			t.Errorf("%s may take %s, one try of it %s: %v", name, deadline, try, err)
		}
		grace, err := time.ParseDuration(settings(t)["CONTACTSYNC_GRACE"])
		if err != nil || time.Duration(m.job().Template.Spec.Grace)*time.Second < 2*grace {
			t.Errorf("%s has %d s to stop, and requests in flight %s of it: %v", name, m.job().Template.Spec.Grace, grace, err)
		}
		if given["--max-invalid"] == "" || given["--accept-invalid"] == "" && m.Kind == "CronJob" {
			t.Errorf("%s: one bad row fails the job, or a bad export passes: %v", name, given)
		}
	}
	claim, err := os.ReadFile(manifests + "/base/claim.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(claim), "accessModes: [ReadWriteOncePod]") {
		t.Error("two pods may mount the ledger's volume")
	}
}

// values are what flags are given: --name=value.
func values(args []string) map[string]string {
	given := map[string]string{}
	for _, arg := range args {
		name, value, _ := strings.Cut(arg, "=")
		given[name] = value
	}
	return given
}
