package mapping

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/mapping/heading"
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

// Bind binds the profile to the columns of an input. Overrides are as in [ReadOverrides]; a field that they settle
// can't drift. A column that names emnify's organisation and that the profile neither maps nor ignores is a doubt. The error is a *[DriftError], a *[NoContactError] or a *[MapError].
func (p *Profile) Bind(header []string, overrides ...string) (*Mapping, error) {
	m := &Mapping{Profile: p.Name, Header: slices.Clone(header), Fields: map[contact.Field]FieldMap{}, Defaults: p.Defaults}
	by, err := ReadOverrides(header, overrides)
	if err != nil {
		return nil, err
	}
	at := heading.Index(header)
	var missing []Missing
	for _, f := range contact.Fields() {
		fm, ok := p.Fields[f]
		if !ok || by[f] != nil {
			continue
		}
		bound, lost := fm.Bind(at)
		for _, c := range lost {
			missing = append(missing, Missing{Field: f, Column: c, Near: heading.Nearest(c, header)})
		}
		if bound.Feeds() {
			m.Fields[f] = bound
		}
	}
	if len(missing) > 0 && !p.Partial {
		return nil, &DriftError{Profile: p.Name, Missing: missing, Columns: slices.Clone(header)}
	}
	for _, c := range p.Ignore {
		if h, ok := at.Find(c); ok {
			m.Ignored = append(m.Ignored, h)
		}
	}
	return m, m.Finish(by, true)
}

// Bind finds the columns of one field; those that are not there are lost.
func (fm FieldMap) Bind(at heading.Names) (bound FieldMap, lost []string) {
	bound = fm
	bound.Values = maps.Clone(fm.Values)
	find := func(columns []string) []string {
		var out []string
		for _, c := range columns {
			h, ok := at.Find(c)
			switch {
			case !ok:
				lost = append(lost, c)
			case !heading.Ours(h):
				out = append(out, h)
			}
		}
		return out
	}
	bound.Columns, bound.Fallback = find(fm.Columns), find(fm.Fallback)
	return bound, lost
}

// Feeds reports whether the field can have a value.
func (fm FieldMap) Feeds() bool {
	return len(fm.Columns) > 0 || len(fm.Fallback) > 0 || fm.Constant != "" || fm.Default != ""
}
