package mapping

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/mapping/heading"
)

// Detected is the Profile of a mapping that the general rules made.
const Detected = "detected"

// Unsure is the confidence in a field while a [Doubt] says that several columns could be meant.
const Unsure = 0.5

// Mapping is which columns of one input make which field.
type Mapping struct {
	// Profile is the profile's name, or "detected".
	Profile string
	// Header is the input's columns as the source names them: a second "Phone" in column 7 is "Phone #7".
	Header []string
	// Fields holds the fields that are mapped; one that is not here stays empty.
	Fields map[contact.Field]FieldMap
	// Unmapped are the columns that feed no field, in the order of the header. A column that is only a fallback is among
	// them: in most rows its value has no place. Columns to be ignored and our own two are not.
	Unmapped []string
	// Reasons says of some unmapped columns, by name, why they feed nothing though they look as if they could. Each is one
	// lower-case clause about the column.
	Reasons map[string]string
	// Weak are the mapped fields whose header names a customer, a company or a system rather than a person, so that several
	// people may have the same value. In the sample no two do; whoever reads all rows may know better, and then goes on with
	// [Mapping.Without]. What a person or a profile mapped is never weak.
	Weak contact.FieldSet
	// Doubts are what a person should settle; empty for a mapping that may be used unattended.
	Doubts []Doubt
	// Defaults are the run's settings that the profile carries.
	Defaults Defaults

	// Ignored are the columns that the profile knows and does not want.
	Ignored []string
}

// Used says of each column of the header whether a field is made of it, alone, in part, or where others are empty.
func (m *Mapping) Used() []bool {
	used := map[string]bool{}
	for _, fm := range m.Fields {
		for _, c := range fm.AllColumns() {
			used[c] = true
		}
	}
	out := make([]bool, len(m.Header))
	for i, h := range m.Header {
		out[i] = used[h]
	}
	return out
}

// HeaderRows returns what knows the header rows of the mapping's input.
func (m *Mapping) HeaderRows() *heading.Rows { return heading.NewRows(m.Header, m.Used()) }

// FieldMap is how one field is made. The value is the first of these that is not empty: the columns' cells, joined;
// the fallback columns in order; the default. Translated by Values at last.
type FieldMap struct {
	Columns  []string
	Join     string
	Fallback []string
	Constant string // given to every row; excludes columns
	Values   map[string]string
	Default  string

	// Confidence is between 0 and 1; 1 for what a person said.
	Confidence float64
	// Why says in a few words what the mapping rests on: "header", "values", "profile", "--map".
	Why string
}

// Defaults are settings of a run that a profile may carry; flags and environment beat them. Empty: not set.
type Defaults struct {
	Type    string
	Country string
	MatchOn []string
}

// Doubt is a field whose mapping can't be trusted.
type Doubt struct {
	// Field is empty where the whole file is in doubt: any --map settles that.
	Field contact.Field
	// Column is what was taken; empty if nothing was.
	Column string
	// Candidates are the columns that could be meant, the one taken among them.
	Candidates []string
	// Reason says what is doubtful, in one lower-case clause.
	Reason string
	// Settle is the flag that settles it: `--map email="E-mail A"`.
	Settle string
}

// NoContactError says that no column holds a name, an e-mail, a phone or a mobile: this is no list of contacts, or its
// columns must be told by hand.
type NoContactError struct {
	Columns []string
	// Reason is a likely cause, in one lower-case clause; may be empty.
	Reason string
}

func (e *NoContactError) Error() string {
	s := "no column for any of name, email, phone, mobile"
	if e.Reason != "" {
		s += " (" + e.Reason + ")"
	}
	return s + "; the columns are: " + quoteAll(e.Columns) + "; name one with --map, such as --map name=COLUMN, or use a mapping profile"
}

// quoteAll lists at most 40 columns.
func quoteAll(columns []string) string {
	const most = 40
	var b strings.Builder
	for i, c := range columns {
		if i == most {
			fmt.Fprintf(&b, " and %d more", len(columns)-most)
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "%q", clip(c, 80))
	}
	if len(columns) == 0 {
		return "none"
	}
	return b.String()
}

// clip shortens a text for a message, at a rune.
func clip(s string, most int) string {
	if len(s) <= most {
		return s
	}
	cut := most
	for cut > 0 && s[cut]&0xC0 == 0x80 {
		cut--
	}
	return s[:cut] + "..."
}

// usable reports, as a *NoContactError, that nothing maps to a way to name or reach somebody.
func (m *Mapping) usable() error {
	for _, f := range []contact.Field{contact.Name, contact.Email, contact.Phone, contact.Mobile} {
		if fm := m.Fields[f]; len(fm.Columns) > 0 || fm.Constant != "" {
			return nil
		}
	}
	reason := ""
	if heading.DataFirst(m.Header) {
		reason = "the first line seems to be data: the file has no header line"
	}
	return &NoContactError{Columns: slices.Clone(m.Header), Reason: reason}
}

// settle brings Unmapped and Doubts up to date with Fields.
func (m *Mapping) settle() {
	used := map[string]bool{}
	for _, fm := range m.Fields {
		for _, c := range fm.Columns {
			used[c] = true
		}
	}
	for _, c := range m.Ignored {
		used[c] = true
	}
	m.Unmapped = []string{}
	for i, h := range m.Header {
		if name, _ := heading.Plain(m.Header, i); !used[h] && !heading.Ours(name) {
			m.Unmapped = append(m.Unmapped, h)
		}
	}
	for c := range m.Reasons {
		if !slices.Contains(m.Unmapped, c) {
			delete(m.Reasons, c)
		}
	}
	slices.SortStableFunc(m.Doubts, func(a, b Doubt) int { // that of the whole file last
		return cmp.Or(cmp.Compare(min(1, len(b.Field)), min(1, len(a.Field))), strings.Compare(string(a.Field), string(b.Field)))
	})
}

// exported reports whether the input is our own export, by the two columns that only that has. What stands in it is what
// the organisation has, and must come back as it is, however much it looks like what programs leave in cells.
func (m *Mapping) exported() bool {
	return m.Profile == ownProfile && slices.Contains(m.Header, "id") && slices.Contains(m.Header, string(contact.Org))
}

// ownProfile is the built-in profile of our own names.
const ownProfile = "contactsync"

// AsProfile returns the mapping as a profile that can be saved, edited and used again.
func (m *Mapping) AsProfile() *Profile {
	p := &Profile{Fields: map[contact.Field]FieldMap{}, Ignore: slices.Clone(m.Ignored), Defaults: m.Defaults}
	if m.Profile != Detected {
		p.Name = m.Profile
	}
	maps.Copy(p.Fields, m.Fields)
	if m.InDoubt(contact.Org) { // nobody has said yet that rows go where the column says, and a profile would say it
		delete(p.Fields, contact.Org)
	}
	return p
}
