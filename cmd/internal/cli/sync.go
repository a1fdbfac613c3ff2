package cli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/contactsync/contactsync/cmd/internal/option"
	"github.com/contactsync/contactsync/importer/diff"
	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/importer/question"
	"github.com/contactsync/contactsync/importer/stop"
)

// newSync is import that also changes what differs, and deletes what a job's input no longer has.
func newSync(env Env) *cobra.Command {
	sync := &diff.Options{OnConflict: diff.ConflictFile}
	o := &importOptions{jobOptions: jobOptions{env: env}, command: "sync", sync: sync, runF: runImport}
	cmd := &cobra.Command{
		Use:   "sync FILE...",
		Short: "Make the organisation match the file: create, update what differs, and with --prune delete",
		Long: `Read the files, check every row, compare with the contacts that the organisation has, create those that it does not
have, and change those that differ: only the fields that the file has columns for, only what differs when both sides are
brought to the same form. Empty cells leave values alone. With --prune, contacts that the job's earlier runs created and
that today's file no longer has are deleted.

On a terminal the plan is shown, and you are asked before anything is written; --dry-run only shows and reports it.

` + exitHelp,
		Example: `  contactsync sync --dry-run contacts.csv
  contactsync sync --job crm --type Technical --yes crm-export.csv
  contactsync sync --job crm --prune --max-deletes 20 --yes crm-export.csv
  contactsync sync --dry-run --plan-out plan.json contacts.csv && contactsync sync --plan plan.json`,
		Args: o.planningArgs,
		RunE: func(_ *cobra.Command, files []string) error {
			err := o.complete(files)
			if err == nil {
				err = checkSync(o)
			}
			if err == nil {
				err = o.runF(o)
			}
			return err
		},
	}
	o.err = firstError(o.register(cmd), o.write.Register(cmd.Flags()), o.api.Register(cmd.Flags()), registerSync(cmd.Flags(), sync, o))
	o.plan.register(cmd.Flags())
	o.registerRecreate(cmd.Flags())
	o.registerShape(cmd.Flags())
	return cmd
}

func registerSync(flags *pflag.FlagSet, sync *diff.Options, o *importOptions) (err error) {
	flags.BoolVar(&sync.ClearEmpty, "clear-empty", false, "empty cells empty the contact's field")
	option.RegisterChoice(flags, &sync.OnConflict, "on-conflict",
		"what counts where somebody has changed a field, or deleted the contact, in the portal since a run of ours wrote it, whether or not the file has changed too; of a contact that --prune would delete, file deletes it and tells, remote keeps it, fail keeps it and ends with exit code 3",
		diff.ConflictFile, diff.ConflictRemote, diff.ConflictFail)
	flags.BoolVar(&sync.Adopt, "adopt", false, "contacts that are matched belong to the job from now on, and to no other, so that --prune may delete them; undo gives them back")
	flags.BoolVar(&sync.TrustIDs, "trust-ids", false,
		"a row's known external_id decides alone, also where the row's key names another contact, or the contact's name and e-mail both clearly differ from the row's")
	flags.BoolVar(&sync.AcceptMoved, "accept-moved-ids", false,
		"let a file pass once in which more than 2 rows and 5% of them have an external_id that was known as that of another contact than their key names: the key counts, and the id is that contact's from then on")
	flags.BoolVar(&sync.Prune, "prune", false, "delete contacts of the job that the input no longer has; needs --job")
	flags.Var(option.NewValue(&sync.PruneAfter, "1", "N", parseNights), "prune-after",
		"with --prune, delete a contact only once it has been missing from N good runs of the job one after the other, this one included; those that wait are listed")
	flags.BoolVar(&sync.Unmanaged, "prune-unmanaged", false, "prune all contacts of the types in the input, whoever made them")
	flags.Var(option.NewValue(&o.maxUpdates, "", "N|P%", plan.ParseLimit), "max-updates",
		"more updates than this stop the run before anything is sent (default: 50% once the --job has a good run behind it, else none); a share is one of the contacts that belong to the job or that rows are about, and never means fewer than 10")
	if o.maxDeletes, err = plan.ParseLimit("10%"); err != nil {
		return err
	}
	flags.Var(option.NewValue(&o.maxDeletes, "10%", "N|P%", plan.ParseLimit), "max-deletes",
		"more deletes than this stop the run before anything is sent; a share is one of the job's contacts, and of those in each organisation by itself, and never means fewer than 1; a number is one of all organisations together")
	return nil
}

// parseNights reads for how many nights something must be missing.
func parseNights(text string) (int, error) {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || n < 1 {
		return 0, fmt.Errorf("%q is not a number of nights, from 1", text)
	}
	return n, nil
}

// checkSync refuses what can't go together.
func checkSync(o *importOptions) error {
	s := o.sync
	s.Prune = s.Prune || s.Unmanaged
	switch {
	case (s.Prune || s.Adopt) && o.write.Job == "":
		return &stop.UsageError{
			Message: "--prune and --adopt need --job: they are about the contacts that belong to a recurring job",
			Hint:    "give the job a name, the same one each time, as in --job crm",
		}
	case s.PruneAfter != 0 && !s.Prune:
		return &stop.UsageError{
			Message: "--prune-after needs --prune: without that nothing is ever deleted",
			Hint:    "give --prune too, or leave --prune-after out",
		}
	case s.AcceptMoved && s.TrustIDs:
		return &stop.UsageError{
			Message: "--accept-moved-ids can't go with --trust-ids: where id and key name different contacts, the one lets the key decide, the other the id",
			Hint:    "give the one that is meant",
		}
	case s.Prune && o.rules.Rows.To != 0:
		return &stop.UsageError{
			Message: "--prune can't go with --rows: the rows that are left out would count as gone",
			Hint:    "try --rows without --prune; what --prune would delete is shown by --dry-run over all rows",
		}
	}
	return nil
}

// nothingToDo reports whether a plan is empty, and not for a reason that somebody should read.
func nothingToDo(p question.Preview) bool {
	return p.Rows > 0 && p.Exists+p.Duplicates == p.Rows && p.Deletes+p.Kept+p.Waiting == 0 && p.Continued+p.Conflicts == 0 && p.Unpruned == "" && len(p.Unseen) == 0 &&
		p.Adopted+p.Shared+p.LetGo+p.Nobodys == 0
}
