package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/contactsync/contactsync/cmd/internal/option"
	"github.com/contactsync/contactsync/cmd/internal/terminal"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/ledger/sqlite"
	"github.com/contactsync/contactsync/importer/outcome"
)

// pastRuns is a ledger, for those who look at runs that are over.
type pastRuns interface {
	Runs(ctx context.Context) ([]ledger.Run, error)
	Outcomes(ctx context.Context, run string) iter.Seq2[ledger.Attempt, error]
	Count(ctx context.Context, run string) (map[outcome.Status]int, error)
	Continued(ctx context.Context) (map[string][]string, error)
	Close() error
}

const runsExitHelp = `Exit codes:
  0  done
  1  it could not be done: the ledger can't be read
  2  wrong usage, or no such run`

// defaultRuns is how many runs fit a screen.
const defaultRuns = 20

type runsOptions struct {
	env   Env
	cmd   *cobra.Command
	state string
	json  bool
	limit int
	runF  func(*runsOptions) error
}

func newRuns(env Env) *cobra.Command {
	cmd := newRunsList(env)
	cmd.Use, cmd.Short = "runs", "Show the history: what earlier runs did"
	cmd.Long = `Show what the ledger knows of earlier runs, newest first. No network, no credentials; a run may be under way meanwhile.

` + runsExitHelp
	cmd.Example = `  contactsync runs
  contactsync runs list --limit 5 --json
  contactsync runs show last`
	cmd.AddCommand(newRunsList(env), newRunsShow(env), newRunsPrune(env))
	return cmd
}

func newRunsList(env Env) *cobra.Command {
	o := &runsOptions{env: env, limit: defaultRuns, runF: listRuns}
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List earlier runs, newest first",
		Long: `List the runs that the ledger knows, newest first: when each began, how it ended, and how many of the rows that it sent
ended how. A run that is open is gone on with by the next one that has a row of it.

` + runsExitHelp,
		Example: `  contactsync runs list
  contactsync runs list --limit 0 --json`,
		Args: cobra.NoArgs,
	}
	o.register(cmd)
	cmd.Flags().Var(option.NewValue(&o.limit, fmt.Sprint(defaultRuns), "N", option.ParseCount), "limit", "list so many runs at most; 0: all")
	cmd.RunE = func(*cobra.Command, []string) error {
		if _, err := resolveWithoutLog(o.cmd, o.env); err != nil {
			return err
		}
		return o.runF(o)
	}
	return cmd
}

func (o *runsOptions) register(cmd *cobra.Command) {
	o.cmd = cmd
	flags := cmd.Flags()
	option.RegisterJSON(flags, &o.json)
	option.RegisterState(flags, &o.state)
}

// openHistory opens the ledger to be read, beside whoever writes to it. One that is not there yet is empty, and told.
func openHistory(ctx context.Context, env Env, state string) (ledger.Ledger, error) {
	if env.Ledger != nil {
		return env.Ledger, nil
	}
	path, err := ledgerPath(env, state)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		fmt.Fprintf(env.Stderr, "contactsync: there is no ledger at %s: no run has written to it yet (see --state)\n", terminal.Printable(path))
	}
	return sqlite.OpenReadOnly(ctx, path)
}

// pastRun is a run as it is shown.
type pastRun struct {
	ID          string                 `json:"id"`
	Command     string                 `json:"command"`
	Version     string                 `json:"version"`
	Job         string                 `json:"job"`
	Started     time.Time              `json:"started"`
	Finished    *time.Time             `json:"finished"`
	ExitCode    *int                   `json:"exit_code"`
	Ended       string                 `json:"ended"`
	Reason      string                 `json:"reason"` // why it ended before its rows did; empty if it did not
	DryRun      bool                   `json:"dry_run"`
	Simulated   bool                   `json:"simulated"` // a rehearsal, which is nobody's history
	Closed      bool                   `json:"closed"`
	Continues   []string               `json:"continues"`
	ContinuedBy []string               `json:"continued_by"`
	Rows        map[outcome.Status]int `json:"rows"` // of those that were sent, or were to be
	ReportDir   string                 `json:"report_dir"`
}

// past are all runs, the oldest first, with what continues what.
type past struct {
	runs        []ledger.Run
	removed     []ledger.Run // of which nothing is shown any more
	continues   map[string][]string
	continuedBy map[string][]string
}

// openPast opens the ledger and reads its runs; whoever asks closes it.
func openPast(ctx context.Context, env Env, state string) (pastRuns, *past, error) {
	h, err := openHistory(ctx, env, state)
	if err != nil {
		return nil, nil, err
	}
	p, err := readPast(ctx, h)
	if err != nil {
		return nil, nil, errors.Join(err, h.Close())
	}
	return h, p, nil
}

func readPast(ctx context.Context, h pastRuns) (*past, error) {
	runs, err := h.Runs(ctx)
	if err != nil {
		return nil, err
	}
	p := pastOf(runs)
	if p.continues, err = h.Continued(ctx); err != nil {
		return nil, err
	}
	for _, r := range p.runs {
		for _, earlier := range p.continues[r.ID] {
			p.continuedBy[earlier] = append(p.continuedBy[earlier], r.ID)
		}
	}
	return p, nil
}

// pastOf tells the runs that are there from those that were removed.
func pastOf(runs []ledger.Run) *past {
	p := &past{continuedBy: map[string][]string{}}
	for _, r := range runs {
		if r.Removed.IsZero() {
			p.runs = append(p.runs, r)
		} else {
			p.removed = append(p.removed, r)
		}
	}
	return p
}

func (p *past) describe(ctx context.Context, h pastRuns, r ledger.Run) (pastRun, error) {
	rows, err := h.Count(ctx, r.ID)
	if err != nil {
		return pastRun{}, err
	}
	d := pastRun{
		ID: r.ID, Command: r.Command, Version: r.Version, Job: r.Job, Started: r.Started.UTC(), Ended: ended(r.ExitCode), Reason: r.Reason,
		DryRun: r.DryRun, Simulated: r.Simulated, Closed: r.Closed || r.ExitCode != ledger.StillOpen && len(rows) == 0, Rows: rows, ReportDir: r.ReportDir,
		Continues: append([]string{}, p.continues[r.ID]...), ContinuedBy: append([]string{}, p.continuedBy[r.ID]...),
	}
	if r.ExitCode != ledger.StillOpen {
		finished := r.Finished.UTC()
		d.Finished, d.ExitCode = &finished, &r.ExitCode
	}
	return d, nil
}

// ended says in words what the exit code of a run means.
func ended(exit int) string {
	switch exit {
	case ledger.StillOpen:
		return "no end: under way, or killed"
	case exitOK:
		return "every row ended well"
	case exitFailed:
		return "could not be done"
	case exitUsage:
		return "wrong usage"
	case exitRows:
		return "some rows need a person"
	case exitStopped:
		return "stopped early"
	case exitLocked:
		return "another run had the lock"
	case exitGuard:
		return "stopped by a guard"
	case exitCrash:
		return "crashed"
	}
	return fmt.Sprintf("exit code %d", exit)
}

func listRuns(o *runsOptions) error {
	ctx := context.Background()
	h, p, err := openPast(ctx, o.env, o.state)
	if err != nil {
		return err
	}
	defer func() { _ = h.Close() }() // only read from
	list := []pastRun{}
	for _, r := range slices.Backward(p.runs) {
		if o.limit > 0 && len(list) == o.limit {
			break
		}
		d, err := p.describe(ctx, h, r)
		if err != nil {
			return err
		}
		list = append(list, d)
	}
	if o.json {
		return terminal.PrintJSON(o.env.Stdout, list)
	}
	if err := terminal.Print(o.env.Stdout, func(w io.Writer) { showRuns(w, o.env.Width, list) }); err != nil {
		return err
	}
	if more := len(p.runs) - len(list); more > 0 {
		fmt.Fprintf(o.env.Stderr, "%s more; --limit 0 lists all\n", terminal.Counted(more, "earlier run"))
	}
	return nil
}
