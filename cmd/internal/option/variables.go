package option

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/contactsync/contactsync/importer/stop"
)

// Trimmed is an environment whose variables of ours have no blanks and line ends around their values: tools that set them
// from a file leave some, and a ledger or a job would have another name with them.
func Trimmed(lookup func(string) (string, bool)) func(string) (string, bool) {
	return func(name string) (string, bool) {
		value, ok := lookup(name)
		if strings.HasPrefix(name, ownPrefix) || strings.HasPrefix(name, "EMNIFY_") {
			value = strings.TrimSpace(value)
		}
		return value, ok
	}
}

// ownPrefix is what the names of our variables begin with.
const ownPrefix = "CONTACTSYNC_"

// CheckVariable refuses a value with control characters inside: no path, name or number has one on purpose. It is not
// shown, since an address may hold a password.
func CheckVariable(name, value string) error {
	if !strings.ContainsFunc(value, unicode.IsControl) {
		return nil
	}
	return &stop.UsageError{
		Message: fmt.Sprintf("the value of the environment variable %s holds a control character, as a line end", name),
		Hint:    "correct the value where it is set",
	}
}

// serviceVariable matches what Kubernetes sets in each pod for a service that is called contactsync or contactsync-....
var serviceVariable = regexp.MustCompile(`^CONTACTSYNC(_[A-Z0-9_]+)?_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT(_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)$`)

// UnknownVariables are those with our prefix that no flag of the program reads. Its commands are made only if there is a
// variable to look for.
func UnknownVariables(names []string, program func() *cobra.Command) []string {
	var known, unknown []string
	for _, name := range slices.Sorted(slices.Values(names)) {
		if !strings.HasPrefix(name, ownPrefix) || serviceVariable.MatchString(name) {
			continue
		}
		if known == nil {
			known = knownVariables(program())
		}
		if !slices.Contains(known, name) {
			unknown = append(unknown, name)
		}
	}
	return unknown
}

// knownVariables are those that stand in for a flag of some command.
func knownVariables(cmd *cobra.Command) []string {
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Annotations[envAnnotation]...) })
	for _, sub := range cmd.Commands() {
		names = append(names, knownVariables(sub)...)
	}
	return names
}
