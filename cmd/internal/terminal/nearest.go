package terminal

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
)

// Nearest are names in the order of how much they are like one that somebody wrote; of those that are equally like it the one
// that came first.
func Nearest(name string, names []string) []string {
	names = slices.Clone(names)
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(slips(name, a), slips(name, b)) })
	return names
}

// Meant is the name that one which somebody wrote looks like a slip of: one letter in three may be wrong, and upper case is lower
// case. Empty: none of them.
func Meant(name string, names []string) string {
	near := Nearest(name, names)
	if len(near) == 0 || 3*slips(name, near[0]) > min(utf8.RuneCountInString(name), utf8.RuneCountInString(near[0])) {
		return ""
	}
	return near[0]
}

// slips is how many letters there are to change.
func slips(a, b string) int {
	return levenshtein.ComputeDistance(strings.ToLower(a), strings.ToLower(b))
}
