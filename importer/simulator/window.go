package simulator

import (
	"net"
	"sync"
	"time"
)

// window counts arrivals of one address. A request that is refused counts too ("all calls counted"), so an address that
// keeps sending stays shut out.
type window struct {
	ring []time.Time // the last len(ring) arrivals
	next int
	per  time.Duration
}

func newWindow(n int, per time.Duration) *window {
	return &window{ring: make([]time.Time, n), per: per}
}

// arrive counts one request and reports whether fewer than n others arrived in the window before it.
func (w *window) arrive(now time.Time) bool {
	oldest := w.ring[w.next]
	w.ring[w.next] = now
	w.next = (w.next + 1) % len(w.ring)
	return oldest.IsZero() || now.Sub(oldest) >= w.per
}

// authLimit and authWindow are the documented limit of authenticate calls of one address.
const (
	authLimit  = 100
	authWindow = 5 * time.Minute
)

// verdict is what the gate says of a request.
type verdict int

const (
	passed verdict = iota
	overLimit
	overAuthLimit
	overQuota
)

// gate holds the limits that stand before everything else.
type gate struct {
	opts Options

	mu    sync.Mutex
	all   map[string]*window
	auth  map[string]*window
	month time.Time
	used  int
}

func newGate(o Options) *gate {
	return &gate{opts: o, all: map[string]*window{}, auth: map[string]*window{}}
}

// arrive counts a request of the address and returns its verdict.
func (g *gate) arrive(now time.Time, remote string, authenticate bool) verdict {
	addr, _, err := net.SplitHostPort(remote)
	if err != nil {
		addr = remote
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	ok := passed
	if g.overQuota(now) {
		ok = overQuota
	}
	if authenticate && !arriveAt(g.auth, addr, authLimit, authWindow, now) {
		ok = overAuthLimit
	}
	if g.opts.Limit > 0 && !arriveAt(g.all, addr, g.opts.Limit, g.opts.Window, now) {
		ok = overLimit
	}
	return ok
}

func arriveAt(windows map[string]*window, addr string, n int, per time.Duration, now time.Time) bool {
	w := windows[addr]
	if w == nil {
		w = newWindow(n, per)
		windows[addr] = w
	}
	return w.arrive(now)
}

func (g *gate) overQuota(now time.Time) bool {
	if g.opts.Quota < 0 {
		return false
	}
	if month := monthOf(now.Add(g.opts.ClockSkew)); !month.Equal(g.month) {
		g.month, g.used = month, 0
	}
	g.used++
	return g.used > g.opts.Quota
}

func monthOf(t time.Time) time.Time {
	y, m, _ := t.UTC().Date()
	return time.Date(y, m, 1, 0, 0, 0, 0, time.UTC)
}
