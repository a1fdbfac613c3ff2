package mapping

import (
	"embed"
	"fmt"
	"slices"
	"strings"

	"github.com/contactsync/contactsync/importer/contact"
)

//go:embed profiles/*.yaml
var profileFiles embed.FS

// UnknownProfileError says that there is no built-in profile of a name.
type UnknownProfileError struct{ Name string }

func (e *UnknownProfileError) Error() string {
	return fmt.Sprintf("there is no built-in mapping profile %q; there are %s, and any YAML file can be one", e.Name, strings.Join(Builtin(), ", "))
}

// builtins reads all built-in profiles, in the order of their names. They are part of the program, so that a mistake in
// one is a panic; a test reads them.
func builtins() []*Profile {
	entries, err := profileFiles.ReadDir("profiles")
	if err != nil {
		panic(fmt.Sprintf("reading the embedded profiles: %v", err))
	}
	var out []*Profile
	for _, e := range entries {
		data, err := profileFiles.ReadFile("profiles/" + e.Name())
		if err != nil {
			panic(fmt.Sprintf("reading the embedded profiles: %v", err))
		}
		p, err := Parse(strings.TrimSuffix(e.Name(), ".yaml"), data)
		if err != nil {
			panic(fmt.Sprintf("reading the embedded profiles: %v", err))
		}
		out = append(out, p)
	}
	return out
}

// Builtin returns the names of the built-in profiles, and those of their families: "salesforce" stands for whichever
// of salesforce-report and salesforce-export fits the input.
func Builtin() []string {
	var out []string
	for _, p := range builtins() {
		out = append(out, p.Name)
		if family, _, ok := strings.Cut(p.Name, "-"); ok {
			out = append(out, family)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// IsBuiltin reports whether a name is that of a built-in profile or family, and not of a file.
func IsBuiltin(name string) bool { return slices.Contains(Builtin(), name) }

// Named binds the built-in profile of a name to an input; of a family the one that finds most of its columns. The error
// is a *[UnknownProfileError], a *[DriftError] if the input has none of its columns, or one of [Profile.Bind].
func Named(name string, header []string, overrides ...string) (*Mapping, error) {
	var best *Profile
	most := -1
	for _, p := range builtins() {
		family, _, _ := strings.Cut(p.Name, "-")
		if p.Name != name && family != name {
			continue
		}
		if n := p.found(header); n > most {
			best, most = p, n
		}
	}
	if best == nil {
		return nil, &UnknownProfileError{name}
	}
	if most == 0 && len(overrides) == 0 {
		drift := &DriftError{Profile: best.Name, Columns: slices.Clone(header)}
		for _, f := range contact.Fields() {
			for _, c := range best.Fields[f].Columns {
				drift.Missing = append(drift.Missing, Missing{Field: f, Column: c, Near: nearest(c, header)})
			}
		}
		return nil, drift
	}
	return best.Bind(header, overrides...)
}

// found counts the profile's columns that an input has.
func (p *Profile) found(header []string) int {
	at, n := index(header), 0
	for _, fm := range p.Fields {
		for _, c := range fm.columnsOf() {
			if _, ok := at.find(c); ok {
				n++
			}
		}
	}
	return n
}

// recognise finds the built-in profile that an input was exported for; nil if there is none.
func recognise(profiles []*Profile, header []string) *Profile {
	var best *Profile
	at := index(header)
	for _, p := range profiles {
		if p.recognises(at, header) && (best == nil || len(p.Detect) > len(best.Detect)) {
			best = p
		}
	}
	return best
}

func (p *Profile) recognises(at names, header []string) bool {
	for _, c := range p.Detect {
		if _, ok := at.exact[c]; !ok {
			return false
		}
	}
	if !p.Exclusive {
		return len(p.Detect) > 0
	}
	known := map[string]bool{}
	for _, fm := range p.Fields {
		for _, c := range fm.columnsOf() {
			known[c] = true
		}
	}
	for _, c := range p.Ignore {
		known[c] = true
	}
	n := 0
	for _, h := range header {
		switch {
		case known[h]:
			n++
		case !ours(h):
			return false
		}
	}
	return n >= 2
}

// adopt puts what a recognised profile knows before what the general rules found. A field whose columns are all empty
// in the sample stays with the rules if these found one with values; the address is taken as a whole.
func (d *detection) adopt(p *Profile, m *Mapping) {
	at := index(m.Header)
	address := []contact.Field{contact.Street, contact.SecondaryAddress, contact.Zipcode, contact.City, contact.State, contact.CountryField}
	keepAddress := d.filledIn(p, at, address) == 0 && d.filledIn(m.AsProfile(), at, address) > 0
	for _, f := range contact.Fields() {
		fm, ok := p.Fields[f]
		if !ok {
			continue
		}
		if slices.Contains(address, f) && keepAddress {
			continue
		}
		own := d.filledIn(p, at, []contact.Field{f})
		if !slices.Contains(address, f) && own == 0 && d.filledIn(m.AsProfile(), at, []contact.Field{f}) > 0 {
			continue
		}
		bound, _ := fm.bind(at)
		if !bound.feeds() || f == contact.ExternalID && d.unfit(bound.Columns, m) {
			continue
		}
		m.settled(f)
		bound.Confidence, bound.Why = 1, "profile"
		m.Fields[f] = bound
		m.Doubts = slices.DeleteFunc(m.Doubts, func(dt Doubt) bool { return dt.Field == f })
	}
}

// unfit reports whether the column that a profile knows as the record's id is none in this file, and notes why.
func (d *detection) unfit(columns []string, m *Mapping) bool {
	for _, c := range columns {
		if why := d.noIdentity(slices.Index(d.header, c)); why != "" {
			m.reason(c, why)
			return true
		}
	}
	return false
}

// filledIn counts the sample's cells in the columns of some fields.
func (d *detection) filledIn(p *Profile, at names, fields []contact.Field) int {
	n := 0
	for _, f := range fields {
		for _, c := range p.Fields[f].Columns {
			if h, ok := at.find(c); ok {
				n += d.cols[slices.Index(d.header, h)].filled
			}
		}
	}
	return n
}
