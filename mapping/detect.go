package mapping

import (
	"slices"
	"strings"

	"github.com/contactsync/contactsync/importer/contact"
)

// sampleCells bounds the cells that are looked at, so that a file of 100,000 columns does not take minutes.
const sampleCells = 2_000_000

// sampleRows is how many rows of a sample are looked at; fewEnough is how many it takes before an empty column says
// anything: with fewer rows chance decides, and tomorrow's file would be mapped another way.
const (
	sampleRows = 1000
	fewEnough  = 10
)

// Detector maps columns by what they are called and by what is in them. It is made of the embedded words and profiles,
// which takes some milliseconds, and never changes: one may serve many inputs, also at the same time.
type Detector struct {
	lex      *lexicon
	profiles []*Profile
}

// NewDetector reads the embedded words and profiles.
func NewDetector() *Detector { return &Detector{lex: newLexicon(), profiles: builtins()} }

// Detect is [Detector.Detect] of a new detector.
func Detect(header []string, sample [][]string, overrides ...string) (*Mapping, error) {
	return NewDetector().Detect(header, sample, overrides...)
}

// Detect maps the columns of an input by what they are called and by what is in them. The header is as the source
// names the columns, the sample some of the first rows (a few hundred are plenty, none is allowed), cells cleaned or
// raw. Overrides are as in [Mapping.Override].
//
// Where a built-in profile is recognised, the mapping has its name, and its knowledge comes before the general rules.
// The error is a *[NoContactError], beside which the mapping is returned too, or a *[MapError]. Doubts are no error:
// the caller decides whether somebody is there to be asked.
func (dt *Detector) Detect(header []string, sample [][]string, overrides ...string) (*Mapping, error) {
	m := &Mapping{Profile: Detected, Header: slices.Clone(header), Fields: map[contact.Field]FieldMap{}}
	specs, err := m.specs(overrides)
	if err != nil {
		return nil, err
	}
	d := newDetection(dt.lex, header, sample)
	p := recognise(dt.profiles, header)
	if p != nil {
		m.Profile, m.Defaults = p.Name, p.Defaults
		m.ignored = d.ignore(p)
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
	m.doubtOrganisation(d.lex, false)
	m.apply(specs)
	return m, m.usable()
}

// detection is one header and sample on the way to a mapping.
type detection struct {
	lex     *lexicon
	header  []string
	sample  [][]string
	means   []meaning
	cols    []column
	skip    []bool // ours, or known to a profile as something else
	several bool   // first names are numbered: several people stand in one row
	fields  map[contact.Field]FieldMap
	weak    contact.FieldSet
	reasons map[string]string // why a column was not taken, by header
	doubts  []Doubt
}

func newDetection(lex *lexicon, header []string, sample [][]string) *detection {
	rows := min(len(sample), sampleRows, max(20, sampleCells/max(1, len(header))))
	d := &detection{
		lex: lex, header: header, sample: sample[:rows], fields: map[contact.Field]FieldMap{},
		weak: contact.FieldSet{}, reasons: map[string]string{},
		means: make([]meaning, len(header)), cols: make([]column, len(header)), skip: make([]bool, len(header)),
	}
	evidence := map[langs]int{}
	for i := range header {
		name, _ := plain(header, i)
		d.skip[i] = ours(name)
		d.means[i] = d.lex.understand(name, 0)
		d.cols[i] = d.lex.survey(d.sample, i)
		for _, bit := range d.lex.bits {
			if l := d.means[i].langs; l&bit != 0 && l&(langEN|langAny) == 0 && d.means[i].kind != kindNone {
				evidence[bit]++
			}
		}
	}
	if in := dominant(evidence); in != 0 {
		for i := range header {
			name, _ := plain(header, i)
			d.means[i] = d.lex.understand(name, in)
		}
	}
	d.numbered()
	d.several = slices.ContainsFunc(d.means, func(m meaning) bool { return m.kind == kindFirst && m.group > 0 })
	d.labels()
	return d
}

// dominant is the languages that most columns speak, if at least two do.
func dominant(evidence map[langs]int) langs {
	most := 2
	var in langs
	for bit, n := range evidence {
		switch {
		case n > most:
			most, in = n, bit
		case n == most:
			in |= bit
		}
	}
	return in
}

// labels gives the column that a label column speaks of what most of its labels say: where "Phone 2 - Type" is always
// "Mobile", "Phone 2 - Value" is a mobile column.
func (d *detection) labels() {
	for i, m := range d.means {
		if m.kind != kindLabel || d.cols[i].filled == 0 {
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
		says := d.lex.understand(label, m.langs)
		for j := range d.means {
			of := &d.means[j]
			if of.group != m.group || (of.kind != m.about && (m.about != kindAddress || !isAddressPart(of.kind))) {
				continue
			}
			switch {
			case says.forbids:
				of.kind, of.forbids = kindNone, true
			case of.kind == kindPhone && says.kind == kindMobile:
				of.kind, of.scope = kindMobile, says.scope
			case of.scope == scopeNone && says.unknown == 0:
				of.scope = says.scope
			}
		}
	}
}

// ignore takes the columns that a profile knows as something else out of the game, and returns them.
func (d *detection) ignore(p *Profile) []string {
	at := index(d.header)
	var ignored []string
	for _, c := range p.Ignore {
		if h, ok := at.find(c); ok {
			d.skip[slices.Index(d.header, h)] = true
			ignored = append(ignored, h)
		}
	}
	return ignored
}

// candidate is a column that could make a field; the least rank is the best.
type candidate struct{ col, rank int }

// candidates lists the columns of some kinds, best first, those whose values contradict their header left out.
func (d *detection) candidates(rank func(m meaning) (int, bool)) []candidate {
	var out []candidate
	for i, m := range d.means {
		if d.skip[i] || m.kind == kindNone || d.cols[i].contradicts(m.kind) {
			continue
		}
		if r, ok := rank(m); ok {
			if _, repeated := plain(d.header, i); repeated {
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
func (d *detection) byKind(kinds ...kind) []candidate {
	return d.candidates(func(m meaning) (int, bool) {
		r := slices.Index(kinds, m.kind)
		return r * 10, r >= 0
	})
}

// put maps a field to columns.
func (d *detection) put(f contact.Field, confidence float64, cols ...int) {
	fm := FieldMap{Join: " ", Confidence: confidence, Why: "header"}
	for _, c := range cols {
		fm.Columns = append(fm.Columns, d.header[c])
	}
	d.fields[f] = fm
}

const (
	sureWithValues = 0.98 // the header is understood and values stand below it
	sureByHeader   = 0.9  // the header is understood, the column is empty
	sureByValues   = 0.8  // the values leave no doubt, the header says nothing
	unsure         = 0.5  // several columns could be meant
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
	dt := Doubt{Field: f, Reason: reason}
	for _, c := range candidates {
		dt.Candidates = append(dt.Candidates, d.header[c])
	}
	if taken >= 0 {
		dt.Column = d.header[taken]
	}
	example := "COLUMN"
	if len(dt.Candidates) > 0 {
		example = shellQuote(dt.Candidates[0])
	}
	dt.Settle = "--map " + string(f) + "=" + example
	d.doubts = append(d.doubts, dt)
	if fm, ok := d.fields[f]; ok {
		fm.Confidence = unsure
		d.fields[f] = fm
	}
}

// shellQuote makes a column name one word for a shell.
func shellQuote(s string) string {
	if s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
