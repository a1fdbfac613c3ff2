package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/contactsync/contactsync/cmd/internal/option"
	"github.com/contactsync/contactsync/cmd/internal/terminal"
	"github.com/contactsync/contactsync/importer/history"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/stop"
)

const jobsChangeExitHelp = `Exit codes:
  0  done
  1  it could not be done: the ledger can't be read or written
  2  wrong usage, or no such job
  5  a run goes on in one of the ledger's organisations; nothing was changed`

// jobsChangeOptions are those of a command that changes jobs in the ledger, and nothing else.
type jobsChangeOptions struct {
	jobsOptions
	quiet bool
}

func (o *jobsChangeOptions) register(cmd *cobra.Command) {
	option.RegisterQuiet(cmd.Flags(), &o.quiet)
	o.jobsOptions.register(cmd)
}

func newJobsRename(env Env) *cobra.Command {
	o := &jobsChangeOptions{jobsOptions: jobsOptions{env: env, runF: renameJob}}
	cmd := &cobra.Command{
		Use:   "rename A B",
		Short: "Give a job another name, with all that belongs to it",
		Long: `Give the job A the name B in the ledger: what belongs to A, its runs and the ids that it knows are B's from then on. There
must be no job B yet; jobs merge makes one job of two. Nothing is sent.

` + jobsChangeExitHelp,
		Example: `  contactsync jobs rename crm sales`,
		Args:    cobra.ExactArgs(2),
	}
	o.register(cmd)
	cmd.ValidArgsFunction = o.complete(func(at int) bool { return at == 0 })
	return cmd
}

func newJobsMerge(env Env) *cobra.Command {
	o := &jobsChangeOptions{jobsOptions: jobsOptions{env: env, runF: mergeJobs}}
	cmd := &cobra.Command{
		Use:   "merge A INTO B",
		Short: "Make one job of two: what belongs to A is B's",
		Long: `Make the job A a part of the job B in the ledger: what belongs to A, its runs and the ids that it knows are B's from then
on, and A is gone. That can't be taken back. Nothing is sent, but the next run of B with --prune may delete what belonged to A
and is not in its files: give it A's rows too, and look at --dry-run first. Where both know different contacts by the same id of
the rows' own, as two systems would, the newer run counts; jobs forget-ids lets B take its ids anew.

` + jobsChangeExitHelp,
		Example: `  contactsync jobs merge crm-old into crm`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 3 || !strings.EqualFold(args[1], "into") {
				return errors.New("which job becomes a part of which is not said; as in: contactsync jobs merge crm-old into crm")
			}
			return nil
		},
	}
	o.register(cmd)
	complete := o.complete(func(at int) bool { return at != 1 && at < 3 })
	cmd.ValidArgsFunction = func(cmd *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
		if len(args) == 1 {
			return []string{"into"}, cobra.ShellCompDirectiveNoFileComp
		}
		return complete(cmd, args, begun)
	}
	return cmd
}

func newJobsForgetIDs(env Env) *cobra.Command {
	o := &jobsChangeOptions{jobsOptions: jobsOptions{env: env, runF: forgetIDs}}
	cmd := &cobra.Command{
		Use:   "forget-ids JOB",
		Short: "Forget the rows' own ids of a job, as after a switch to another CRM",
		Long: `Make a job forget by which external_id it knows its contacts: for a switch to a system that numbers people anew, where the
old ids would lead to other people. The contacts stay the job's. Its next run matches the rows by their keys and takes their ids
anew, so that in that run a row whose name or e-mail has changed too is another contact. That can't be taken back. Nothing is
sent.

` + jobsChangeExitHelp,
		Example: `  contactsync jobs forget-ids crm`,
		Args:    cobra.ExactArgs(1),
	}
	o.register(cmd)
	cmd.ValidArgsFunction = o.complete(func(at int) bool { return at == 0 })
	return cmd
}

// change opens the ledger for do. There is none made: a ledger that is not there knows no job.
func (o *jobsOptions) change(job string, do func(context.Context, ledger.Ledger) error) error {
	path, err := ledgerPath(o.env, o.state)
	if err != nil {
		return err
	}
	if _, err := os.Stat(path); o.env.Ledger == nil && errors.Is(err, fs.ErrNotExist) {
		return &stop.UsageError{Message: fmt.Sprintf("there is no job %q: there is no ledger at %s", job, terminal.Printable(path)), Hint: "see --state"}
	}
	ctx := context.Background()
	book, err := openLedger(ctx, o.env, o.state, ledgerUse{})
	if err != nil {
		return err
	}
	return errors.Join(do(ctx, book), book.Close())
}

func renameJob(o *jobsOptions, args []string) error {
	from, to := args[0], args[1]
	switch {
	case to == "":
		return &stop.UsageError{Message: "a job has a name that is not empty"}
	case from == to:
		return &stop.UsageError{Message: fmt.Sprintf("the job is to be called %q, which is its name", to)}
	}
	var job history.Job
	err := o.change(from, func(ctx context.Context, book ledger.Ledger) error {
		return history.RenameJob(ctx, book, from, to, func(jobs []history.Job) (err error) {
			if job, err = findJob(jobs, from); err != nil {
				return err
			}
			if !slices.Contains(namesOf(jobs), to) {
				return nil
			}
			return &stop.UsageError{
				Message: fmt.Sprintf("there is a job %q already", to),
				Hint: fmt.Sprintf("to make one job of both, so that --prune of %q may delete what belongs to %q: contactsync jobs merge %s into %s",
					to, from, shellQuote(from), shellQuote(to)),
			}
		})
	})
	if err != nil {
		return err
	}
	return o.tell(func(w io.Writer) {
		fmt.Fprintf(w, "the job %s is called %s now, with its %s: give --job %s from now on\n", shownName(from), shownName(to),
			terminal.Counted(job.Runs, "run"), terminal.OneLine(shellQuote(to)))
	})
}

func mergeJobs(o *jobsOptions, args []string) error {
	from, into := args[0], args[2]
	if from == into {
		return &stop.UsageError{Message: fmt.Sprintf("the job %q can't be merged into itself", from)}
	}
	var merged history.Merged
	err := o.change(from, func(ctx context.Context, book ledger.Ledger) (err error) {
		merged, err = history.MergeJobs(ctx, book, from, into, knows(from, into))
		return err
	})
	if err != nil {
		return err
	}
	return o.tell(func(w io.Writer) {
		fmt.Fprintf(w, "the job %s is a part of %s now: %s of it and %s of %s make %s\n", shownName(from), shownName(into),
			terminal.Counted(merged.Gone, "contact"), terminal.Counted(merged.Other, "contact"), shownName(into), terminal.Counted(merged.All, "contact"))
		if merged.Gone > 0 {
			fmt.Fprintf(w, "the next run of %s with --prune may delete those of them that its files do not have: look at --dry-run first\n", shownName(into))
		}
		if merged.Differ > 0 {
			fmt.Fprintf(w, "%s of rows' own led to one contact in one job and to another one in the other: the newer run counts; "+
				"if they come from two systems: contactsync jobs forget-ids %s\n", terminal.Counted(merged.Differ, "id"), terminal.OneLine(shellQuote(into)))
		}
	})
}

func forgetIDs(o *jobsOptions, args []string) error {
	job, forgotten := args[0], 0
	err := o.change(job, func(ctx context.Context, book ledger.Ledger) (err error) {
		forgotten, err = history.ForgetIDs(ctx, book, job, knows(job))
		return err
	})
	if err != nil {
		return err
	}
	return o.tell(func(w io.Writer) {
		fmt.Fprintf(w, "the job %s knows no ids any more (it knew %s by one): its next run matches rows by their keys, and takes their ids anew\n",
			shownName(job), terminal.Counted(forgotten, "contact"))
	})
}

// shownName is a job's name in a sentence.
func shownName(job string) string { return terminal.OneLine(fmt.Sprintf("%q", job)) }

func (o *jobsOptions) tell(show func(io.Writer)) error { return terminal.Print(o.env.Stdout, show) }
