package lookup

import (
	"strings"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
)

// nearestOf returns the name that folded is a slip of, as it is written; "" if there is none. A proposal is followed, so
// that one which is merely near in letters, in whatever language, is worse than none. Ties go to the first name.
func nearestOf(folded string, names []named, wanted func(place int) bool) string {
	letters := lettersIn(folded)
	best, bestCost := "", slips(letters)+1
	for _, n := range names {
		if apart := len(n.folded) - len(folded); apart >= bestCost || -apart >= bestCost || lettersIn(n.folded) < shortest || !wanted(n.place) {
			continue
		}
		if cost, ok := slipCost(folded, n.folded); ok && cost < bestCost {
			best, bestCost = n.name, cost
		}
	}
	return best
}

const (
	// shortest is the fewest letters that a slip, and the name it is one of, may have: below, most words are one letter
	// away from a country (Lagos from Laos, Malé from Malte).
	shortest = 5
	// swappable is the fewest letters of a name of which one may be another. In shorter ones that makes another word
	// (Sedan of Sudan, Macon of Macao, Tanga of Tonga), while a letter too few, twice, or at its neighbour's place is how
	// fingers slip.
	swappable = 6
	// lettersPerSlip is how many letters there are to each one that may be wrong: Bremen and Yemen, Alberta and Algeria
	// are two words.
	lettersPerSlip = 5
)

// slips is how many letters may be wrong in a text of so many letters.
func slips(letters int) int {
	if letters < shortest {
		return 0
	}
	return min(letters/lettersPerSlip, 2) // more than two are another word, however long it is
}

// slipCost tells with how many slips a becomes b, and whether they can be slips at all: whoever writes a country gets
// its first letter right, or in the second place.
func slipCost(a, b string) (cost int, ok bool) {
	cost, swap := distance(a, b)
	switch {
	case swap:
		return cost, true
	case a[0] != b[0]:
		return cost, false
	case cost == 1 && len(a) == len(b) && lettersIn(b) < swappable:
		return cost, false
	}
	return cost, true
}

// lettersIn counts what is no blank in a folded text.
func lettersIn(folded string) int {
	return utf8.RuneCountInString(folded) - strings.Count(folded, " ")
}

// distance counts the letters in which a and b differ. Two neighbours that changed places are one slip, and a swap.
func distance(a, b string) (cost int, swap bool) {
	if len(a) == len(b) {
		i := 0
		for i < len(a) && a[i] == b[i] {
			i++
		}
		if i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:] {
			return 1, true
		}
	}
	return levenshtein.ComputeDistance(a, b), false
}
