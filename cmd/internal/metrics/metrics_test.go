package metrics

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"github.com/contactsync/contactsync/importer/limit"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/report"
)

// night is a run with something of everything.
func night() Run {
	success, doubt := time.Unix(1_700_000_000, 0), 2
	var rows report.Counts
	rows.AddN(outcome.Created, 5)
	rows.AddN(outcome.Uncertain, 1)
	return Run{
		Job: "crm", Command: "sync", Version: "1.2.3", ExitCode: 6, Ended: time.Unix(1_700_086_400, 0), Took: 1500 * time.Millisecond,
		Rows: rows, InputRows: 6, Passes: report.PassSeconds{Checking: 0.25, Sending: 1, Reporting: 0.1},
		Guards: []string{"max-creates", "max-deletes"}, Stopped: []string{"max-deletes"},
		Budget: []limit.Used{{Rate: limit.Rate{N: 1800, Per: 5 * time.Minute}, Most: 7}}, Waited: 3 * time.Second,
		Requests: NewRequests(map[string]int{"create": 201, "list": 200}), LastSuccess: &success, InDoubt: &doubt,
	}
}

// textOf is what is told of a run.
func textOf(t *testing.T, r Run) string {
	t.Helper()
	text, err := r.text()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// holds asks for lines, of which labels that all have are left out.
func holds(t *testing.T, text string, lines ...string) {
	t.Helper()
	for _, line := range lines {
		if !strings.Contains("\n"+text, "\n"+line+"\n") {
			t.Errorf("there is no line %s in\n%s", line, text)
		}
	}
}

func TestWhatARunTells(t *testing.T) {
	t.Parallel()
	r := night()
	r.Requests.Request("create", "201", true, 30*time.Millisecond)
	r.Requests.Request("create", "timeout", true, 30*time.Second)
	r.Requests.Request("create", "refused", false, time.Millisecond)
	text := textOf(t, r)
	const both = `command="sync",`
	holds(t, text,
		`contactsync_exit_code{`+both+`job_name="crm"} 6`,
		`contactsync_last_success_timestamp_seconds{`+both+`job_name="crm"} 1.7e+09`,
		`contactsync_last_completion_timestamp_seconds{`+both+`job_name="crm"} 1.7000864e+09`,
		`contactsync_run_duration_seconds{`+both+`job_name="crm"} 1.5`,
		`contactsync_rehearsal{`+both+`job_name="crm"} 0`,
		`contactsync_rows{`+both+`job_name="crm",status="created"} 5`,
		`contactsync_rows{`+both+`job_name="crm",status="invalid"} 0`,
		`contactsync_rows_in_doubt{`+both+`job_name="crm"} 2`,
		`contactsync_input_rows{`+both+`job_name="crm"} 6`,
		`contactsync_pass_duration_seconds{`+both+`job_name="crm",pass="checking"} 0.25`,
		`contactsync_guard_stopped{`+both+`guard="max-creates",job_name="crm"} 0`,
		`contactsync_guard_stopped{`+both+`guard="max-deletes",job_name="crm"} 1`,
		`contactsync_budget_limit_requests{`+both+`job_name="crm",window="300"} 1800`,
		`contactsync_budget_used_requests{`+both+`job_name="crm",window="300"} 7`,
		`contactsync_budget_wait_seconds_total{`+both+`job_name="crm"} 3`,
		`contactsync_requests_total{call="create",code="201",`+both+`job_name="crm"} 1`,
		`contactsync_requests_total{call="create",code="timeout",`+both+`job_name="crm"} 1`,
		`contactsync_requests_total{call="create",code="refused",`+both+`job_name="crm"} 1`,
		`contactsync_requests_total{call="list",code="200",`+both+`job_name="crm"} 0`,
		`contactsync_request_duration_seconds_bucket{call="create",`+both+`job_name="crm",le="0.05"} 1`,
		`contactsync_request_duration_seconds_count{call="create",`+both+`job_name="crm"} 2`, // what never left has no latency
	)
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(strings.TrimPrefix(strings.TrimPrefix(line, "# HELP "), "# TYPE "), "contactsync_") {
			t.Errorf("not ours: %s", line)
		}
	}
}

// TestPromlint holds names, types and units to Prometheus' conventions.
func TestPromlint(t *testing.T) {
	t.Parallel()
	problems, err := promlint.New(strings.NewReader(textOf(t, night()))).Lint()
	if err != nil || len(problems) > 0 {
		t.Errorf("%v, error %v", problems, err)
	}
}

// TestOddJobNames: whatever a job is called, its metrics can be read, and have its name.
func TestOddJobNames(t *testing.T) {
	t.Parallel()
	for job, want := range map[string]string{
		"":                 "contactsync",
		`a "quoted" \ one`: `a "quoted" \ one`,
		"two\nlines":       "two\nlines",
		"Zürich/Nord ☃":    "Zürich/Nord ☃",
		"cut \xff off":     "cut \uFFFD off",
	} {
		r := night()
		r.Job = job
		was, err := parse([]byte(textOf(t, r)))
		if err != nil {
			t.Errorf("%q: %v", job, err)
		}
		if code, ok := was.find("contactsync_exit_code", map[string]string{"job_name": want}); !ok || code != 6 {
			t.Errorf("%q: %v, found %t", job, code, ok)
		}
	}
}

// TestRequestsOfManyWorkers counts each once.
func TestRequestsOfManyWorkers(t *testing.T) {
	t.Parallel()
	r := night()
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for range 100 {
				r.Requests.Request("create", "201", true, time.Millisecond)
			}
		})
	}
	wg.Wait()
	holds(t, textOf(t, r), `contactsync_requests_total{call="create",code="201",command="sync",job_name="crm"} 1600`)
}

func BenchmarkRequest(b *testing.B) {
	r := NewRequests(map[string]int{"create": 201})
	for b.Loop() {
		r.Request("create", "201", true, time.Millisecond)
	}
}

// TestNothingStaysOfAnotherRun: two runs told by one process have nothing of each other.
func TestNothingStaysOfAnotherRun(t *testing.T) {
	t.Parallel()
	first, second := night(), night()
	first.Requests.Request("create", "500", true, time.Second)
	_ = textOf(t, first)
	if text := textOf(t, second); bytes.Contains([]byte(text), []byte(`code="500"`)) {
		t.Error(text)
	}
}
