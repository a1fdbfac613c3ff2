package mapping

import (
	"fmt"
	"slices"
	"strings"

	"github.com/contactsync/contactsync/importer/contact"
)

// MapError is a --map that can't be followed.
type MapError struct {
	Spec    string
	Message string // one lower-case clause
	Hint    string // what to do; may be empty
}

func (e *MapError) Error() string {
	s := fmt.Sprintf("reading --map %q: %s", e.Spec, e.Message)
	if e.Hint != "" {
		s += "; " + e.Hint
	}
	return s
}

// Override maps fields by hand: FIELD=COLUMN[+COLUMN...], the columns joined by a blank; FIELD= unmaps. A column whose
// name holds a plus sign is found all the same. What was a doubt about such a field is one no more. The error is a
// *[MapError], and then nothing is changed; or a *[NoContactError], with everything changed.
func (m *Mapping) Override(specs []string) error {
	parsed, err := m.specs(specs)
	if err != nil {
		return err
	}
	m.apply(parsed)
	return m.usable()
}

// specs reads overrides; a field that is unmapped has an empty field map. The last one of a field counts.
func (m *Mapping) specs(specs []string) (map[contact.Field]*FieldMap, error) {
	out := map[contact.Field]*FieldMap{}
	for _, spec := range specs {
		name, right, ok := strings.Cut(spec, "=")
		f := contact.Field(strings.TrimSpace(name))
		switch {
		case !ok:
			return nil, &MapError{spec, "it has no =", "write FIELD=COLUMN, as --map email=\"E-mail\""}
		case !slices.Contains(contact.Fields(), f):
			return nil, &MapError{spec, fmt.Sprintf("%q is no field", name), "the fields are " + fieldNames()}
		}
		fm := &FieldMap{Join: " ", Confidence: 1, Why: "--map"}
		if strings.TrimSpace(right) != "" {
			columns, err := m.columns(spec, right)
			if err != nil {
				return nil, err
			}
			fm.Columns = columns
		}
		out[f] = fm
	}
	return out, nil
}

// columns finds the columns of COLUMN+COLUMN, the longest name first where names hold a plus sign themselves.
func (m *Mapping) columns(spec, text string) ([]string, error) {
	at := index(m.Header)
	parts := strings.Split(text, "+")
	var out []string
	for i := 0; i < len(parts); {
		found := false
		for j := len(parts); j > i && !found; j-- {
			h, ok := at.find(strings.Join(parts[i:j], "+"))
			if !ok {
				h, ok = at.find(strings.TrimSpace(strings.Join(parts[i:j], "+")))
			}
			if !ok {
				continue
			}
			if ours(h) {
				return nil, &MapError{spec, fmt.Sprintf("%q is a column that contactsync itself adds to rejects.csv", h), ""}
			}
			if !slices.Contains(out, h) {
				out = append(out, h)
			}
			i, found = j, true
		}
		if !found {
			return nil, m.noColumn(spec, strings.TrimSpace(parts[i]))
		}
	}
	return out, nil
}

func (m *Mapping) noColumn(spec, name string) error {
	hint := "the columns are: " + quoteAll(m.Header)
	if near := nearest(name, m.Header); near != "" {
		hint = fmt.Sprintf("did you mean %q? ", near) + hint
	}
	return &MapError{spec, fmt.Sprintf("there is no column %q", name), hint}
}

func (m *Mapping) apply(specs map[contact.Field]*FieldMap) {
	for f, fm := range specs {
		if len(fm.Columns) == 0 {
			delete(m.Fields, f)
		} else {
			m.Fields[f] = *fm
		}
		m.settled(f)
		m.Doubts = slices.DeleteFunc(m.Doubts, func(d Doubt) bool { return d.Field == f })
	}
	for f, fm := range specs {
		m.reserve(f, fm.Columns, specs)
	}
	if len(specs) > 0 { // whoever maps by hand has looked at the columns
		m.Doubts = slices.DeleteFunc(m.Doubts, func(d Doubt) bool { return d.Field == "" })
	}
	m.settle()
}

// reserve keeps columns that a person gave to a field from serving others that nobody gave them to: the number of an
// organisation is nobody's name. The rows' own id may well be a value that serves otherwise too, as the e-mail address
// does; it only stands in for none.
func (m *Mapping) reserve(given contact.Field, columns []string, specs map[contact.Field]*FieldMap) {
	if len(columns) == 0 {
		return
	}
	taken := func(c string) bool { return slices.Contains(columns, c) }
	for f, fm := range m.Fields {
		if specs[f] != nil || !slices.ContainsFunc(fm.columnsOf(), taken) {
			continue
		}
		fm.Fallback = slices.DeleteFunc(slices.Clone(fm.Fallback), taken)
		if given != contact.ExternalID {
			fm.Columns = slices.DeleteFunc(slices.Clone(fm.Columns), taken)
		}
		if fm.feeds() {
			m.Fields[f] = fm
			continue
		}
		delete(m.Fields, f)
		delete(m.Weak, f)
		m.Doubts = slices.DeleteFunc(m.Doubts, func(d Doubt) bool { return d.Field == f })
	}
}
