package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/contactsync/contactsync/cmd/internal/option"
	"github.com/contactsync/contactsync/cmd/internal/terminal"
	"github.com/contactsync/contactsync/importer/history"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/stop"
)

const jobsExitHelp = `Exit codes:
  0  done
  1  it could not be done: the ledger can't be read
  2  wrong usage, or no such job`

type jobsOptions struct {
	env   Env
	cmd   *cobra.Command
	state string
	json  bool
	runF  func(*jobsOptions, []string) error
}

func newJobs(env Env) *cobra.Command {
	cmd := newJobsList(env)
	cmd.Use, cmd.Short = "jobs", "Show what recurring jobs own, and rename or merge them"
	cmd.Long = `Show the recurring jobs (--job) that the ledger knows, and what belongs to each: what its --prune may delete. No network, no
credentials.

` + jobsExitHelp
	cmd.Example = `  contactsync jobs
  contactsync jobs show crm
  contactsync jobs rename crm sales`
	cmd.AddCommand(newJobsList(env), newJobsShow(env), newJobsRename(env), newJobsMerge(env), newJobsForgetIDs(env))
	return cmd
}

func newJobsList(env Env) *cobra.Command {
	o := &jobsOptions{env: env, runF: listJobs}
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the jobs that the ledger knows, and how many contacts belong to each",
		Long: `List the recurring jobs that the ledger knows, by name: how many runs each had, how and when the last one ended, when the
last good one began (one that wrote and ended 0 or 3), and in which organisations how many contacts belong to it. Simulated
runs do not count. No network: a contact that somebody has deleted in the portal counts until a run finds it gone.

` + jobsExitHelp,
		Example: `  contactsync jobs list
  contactsync jobs list --json`,
		Args: cobra.NoArgs,
	}
	o.registerToRead(cmd)
	return cmd
}

// registerToRead makes the flags of a command that only reads.
func (o *jobsOptions) registerToRead(cmd *cobra.Command) {
	option.RegisterJSON(cmd.Flags(), &o.json)
	o.register(cmd)
}

func (o *jobsOptions) register(cmd *cobra.Command) {
	o.cmd = cmd
	option.RegisterState(cmd.Flags(), &o.state)
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		if _, err := resolveWithoutLog(o.cmd, o.env); err != nil {
			return err
		}
		return o.runF(o, args)
	}
}

// complete proposes the names of jobs where an argument is one. A ledger that can't be read has none to propose.
func (o *jobsOptions) complete(isName func(at int) bool) cobra.CompletionFunc {
	return func(_ *cobra.Command, args []string, _ string) (names []string, _ cobra.ShellCompDirective) {
		if !isName(len(args)) {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		if _, err := option.Resolve(o.cmd, o.env.LookupEnv); err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		quiet := o.env
		quiet.Stderr = io.Discard
		if book, err := openHistory(context.Background(), quiet, o.state); err == nil {
			defer func() { _ = book.Close() }() // only read from
			runs, _ := book.Runs(context.Background())
			names = namesOf(history.JobsOf(runs))
		}
		return names, cobra.ShellCompDirectiveNoFileComp
	}
}

func namesOf(jobs []history.Job) []string {
	names := make([]string, len(jobs))
	for i, j := range jobs {
		names[i] = j.Name
	}
	return names
}

// findJob returns the job of a name.
func findJob(jobs []history.Job, name string) (history.Job, error) {
	if i := slices.IndexFunc(jobs, func(j history.Job) bool { return j.Name == name }); i >= 0 {
		return jobs[i], nil
	}
	if len(jobs) == 0 {
		return history.Job{}, &stop.UsageError{Message: fmt.Sprintf("there is no job %q: the ledger knows none", name), Hint: "see --state"}
	}
	return history.Job{}, &stop.UsageError{Message: fmt.Sprintf("the ledger knows no job %q", name), Hint: terminal.NearJobs(name, namesOf(jobs))}
}

// knows returns a check that the ledger has jobs of these names.
func knows(names ...string) func([]history.Job) error {
	return func(jobs []history.Job) error {
		for _, name := range names {
			if _, err := findJob(jobs, name); err != nil {
				return err
			}
		}
		return nil
	}
}

// jobRun is a run of a job as it is shown.
type jobRun struct {
	ID       string     `json:"id"`
	Command  string     `json:"command"`
	Started  time.Time  `json:"started"`
	Finished *time.Time `json:"finished"`
	ExitCode *int       `json:"exit_code"`
	Ended    string     `json:"ended"`
}

func jobRunOf(r ledger.Run) jobRun {
	shown := jobRun{ID: r.ID, Command: r.Command, Started: r.Started.UTC(), Ended: ended(r.ExitCode)}
	if r.ExitCode != ledger.StillOpen {
		finished := r.Finished.UTC()
		shown.Finished, shown.ExitCode = &finished, &r.ExitCode
	}
	return shown
}

// shownJob is a job as it is shown.
type shownJob struct {
	Name        string  `json:"name"`
	Runs        int     `json:"runs"` // that began, removed ones too, simulated ones not
	LastRun     jobRun  `json:"last_run"`
	LastGoodRun *jobRun `json:"last_good_run"` // that wrote and ended 0 or 3; null: none did
	Contacts    int     `json:"contacts"`      // that belong to the job
	// Organisations are those in which the job did something.
	Organisations []jobOrganisation `json:"organisations"`
}

type jobOrganisation struct {
	Host     string `json:"host"`
	OrgID    int64  `json:"org_id"`
	Contacts int    `json:"contacts"`
}

func shownJobOf(j history.Job) *shownJob {
	shown := &shownJob{Name: j.Name, Runs: j.Runs, LastRun: jobRunOf(j.Last), Organisations: []jobOrganisation{}}
	if j.Good != nil {
		good := jobRunOf(*j.Good)
		shown.LastGoodRun = &good
	}
	return shown
}

func (j *shownJob) add(s ledger.Scope, contacts int) {
	j.Contacts += contacts
	j.Organisations = append(j.Organisations, jobOrganisation{Host: s.Host, OrgID: s.Org, Contacts: contacts})
}

// readJobs opens the ledger to be read, and lets do see the jobs that it knows.
func (o *jobsOptions) readJobs(do func(ctx context.Context, book ledger.Ledger, jobs []history.Job) error) (err error) {
	ctx := context.Background()
	book, err := openHistory(ctx, o.env, o.state)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, book.Close()) }()
	runs, err := book.Runs(ctx)
	if err != nil {
		return err
	}
	return do(ctx, book, history.JobsOf(runs))
}

func listJobs(o *jobsOptions, _ []string) error { return o.readJobs(o.list) }

func (o *jobsOptions) list(ctx context.Context, book ledger.Ledger, jobs []history.Job) error {
	scopes, err := book.Scopes(ctx, "")
	if err != nil {
		return err
	}
	list := make([]*shownJob, len(jobs))
	for i, j := range jobs {
		list[i] = shownJobOf(j)
	}
	for _, s := range scopes {
		counts, err := history.CountIn(ctx, book, s, namesOf(jobs)...)
		if err != nil {
			return err
		}
		for _, j := range list {
			if n, ok := counts[j.Name]; ok {
				j.add(s, n)
			}
		}
	}
	if o.json {
		return terminal.PrintJSON(o.env.Stdout, list)
	}
	return terminal.Print(o.env.Stdout, func(w io.Writer) { showJobs(w, o.env.Width, list) })
}

// showJobs writes a line for each job. On a terminal that is too narrow for it what is long stands on a second line.
func showJobs(w io.Writer, width int, list []*shownJob) {
	table := terminal.Folded{First: 4, Rows: [][]string{{"JOB", "CONTACTS", "RUNS", "LAST RUN (UTC)", "ENDED", "LAST GOOD RUN (UTC)", "ORGANISATIONS"}}}
	for _, j := range list {
		good := "none"
		if j.LastGoodRun != nil {
			good = j.LastGoodRun.Started.Format(time.DateTime)
		}
		cells := []string{
			j.Name, strconv.Itoa(j.Contacts), strconv.Itoa(j.Runs), j.LastRun.Started.Format(time.DateTime), j.LastRun.Ended, good, j.organisations(),
		}
		table.Rows = append(table.Rows, cells)
		table.Below = append(table.Below, fmt.Sprintf("  %s; last good run: %s; organisations: %s", j.LastRun.Ended, good, terminal.OneLine(j.organisations())))
	}
	table.Write(w, width)
}

// organisations are the job's organisations in one line.
func (j *shownJob) organisations() string {
	names := make([]string, len(j.Organisations))
	for i, o := range j.Organisations {
		names[i] = j.nameOf(o)
	}
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// nameOf is the number of one of the job's organisations, with the host where there are several.
func (j *shownJob) nameOf(o jobOrganisation) string {
	name := strconv.FormatInt(o.OrgID, 10)
	if slices.ContainsFunc(j.Organisations, func(other jobOrganisation) bool { return other.Host != o.Host }) {
		name += " at " + o.Host
	}
	return name
}
