package limit

import "time"

// ring holds what one rate knows of its last N slots: those in use, and the moments at which the others came back.
// A slot that came back less than the window ago still counts, since its request may have arrived at any moment up to
// then.
type ring struct {
	n     int
	keep  time.Duration
	inUse int
	most  int // that ever counted at once

	// back holds the moments, oldest first, in a circle that starts at head and grows up to n only as far as needed:
	// a rate of millions costs nothing until it is used.
	back []time.Duration
	head int
	size int
}

// slack lengthens each window by a thousandth: the server's clock is not ours, and may count in whole milliseconds.
// It is a tenth of what the budget may waste.
const slack = 1000

func newRing(r Rate) *ring { return &ring{n: r.N, keep: r.keep()} }

// keep is how long a slot counts after its answer.
func (r Rate) keep() time.Duration { return r.Per + max(r.Per/slack, 1) }

// free tells whether a slot is free at the moment now. If not, wait is how long until one is; known is false while
// that depends on a slot that is still in use.
func (r *ring) free(now time.Duration) (ok bool, wait time.Duration, known bool) {
	for r.size > 0 && now-r.back[r.head] >= r.keep {
		r.head = (r.head + 1) % len(r.back)
		r.size--
	}
	switch {
	case r.inUse+r.size < r.n:
		return true, 0, true
	case r.size > 0:
		return false, r.back[r.head] + r.keep - now, true
	default:
		return false, 0, false
	}
}

// take takes a slot that was free just now.
func (r *ring) take() {
	r.inUse++
	r.most = max(r.most, r.inUse+r.size)
}

func (r *ring) giveBack(now time.Duration) {
	r.inUse--
	if r.size == len(r.back) {
		r.grow()
	}
	r.back[(r.head+r.size)%len(r.back)] = now
	r.size++
}

func (r *ring) grow() {
	bigger := make([]time.Duration, max(16, 2*len(r.back)))
	copied := copy(bigger, r.back[r.head:])
	copy(bigger[copied:], r.back[:r.head])
	r.back, r.head = bigger, 0
}
