package limit

import (
	"context"
	"time"

	"github.com/contactsync/contactsync/importer/wait"
)

// lookAgain is how often AwaitWindow looks where only an answer can tell when a slot is free.
const lookAgain = 50 * time.Millisecond

// AwaitWindow waits until the longest rate has a slot free that nobody waits for, and reports whether it had to. It
// takes none: who wants to do something before the first request of a new window learns here that one begins.
func (b *Budget) AwaitWindow(ctx context.Context) (waited bool, err error) {
	for {
		left := b.untilWindow(time.Now())
		if left <= 0 {
			return waited, nil
		}
		waited = true
		if err := wait.Sleep(ctx, left); err != nil {
			return waited, err
		}
	}
}

// untilWindow tells how long the longest rate has no slot for one more request; 0: it has one.
func (b *Budget) untilWindow(now time.Time) time.Duration {
	if b == nil {
		return 0
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	longest := b.longest()
	if longest == nil || b.failed != nil {
		return 0
	}
	free, wait, known := longest.free(now.Sub(b.start))
	switch {
	case free && longest.inUse+longest.size+b.queue.Len() < longest.n:
		return 0
	case free || !known:
		return lookAgain
	}
	return wait
}

// Forecast tells how long so many further requests take at least from now on: as Duration, with what the longest rate's
// window holds already.
func (b *Budget) Forecast(requests int) time.Duration {
	if b == nil {
		return 0
	}
	used, age := b.windowSoFar(time.Now())
	return max(0, b.forecast(used+requests)-age)
}

// windowSoFar tells how many slots the window of the longest rate holds, and how long ago the first of them was answered.
func (b *Budget) windowSoFar(now time.Time) (used int, age time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	longest := b.longest()
	if longest == nil {
		return 0, 0
	}
	_, _, _ = longest.free(now.Sub(b.start)) // lets go of what is older than the window
	if longest.size > 0 {
		age = now.Sub(b.start) - longest.back[longest.head]
	}
	return longest.inUse + longest.size, age
}

// longest is the ring of the rate with the longest window; nil without rates. The lock is held.
func (b *Budget) longest() *ring {
	var longest *ring
	for _, r := range b.rings {
		if longest == nil || r.keep > longest.keep {
			longest = r
		}
	}
	return longest
}
