package mapping

import (
	"fmt"
	"slices"
	"strings"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/mapping/heading"
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

// Finish ends the making of a mapping: whose rows go where is in doubt if nobody has said it, overrides beat all else, and
// what feeds no field is listed. Chosen says that a person chose the profile. The error is a *[NoContactError].
func (m *Mapping) Finish(by Overrides, chosen bool) error {
	m.doubtOrganisation(chosen)
	m.apply(by)
	return m.usable()
}

// Overrides are fields as --map gives them; one that is unmapped has an empty field map.
type Overrides map[contact.Field]*FieldMap

// ReadOverrides reads what maps fields by hand: FIELD=COLUMN[+COLUMN...], the columns joined by a blank; FIELD= unmaps. A
// column whose name holds a plus sign is found all the same. The last one of a field counts. The error is a *[MapError].
func ReadOverrides(header, specs []string) (Overrides, error) {
	out := Overrides{}
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
			columns, err := parseColumns(header, spec, right)
			if err != nil {
				return nil, err
			}
			fm.Columns = columns
		}
		out[f] = fm
	}
	return out, nil
}

// parseColumns finds the columns of COLUMN+COLUMN, the longest name first where names hold a plus sign themselves.
func parseColumns(header []string, spec, text string) ([]string, error) {
	at := heading.Index(header)
	parts := strings.Split(text, "+")
	var out []string
	for i := 0; i < len(parts); {
		found := false
		for j := len(parts); j > i && !found; j-- {
			h, ok := at.Find(strings.Join(parts[i:j], "+"))
			if !ok {
				h, ok = at.Find(strings.TrimSpace(strings.Join(parts[i:j], "+")))
			}
			if !ok {
				continue
			}
			if heading.Ours(h) {
				return nil, &MapError{spec, fmt.Sprintf("%q is a column that contactsync itself adds to rejects.csv", h), ""}
			}
			if !slices.Contains(out, h) {
				out = append(out, h)
			}
			i, found = j, true
		}
		if !found {
			return nil, noColumn(header, spec, strings.TrimSpace(parts[i]))
		}
	}
	return out, nil
}

func noColumn(header []string, spec, name string) error {
	hint := "the columns are: " + quoteAll(header)
	if near := heading.Nearest(name, header); near != "" {
		hint = fmt.Sprintf("did you mean %q? ", near) + hint
	}
	return &MapError{spec, fmt.Sprintf("there is no column %q", name), hint}
}

// Give maps a field as a person or a profile says, which settles what was in doubt about it. Of no columns: it is unmapped.
func (m *Mapping) Give(f contact.Field, fm FieldMap) {
	if fm.Feeds() {
		m.Fields[f] = fm
	} else {
		delete(m.Fields, f)
	}
	m.settled(f)
	m.Doubts = slices.DeleteFunc(m.Doubts, func(d Doubt) bool { return d.Field == f })
}

func (m *Mapping) apply(by Overrides) {
	for f, fm := range by {
		m.Give(f, *fm)
	}
	for f, fm := range by {
		m.reserve(f, fm.Columns, by)
	}
	if len(by) > 0 { // whoever maps by hand has looked at the columns
		m.Doubts = slices.DeleteFunc(m.Doubts, func(d Doubt) bool { return d.Field == "" })
	}
	m.settle()
}

// reserve keeps columns that a person gave to a field from serving others that nobody gave them to: the number of an
// organisation is nobody's name. The rows' own id may well be a value that serves otherwise too, as the e-mail address
// does; it only stands in for none.
func (m *Mapping) reserve(given contact.Field, columns []string, by Overrides) {
	if len(columns) == 0 {
		return
	}
	taken := func(c string) bool { return slices.Contains(columns, c) }
	for f, fm := range m.Fields {
		if by[f] != nil || !slices.ContainsFunc(fm.AllColumns(), taken) {
			continue
		}
		fm.Fallback = slices.DeleteFunc(slices.Clone(fm.Fallback), taken)
		if given != contact.ExternalID {
			fm.Columns = slices.DeleteFunc(slices.Clone(fm.Columns), taken)
		}
		if fm.Feeds() {
			m.Fields[f] = fm
			continue
		}
		delete(m.Fields, f)
		delete(m.Weak, f)
		m.Doubts = slices.DeleteFunc(m.Doubts, func(d Doubt) bool { return d.Field == f })
	}
}

// Flag is the --map that gives a field these columns; without any that it has none.
func Flag(f contact.Field, columns ...string) string {
	spec := "--map " + string(f) + "="
	if len(columns) > 0 {
		spec += shellQuote(strings.Join(columns, "+"))
	}
	return spec
}

// shellQuote makes a column name one word for a shell.
func shellQuote(s string) string {
	if s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
