package cli

import (
	"github.com/spf13/cobra"

	"github.com/contactsync/contactsync/importer/simulator"
	"github.com/contactsync/contactsync/mapping"
	"github.com/contactsync/contactsync/mapping/lookup"
)

// completeValues tells the shell what the flags of a command, and of those below it, can be given. What takes time to find
// out is asked for when the shell asks.
func completeValues(cmd *cobra.Command) error {
	fixed := func(values ...string) func() []string { return func() []string { return values } }
	for flag, c := range map[string]struct {
		values func() []string
		more   cobra.ShellCompDirective
	}{
		"delimiter":    {fixed("comma", "semicolon", "tab", "pipe", "caret"), cobra.ShellCompDirectiveNoFileComp},
		"fault":        {faultValues, cobra.ShellCompDirectiveNoSpace},
		"format":       {fixed("csv"), cobra.ShellCompDirectiveNoFileComp},
		"lenient":      {fixed("phone", "mobile", "email", "country"), cobra.ShellCompDirectiveNoFileComp},
		"log-format":   {fixed("console", "json"), cobra.ShellCompDirectiveNoFileComp},
		"log-level":    {fixed("debug", "info", "warn", "error"), cobra.ShellCompDirectiveNoFileComp},
		"mapping":      {mapping.BuiltinNames, cobra.ShellCompDirectiveDefault}, // or a file
		"on-duplicate": {fixed("first", "last", "merge", "error"), cobra.ShellCompDirectiveNoFileComp},
		"org":          {fixed("my"), cobra.ShellCompDirectiveNoFileComp},
		"twins":        {fixed("report", twinsRemove), cobra.ShellCompDirectiveNoFileComp},
		"type":         {func() []string { return lookup.Types(nil, false).Names() }, cobra.ShellCompDirectiveNoFileComp},
	} {
		if _, own := cmd.GetFlagCompletionFunc(flag); own || cmd.Flags().Lookup(flag) == nil {
			continue
		}
		values := func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
			return c.values(), c.more
		}
		if err := cmd.RegisterFlagCompletionFunc(flag, values); err != nil {
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

func faultValues() []string {
	values := []string{}
	for _, f := range simulator.FaultNames() {
		values = append(values, f.Name+"=\t"+f.Meaning)
	}
	return values
}
