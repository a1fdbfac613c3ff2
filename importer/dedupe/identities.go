package dedupe

import (
	"cmp"
	"encoding/binary"
	"slices"

	"github.com/contactsync/contactsync/importer/contact"
)

// Identity is an id of another system within one organisation, as [Identities] keep it: organisations may number their
// people alike.
type Identity uint64

// IdentityOf makes an identity of the hash of an id.
func IdentityOf(org int64, id contact.Hash) Identity {
	return Identity(mix(binary.LittleEndian.Uint64(id[:8]), uint64(org)))
}

// Identities finds out whether the ids in the input identify people. An id that stands in rows which are not all the same
// contact is nobody's: a customer's number, a join that repeats ids, a number that a spreadsheet has rounded.
//
// It is fed in two walks over the rows: Note takes every row with an id, at a small fixed cost for each; Compare takes
// those for which IsContested then says so.
type Identities struct {
	seen   table
	first  Column[uint32] // by row: the first row with the same id, 0 if that is the row itself
	groups map[uint32]*sharers
	shared map[Identity]*sharers
	inputs map[int]*idColumn
}

// idColumn is what one input has of ids.
type idColumn struct {
	tally IDTally
	start uint32 // the first row with an id
}

// sharers are the rows with one id.
type sharers struct {
	first, other uint32 // other is the first row that is another contact than an earlier one; 0: there is none
	inputs       []int
	valid        *Bearer // the first one that would be a contact, and the first one that would not
	invalid      *Bearer
	names        []string // those of the valid ones
}

// Bearer is what one row says of the contact whose id it has.
type Bearer struct {
	Keys  contact.Keys
	Name  string
	Email string
	// Invalid rows are no contacts yet, and have no keys. They count as the person whose name and address fit theirs.
	Invalid bool
}

// NewIdentities returns an empty set.
func NewIdentities() *Identities {
	return &Identities{groups: map[uint32]*sharers{}, shared: map[Identity]*sharers{}, inputs: map[int]*idColumn{}}
}

// Note takes note of a row's id. Rows come in ascending order, from 1, those of one input together.
func (i *Identities) Note(row uint32, input int, id Identity) {
	in := i.inputs[input]
	if in == nil {
		in = &idColumn{start: row}
		i.inputs[input] = in
	}
	first := i.seen.insert(uint64(id), row)
	if first == 0 || first < in.start && i.seen.insert(mix(uint64(id), uint64(input)+1), row) == 0 {
		in.tally.Values++
	}
	if first == 0 {
		return
	}
	if i.groups[first] == nil {
		i.groups[first] = &sharers{first: first}
	}
	i.first.Set(row, first)
}

// IsContested reports whether an id stands in another row than this one too.
func (i *Identities) IsContested(row uint32) bool { return i.group(row) != nil }

func (i *Identities) group(row uint32) *sharers {
	if first := i.first.Get(row); first != 0 {
		row = first
	}
	return i.groups[row]
}

// Compare compares a contested row with those before it that have the same id. Rows come in ascending order.
func (i *Identities) Compare(row uint32, input int, id Identity, b Bearer) {
	i.seen = table{} // all have been noted
	g := i.group(row)
	if g == nil {
		return
	}
	if !slices.Contains(g.inputs, input) {
		g.inputs = append(g.inputs, input)
		if g.other != 0 {
			i.inputs[input].tally.Shared++
		}
	}
	if g.other != 0 || g.fits(&b) {
		return
	}
	g.other, g.valid, g.invalid, g.names = row, nil, nil, nil
	i.shared[id] = g
	for _, input := range g.inputs {
		i.inputs[input].tally.Shared++
	}
}

// fits reports whether a row is the same contact as those before it, and takes note of it.
func (g *sharers) fits(b *Bearer) bool {
	for _, other := range [...]*Bearer{g.valid, g.invalid} {
		if other != nil && !sameBearer(other, b) {
			return false
		}
	}
	if b.Invalid {
		g.invalid = cmp.Or(g.invalid, b)
		return true
	}
	for _, name := range g.names {
		if !contact.SameName(name, b.Name) {
			return false
		}
	}
	g.valid = cmp.Or(g.valid, b)
	if len(g.names) < maxNames && !slices.Contains(g.names, b.Name) {
		g.names = append(g.names, b.Name)
	}
	return true
}

// sameBearer reports whether two rows are the same contact, as duplicates are found; one that is invalid is whose name
// and address fit.
func sameBearer(a, b *Bearer) bool {
	if !contact.SameName(a.Name, b.Name) {
		return false
	}
	if a.Invalid || b.Invalid {
		return a.Email == "" || b.Email == "" || a.Email == b.Email
	}
	return a.Keys.Match(b.Keys)
}

// Shared returns, for an id that is nobody's, its first row and the first one that is another contact.
func (i *Identities) Shared(id Identity) (first, other uint32, ok bool) {
	g, ok := i.shared[id]
	if !ok {
		return 0, 0, false
	}
	return g.first, g.other, true
}

// AnyShared reports whether any id is nobody's.
func (i *Identities) AnyShared() bool { return i != nil && len(i.shared) > 0 }

// Tally counts an input's ids.
func (i *Identities) Tally(input int) IDTally {
	if in := i.inputs[input]; in != nil {
		return in.tally
	}
	return IDTally{}
}

// IDTally counts the different ids of one input: all, and those that are nobody's since several contacts share them.
type IDTally struct{ Values, Shared int }

// The most shared ids of a column that still is one of ids: in any file a join doubles a row or two or somebody copies one
// to begin a new one, whatever its size. In a long one a hundredth may be so: a system that gives each record a number of
// its own is far from that, and a customer's number, which most companies' people share, far beyond.
const (
	fewShared        = 2
	fewSharedPercent = 1
)

// IsNoID reports whether more than a few ids of the column are shared: then it numbers something else than people.
func (t IDTally) IsNoID() bool {
	return t.Shared > fewShared && t.Shared*100 > t.Values*fewSharedPercent
}
