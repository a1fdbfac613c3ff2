package heading

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
)

// minAbbreviation is the shortest abbreviation, in bytes, that is completed: shorter ones could be anything.
const minAbbreviation = 4

var abbreviated = regexp.MustCompile(`\pL{4,}\.`)

// expand writes out the abbreviations of a header, "Ansprechp." and "Rag. sociale", that begin one known word only.
func (l *Lexicon) expand(header string) string {
	return abbreviated.ReplaceAllStringFunc(header, func(word string) string {
		if full := l.complete(Squash(word)); full != "" {
			return full + " "
		}
		return word
	})
}

// complete finds the shortest phrase that begins with a text. All others must mean the same, or begin with one that does;
// else it could stand for several ("Stat." for state and status), and the answer is empty.
func (l *Lexicon) complete(start string) string {
	if len(start) < minAbbreviation || len(l.terms[start]) > 0 {
		return ""
	}
	var phrases []string
	for phrase := range l.terms {
		if strings.HasPrefix(phrase, start) && !l.terms[phrase][0].whole(phrase) {
			phrases = append(phrases, phrase)
		}
	}
	if len(phrases) == 0 {
		return ""
	}
	slices.SortFunc(phrases, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
	same := []string{phrases[0]}
	for _, phrase := range phrases[1:] {
		switch {
		case sameMeaning(l.terms[phrase], l.terms[phrases[0]]):
			same = append(same, phrase)
		case !slices.ContainsFunc(same, func(s string) bool { return strings.HasPrefix(phrase, s) }):
			return ""
		}
	}
	return phrases[0]
}

func sameMeaning(a, b []term) bool {
	return slices.ContainsFunc(a, func(x term) bool {
		return slices.ContainsFunc(b, func(y term) bool { return x.class == y.class && x.concept == y.concept })
	})
}
