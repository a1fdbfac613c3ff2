package cli

import (
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/contactsync/contactsync/importer/stop"
)

func newRoot(env Env) *cobra.Command {
	root := &cobra.Command{
		Use:   "contactsync",
		Short: "Import contacts from CSV files and CRM exports into the emnify IoT platform",
		Long: `contactsync reads CSV files and CRM exports, checks and de-duplicates their contacts, creates those that
the emnify organisation does not have yet, and tells the truth about every row in a report.

  contactsync inspect FILE    what was detected, and which column goes where
  contactsync validate FILE   check a file: no network, no credentials
  contactsync check           try everything a run needs, and write nothing
  contactsync import FILE     create the contacts that the organisation does not have
  contactsync sync FILE       also change what differs, and with --prune delete what the file no longer has
  contactsync undo RUN        take a run back
  contactsync export          write the organisation's contacts to a file
  contactsync runs            what earlier runs did
  contactsync jobs            what recurring jobs own`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Version:       versionOf(env),
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetVersionTemplate("contactsync {{.Version}}\n")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		message := err.Error()
		if strings.HasPrefix(message, "unknown shorthand") { // which repeats what stands behind it: with one dash too few, perhaps a secret
			message, _, _ = strings.Cut(message, "=")
		}
		return &stop.UsageError{Message: message, Hint: "see " + cmd.CommandPath() + " --help"}
	})
	root.AddCommand(
		newInspect(env), newValidate(env), newImport(env), newSync(env), newUndo(env),
		newSettle(env), newExport(env), newCheck(env), newRuns(env), newJobs(env), newSimulator(env), newVersion(env),
	)
	root.SetHelpCommand(newHelp())
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	checkUsage(root)
	return root
}

// checkUsage makes a wrong number of arguments, or an unknown command, of any command what it is: wrong usage.
func checkUsage(cmd *cobra.Command) {
	if cmd.Args == nil {
		cmd.Args = cobra.NoArgs
	}
	cmd.Args = usageArgs(cmd.Args)
	if !cmd.Runnable() { // a group of commands, which cobra would not check
		cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	}
	for _, sub := range cmd.Commands() {
		checkUsage(sub)
	}
}

func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Help about any command",
		Args:  cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			about, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return &stop.UsageError{Message: fmt.Sprintf("there is no command %q", strings.Join(args, " ")), Hint: "see contactsync --help"}
			}
			about.InitDefaultHelpFlag()
			return about.Help()
		},
		ValidArgsFunction: func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			var names []string
			if about, _, err := cmd.Root().Find(args); err == nil {
				for _, sub := range about.Commands() {
					if !sub.IsAvailableCommand() {
						continue
					}
					names = append(names, sub.Name()+"\t"+sub.Short)
				}
			}
			return names, cobra.ShellCompDirectiveNoFileComp
		},
	}
}

// usageArgs is a check of arguments whose complaint is one about usage.
func usageArgs(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return &stop.UsageError{Message: err.Error(), Hint: "see " + cmd.CommandPath() + " --help"}
		}
		return nil
	}
}

func newVersion(env Env) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintln(cmd.OutOrStdout(), "contactsync", versionOf(env))
			return err
		},
	}
}

// versionOf tells the stamped version, else the module's, else the commit that it was built from.
func versionOf(env Env) string {
	if env.Version != "" {
		return env.Version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return "devel-" + s.Value[:min(12, len(s.Value))]
		}
	}
	return "devel"
}

// printError tells what happened and what to do now.
func printError(env Env, err error) { env.screen.TellError(err, hintOf(err)) }

func hintOf(err error) string {
	var usage *stop.UsageError
	var stop *stop.Error
	var hinted interface{ Hint() string }
	switch {
	case errors.Is(err, syscall.EMFILE):
		return "this process may open too few files at once: raise the limit (ulimit -n), then run the same command again"
	case errors.As(err, &usage):
		return usage.Hint
	case errors.As(err, &stop):
		return stop.Hint
	case errors.As(err, &hinted):
		return hinted.Hint()
	default:
		return ""
	}
}
