package cli

import (
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/contactsync/contactsync/cmd/internal/metrics"
	"github.com/contactsync/contactsync/cmd/internal/option"
)

// change is how a command differs from the one that ran.
type change struct {
	without []string // names of flags
	add     []string // words
}

// commandLine writes a command with this one's flags, ready to be copied into a shell. Flags that the command does not
// take are left out, and so is what the environment sets anyway, and whom to tell, whose address is a secret.
func (o *jobOptions) commandLine(command string, c change, files ...string) string {
	words := []string{"contactsync", command}
	target, _, err := o.cmd.Root().Find([]string{command})
	o.cmd.Flags().Visit(func(f *pflag.Flag) {
		_, elsewhere := o.from[f.Name]
		if err != nil || elsewhere || f.Name == "quiet" || isPrivate(f) || slices.Contains(c.without, f.Name) || target.Flags().Lookup(f.Name) == nil {
			return
		}
		words = append(words, flagWords(f)...)
	})
	for _, word := range c.add {
		words = append(words, shellQuote(word))
	}
	if slices.ContainsFunc(files, func(f string) bool { return f != "-" && strings.HasPrefix(f, "-") }) {
		words = append(words, "--")
	}
	for _, f := range files {
		words = append(words, shellQuote(f))
	}
	return strings.Join(words, " ")
}

// isPrivate reports whether a flag is of a receiver of notifications, whose address is a secret, or its value an address with
// more to it than scheme and host, which may be one.
func isPrivate(f *pflag.Flag) bool {
	switch f.Name {
	case option.NotifyFlag, option.NotifyAlwaysFlag:
		return true
	case "pushgateway":
	default:
		return false
	}
	g, err := metrics.NewGateway(f.Value.String(), nil)
	return err != nil || g.String() != f.Value.String()
}

func flagWords(f *pflag.Flag) []string {
	var words []string
	for _, value := range option.Texts(f) {
		if f.Value.Type() == "bool" && value == "true" {
			words = append(words, "--"+f.Name)
			continue
		}
		words = append(words, "--"+f.Name, shellQuote(value))
	}
	return words
}

// plainInShell are the characters that no shell reads as anything but themselves.
const plainInShell = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=,+@%"

// shellQuote quotes a word for a POSIX shell.
func shellQuote(s string) string {
	if s != "" && strings.Trim(s, plainInShell) == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
