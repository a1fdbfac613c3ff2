package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/contactsync/contactsync/cmd/internal/option"
	"github.com/contactsync/contactsync/cmd/internal/terminal"
	"github.com/contactsync/contactsync/importer/history"

	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/stop"
	"github.com/contactsync/contactsync/report"
)

// lastRun names the newest run.
const lastRun = "last"

// nearIDs is how many runs are proposed for one that is not known.
const nearIDs = 3

type runsShowOptions struct {
	runsOptions
	runF func(*runsShowOptions, string) error
}

func newRunsShow(env Env) *cobra.Command {
	o := &runsShowOptions{runsOptions: runsOptions{env: env}, runF: showRun}
	cmd := &cobra.Command{
		Use:   "show RUN",
		Short: "Show one earlier run, and the rows of it that did not end well",
		Long: `Show how a run ended, what it continued, where its report is, and the rows that failed, are uncertain or were not
attempted, as the ledger knows them: without values. RUN is its id, the beginning of one, or last.

` + runsExitHelp,
		Example: `  contactsync runs show last
  contactsync runs show 20260301-0200 --json`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if _, err := resolveWithoutLog(o.cmd, o.env); err != nil {
				return err
			}
			return o.runF(o, args[0])
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return o.completions(), cobra.ShellCompDirectiveNoFileComp
		},
	}
	o.register(cmd)
	return cmd
}

// completions are the ids of all runs, the newest first. A ledger that can't be read has none to propose.
func (o *runsShowOptions) completions() []string {
	names := []string{lastRun + "\tthe newest one"}
	if _, err := option.Resolve(o.cmd, o.env.LookupEnv); err != nil {
		return names
	}
	quiet := o.env
	quiet.Stderr = io.Discard
	h, err := openHistory(context.Background(), quiet, o.state)
	if err != nil {
		return names
	}
	defer func() { _ = h.Close() }() // only read from
	runs, _ := h.Runs(context.Background())
	for _, r := range slices.Backward(pastOf(runs).runs) {
		names = append(names, r.ID+"\t"+r.Command+", "+ended(r.ExitCode))
	}
	return names
}

// badRow is a row that did not end well, as the ledger knows it: no values.
type badRow struct {
	Row        int            `json:"row"`
	OrgID      int64          `json:"org_id"`
	Action     outcome.Action `json:"action"`
	Status     outcome.Status `json:"status"`
	ContactID  int64          `json:"contact_id,omitempty"`
	Field      string         `json:"field,omitempty"`
	Code       string         `json:"code,omitempty"`
	Detail     string         `json:"detail,omitempty"`
	Attempts   int            `json:"attempts"`
	HTTPStatus int            `json:"http_status,omitempty"`
	RequestID  string         `json:"request_id,omitempty"`
	Notes      []badNote      `json:"notes,omitempty"`
}

type badNote struct {
	Code string  `json:"code"`
	IDs  []int64 `json:"ids"`
}

// shownRun is a run with its report and the rows that did not end well.
type shownRun struct {
	pastRun
	// Report is where the report stands now; empty if it is not found. Summary is what it says; nil without one.
	Report  string          `json:"report"`
	Summary *report.Summary `json:"summary"`
	Bad     []badRow        `json:"bad_rows"`
}

func showRun(o *runsShowOptions, name string) error {
	ctx := context.Background()
	h, p, err := openPast(ctx, o.env, o.state)
	if err != nil {
		return err
	}
	defer func() { _ = h.Close() }() // only read from
	r, err := p.find(name)
	if err != nil {
		return err
	}
	shown := shownRun{Bad: []badRow{}}
	if shown.pastRun, err = p.describe(ctx, h, r); err != nil {
		return err
	}
	shown.Report, shown.Summary = findReport(r)
	for a, err := range h.Outcomes(ctx, r.ID) {
		if err != nil {
			return err
		}
		if a.Status().Rejected() {
			shown.Bad = append(shown.Bad, badRowOf(&a))
		}
	}
	if o.json {
		return terminal.PrintJSON(o.env.Stdout, shown)
	}
	return terminal.Print(o.env.Stdout, shown.print)
}

// find returns the run of an id, of the only one that begins so, or the last one.
func (p *past) find(name string) (ledger.Run, error) {
	var fit []ledger.Run
	for _, r := range p.runs {
		if r.ID == name {
			return r, nil
		}
		if strings.HasPrefix(r.ID, name) && name != "" {
			fit = append(fit, r)
		}
	}
	switch {
	case len(fit) == 1:
		return fit[0], nil
	case len(fit) > 1:
		return ledger.Run{}, &stop.UsageError{
			Message: fmt.Sprintf("%s begin with %q", terminal.Counted(len(fit), "run"), name), Hint: "the newest of them: " + idList(newest(fit)),
		}
	case name == lastRun && len(p.runs) > 0:
		return p.runs[len(p.runs)-1], nil
	}
	if removed := p.findRemoved(name); removed != nil {
		return ledger.Run{}, &history.RemovedError{Run: *removed}
	}
	if len(p.runs) == 0 {
		return ledger.Run{}, &stop.UsageError{Message: fmt.Sprintf("there is no run %q: the ledger knows none", name), Hint: "see --state"}
	}
	return ledger.Run{}, &stop.UsageError{
		Message: fmt.Sprintf("the ledger knows no run %q", name),
		Hint:    "the nearest: " + strings.Join(p.nearest(name), ", ") + "; contactsync runs lists all",
	}
}

// findRemoved returns a run that was removed: that of an id, or the newest one that begins so; nil if there is none.
func (p *past) findRemoved(name string) *ledger.Run {
	for _, r := range slices.Backward(p.removed) {
		if name != "" && strings.HasPrefix(r.ID, name) {
			return &r
		}
	}
	return nil
}

// newest are the last few runs, the newest first.
func newest(runs []ledger.Run) []ledger.Run {
	runs = slices.Clone(runs)
	slices.Reverse(runs)
	return runs[:min(nearIDs, len(runs))]
}

// nearest are the ids of the runs that are most like a name; of those that are equally like it the newest.
func (p *past) nearest(name string) []string {
	ids := make([]string, 0, len(p.runs))
	for _, r := range slices.Backward(p.runs) {
		ids = append(ids, r.ID)
	}
	ids = terminal.Nearest(name, ids)
	return ids[:min(nearIDs, len(ids))]
}

func idList(runs []ledger.Run) string {
	ids := make([]string, len(runs))
	for i, r := range runs {
		ids[i] = r.ID
	}
	return strings.Join(ids, ", ")
}

// maxSummary bounds what is read of a summary.
const maxSummary = 16 << 20

// findReport looks for a run's report: in its folder, or below it, where a later run has moved it. A folder of the same
// name that holds another run's report is not it.
func findReport(r ledger.Run) (dir string, s *report.Summary) {
	if r.ReportDir == "" {
		return "", nil
	}
	for _, dir := range []string{r.ReportDir, filepath.Join(r.ReportDir, r.ID)} {
		f, err := os.Open(filepath.Join(dir, "summary.json"))
		if err != nil {
			continue
		}
		var found report.Summary
		err = json.NewDecoder(io.LimitReader(f, maxSummary)).Decode(&found)
		_ = f.Close() // only read from
		if err == nil && found.RunID == r.ID {
			return dir, &found
		}
	}
	return "", nil
}

func badRowOf(a *ledger.Attempt) badRow {
	row := badRow{Row: a.Seq, OrgID: a.Row.Scope.Org, Action: a.Action, Status: a.Status(), ContactID: a.Target, Attempts: a.Attempt}
	res := a.Result
	if res == nil {
		return row
	}
	row.Field, row.Code, row.Detail = string(res.Field), res.Code, res.Detail
	row.ContactID = cmp.Or(res.Receipt.ContactID, a.Target)
	row.Attempts, row.HTTPStatus, row.RequestID = res.Receipt.Attempts, res.Receipt.HTTPStatus, res.Receipt.RequestID
	for _, n := range res.Notes {
		row.Notes = append(row.Notes, badNote{n.Code, append([]int64{}, n.IDs...)})
	}
	return row
}

func (s *shownRun) print(w io.Writer) {
	line := func(name, text string) {
		if text != "" {
			fmt.Fprintf(w, "%-14s%s\n", name, terminal.Printable(text))
		}
	}
	line("run", s.ID)
	line("command", s.command()+" (contactsync "+s.Version+")")
	line("job", s.Job)
	line("began", s.Started.Format(time.RFC3339))
	if s.Finished != nil {
		line("ended", fmt.Sprintf("%s, exit code %d: %s", s.Finished.Format(time.RFC3339), *s.ExitCode, s.Ended))
	} else {
		line("ended", s.Ended)
	}
	line("reason", terminal.OneLine(s.Reason))
	line("state", map[bool]string{true: "closed", false: "open: the next run that has a row of it goes on with it"}[s.Closed])
	line("continues", strings.Join(s.Continues, ", "))
	line("continued by", strings.Join(s.ContinuedBy, ", "))
	line("rows sent", rowCounts(s.Rows))
	switch {
	case s.Summary != nil:
		all := map[outcome.Status]int{}
		for _, status := range outcome.Statuses() {
			all[status] = s.Summary.Rows.Of(status)
		}
		line("all rows", fmt.Sprintf("%s (of %d)", rowCounts(all), s.Summary.Rows.Total))
		if s.Reason == "" { // of a ledger that keeps none
			line("stopped", s.Summary.Stopped)
		}
		line("report", s.Report)
	case s.ReportDir == "":
		line("report", option.NoReport)
	default:
		line("report", s.ReportDir+" (not found there)")
	}
	if len(s.Bad) == 0 {
		return
	}
	fmt.Fprintf(w, "\nRows that did not end well, counted as the report does over all inputs:\n")
	for _, row := range s.Bad {
		fmt.Fprintln(w, "  "+terminal.Printable(row.text()))
	}
}

// text tells of a row in one line.
func (r *badRow) text() string {
	text := fmt.Sprintf("row %d: %s", r.Row, r.Status)
	for _, part := range []string{r.Code, r.Field} {
		if part != "" {
			text += ", " + part
		}
	}
	if r.Code == "" && r.Status == outcome.Uncertain {
		text += ", its request may have left and no answer was noted"
	}
	if r.HTTPStatus != 0 {
		text += fmt.Sprintf(", HTTP %d", r.HTTPStatus)
	}
	if r.ContactID != 0 {
		text += fmt.Sprintf(", contact %d", r.ContactID)
	}
	if r.Detail != "" {
		text += ": " + r.Detail
	}
	for _, n := range r.Notes {
		text += fmt.Sprintf("; %s %s", n.Code, strings.Trim(fmt.Sprint(n.IDs), "[]"))
	}
	return terminal.OneLine(text)
}
