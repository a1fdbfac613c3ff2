package lookup

import (
	"strings"
	"sync"
)

// memoSize is how many answers a memo keeps: far more than a file has spellings of its countries, and small enough that
// a file of nothing but nonsense costs a few hundred kilobytes.
const memoSize = 4096

// memo remembers answers that took work. It is bounded: when it is full it begins anew, since a file that fills it has
// no common case to be quick in.
type memo[V any] struct {
	mu      sync.RWMutex
	answers map[string]V
}

// get returns the answer for text, which work gives the first time.
func (m *memo[V]) get(text string, work func(string) V) V {
	m.mu.RLock()
	v, ok := m.answers[text]
	m.mu.RUnlock()
	if ok {
		return v
	}
	v = work(text)
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.answers == nil || len(m.answers) >= memoSize {
		m.answers = make(map[string]V)
	}
	// A clone, since text is usually a piece of a row, which would be kept with it.
	m.answers[strings.Clone(text)] = v
	return v
}
