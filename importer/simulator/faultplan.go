package simulator

import (
	"encoding/binary"
	"hash/fnv"
	"slices"
)

// faultPlan decides which fault hits a request. It is guarded by the server's lock.
type faultPlan struct {
	seed   uint64
	faults []Fault
	seen   []int // requests that each fault was asked about
	hit    []int // and those it hit
	// repeats counts equal requests: the second try of a request is another request, with another draw.
	repeats map[uint64]uint64
}

func newFaultPlan(seed uint64, faults []Fault) *faultPlan {
	return &faultPlan{
		seed: seed, faults: slices.Clone(faults),
		seen: make([]int, len(faults)), hit: make([]int, len(faults)),
		repeats: map[uint64]uint64{},
	}
}

// pick returns the fault that hits the request, and how often it had hit before; nil if none does. Every fault counts
// the request, also behind the one that hits.
func (p *faultPlan) pick(x *exchange) (chosen *Fault, nth int) {
	if len(p.faults) == 0 {
		return nil, 0
	}
	var drawn bool
	var request uint64
	for i := range p.faults {
		f := &p.faults[i]
		if !slices.Contains(f.targets, x.target) {
			continue
		}
		p.seen[i]++
		var draw float64
		if f.schedule.kind == share {
			if !drawn {
				request, drawn = p.identify(x), true
			}
			draw = p.draw(request, i)
		}
		if chosen == nil && f.schedule.hits(p.seen[i], draw) {
			chosen, nth = f, p.hit[i]
			p.hit[i]++
		}
	}
	return chosen, nth
}

// identify names a request by what it says and how often it came, so that a draw does not depend on the order in which
// requests of many workers arrive.
func (p *faultPlan) identify(x *exchange) uint64 {
	h := fnv.New64a()
	for _, part := range []string{x.r.Method, x.r.URL.Path, x.r.URL.RawQuery, string(x.body)} {
		// A hash never fails to be written to.
		_, _ = h.Write([]byte(part))
		_, _ = h.Write([]byte{0})
	}
	id := h.Sum64()
	p.repeats[id]++
	return mix(id ^ mix(p.repeats[id]))
}

// draw is uniform in [0, 1).
func (p *faultPlan) draw(request uint64, fault int) float64 {
	h := fnv.New64a()
	_, _ = h.Write(binary.LittleEndian.AppendUint64(nil, p.seed))
	_, _ = h.Write([]byte(p.faults[fault].text))
	return float64(mix(request^mix(h.Sum64()+uint64(fault)))>>11) / (1 << 53)
}

// mix is the finaliser of SplitMix64: near inputs give unrelated outputs.
func mix(z uint64) uint64 {
	z += 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
