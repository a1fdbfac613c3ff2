package dedupe

import (
	"cmp"
	"iter"
	"slices"
)

// Pair is two rows of the input that have to do with each other; A stands before B.
type Pair struct {
	// Group is the first row of all that hang together with these two.
	Group, A, B uint32
	// Related: equal in the key with clearly different names, so both are kept. Otherwise they are the same contact.
	Related bool
}

// MostPairs is how many pairs of a group are listed beyond the one that each of its rows has with its first row. Tens of
// thousands of people behind one mailbox have so many that nobody reads them, and they would fill the disk.
const MostPairs = 1000

// Pairs yields the pairs that were found, ordered by B, then A: of each row that with the row which it is a duplicate of, or
// the first one that it is related to, and of the other pairs of a group the first MostPairs. LeftOut is called at the end
// with the number of all others.
func (d *Groups) Pairs(leftOut func(n int)) iter.Seq[Pair] {
	group := d.components()
	return func(yield func(Pair) bool) {
		others, left := map[uint32]int{}, 0
		for row := uint32(1); row <= d.last; row++ {
			pairs := d.pairsOf(row)
			first := max(0, slices.IndexFunc(pairs, func(p Pair) bool { return !p.Related }))
			for i, p := range pairs {
				p.Group = d.firstOf(p.A)
				if g, ok := group[p.Group]; ok {
					p.Group = g
				}
				if i != first {
					if others[p.Group] == MostPairs {
						left++
						continue
					}
					others[p.Group]++
				}
				if !yield(p) {
					return
				}
			}
		}
		leftOut(left)
	}
}

func (d *Groups) pairsOf(row uint32) []Pair {
	var pairs []Pair
	if t := d.Earlier(row); t != 0 {
		pairs = append(pairs, Pair{A: t, B: row})
	}
	for _, r := range d.peers[row] {
		if r.row != d.Earlier(row) {
			pairs = append(pairs, Pair{A: r.row, B: row, Related: true})
		}
	}
	slices.SortFunc(pairs, func(a, b Pair) int { return cmp.Compare(a.A, b.A) })
	return pairs
}

// components maps the first row of each group that has relatives to the smallest first row that it hangs together with.
func (d *Groups) components() map[uint32]uint32 {
	parent := map[uint32]uint32{}
	find := func(x uint32) uint32 {
		root := x
		for p, ok := parent[root]; ok && p != root; p, ok = parent[root] {
			root = p
		}
		for x != root { // so that the way is short the next time
			x, parent[x] = parent[x], root
		}
		return root
	}
	for row, peers := range d.peers {
		for _, r := range peers {
			a, b := find(d.firstOf(r.row)), find(d.firstOf(row))
			parent[max(a, b)] = min(a, b)
		}
	}
	flat := make(map[uint32]uint32, len(parent))
	for x := range parent {
		flat[x] = find(x)
	}
	return flat
}
