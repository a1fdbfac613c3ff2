package limit

import (
	"context"
	"time"
)

// lookAgain is how often AwaitWindow looks where only an answer can tell when a slot is free.
const lookAgain = 50 * time.Millisecond

// AwaitWindow waits until the longest rate has a slot free that nobody waits for, and reports whether it had to. It
// takes none: who wants to do something before the first request of a new window learns here that one begins.
func (b *Budget) AwaitWindow(ctx context.Context) (waited bool, err error) {
	for {
		wait := b.untilWindow(time.Now())
		if wait <= 0 {
			return waited, nil
		}
		waited = true
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return waited, context.Cause(ctx)
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
	var longest *ring
	for _, r := range b.rings {
		if longest == nil || r.keep > longest.keep {
			longest = r
		}
	}
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
