package mapping

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/contactsync/contactsync/importer/contact"
)

// DriftError says that the input does not have the columns that a profile names: the export has changed.
type DriftError struct {
	Profile string
	// Missing are the columns that are not there, in the order of the fields.
	Missing []Missing
	Columns []string // what is there
}

// Missing is one column of a profile that an input lacks.
type Missing struct {
	Field  contact.Field // empty for a column that is only ignored or a fallback
	Column string
	Near   string // the column of the input that is most like it; empty if none is
}

func (e *DriftError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "the mapping profile %q does not fit this input: ", e.Profile)
	for i, m := range e.Missing {
		if i > 0 {
			b.WriteString("; ")
		}
		fmt.Fprintf(&b, "no column %q for %s", m.Column, m.Field)
		if m.Near != "" {
			fmt.Fprintf(&b, " (did it become %q?)", m.Near)
		}
	}
	b.WriteString("; the columns are: " + quoteAll(e.Columns))
	b.WriteString("; correct the profile, or name the columns with --map")
	return b.String()
}

// names finds columns by name: exactly, else without outer blanks and case if only one fits.
type names struct {
	exact  map[string]string
	folded map[string]string // "" if several fit
}

func index(header []string) names {
	n := names{exact: map[string]string{}, folded: map[string]string{}}
	for _, h := range header {
		n.exact[h] = h
		key := foldValue(h)
		if _, twice := n.folded[key]; twice {
			n.folded[key] = ""
		} else {
			n.folded[key] = h
		}
	}
	return n
}

func (n names) find(name string) (string, bool) {
	if h, ok := n.exact[name]; ok {
		return h, true
	}
	h := n.folded[foldValue(name)]
	return h, h != ""
}

// foldValue is the form in which headers and values are compared: without outer blanks and case.
func foldValue(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// Bind binds the profile to the columns of an input. Overrides are as in [Mapping.Override]; a field that they settle
// can't drift. A column that names emnify's organisation and that the profile neither maps nor ignores is a doubt. The error is a *[DriftError], a *[NoContactError] or a *[MapError].
func (p *Profile) Bind(header []string, overrides ...string) (*Mapping, error) {
	m := &Mapping{Profile: p.Name, Header: slices.Clone(header), Fields: map[contact.Field]FieldMap{}, Defaults: p.Defaults}
	specs, err := m.specs(overrides)
	if err != nil {
		return nil, err
	}
	at := index(header)
	var missing []Missing
	for _, f := range contact.Fields() {
		fm, ok := p.Fields[f]
		if !ok || specs[f] != nil {
			continue
		}
		bound, lost := fm.bind(at)
		for _, c := range lost {
			missing = append(missing, Missing{Field: f, Column: c, Near: nearest(c, header)})
		}
		if bound.feeds() {
			m.Fields[f] = bound
		}
	}
	if len(missing) > 0 && !p.Partial {
		return nil, &DriftError{Profile: p.Name, Missing: missing, Columns: slices.Clone(header)}
	}
	for _, c := range p.Ignore {
		if h, ok := at.find(c); ok {
			m.ignored = append(m.ignored, h)
		}
	}
	m.doubtOrganisation(sharedLexicon(), true)
	m.apply(specs)
	return m, m.usable()
}

// bind finds the columns of one field; those that are not there are lost.
func (fm FieldMap) bind(at names) (bound FieldMap, lost []string) {
	bound = fm
	bound.Values = maps.Clone(fm.Values)
	find := func(columns []string) []string {
		var out []string
		for _, c := range columns {
			h, ok := at.find(c)
			switch {
			case !ok:
				lost = append(lost, c)
			case !ours(h):
				out = append(out, h)
			}
		}
		return out
	}
	bound.Columns, bound.Fallback = find(fm.Columns), find(fm.Fallback)
	return bound, lost
}

// feeds reports whether the field can have a value.
func (fm FieldMap) feeds() bool {
	return len(fm.Columns) > 0 || len(fm.Fallback) > 0 || fm.Constant != "" || fm.Default != ""
}

// nearest is the column most like a name: equal when squashed, or holding the same words; empty if none is.
func nearest(name string, header []string) string {
	want := squash(name)
	best, bestScore := "", 0
	for _, h := range header {
		have := squash(h)
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
	x, y := words(a), words(b)
	n := 0
	for _, w := range x {
		if slices.Contains(y, w) {
			n++
		}
	}
	return n > 0 && 2*n >= max(len(x), len(y))
}
