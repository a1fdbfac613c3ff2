package option

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/contactsync/contactsync/importer/simulator"
	"github.com/contactsync/contactsync/mapping"
	"github.com/contactsync/contactsync/mapping/lookup"
)

// Complete tells the shell what the flags of a command, and of those below it, can be given.
func Complete(cmd *cobra.Command) error {
	var failed error
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if failed == nil {
			failed = completeFlag(cmd, f)
		}
	})
	for _, sub := range cmd.Commands() {
		if failed == nil {
			failed = Complete(sub)
		}
	}
	return failed
}

func completeFlag(cmd *cobra.Command, f *pflag.Flag) error {
	if _, own := cmd.GetFlagCompletionFunc(f.Name); own {
		return nil
	}
	values, more := func() []string { return f.Annotations[wordsAnnotation] }, cobra.ShellCompDirectiveNoFileComp
	// What takes time to find out is asked for when the shell asks.
	switch f.Name {
	case "fault":
		values, more = faultValues, cobra.ShellCompDirectiveNoSpace
	case "mapping":
		values, more = mapping.BuiltinNames, cobra.ShellCompDirectiveDefault // or a file
	case "type":
		values = func() []string { return lookup.Types(nil, false).Names() }
	default:
		if len(f.Annotations[wordsAnnotation]) == 0 {
			return nil
		}
	}
	return cmd.RegisterFlagCompletionFunc(f.Name, func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return values(), more
	})
}

func faultValues() []string {
	values := []string{}
	for _, f := range simulator.FaultNames() {
		values = append(values, f.Name+"=\t"+f.Meaning)
	}
	return values
}
