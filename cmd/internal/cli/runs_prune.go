package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/contactsync/contactsync/cmd/internal/option"
	"github.com/contactsync/contactsync/cmd/internal/terminal"
	"github.com/contactsync/contactsync/importer/history"

	"github.com/contactsync/contactsync/importer/stop"
)

type runsPruneOptions struct {
	env   Env
	cmd   *cobra.Command
	state string
	older time.Duration
	quiet bool
	runF  func(*runsPruneOptions) error
}

func newRunsPrune(env Env) *cobra.Command {
	o := &runsPruneOptions{env: env, runF: pruneRuns}
	cmd := &cobra.Command{
		Use:   "prune",
		Short: "Remove old runs from the ledger",
		Long: `Remove old runs from the ledger: what they did, what was listed before them, and what contacts looked like before they
changed or deleted them, which is personal data, and all of it that the ledger holds. Such a run can't be shown or undone any
more. What later runs go by stays: requests of which nobody knows yet what became of them, which contacts a job owns, under
which ids and as it last wrote them, and which contacts were made, so that one that somebody has deleted is not made again.

Exit codes:
  0  done
  1  it could not be done: the ledger can't be read or written
  2  wrong usage
  5  a run goes on in one of the ledger's organisations; nothing was removed`,
		Example: `  contactsync runs prune --older-than 30d`,
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if _, err := resolveWithoutLog(o.cmd, o.env); err != nil {
				return err
			}
			return o.runF(o)
		},
	}
	o.cmd = cmd
	flags := cmd.Flags()
	flags.Var(option.NewValue(&o.older, "", "AGE", option.ParseAge), "older-than", "of runs that began longer ago than this, as 30d or 12h")
	option.RegisterState(flags, &o.state)
	option.RegisterQuiet(flags, &o.quiet)
	return cmd
}

func pruneRuns(o *runsPruneOptions) error {
	if f := o.cmd.Flags().Lookup("older-than"); !f.Changed {
		return &stop.UsageError{Message: "how old a run has to be is not said", Hint: "give --older-than, as in --older-than 30d"}
	}
	ctx := context.Background()
	if path, err := ledgerPath(o.env, o.state); err != nil {
		return err
	} else if _, err := os.Stat(path); o.env.Ledger == nil && errors.Is(err, fs.ErrNotExist) {
		return o.tell(history.RemovedRuns{}, fmt.Sprintf("there is no ledger at %s: ", terminal.Printable(path)))
	}
	book, err := openLedger(ctx, o.env, o.state, ledgerUse{})
	if err != nil {
		return err
	}
	now := time.Now()
	removed, err := history.RemoveRuns(ctx, book, now.Add(-o.older), now)
	if err = errors.Join(err, book.Close()); err != nil {
		return err
	}
	return o.tell(removed, "")
}

func (o *runsPruneOptions) tell(removed history.RemovedRuns, why string) error {
	if removed.Runs == 0 {
		_, err := fmt.Fprintln(o.env.Stdout, why+"nothing to remove")
		return err
	}
	_, err := fmt.Fprintf(o.env.Stdout, "%s removed; of %s it stays known which contact is whose, or that it is unclear\n",
		terminal.Counted(removed.Runs, "run"), terminal.Counted(removed.Kept, "row"))
	return err
}
