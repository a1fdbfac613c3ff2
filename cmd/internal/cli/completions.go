package cli

import (
	"github.com/spf13/cobra"

	"github.com/contactsync/contactsync/importer/simulator"
	"github.com/contactsync/contactsync/mapping"
	"github.com/contactsync/contactsync/mapping/lookup"
)

// completeValues tells the shell what the flags of a command, and of those below it, can be given.
func completeValues(cmd *cobra.Command) error {
	faults := []string{}
	for _, f := range simulator.FaultNames() {
		faults = append(faults, f.Name+"=\t"+f.Meaning)
	}
	for flag, c := range map[string]struct {
		values []string
		more   cobra.ShellCompDirective
	}{
		"delimiter":    {[]string{"comma", "semicolon", "tab", "pipe", "caret"}, cobra.ShellCompDirectiveNoFileComp},
		"fault":        {faults, cobra.ShellCompDirectiveNoSpace},
		"format":       {[]string{"csv"}, cobra.ShellCompDirectiveNoFileComp},
		"lenient":      {[]string{"phone", "mobile", "email", "country"}, cobra.ShellCompDirectiveNoFileComp},
		"log-format":   {[]string{"console", "json"}, cobra.ShellCompDirectiveNoFileComp},
		"log-level":    {[]string{"debug", "info", "warn", "error"}, cobra.ShellCompDirectiveNoFileComp},
		"mapping":      {mapping.Builtin(), cobra.ShellCompDirectiveDefault}, // or a file
		"on-duplicate": {[]string{"first", "last", "merge", "error"}, cobra.ShellCompDirectiveNoFileComp},
		"org":          {[]string{"my"}, cobra.ShellCompDirectiveNoFileComp},
		"twins":        {[]string{"report", twinsRemove}, cobra.ShellCompDirectiveNoFileComp},
		"type":         {lookup.Types(nil, false).Names(), cobra.ShellCompDirectiveNoFileComp},
	} {
		if _, own := cmd.GetFlagCompletionFunc(flag); own || cmd.Flags().Lookup(flag) == nil {
			continue
		}
		if err := cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(c.values, c.more)); err != nil {
			return err
		}
	}
	for _, sub := range cmd.Commands() {
		if err := completeValues(sub); err != nil {
			return err
		}
	}
	return nil
}
