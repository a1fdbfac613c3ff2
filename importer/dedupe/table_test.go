package dedupe

import (
	"testing"

	"pgregory.net/rapid"
)

// TestTable holds the table to a map. Keys come from few heads and few tails, so that shards grow and keys collide in
// every part of them.
func TestTable(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var table table
		model := map[uint64]uint32{}
		key := rapid.Custom(func(t *rapid.T) uint64 {
			head := rapid.SampledFrom([]uint64{0, 1, 0x8000, 0xFFFF}).Draw(t, "head")
			spread := rapid.SampledFrom([]uint64{1, 1 << 16, 1 << 32, 1 << 41}).Draw(t, "spread")
			return head<<keyBits | rapid.Uint64Range(0, 1<<48/spread-1).Draw(t, "tail")%200*spread
		})
		row := uint32(0)
		for _, k := range rapid.SliceOfN(key, 0, 600).Draw(t, "keys") {
			if got := table.get(k); got != model[k] {
				t.Fatalf("%#x has row %d, want %d", k, got, model[k])
			}
			row += rapid.Uint32Range(1, 1<<20).Draw(t, "step")
			if got := table.insert(k, row); got != model[k] {
				t.Fatalf("inserting %#x: row %d was there, want %d", k, got, model[k])
			}
			if model[k] == 0 {
				model[k] = row
			}
		}
		for k, want := range model {
			if got := table.get(k); got != want {
				t.Fatalf("%#x has row %d, want %d", k, got, want)
			}
		}
	})
}
