package cli

import (
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/contactsync/contactsync/importer"
	"github.com/contactsync/contactsync/importer/plan"
)

// Main runs the command line and returns the process's exit code.
func Main(env Env) int {
	code := exitOK
	root := newRoot(env, &code)
	root.SetArgs(env.Args)
	root.SetIn(env.Stdin)
	root.SetOut(env.Stdout)
	root.SetErr(env.Stderr)
	if err := root.Execute(); err != nil {
		printError(env.Stderr, err)
		return exitOf(err)
	}
	return code
}

func newRoot(env Env, code *int) *cobra.Command {
	root := &cobra.Command{
		Use:   "contactsync",
		Short: "Import contacts from CSV files and CRM exports into the emnify IoT platform",
		Long: `contactsync reads CSV files and CRM exports, checks and de-duplicates their contacts, creates those that
the emnify organisation does not have yet, and tells the truth about every row in a report.

  contactsync inspect FILE    what was detected, and which column goes where
  contactsync validate FILE   check a file: no network, no credentials
  contactsync import FILE     create the contacts that the organisation does not have`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Version:       versionOf(env),
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetVersionTemplate("contactsync {{.Version}}\n")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return &importer.UsageError{Message: err.Error(), Hint: "see " + cmd.CommandPath() + " --help"}
	})
	for _, cmd := range []*cobra.Command{
		newImport(env, code), newValidate(env, code), newInspect(env), newSimulator(env), newVersion(env),
	} {
		cmd.Args = usageArgs(cmd.Args)
		root.AddCommand(cmd)
	}
	root.Args = usageArgs(root.Args)
	return root
}

// usageArgs makes a wrong number of arguments, or an unknown command, what it is: wrong usage.
func usageArgs(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return &importer.UsageError{Message: err.Error(), Hint: "see " + cmd.CommandPath() + " --help"}
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

// printError tells a person what happened and what to do now, each on a line of its own.
func printError(w io.Writer, err error) {
	fmt.Fprintln(w, "contactsync:", printable(err.Error()))
	if hint := hintOf(err); hint != "" {
		fmt.Fprintln(w, "  "+printable(hint))
	}
}

func hintOf(err error) string {
	var usage *importer.UsageError
	var stop *plan.StopError
	var hinted interface{ Hint() string }
	switch {
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

// printable keeps what an input, or a server, says from steering the terminal: control characters become visible.
func printable(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '\n' || r == '\t':
			b.WriteRune(r)
		case r < 0x20 || r >= 0x7f && r < 0xa0 || r == 0x2028 || r == 0x2029 ||
			r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069:
			fmt.Fprintf(&b, "\\u%04x", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
