// Package option is what commands can be told: the flags that several of them share, what a flag's value may be, the
// variables that stand in for flags, and where each value came from.
package option

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/contactsync/contactsync/importer/stop"
	"github.com/contactsync/contactsync/mapping"
)

// envAnnotation ties a flag to the environment variable that stands in for it.
const envAnnotation = "contactsync_env"

// FromEnv names the environment variable of a flag.
func FromEnv(flags *pflag.FlagSet, flag, variable string) {
	flags.Lookup(flag).Usage += " [$" + variable + "]"
	annotate(flags, flag, envAnnotation, variable)
}

func annotate(flags *pflag.FlagSet, flag, key string, values ...string) {
	f := flags.Lookup(flag)
	if f.Annotations == nil {
		f.Annotations = map[string][]string{}
	}
	f.Annotations[key] = values
}

// Origins remembers where an option that is not a default came from, for messages.
type Origins map[string]string

// Of names where a flag's value came from.
func (o Origins) Of(flag string) string {
	if from, ok := o[flag]; ok {
		return from
	}
	return "--" + flag
}

// IsSet reports whether a flag's value came from elsewhere than the command line.
func (o Origins) IsSet(flag string) bool { return o[flag] != "" }

// Resolve fills the options that the command line left open from the environment and then from the defaults that
// mapping profiles bring along: flag beats environment beats profile beats default.
func Resolve(cmd *cobra.Command, lookupEnv func(string) (string, bool)) (Origins, error) {
	from := Origins{}
	var failed error
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		variable := f.Annotations[envAnnotation]
		if failed != nil || f.Changed || len(variable) == 0 {
			return
		}
		value, ok := lookupEnv(variable[0])
		if !ok || value == "" {
			return
		}
		if failed = CheckVariable(variable[0], value); failed != nil {
			return
		}
		if err := cmd.Flags().Set(f.Name, value); err != nil {
			failed = &stop.UsageError{Message: fmt.Sprintf("environment variable %s: %v", variable[0], err)}
		}
		from[f.Name] = "environment variable " + variable[0]
	})
	return from, failed
}

// Variable is what the environment variable of a flag says, where there is one.
func Variable(f *pflag.Flag, lookupEnv func(string) (string, bool)) (string, bool) {
	name := f.Annotations[envAnnotation]
	if len(name) == 0 {
		return "", false
	}
	return lookupEnv(name[0])
}

// ApplyDefaults takes what a profile says about options that neither the command line nor the environment set.
func (o Origins) ApplyDefaults(cmd *cobra.Command, d mapping.Defaults) error {
	for flag, value := range map[string]string{"type": d.Type, "country": d.Country, "match-on": strings.Join(d.MatchOn, ",")} {
		f := cmd.Flags().Lookup(flag)
		if f == nil || f.Changed || value == "" {
			continue
		}
		if err := cmd.Flags().Set(flag, value); err != nil {
			return &stop.UsageError{Message: fmt.Sprintf("mapping profile, default for %s: %v", flag, err)}
		}
		o[flag] = "the mapping profile"
	}
	return nil
}
