package cli

import (
	"strings"

	"github.com/spf13/pflag"
)

// commandLine writes a command with this one's flags, ready to be copied into a shell. Flags that the command does not
// take, and the one named without, are left out.
func (o *jobOptions) commandLine(command, without string, files ...string) string {
	words := []string{"contactsync", command}
	target, _, err := o.cmd.Root().Find([]string{command})
	o.cmd.Flags().Visit(func(f *pflag.Flag) {
		_, elsewhere := o.from[f.Name]
		if err != nil || elsewhere || f.Name == without || target.Flags().Lookup(f.Name) == nil {
			return
		}
		words = append(words, flagWords(f)...)
	})
	for _, f := range files {
		words = append(words, shellQuote(f))
	}
	return strings.Join(words, " ")
}

func flagWords(f *pflag.Flag) []string {
	var words []string
	values := []string{f.Value.String()}
	switch v := f.Value.(type) {
	case interface{ given() []string }:
		values = v.given()
	case pflag.SliceValue:
		values = v.GetSlice()
	}
	for _, value := range values {
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
