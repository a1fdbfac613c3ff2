package mapping

import (
	"maps"
	"slices"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/mapping/heading"
)

// Inspection is what `inspect --json` prints. Format, Encoding, Delimiter and Rows are the source's to say.
type Inspection struct {
	Format    string                     `json:"format"`
	Encoding  string                     `json:"encoding"`
	Delimiter string                     `json:"delimiter"`
	Profile   string                     `json:"profile"`
	Rows      int                        `json:"rows"`
	Fields    map[contact.Field][]string `json:"fields"`
	Fallbacks map[contact.Field][]string `json:"fallbacks"`
	Unmapped  []string                   `json:"unmapped"`
	Reasons   map[string]string          `json:"unmapped_reasons,omitempty"`
}

// Inspect returns the mapping's part of an inspection. Nothing in it is nil, so that no null is printed.
func (m *Mapping) Inspect() Inspection {
	in := Inspection{Profile: m.Profile, Fields: map[contact.Field][]string{}, Fallbacks: map[contact.Field][]string{}, Unmapped: slices.Clone(m.Unmapped), Reasons: maps.Clone(m.Reasons)}
	for f, fm := range m.Fields {
		if len(fm.Columns) > 0 {
			in.Fields[f] = slices.Clone(fm.Columns)
		}
		if len(fm.Fallback) > 0 {
			in.Fallbacks[f] = slices.Clone(fm.Fallback)
		}
	}
	if in.Unmapped == nil {
		in.Unmapped = []string{}
	}
	return in
}

// Use says what a column is used for.
type Use string

// The uses of a column.
const (
	UseField    Use = "field"    // it makes Field, alone or joined with others
	UseFallback Use = "fallback" // it makes Field where its columns are empty
	UseIgnored  Use = "ignored"  // a profile says so, or it is one of our own
	UseUnmapped Use = "unmapped" // it has no place
)

// ColumnUse is one line of the table that a person checks: a column, what becomes of it, and some of its values.
type ColumnUse struct {
	Column     string
	Use        Use
	Field      contact.Field // empty if unmapped or ignored
	Part       int           // which of the field's columns it is, from 1
	Confidence float64
	Why        string   // "header", "values", "profile", "--map"
	Filled     int      // cells of the sample that are not empty
	Samples    []string // up to three different values, as given
}

// sampleValues is how many values of a column a table shows.
const sampleValues = 3

// Columns returns a line for each column, in the order of the header; a column that makes two fields has two. The
// sample is that which the mapping was found by.
func (m *Mapping) Columns(sample [][]string) []ColumnUse {
	var out []ColumnUse
	for i, h := range m.Header {
		base := ColumnUse{Column: h, Use: UseUnmapped}
		base.Filled, base.Samples = sampleOf(sample, i)
		uses := m.usesOf(h)
		for _, u := range uses {
			u.Column, u.Filled, u.Samples = h, base.Filled, base.Samples
			out = append(out, u)
		}
		if len(uses) > 0 {
			continue
		}
		if !slices.Contains(m.Unmapped, h) {
			base.Use = UseIgnored
		}
		out = append(out, base)
	}
	return out
}

func (m *Mapping) usesOf(column string) []ColumnUse {
	var out []ColumnUse
	for _, f := range contact.Fields() {
		fm := m.Fields[f]
		u := ColumnUse{Field: f, Confidence: fm.Confidence, Why: fm.Why}
		if i := slices.Index(fm.Columns, column); i >= 0 {
			u.Use, u.Part = UseField, i+1
			out = append(out, u)
		} else if i := slices.Index(fm.Fallback, column); i >= 0 {
			u.Use, u.Part = UseFallback, i+1
			out = append(out, u)
		}
	}
	return out
}

func sampleOf(sample [][]string, i int) (filled int, values []string) {
	for _, row := range sample {
		if i >= len(row) || heading.Fold(row[i]) == "" {
			continue
		}
		filled++
		if len(values) < sampleValues && !slices.Contains(values, row[i]) {
			values = append(values, row[i])
		}
	}
	return filled, values
}
