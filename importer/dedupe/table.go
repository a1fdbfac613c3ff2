package dedupe

import "slices"

// table maps 64-bit fingerprints to row numbers, for files of many millions of rows: 10 bytes a slot, no pointers for
// the garbage collector to follow. A fingerprint's head names its shard, so that slots hold the rest of it. Shards grow
// one at a time and by little: growing never needs a second copy of the whole, and most slots are in use.
//
// A fingerprint is the head of a 128-bit hash. With ten million rows the odds that two different keys share one are
// about 3 in a million, and the name rule would still have to call the two rows the same person.
type table struct {
	shards []shard // none before the first insert
}

type shard struct {
	slots []slot
	used  uint32
}

// slot is a key's lower 48 bits and a row number, in halves that need no padding.
type slot struct {
	key [3]uint16
	row [2]uint16 // 0: the slot is free; rows count from 1
}

const (
	keyBits  = 48
	minSlots = 6
)

func slotOf(key uint64, row uint32) slot {
	return slot{
		key: [3]uint16{uint16(key), uint16(key >> 16), uint16(key >> 32)},
		row: [2]uint16{uint16(row), uint16(row >> 16)},
	}
}

func (s slot) number() uint32 { return uint32(s.row[0]) | uint32(s.row[1])<<16 }

func (s slot) low() uint64 { return uint64(s.key[0]) | uint64(s.key[1])<<16 | uint64(s.key[2])<<32 }

// insert notes row under key if the key is new. It returns the row that had the key before, 0 if there was none.
func (t *table) insert(key uint64, row uint32) uint32 {
	if t.shards == nil {
		t.shards = make([]shard, 1<<(64-keyBits))
	}
	s := &t.shards[key>>keyBits]
	if (int(s.used)+1)*8 > len(s.slots)*7 { // one slot stays free, so that every search ends
		s.grow()
	}
	at := s.find(key)
	if before := s.slots[at].number(); before != 0 {
		return before
	}
	s.slots[at] = slotOf(key, row)
	s.used++
	return 0
}

// get returns the row that has the key, 0 if there is none.
func (t *table) get(key uint64) uint32 {
	if t.shards == nil {
		return 0
	}
	s := &t.shards[key>>keyBits]
	if len(s.slots) == 0 {
		return 0
	}
	return s.slots[s.find(key)].number()
}

// find returns where key stands, or the free slot where it would.
func (s *shard) find(key uint64) int {
	low := key & (1<<keyBits - 1)
	want := slotOf(key, 0).key
	at := int(low >> 16 * uint64(len(s.slots)) >> (keyBits - 16))
	for s.slots[at].row != [2]uint16{} && s.slots[at].key != want {
		if at++; at == len(s.slots) {
			at = 0
		}
	}
	return at
}

func (s *shard) grow() {
	old := s.slots
	more := slices.Grow([]slot(nil), len(old)+max(minSlots, len(old)/4))
	s.slots = more[:cap(more)] // the allocator rounds up; what it gives is used
	for _, o := range old {
		if o.number() != 0 {
			s.slots[s.find(o.low())] = o
		}
	}
}
