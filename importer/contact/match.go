package contact

import (
	"fmt"
	"slices"
	"strings"
)

// Match is what makes two contacts the same: the fields that must be equal. Which fields count where one side lacks an
// e-mail or another of them is told at [Match.Keys].
type Match struct {
	Fields []Field
}

// ParseMatch reads "type,email". The type alone is refused: it would make one contact of all.
func ParseMatch(s string) (Match, error) {
	var m Match
	for item := range strings.SplitSeq(s, ",") {
		f := Field(strings.ToLower(strings.TrimSpace(item)))
		switch {
		case f == Org || f == ExternalID:
			return Match{}, fmt.Errorf("%q can't be matched on: the organisation always counts, and emnify keeps no id of another system", f)
		case !slices.Contains(Fields(), f):
			return Match{}, fmt.Errorf("%q is no field to match on; use some of %s", f, matchable())
		case !slices.Contains(m.Fields, f):
			m.Fields = append(m.Fields, f)
		}
	}
	if len(m.Fields) == 1 && m.Fields[0] == TypeField {
		return Match{}, fmt.Errorf("%q alone would make all contacts of a type the same; add a field, as in type,email", s)
	}
	return m, nil
}

// String gives the list as [ParseMatch] reads it.
func (m Match) String() string {
	names := make([]string, len(m.Fields))
	for i, f := range m.Fields {
		names[i] = string(f)
	}
	return strings.Join(names, ",")
}

func matchable() string {
	var names []string
	for _, f := range Fields() {
		if f != Org && f != ExternalID {
			names = append(names, string(f))
		}
	}
	return join(names)
}
