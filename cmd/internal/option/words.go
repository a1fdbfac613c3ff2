package option

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"
)

// wordsAnnotation ties a flag to the words that it can be given.
const wordsAnnotation = "contactsync_words"

// SetWords says which words a flag can be given, for the shell.
func SetWords(flags *pflag.FlagSet, flag string, words ...string) {
	annotate(flags, flag, wordsAnnotation, words...)
}

// RegisterChoice makes a flag that is one of a few words. What its target is already is the default.
func RegisterChoice[T ~string](flags *pflag.FlagSet, target *T, name, usage string, choices ...T) {
	var words []string
	for _, c := range choices {
		words = append(words, string(c))
	}
	flags.Var(NewValue(target, string(*target), strings.Join(words, "|"), func(s string) (T, error) {
		if !slices.Contains(words, s) {
			return "", fmt.Errorf("%q is %s", s, NoneOf(words))
		}
		return T(s), nil
	}), name, usage)
	SetWords(flags, name, words...)
}

// NoneOf says that something is no word of a list.
func NoneOf(words []string) string {
	if len(words) == 2 {
		return "neither " + words[0] + " nor " + words[1]
	}
	return "none of " + strings.Join(words, ", ")
}

// enumerated writes words one after the other, with and, or or, before the last.
func enumerated(words []string, last string) string {
	n := len(words) - 1
	return strings.Join(words[:n], ", ") + " " + last + " " + words[n]
}
