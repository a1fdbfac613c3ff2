// Package detect finds out which columns of an input make which field of a contact, from their names and values.
//
// The same header and sample give the same mapping. What a person or a profile says comes before anything that is found
// out here; what can't be decided is a [mapping.Doubt].
package detect

import (
	"slices"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/mapping"
	"github.com/contactsync/contactsync/mapping/heading"
)

// sampleCells bounds the cells that are looked at, so that a file of 100,000 columns does not take minutes.
const sampleCells = 2_000_000

// sampleRows is how many rows of a sample are looked at; fewEnough is how many it takes before an empty column says
// anything: with fewer rows chance decides, and tomorrow's file would be mapped another way.
const (
	sampleRows = 1000
	fewEnough  = 10
)

// Columns maps the columns of an input by what they are called and by what is in them. The header is as the source
// names the columns, the sample some of the first rows (a few hundred are plenty, none is allowed), cells cleaned or
// raw. Overrides are as in [mapping.ReadOverrides].
//
// Where a built-in profile is recognised, the mapping has its name, and its knowledge comes before the general rules.
// The error is a *[mapping.NoContactError], beside which the mapping is returned too, or a *[mapping.MapError]. Doubts are no error:
// the caller decides whether somebody is there to be asked.
func Columns(header []string, sample [][]string, overrides ...string) (*mapping.Mapping, error) {
	m := &mapping.Mapping{Profile: mapping.Detected, Header: slices.Clone(header), Fields: map[contact.Field]mapping.FieldMap{}}
	by, err := mapping.ReadOverrides(header, overrides)
	if err != nil {
		return nil, err
	}
	d := newDetection(heading.Shared(), header, sample)
	p := recognise(mapping.Builtins(), header)
	if p != nil {
		m.Profile, m.Defaults = p.Name, p.Defaults
		m.Ignored = d.ignore(p)
	}
	d.names()
	d.titles()
	d.address()
	d.reach()
	d.rest()
	m.Fields, m.Doubts, m.Weak, m.Reasons = d.fields, d.doubts, d.weak, d.reasons
	if p != nil {
		d.adopt(p, m)
	}
	d.lost(m)
	return m, m.Finish(by, false)
}

// detection is one header and sample on the way to a mapping.
type detection struct {
	lex     *heading.Lexicon
	header  []string
	sample  [][]string
	means   []heading.Meaning
	cols    []column
	skip    []bool // ours, or known to a profile as something else
	several bool   // first names are numbered: several people stand in one row
	fields  map[contact.Field]mapping.FieldMap
	weak    contact.FieldSet
	reasons map[string]string // why a column was not taken, by header
	doubts  []mapping.Doubt
}

func newDetection(lex *heading.Lexicon, header []string, sample [][]string) *detection {
	rows := min(len(sample), sampleRows, max(20, sampleCells/max(1, len(header))))
	d := &detection{
		lex: lex, header: header, sample: sample[:rows], fields: map[contact.Field]mapping.FieldMap{},
		weak: contact.FieldSet{}, reasons: map[string]string{},
		means: make([]heading.Meaning, len(header)), cols: make([]column, len(header)), skip: make([]bool, len(header)),
	}
	for i := range header {
		name, _ := heading.Plain(header, i)
		d.skip[i] = heading.Ours(name)
		d.means[i] = d.lex.Understand(name, 0)
		d.cols[i] = survey(d.lex, d.sample, i)
	}
	if in := d.lex.Dominant(d.means); in != 0 {
		for i := range header {
			name, _ := heading.Plain(header, i)
			d.means[i] = d.lex.Understand(name, in)
		}
	}
	d.numbered()
	d.several = slices.ContainsFunc(d.means, func(m heading.Meaning) bool { return m.Kind == heading.KindFirst && m.Group > 0 })
	d.labels()
	return d
}

// labels gives the column that a label column speaks of what most of its labels say: where "Phone 2 - Type" is always
// "Mobile", "Phone 2 - Value" is a mobile column.
func (d *detection) labels() {
	for i, m := range d.means {
		if m.Kind != heading.KindLabel || d.cols[i].filled == 0 {
			continue
		}
		label, n := "", 0
		for text, count := range d.cols[i].labels {
			if count > n || (count == n && text < label) {
				label, n = text, count
			}
		}
		if d.cols[i].share(n) < 0.6 {
			continue
		}
		says := d.lex.Understand(label, m.Langs)
		for j := range d.means {
			of := &d.means[j]
			if of.Group != m.Group || (of.Kind != m.About && (m.About != heading.KindAddress || !heading.IsAddressPart(of.Kind))) {
				continue
			}
			switch {
			case says.Forbids:
				of.Kind, of.Forbids = heading.KindNone, true
			case of.Kind == heading.KindPhone && says.Kind == heading.KindMobile:
				of.Kind, of.Scope = heading.KindMobile, says.Scope
			case of.Scope == heading.ScopeNone && says.Unknown == 0:
				of.Scope = says.Scope
			}
		}
	}
}

// ignore takes the columns that a profile knows as something else out of the game, and returns them.
func (d *detection) ignore(p *mapping.Profile) []string {
	at := heading.Index(d.header)
	var ignored []string
	for _, c := range p.Ignore {
		if h, ok := at.Find(c); ok {
			d.skip[slices.Index(d.header, h)] = true
			ignored = append(ignored, h)
		}
	}
	return ignored
}

// candidate is a column that could make a field; the least rank is the best.
type candidate struct{ col, rank int }

// candidates lists the columns of some kinds, best first, those whose values contradict their header left out.
func (d *detection) candidates(rank func(m heading.Meaning) (int, bool)) []candidate {
	var out []candidate
	for i, m := range d.means {
		if d.skip[i] || m.Kind == heading.KindNone || d.cols[i].contradicts(m.Kind) {
			continue
		}
		if r, ok := rank(m); ok {
			if _, repeated := heading.Plain(d.header, i); repeated {
				r += 5
			}
			out = append(out, candidate{i, r})
		}
	}
	slices.SortStableFunc(out, func(a, b candidate) int { return a.rank - b.rank })
	return out
}

// best chooses among candidates: the best rank that has values. An almost empty column loses to one that has ten times
// as many.
func (d *detection) best(cs []candidate) (int, bool) {
	if len(cs) == 0 {
		return 0, false
	}
	filled := slices.DeleteFunc(slices.Clone(cs), func(c candidate) bool { return d.blank(c.col) })
	if len(filled) == 0 {
		return cs[0].col, true
	}
	first := filled[0].col
	if len(d.sample) >= fewEnough {
		for _, c := range filled[1:] {
			if d.cols[first].filled*20 < len(d.sample) && d.cols[c.col].filled >= 10*d.cols[first].filled {
				return c.col, true
			}
		}
	}
	return first, true
}

// blank reports whether a column has no values in a sample that is large enough to say so.
func (d *detection) blank(i int) bool { return len(d.sample) >= fewEnough && d.cols[i].filled == 0 }

// byKind lists the columns of some kinds, those of the first kind first.
func (d *detection) byKind(kinds ...heading.Kind) []candidate {
	return d.candidates(func(m heading.Meaning) (int, bool) {
		r := slices.Index(kinds, m.Kind)
		return r * 10, r >= 0
	})
}

// put maps a field to columns.
func (d *detection) put(f contact.Field, confidence float64, cols ...int) {
	fm := mapping.FieldMap{Join: " ", Confidence: confidence, Why: "header"}
	for _, c := range cols {
		fm.Columns = append(fm.Columns, d.header[c])
	}
	d.fields[f] = fm
}

const (
	sureWithValues = 0.98 // the header is understood and values stand below it
	sureByHeader   = 0.9  // the header is understood, the column is empty
	sureByValues   = 0.8  // the values leave no doubt, the header says nothing
)

// sure is the confidence in a column that was taken for its header.
func (d *detection) sure(col int) float64 {
	if d.cols[col].filled > 0 {
		return sureWithValues
	}
	return sureByHeader
}

// doubt notes that a person should settle a field.
func (d *detection) doubt(f contact.Field, taken int, candidates []int, reason string) {
	dt := mapping.Doubt{Field: f, Reason: reason}
	for _, c := range candidates {
		dt.Candidates = append(dt.Candidates, d.header[c])
	}
	if taken >= 0 {
		dt.Column = d.header[taken]
	}
	example := "COLUMN"
	if len(dt.Candidates) > 0 {
		example = dt.Candidates[0]
	}
	dt.Settle = mapping.Flag(f, example)
	d.doubts = append(d.doubts, dt)
	if fm, ok := d.fields[f]; ok {
		fm.Confidence = mapping.Unsure
		d.fields[f] = fm
	}
}
