package mapping

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/mapping/heading"
)

//go:embed profiles/*.yaml
var profileFiles embed.FS

// UnknownProfileError says that there is no built-in profile of a name.
type UnknownProfileError struct{ Name string }

func (e *UnknownProfileError) Error() string {
	return fmt.Sprintf("there is no built-in mapping profile %q; there are %s, and any YAML file can be one", e.Name, strings.Join(BuiltinNames(), ", "))
}

// Builtins returns all built-in profiles, in the order of their names. They are read once, and not to be changed.
func Builtins() []*Profile { return builtins() }

var builtins = sync.OnceValue(readBuiltins)

// readBuiltins reads the embedded profiles. They are part of the program, so that a mistake in one is a panic; a test reads
// them.
func readBuiltins() []*Profile {
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

// BuiltinNames returns the names of the built-in profiles, and those of their families: "salesforce" stands for whichever
// of salesforce-report and salesforce-export fits the input.
func BuiltinNames() []string {
	var out []string
	for _, p := range Builtins() {
		out = append(out, p.Name)
		if family, _, ok := strings.Cut(p.Name, "-"); ok {
			out = append(out, family)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// IsBuiltin reports whether a name is that of a built-in profile or family, and not of a file.
func IsBuiltin(name string) bool { return slices.Contains(BuiltinNames(), name) }

// Named binds the built-in profile of a name to an input; of a family the one that finds most of its columns. The error
// is a *[UnknownProfileError], a *[DriftError] if the input has none of its columns, or one of [Profile.Bind].
func Named(name string, header []string, overrides ...string) (*Mapping, error) {
	var best *Profile
	most := -1
	for _, p := range Builtins() {
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
				drift.Missing = append(drift.Missing, Missing{Field: f, Column: c, Near: heading.Nearest(c, header)})
			}
		}
		return nil, drift
	}
	return best.Bind(header, overrides...)
}

// found counts the profile's columns that an input has.
func (p *Profile) found(header []string) int {
	at, n := heading.Index(header), 0
	for _, fm := range p.Fields {
		for _, c := range fm.AllColumns() {
			if _, ok := at.Find(c); ok {
				n++
			}
		}
	}
	return n
}
