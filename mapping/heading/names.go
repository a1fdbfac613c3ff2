package heading

import (
	"slices"
	"strings"
)

// Names finds columns by name: exactly, else without outer blanks and case if only one fits.
type Names struct {
	exact  map[string]string
	folded map[string]string // "" if several fit
}

// Index returns the names of an input's columns.
func Index(header []string) Names {
	n := Names{exact: map[string]string{}, folded: map[string]string{}}
	for _, h := range header {
		n.exact[h] = h
		key := Fold(h)
		if _, twice := n.folded[key]; twice {
			n.folded[key] = ""
		} else {
			n.folded[key] = h
		}
	}
	return n
}

// Find returns the column of a name as the input calls it.
func (n Names) Find(name string) (string, bool) {
	if h, ok := n.exact[name]; ok {
		return h, true
	}
	h := n.folded[Fold(name)]
	return h, h != ""
}

// Has reports whether a column has exactly this name.
func (n Names) Has(name string) bool {
	_, ok := n.exact[name]
	return ok
}

// Fold is the form in which headers and values are compared: without outer blanks and case.
func Fold(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// Nearest is the column most like a name: equal when squashed, or holding the same words; empty if none is.
func Nearest(name string, header []string) string {
	want := Squash(name)
	best, bestScore := "", 0
	for _, h := range header {
		have := Squash(h)
		score := 0
		switch {
		case have == "" || want == "":
		case have == want:
			score = 3
		case strings.Contains(have, want) || strings.Contains(want, have):
			score = 2
		case common(name, h):
			score = 1
		}
		if score > bestScore {
			best, bestScore = h, score
		}
	}
	return best
}

// common reports whether two headers share half of their words.
func common(a, b string) bool {
	x, y := Words(a), Words(b)
	n := 0
	for _, w := range x {
		if slices.Contains(y, w) {
			n++
		}
	}
	return n > 0 && 2*n >= max(len(x), len(y))
}
