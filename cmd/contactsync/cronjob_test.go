package main

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
)

// cronJob is what the sample's CronJob says that the program has a part in.
type cronJob struct {
	Spec struct {
		ConcurrencyPolicy string `yaml:"concurrencyPolicy"`
		JobTemplate       struct {
			Spec struct {
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
						Containers []struct {
							Args []string `yaml:"args"`
							Env  []struct {
								Name string `yaml:"name"`
							} `yaml:"env"`
						} `yaml:"containers"`
					} `yaml:"spec"`
				} `yaml:"template"`
			} `yaml:"spec"`
		} `yaml:"jobTemplate"`
	} `yaml:"spec"`
}

func readManifest(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile("../../samples/cronjob.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func readCronJob(t *testing.T) cronJob {
	t.Helper()
	for doc := range strings.SplitSeq(readManifest(t), "\n---\n") {
		if strings.Contains(doc, "kind: CronJob") {
			var c cronJob
			if err := yaml.Unmarshal([]byte(doc), &c); err != nil {
				t.Fatal(err)
			}
			return c
		}
	}
	t.Fatal("samples/cronjob.yaml has no CronJob")
	return cronJob{}
}

// TestCronJob holds the sample's reaction to exit codes to what the README tells a scheduler, and what it sets to what
// there is.
func TestCronJob(t *testing.T) {
	t.Parallel()
	job := readCronJob(t)
	actions := map[string]string{}
	for _, rule := range job.Spec.JobTemplate.Spec.PodFailurePolicy.Rules {
		for _, code := range rule.OnExitCodes.Values {
			actions[string(rune('0'+code))] = rule.Action
		}
	}
	rows := regexp.MustCompile("(?m)^\\| `([0-9])` \\| .* \\| (.*) \\|$").FindAllStringSubmatch(readReadme(t), -1)
	if len(rows) != 7 {
		t.Fatalf("README.md lists %d exit codes, want 7", len(rows))
	}
	for _, m := range rows {
		want := "FailJob"
		switch {
		case m[1] == "0":
			want = ""
		case strings.HasPrefix(m[2], "run "):
			want = "Count"
		}
		if actions[m[1]] != want {
			t.Errorf("exit code %s: a scheduler should %s, the sample's action is %q, want %q", m[1], m[2], actions[m[1]], want)
		}
	}
	if job.Spec.ConcurrencyPolicy != "Forbid" {
		t.Errorf("concurrencyPolicy %q: two runs would meet", job.Spec.ConcurrencyPolicy)
	}
	for _, name := range unknownToImport(t, job) {
		t.Errorf("the sample sets %s, which import does not have", name)
	}
}

// unknownToImport lists the flags and variables of the sample that the program's import does not have.
func unknownToImport(t *testing.T, job cronJob) []string {
	t.Helper()
	flags, err := flagsOf("import")
	if err != nil {
		t.Fatal(err)
	}
	containers := job.Spec.JobTemplate.Spec.Template.Spec.Containers
	if len(containers) != 1 || len(containers[0].Args) == 0 || containers[0].Args[0] != "import" {
		t.Fatalf("want one container that imports: %+v", containers)
	}
	var unknown []string
	for _, arg := range containers[0].Args[1:] {
		name, _, _ := strings.Cut(strings.TrimPrefix(arg, "--"), "=")
		if strings.HasPrefix(arg, "--") && !slices.ContainsFunc(flags, func(f flagFacts) bool { return f.name == name }) {
			unknown = append(unknown, arg)
		}
	}
	for _, v := range containers[0].Env {
		if !slices.ContainsFunc(flags, func(f flagFacts) bool { return f.variable == v.Name }) {
			unknown = append(unknown, v.Name)
		}
	}
	return unknown
}

// TestCronJobLetsLaterNightsBegin holds what keeps one bad night from costing more: a job ends in good time before the next
// one, after at least one whole try; one pod has the ledger; a few bad rows fail no job; and applying the manifest again
// leaves the token alone.
func TestCronJobLetsLaterNightsBegin(t *testing.T) {
	t.Parallel()
	job := readCronJob(t)
	given := map[string]string{}
	for _, arg := range job.Spec.JobTemplate.Spec.Template.Spec.Containers[0].Args {
		name, value, _ := strings.Cut(arg, "=")
		given[name] = value
	}
	try, err := time.ParseDuration(given["--max-duration"])
	if err != nil {
		t.Fatalf("--max-duration: %v", err)
	}
	deadline := time.Duration(job.Spec.JobTemplate.Spec.ActiveDeadlineSeconds) * time.Second
	if deadline < try+time.Hour || deadline > 12*time.Hour {
		t.Errorf("a job may take %s, one try of it %s", deadline, try)
	}
	if given["--accept-invalid"] == "" || given["--max-invalid"] == "" {
		t.Errorf("one bad row fails the job, or a bad export passes: %v", given)
	}
	manifest := readManifest(t)
	if !strings.Contains(manifest, "accessModes: [ReadWriteOncePod]") {
		t.Error("two pods may mount the ledger's volume")
	}
	if strings.Contains(manifest, "kind: Secret") {
		t.Error("applying the manifest again sets the token back")
	}
}
