// Package dedupe tells which rows of the inputs are the same contact, and which ids of the rows' own identify them. It is
// pure: no I/O, no clock, no logging.
package dedupe

import (
	"encoding/binary"
	"slices"

	"github.com/contactsync/contactsync/importer/contact"
)

// maxNames bounds how many different names under one key are compared with each other. A key that more people share
// (info@, a switchboard) still gets every later row compared with these, and with its own exact name.
const maxNames = 32

// Groups finds the rows of a run's input that are the same contact. It is fed once with the keys of every valid
// row, in order, and keeps a small fixed cost for each; then it says which names it must see to decide, since rows that
// are equal in the key with clearly different names (a shared mailbox) are two contacts.
//
// A row is a duplicate of the first row of its group. A row joins a group only if its name fits every name in it: "J. Smith"
// fits both John and Jane Smith, and must not make one person of them.
type Groups struct {
	seen  table
	name  Column[uint64]        // by row: the hash of the folded name
	group Column[uint32]        // by row: the first row of its group, 0 if that is the row itself (see NoteLast), and hasPrimary
	last  uint32                // the highest row
	edges []edge                // in row order
	names map[uint64][]uint32   // by key: the rows that first had it with a new name, when there is more than one
	peers map[uint32][]relation // by the later row: rows equal in the key with a clearly different name
	other map[uint32]uint32     // by the earlier row: the first such later row

	keepLast bool // the last row of a group counts, not the first one
}

// hasPrimary marks a row with a primary key, beside the number of its group.
const hasPrimary = 1 << 31

// edge is a reason to compare a row with an earlier one, or with all that stand under a contested key.
type edge struct {
	row   uint32
	first uint32
	key   uint64 // 0: compare with first only
}

type relation struct{ row uint32 }

// NewGroups returns an empty set.
func NewGroups() *Groups {
	return &Groups{
		names: map[uint64][]uint32{},
		peers: map[uint32][]relation{},
		other: map[uint32]uint32{},
	}
}

// Add notes the keys of a valid row. Rows come in ascending order; a row that is not added is nobody's duplicate.
func (d *Groups) Add(row uint32, k contact.Keys) {
	d.last = row
	d.name.Set(row, k.Name)
	if k.HasPrimary {
		d.group.Set(row, hasPrimary)
		d.addPrimary(row, fingerprint(k.Primary), k.Name)
	}
	for _, f := range k.Fallback {
		d.addFallback(row, fingerprint(f), k.HasPrimary)
	}
	if !k.HasPrimary && len(k.Fallback) == 0 {
		if first := d.seen.insert(fingerprint(k.Content), row); first != 0 {
			d.edges = append(d.edges, edge{row: row, first: first})
		}
	}
}

// addPrimary looks a row up by what people match on; names may differ under it.
func (d *Groups) addPrimary(row uint32, key, name uint64) {
	first := d.seen.insert(key, row)
	if first == 0 {
		return
	}
	if d.name.Get(first) == name {
		d.edges = append(d.edges, edge{row: row, first: first})
		return
	}
	if same := d.seen.insert(mix(key, name), row); same != 0 {
		d.edges = append(d.edges, edge{row: row, first: same})
		return
	}
	if d.names[key] == nil {
		d.names[key] = []uint32{first}
	}
	if len(d.names[key]) < maxNames {
		d.names[key] = append(d.names[key], row)
	}
	d.edges = append(d.edges, edge{row: row, first: first, key: key})
}

// addFallback looks a row up by name and something else. It decides only where either side has no primary key; the first
// row without one is to be found even if a row with one stands before it.
func (d *Groups) addFallback(row uint32, key uint64, primary bool) {
	first := d.seen.insert(key, row)
	if first == 0 {
		return
	}
	if !primary {
		d.edges = append(d.edges, edge{row: row, first: first})
	}
	if d.group.Get(first)&hasPrimary == 0 {
		if primary {
			d.edges = append(d.edges, edge{row: row, first: first})
		}
		return
	}
	without := mix(key, 1)
	if !primary {
		d.seen.insert(without, row)
	} else if first := d.seen.get(without); first != 0 {
		d.edges = append(d.edges, edge{row: row, first: first})
	}
}

// Contested returns the rows, ascending, whose names Resolve will ask for.
func (d *Groups) Contested() []uint32 {
	var rows []uint32
	for _, e := range d.edges {
		if e.key != 0 {
			rows = append(rows, e.row, e.first)
		}
	}
	for _, named := range d.names {
		rows = append(rows, named...)
	}
	slices.Sort(rows)
	return slices.Compact(rows)
}

// Resolve decides every group. The name of each contested row must be in names.
func (d *Groups) Resolve(names map[uint32]string) {
	byHash := make(map[uint64]string, len(names))
	for row, name := range names {
		byHash[d.name.Get(row)] = name
	}
	groups := map[uint32][]uint64{} // by first row: the different names of the group, when there is more than one
	for i := 0; i < len(d.edges); {
		row, others := d.edges[i].row, []uint32(nil)
		for ; i < len(d.edges) && d.edges[i].row == row; i++ {
			others = d.candidates(others, d.edges[i])
		}
		for j, other := range others {
			others[j] = d.firstOf(other)
		}
		slices.Sort(others)
		d.join(row, slices.Compact(others), groups, byHash)
	}
	d.edges = nil
	d.seen = table{}
}

// candidates appends the earlier rows that an edge speaks of.
func (d *Groups) candidates(rows []uint32, e edge) []uint32 {
	rows = append(rows, e.first)
	if e.key == 0 {
		return rows
	}
	for _, named := range d.names[e.key] {
		if named < e.row {
			rows = append(rows, named)
		}
	}
	return rows
}

// join makes row a member of the first group that it fits, and notes those that it does not fit. A group is named by its
// first row.
func (d *Groups) join(row uint32, firsts []uint32, groups map[uint32][]uint64, names map[uint64]string) {
	for _, first := range firsts {
		if !d.fits(row, first, groups, names) {
			d.relate(first, row)
			continue
		}
		if d.Earlier(row) == 0 {
			d.group.Set(row, d.group.Get(row)&hasPrimary|first)
			d.addName(row, first, groups)
		}
	}
}

func (d *Groups) fits(row, first uint32, groups map[uint32][]uint64, names map[uint64]string) bool {
	name, members := d.name.Get(row), groups[first]
	if members == nil {
		members = []uint64{d.name.Get(first)}
	}
	for _, m := range members {
		if m != name && !contact.SameName(names[m], names[name]) {
			return false
		}
	}
	return true
}

func (d *Groups) addName(row, first uint32, groups map[uint32][]uint64) {
	name, firstName := d.name.Get(row), d.name.Get(first)
	if name == firstName {
		return
	}
	members := groups[first]
	if members == nil {
		members = []uint64{firstName}
	}
	if !slices.Contains(members, name) {
		members = append(members, name)
	}
	groups[first] = members
}

func (d *Groups) relate(a, b uint32) {
	if !slices.Contains(d.peers[b], relation{a}) {
		d.peers[b] = append(d.peers[b], relation{a})
	}
	if d.other[a] == 0 {
		d.other[a] = b
	}
}

func (d *Groups) firstOf(row uint32) uint32 {
	if t := d.Earlier(row); t != 0 {
		return t
	}
	return row
}

// Earlier returns the earlier row that row is a duplicate of, 0 if there is none.
func (d *Groups) Earlier(row uint32) uint32 {
	if g := d.group.Get(row) &^ hasPrimary; g < row {
		return g
	}
	return 0
}

// Related returns a row that is equal in the key and clearly differs in the name, the earliest one; 0 if there is none.
func (d *Groups) Related(row uint32) uint32 {
	if p := d.peers[row]; len(p) > 0 {
		return p[0].row
	}
	return d.other[row]
}

func fingerprint(h contact.Hash) uint64 { return binary.LittleEndian.Uint64(h[:8]) }

// mix derives a second key from a fingerprint, so that (key, name) finds its place in the same table (the finaliser of
// MurmurHash3).
func mix(key, salt uint64) uint64 {
	x := key ^ (salt * 0x9e3779b97f4a7c15)
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	x *= 0xc4ceb9fe1a85ec53
	return x ^ x>>33
}
