package lookup

import (
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
)

// nearestOf returns the name that folded is a slip away from, as it is written; "" if there is none. Ties go to a name
// with the same first letter, then to the first.
func nearestOf(folded string, names []named, wanted func(place int) bool) string {
	length := utf8.RuneCountInString(folded)
	limit := slips(length)
	best, bestScore := "", 2*limit+2
	for _, n := range names {
		apart := utf8.RuneCountInString(n.folded) - length
		if apart > limit || -apart > limit || !wanted(n.place) {
			continue
		}
		score := 2 * distance(folded, n.folded)
		if folded[0] != n.folded[0] {
			score++
		}
		if score < bestScore && score <= 2*limit+1 {
			best, bestScore = n.name, score
		}
	}
	return best
}

// slips is how many letters may be wrong in a text of so many letters: about one in four, as a proposal that shares
// little with the text helps nobody. Below four letters everything is near to something.
func slips(length int) int {
	switch {
	case length < 4:
		return 0
	case length < 6:
		return 1
	case length < 10:
		return 2
	case length < 60:
		return 3
	}
	return 0
}

// distance counts the letters in which a and b differ. Two neighbours that changed places are one slip.
func distance(a, b string) int {
	if len(a) == len(b) {
		i := 0
		for i < len(a) && a[i] == b[i] {
			i++
		}
		if i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:] {
			return 1
		}
	}
	return levenshtein.ComputeDistance(a, b)
}
