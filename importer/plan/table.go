package plan

// table maps 64-bit fingerprints to row numbers, for files of many millions of rows: two flat arrays a shard, no
// pointers for the garbage collector to follow, 12 bytes a slot. Shards grow one at a time, so that growing never needs
// a second copy of the whole.
//
// A fingerprint is the head of a 128-bit hash. With ten million rows the odds that two different keys share one are
// about 3 in a million, and the name rule would still have to call the two rows the same person.
type table struct {
	shards [256]shard
}

type shard struct {
	keys []uint64
	rows []uint32 // 0: the slot is free; rows count from 1
	used int
}

// minSlots is the size of a shard's first allocation; a power of two, as every later one.
const minSlots = 16

// insert notes row under key if the key is new. It returns the row that had the key before, 0 if there was none.
func (t *table) insert(key uint64, row uint32) uint32 {
	s := &t.shards[key>>56]
	if s.used*4 >= len(s.rows)*3 {
		s.grow()
	}
	slot := s.slot(key)
	if s.rows[slot] != 0 {
		return s.rows[slot]
	}
	s.keys[slot], s.rows[slot] = key, row
	s.used++
	return 0
}

// slot returns where key stands, or the free slot where it would.
func (s *shard) slot(key uint64) int {
	mask := len(s.rows) - 1
	for i := int(key) & mask; ; i = (i + 1) & mask {
		if s.rows[i] == 0 || s.keys[i] == key {
			return i
		}
	}
}

func (s *shard) grow() {
	old := *s
	size := max(minSlots, 2*len(old.rows))
	s.keys, s.rows = make([]uint64, size), make([]uint32, size)
	for i, row := range old.rows {
		if row != 0 {
			slot := s.slot(old.keys[i])
			s.keys[slot], s.rows[slot] = old.keys[i], row
		}
	}
}
