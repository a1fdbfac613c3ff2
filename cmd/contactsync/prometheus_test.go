package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
)

// metricsOfARun are those of an import on a simulator.
func metricsOfARun(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "crm.prom")
	run(t, "import", "--simulate", "--job", "crm", "--report-dir", "none", "--metrics-file", path, "../../samples/clean.csv")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// metricsTable is what a run's metrics say of themselves.
func metricsTable(t *testing.T) string {
	t.Helper()
	text := metricsOfARun(t)
	var b strings.Builder
	b.WriteString("| metric | labels of its own | tells |\n| --- | --- | --- |\n")
	for _, m := range regexp.MustCompile(`(?m)^# HELP (\w+) (.*)$`).FindAllStringSubmatch(text, -1) {
		var labels []string
		series := regexp.MustCompile(`(?m)^` + m[1] + `(_count)?\{(.*)\}`).FindStringSubmatch(text)
		for _, l := range regexp.MustCompile(`(\w+)="`).FindAllStringSubmatch(series[2], -1) {
			if l[1] != "job_name" && l[1] != "command" {
				labels = append(labels, "`"+l[1]+"`")
			}
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", m[1], strings.Join(labels, ", "), cell(strings.TrimSuffix(m[2], ".")))
	}
	return b.String()
}

// TestMetricsOfARun: what a real run writes keeps to Prometheus' conventions, and is ours.
func TestMetricsOfARun(t *testing.T) {
	t.Parallel()
	text := metricsOfARun(t)
	problems, err := promlint.New(strings.NewReader(text)).Lint()
	if err != nil || len(problems) > 0 {
		t.Errorf("%v, error %v", problems, err)
	}
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "contactsync_") {
			t.Errorf("not ours: %s", line)
		}
	}
}

// alertRule is one of the sample.
type alertRule struct {
	Alert string `yaml:"alert"`
	Expr  string `yaml:"expr"`
}

func alertRules(t *testing.T) []alertRule {
	t.Helper()
	data, err := os.ReadFile("../../samples/prometheus/rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Groups []struct {
			Rules []alertRule `yaml:"rules"`
		} `yaml:"groups"`
	}
	if err := yaml.Unmarshal(data, &file); err != nil || len(file.Groups) != 1 {
		t.Fatalf("%d groups, error %v", len(file.Groups), err)
	}
	return file.Groups[0].Rules
}

// TestAlertsAreAboutWhatIsTold: each asks for metrics that a run tells, with labels that they have.
func TestAlertsAreAboutWhatIsTold(t *testing.T) {
	t.Parallel()
	text := metricsOfARun(t)
	for _, r := range alertRules(t) {
		names := regexp.MustCompile(`contactsync_\w+`).FindAllString(r.Expr, -1)
		if len(names) == 0 {
			t.Errorf("%s is about no metric: %s", r.Alert, r.Expr)
		}
		for _, name := range names {
			if !strings.Contains(text, "\n"+name+"{") {
				t.Errorf("%s is about %s, which no run tells", r.Alert, name)
			}
		}
	}
}

// TestAlerts: Prometheus takes the sample's alerts, and each of them fires and falls silent.
func TestAlerts(t *testing.T) {
	t.Parallel()
	tests, err := os.ReadFile("../../samples/prometheus/rules_test.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range alertRules(t) {
		fires := regexp.MustCompile(`alertname: `+r.Alert+`\n\s+exp_alerts:\n`).FindString(string(tests)) != ""
		silent := strings.Contains(string(tests), "alertname: "+r.Alert+"}")
		if !fires || !silent {
			t.Errorf("%s: that it fires is tried: %t; that it is silent: %t", r.Alert, fires, silent)
		}
	}
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("promtool is not there (Debian's package prometheus)")
	}
	for _, args := range [][]string{
		{"check", "rules", "rules.yaml"}, {"test", "rules", "rules_test.yaml"},
	} {
		cmd := exec.CommandContext(t.Context(), promtool, args...)
		cmd.Dir = "../../samples/prometheus"
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("promtool %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	cmd := exec.CommandContext(t.Context(), promtool, "check", "metrics")
	cmd.Stdin = strings.NewReader(metricsOfARun(t))
	if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("promtool check metrics: %v\n%s", err, out)
	}
}
