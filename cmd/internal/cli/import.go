package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/contactsync/contactsync/cmd/internal/option"
	"github.com/contactsync/contactsync/cmd/internal/terminal"
	"github.com/contactsync/contactsync/importer"
	"github.com/contactsync/contactsync/importer/diff"
	"github.com/contactsync/contactsync/importer/emnify"
	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/importer/question"
	"github.com/contactsync/contactsync/importer/stop"
)

// importOptions are those of import and of sync, which differ in what else the run may do.
type importOptions struct {
	jobOptions
	command string
	sync    *diff.Options
	// maxUpdates and maxDeletes are for a sync only.
	maxUpdates, maxDeletes plan.Limit
	recreate, acceptShape  bool
	write                  option.Write
	api                    option.API
	plan                   planFlags
	started                bool
	runF                   func(*importOptions) error
}

func newImport(env Env) *cobra.Command {
	o := &importOptions{jobOptions: jobOptions{env: env}, command: "import", runF: runImport}
	cmd := &cobra.Command{
		Use:   "import FILE...",
		Short: "Create the contacts that the organisation does not have yet",
		Long: `Read the files, check every row, compare with the contacts that the organisation has, and create those that it
does not have. No contact is ever changed or deleted. FILE may be - for standard input; several files make one run.

On a terminal the organisation, the mapping and the first contact are shown, and you are asked before anything is sent.

` + exitHelp,
		Example: `  contactsync import --simulate --type Technical contacts.csv
  contactsync import --dry-run contacts.csv
  contactsync import --type Technical --country DE --yes contacts.csv
  contactsync import --map name=Contact --map email="E-mail A" --type Finance crm.csv`,
		Args: o.planningArgs,
		RunE: func(_ *cobra.Command, files []string) error {
			err := o.complete(files)
			if err == nil {
				err = o.runF(o)
			}
			return err
		},
	}
	o.err = firstError(o.register(cmd), o.write.Register(cmd.Flags()), o.api.Register(cmd.Flags()))
	o.plan.register(cmd.Flags())
	o.registerRecreate(cmd.Flags())
	o.registerShape(cmd.Flags())
	return cmd
}

func (o *importOptions) registerRecreate(flags *pflag.FlagSet) {
	flags.BoolVar(&o.recreate, "recreate", false,
		"make contacts anew that an earlier run made and somebody has deleted since; in a sync whatever --on-conflict says")
}

// listen takes down whom to tell how the run ends.
func (o *importOptions) listen() error {
	return o.env.end.listen(o.env, o.from, o.write.Notify, o.api, o.log, o.write.DryRun || o.api.Simulate, func() outcomeOf {
		return outcomeOf{o.command, o.write.Job, emnify.Host(o.api.URL), o.write.State, o.write.Org, o.write.Grace}
	})
}

func runImport(o *importOptions) error {
	err := o.run()
	o.noteUnstarted(err)
	return err
}

func (o *importOptions) run() error {
	if o.err != nil {
		return o.err
	}
	if !o.api.Simulate && len(o.api.Faults) > 0 {
		return &stop.UsageError{
			Message: "--fault is for the simulator, and this run would go to the real API", Hint: "give --simulate too",
		}
	}
	if err := firstError(o.checkShape(), o.holdToHost()); err != nil {
		return err
	}
	if err := o.claimReport(o.write.MaxDuration); err != nil {
		return err
	}
	defer o.releaseReport()
	in, err := o.open()
	if err != nil {
		return err
	}
	defer in.close()
	attended := o.attended() && !o.write.Yes
	o.holdToOrg(in)
	if err := o.settleDoubts(in, attended); err != nil {
		return err
	}
	if err := o.askOrganisations(in); err != nil {
		return err
	}
	if o.api.Simulate && o.from.IsSet("state") {
		o.write.State = "" // the place for real runs is no place for a simulator that forgets
	}
	use := ledgerUse{simulated: o.api.Simulate, readOnly: o.write.DryRun, keyed: o.plan.out != ""}
	if err := checkPlace(o.env, o.write.State, use, o.log); err != nil {
		return err
	}
	ctx := context.Background()
	connection, err := connect(ctx, o.env, o.api, o.write.State, o.write.DryRun, o.log)
	if err != nil {
		return err
	}
	defer connection.close()
	o.started = true // from here on the ledger is at hand, or is what is wrong
	book, err := openLedger(ctx, o.env, o.write.State, use)
	if err != nil {
		return err
	}
	defer func() {
		if err := book.Close(); err != nil {
			o.log.Error().Err(err).Msg("closing the ledger")
		}
	}()
	j := o.importOf(o.command, in)
	o.wire(j, connection, attended)
	j.Ledger = book
	if j.Shape, err = o.shapeRule(); err != nil {
		return err
	}
	j.Planning = o.planning()
	if o.plan.exactly != nil {
		j.About.Plan = o.plan.exactly.Checksum
	}
	return endWith(o.finish(&j.Base, in, o.write.MaxDuration, j.Run))
}

// wire gives the job what only a run has that writes.
func (o *importOptions) wire(j *importer.Import, c *connection, attended bool) {
	j.Directory, j.API, j.Host = c.client, c.client, c.host
	j.Forecast, j.Usage, j.Pace = c.forecast, c.usage, c.pace
	j.About.Job, j.About.DryRun, j.About.Simulated = o.write.Job, o.write.DryRun, o.api.Simulate
	j.Org, j.TypeIDs, j.DryRun = o.write.Org, o.write.TypeIDs, o.write.DryRun
	j.Concurrency, j.Grace = o.write.Concurrency, o.write.Grace
	j.MaxAttempts, j.Settle, j.RemoveLate = o.api.MaxAttempts, o.write.Settle, o.write.Twins == option.TwinsRemove
	j.Sync, j.Recreate = o.sync, o.recreate
	j.Limits.Creates, j.MaxFailures = o.write.MaxCreates, o.write.MaxFailures
	j.Limits.Updates, j.Limits.Deletes = o.maxUpdates, o.maxDeletes
	j.Confirm = func(ctx context.Context, p question.Preview) (bool, error) {
		if o.api.Simulate {
			p.NewJob = "" // each rehearsal is the first one
		}
		if nothingToDo(p) {
			fmt.Fprintf(o.env.Stderr, "Nothing to do: %s, no contact to create, change or delete.\n", terminal.Counted(p.Rows, "row"))
			o.env.screen.ShowJob(p)
			return true, nil
		}
		o.env.screen.ShowPreview(p, o.previewsValues())
		if !attended || p.DryRun || !p.Asks() {
			return true, nil
		}
		return o.env.screen.Ask(ctx, o.env.Stdin, terminal.Question(p), o.viewer(p))
	}
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
