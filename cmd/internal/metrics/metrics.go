// Package metrics tells Prometheus how a run went: as a file for node_exporter's textfile collector, and to a Pushgateway.
//
// A run is a batch job: what it tells are gauges that hold until the next run, and counters that begin anew with each. The
// registry is its own, so that nothing of the process or of Go is in it. No label holds a value of a row.
package metrics

import (
	"bytes"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"

	"github.com/contactsync/contactsync/importer/limit"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/report"
)

// Run is how a run went.
type Run struct {
	// Job is the name of the recurring job; empty: it is none.
	Job, Command, Version string
	// Rehearsal tells of a dry run or a simulated one: it never takes the place of a real one.
	Rehearsal bool
	ExitCode  int
	Ended     time.Time
	Took      time.Duration
	Rows      report.Counts
	InputRows int
	Passes    report.PassSeconds
	// Guards are the flags of all guards, Stopped those of the guards that stopped this run.
	Guards, Stopped []string
	// Budget is what was used of each rate, Waited how long requests stood waiting for it.
	Budget []limit.Used
	Waited time.Duration
	// Requests are those that were sent; nil in a run that sends none.
	Requests *Requests
	// LastSuccess is when a run like this one ended last with 0; zero: none ever did. InDoubt counts rows of which nobody knows what
	// became of their requests. Nil is: not known, and what was told before stays.
	LastSuccess *time.Time
	InDoubt     *int
}

// NoJob stands for the name of a job where there is none.
const NoJob = "contactsync"

// group is what the run's metrics are told apart by.
func (r *Run) group() string {
	if r.Job == "" {
		return NoJob
	}
	return strings.ToValidUTF8(r.Job, "\uFFFD")
}

// The names of the metrics and labels that are read back.
const (
	nameRehearsal   = "contactsync_rehearsal"
	nameLastSuccess = "contactsync_last_success_timestamp_seconds"
	nameInDoubt     = "contactsync_rows_in_doubt"
	labelJob        = "job_name" // job itself is the scraper's own
	labelCommand    = "command"
)

// families gathers all that is told.
func (r *Run) families() ([]*dto.MetricFamily, error) {
	registry := prometheus.NewRegistry()
	labelled := prometheus.WrapRegistererWith(prometheus.Labels{labelJob: r.group(), labelCommand: r.Command}, registry)
	m := promauto.With(labelled)
	gauge := func(name, help string, value float64) {
		m.NewGauge(prometheus.GaugeOpts{Name: name, Help: help}).Set(value)
	}
	gauges := func(name, help string, labels ...string) *prometheus.GaugeVec {
		return m.NewGaugeVec(prometheus.GaugeOpts{Name: name, Help: help}, labels)
	}
	gauges("contactsync_build_info", "The program that ran.", "version", "goversion").
		WithLabelValues(strings.ToValidUTF8(r.Version, "\uFFFD"), runtime.Version()).Set(1)
	gauge(nameRehearsal, "Whether the last run was a rehearsal: a dry run, or one on a simulator.", one(r.Rehearsal))
	gauge("contactsync_exit_code", "The exit code of the last run; 134 is a crash.", float64(r.ExitCode))
	gauge("contactsync_last_completion_timestamp_seconds", "When the last run ended, well or not.", unix(r.Ended))
	gauge("contactsync_run_duration_seconds", "How long the last run took.", r.Took.Round(time.Millisecond).Seconds())
	if r.LastSuccess != nil {
		gauge(nameLastSuccess, "When a run of the job ended last with exit code 0; 0: none ever did.", unix(*r.LastSuccess))
	}
	if r.InDoubt != nil {
		gauge(nameInDoubt, "Rows whose requests nobody knows the effect of, of the last run and of those before it.", float64(*r.InDoubt))
	}
	rows := gauges("contactsync_rows", "Rows of the last run by how they ended.", "status")
	for _, s := range outcome.Statuses() {
		rows.WithLabelValues(string(s)).Set(float64(r.Rows.Of(s)))
	}
	gauge("contactsync_input_rows", "Rows that the inputs of the last run had.", float64(r.InputRows))
	passes := gauges("contactsync_pass_duration_seconds", "How long each pass of the last run over its rows took.", "pass")
	passes.WithLabelValues("checking").Set(r.Passes.Checking)
	passes.WithLabelValues("sending").Set(r.Passes.Sending)
	passes.WithLabelValues("reporting").Set(r.Passes.Reporting)
	guards := gauges("contactsync_guard_stopped", "Whether a guard stopped the last run, by the flag that sets it.", "guard")
	for _, flag := range r.Guards {
		guards.WithLabelValues(flag).Set(0)
	}
	for _, flag := range r.Stopped {
		guards.WithLabelValues(flag).Set(1)
	}
	if r.Requests != nil {
		r.requests(m, gauges)
		labelled.MustRegister(r.Requests.total, r.Requests.duration)
	}
	return registry.Gather()
}

// requests tells of the budget of requests.
func (r *Run) requests(m promauto.Factory, gauges func(name, help string, labels ...string) *prometheus.GaugeVec) {
	m.NewCounter(prometheus.CounterOpts{
		Name: "contactsync_budget_wait_seconds_total", Help: "How long requests of the last run stood waiting for the budget (--rate).",
	}).Add(r.Waited.Round(time.Millisecond).Seconds())
	limits := gauges("contactsync_budget_limit_requests", "Requests that the budget allows in any window of that many seconds.", "window")
	used := gauges("contactsync_budget_used_requests", "The most requests of the last run that counted at once in a window of that many seconds.", "window")
	for _, u := range r.Budget {
		window := strconv.FormatFloat(u.Per.Seconds(), 'f', -1, 64)
		limits.WithLabelValues(window).Set(float64(u.N))
		used.WithLabelValues(window).Set(float64(u.Most))
	}
}

// text writes what is told in the form that files and gateways have.
func (r *Run) text() ([]byte, error) {
	families, err := r.families()
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	for _, f := range families {
		if _, err := expfmt.MetricFamilyToText(&b, f); err != nil {
			return nil, err
		}
	}
	return b.Bytes(), nil
}

func one(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

func unix(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return float64(t.UnixMilli()) / 1000
}
