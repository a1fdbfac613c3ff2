package cli

import (
	"cmp"
	"context"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/contactsync/contactsync/cmd/internal/option"
	"github.com/contactsync/contactsync/cmd/internal/terminal"
	"github.com/contactsync/contactsync/importer"
	"github.com/contactsync/contactsync/importer/emnify"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/question"
)

type undoOptions struct {
	jobOptions
	write option.Write
	api   option.API
	job   string // of the run that is taken back, once it is known
	runF  func(*undoOptions, string) error
}

func newUndo(env Env) *cobra.Command {
	o := &undoOptions{jobOptions: jobOptions{env: env}, runF: runUndo}
	cmd := &cobra.Command{
		Use:   "undo RUN",
		Short: "Take a run back: delete what it created, restore what it updated or deleted",
		Long: `Take a run back: delete what it created, and restore what it updated or deleted from what the ledger holds. RUN is its
id, the beginning of one, or last: the newest run that is no undo, with --job the newest one of that job. If that one
wrote nothing, the one before it that did is named. A run that went on with another one includes what it took over.

Contacts that somebody, or a later run, has changed since are left alone and reported. A contact that is restored after it
was deleted has another id. An undo is a run like any other: the same command goes on where it was stopped, and it can be
taken back by its own id.

On a terminal the plan is shown, and you are asked before anything is written; --dry-run only shows and reports it.

Exit codes:
  0  all of it is taken back
  1  the run could not be done: bad credentials, no right, wrong address, disk not usable
  2  wrong usage or configuration, or no such run
  3  done, but some contacts had to be left alone, failed or are uncertain: see the report
  4  stopped early, or the API was away; the same command goes on where it stopped
  5  another run has this organisation's lock, or the report folder
  6  stopped by a guard: a person must decide`,
		Example: `  contactsync undo --dry-run last
  contactsync undo --job crm last
  contactsync undo 20260301-0200
  contactsync undo --yes --report-dir undone 20260301-020000-1f9c3e`,
		Args: cobra.ExactArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			err := o.complete(args)
			if err == nil {
				err = o.listen()
			}
			if err == nil {
				err = o.checkOutputs()
			}
			if err == nil {
				err = o.runF(o, args[0])
			}
			return err
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			runs := runsShowOptions{runsOptions: runsOptions{env: env, cmd: o.cmd, state: o.write.State}}
			return runs.completions(), cobra.ShellCompDirectiveNoFileComp
		},
	}
	o.err = o.registerUndo(cmd)
	return cmd
}

// registerUndo takes the flags of an import that make sense without an input.
func (o *undoOptions) registerUndo(cmd *cobra.Command) (err error) {
	o.cmd = cmd
	all := pflag.NewFlagSet("", pflag.ContinueOnError)
	err = firstError(o.write.Register(all), o.api.Register(all))
	all.VisitAll(func(f *pflag.Flag) {
		if slices.Contains([]string{
			"dry-run", "yes", "job", "max-failures", "concurrency", "grace", "settle", "max-duration", "state",
			option.NotifyFlag, option.NotifyAlwaysFlag, "api-url", "insecure-http", "application-token-file", "rate", "timeout", "max-attempts", "max-backoff", "patience",
		}, f.Name) {
			cmd.Flags().AddFlag(f)
		}
	})
	cmd.Flags().Lookup("job").Usage = "take back a run of this job: last is the job's last one"
	o.output.Register(cmd.Flags())
	cmd.Flags().StringVar(&o.rules.Country, "country", "",
		"the country that the run was given: national phone numbers are read by it")
	option.FromEnv(cmd.Flags(), "country", "CONTACTSYNC_COUNTRY")
	if err == nil {
		o.rules.Match, err = option.DefaultMatch()
	}
	return err
}

// listen takes down whom to tell how the run ends. A job's undos are compared with each other, and not with its nights.
func (o *undoOptions) listen() error {
	return o.env.end.listen(o.env, o.from, o.write.Notify, o.api, o.log, o.write.DryRun, func() outcomeOf {
		return outcomeOf{ledger.CommandUndo, cmp.Or(o.job, o.write.Job), emnify.Host(o.api.URL), o.write.State, 0, o.write.Grace}
	})
}

func runUndo(o *undoOptions, name string) error {
	if o.err != nil {
		return o.err
	}
	if err := o.claimReport(o.write.MaxDuration); err != nil {
		return err
	}
	defer o.releaseReport()
	use := ledgerUse{readOnly: o.write.DryRun}
	if err := checkPlace(o.env, o.write.State, use, o.log); err != nil {
		return err
	}
	ctx := context.Background()
	book, err := openLedger(ctx, o.env, o.write.State, use)
	if err != nil {
		return err
	}
	defer func() {
		if err := book.Close(); err != nil {
			o.log.Error().Err(err).Msg("closing the ledger")
		}
	}()
	target, err := o.findUndo(ctx, book, name)
	if err != nil {
		return err
	}
	o.job = target.Job
	o.then = o.afterQuiet(target)
	o.files = []string{target.ID} // the command that comes next names the run by its id
	connection, err := connect(ctx, o.env, o.api, o.write.State, o.write.DryRun, o.log)
	if err != nil {
		if !o.write.DryRun {
			about := o.base(ledger.CommandUndo).About
			about.Job = target.Job
			o.noteUnstarted(book, about, err)
		}
		return err
	}
	defer connection.close()
	j := o.undoJob(target, connection)
	j.Ledger = book
	stopped, stop, settled := stopping(o.env, timeLimit{o.write.MaxDuration, o.waited}, o.write.DryRun)
	defer settled()
	return endWith(o.ended(&j.Base, nil, j.Run(stopped, stop)))
}

func (o *undoOptions) undoJob(target terminal.Taken, c *connection) *importer.Undo {
	j := &importer.Undo{Base: o.base(ledger.CommandUndo), Target: target.Run, DefaultCountry: o.rules.Country}
	j.Directory, j.API, j.Host = c.client, c.client, c.host
	j.Forecast, j.Usage, j.Pace = c.forecast, c.usage, c.pace
	j.About.Job, j.About.DryRun, j.DryRun = target.Job, o.write.DryRun, o.write.DryRun
	j.Concurrency, j.Grace, j.MaxFailures = o.write.Concurrency, o.write.Grace, o.write.MaxFailures
	j.MaxAttempts, j.Settle = o.api.MaxAttempts, o.write.Settle
	attended := o.attended() && !o.write.Yes
	j.Confirm = func(ctx context.Context, p question.Preview) (bool, error) {
		o.env.screen.ShowUndo(target, p, o.previewsValues())
		if !attended || p.DryRun || !p.Asks() {
			return true, nil
		}
		return o.env.screen.Ask(ctx, o.env.Stdin, terminal.Question(p), o.viewer(p))
	}
	return j
}

func (o *undoOptions) checkOutputs() error {
	return o.env.end.checked(checkOutputs(
		append(reportFiles(&o.output, nil), metricsFile(&o.output)...), neededAlways(o.env, o.write.State, o.api.TokenFile, ""),
	))
}
