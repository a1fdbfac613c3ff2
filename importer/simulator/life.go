package simulator

import (
	"context"
	"sync"
)

// life is how long the handlers of a listener may go on: one that waits without regard to its client must still end
// with the listener it came in by. Its context ends when the time is up; finish waits for the handlers.
type life struct {
	context.Context
	cancel context.CancelFunc
	busy   sync.RWMutex   // held for reading by every handler
	over   bool           // guarded by busy: finish has waited, nothing may begin any more
	late   sync.WaitGroup // work that handlers left behind
}

func newLife(parent context.Context) *life {
	ctx, cancel := context.WithCancel(parent)
	return &life{Context: ctx, cancel: cancel}
}

// enter admits a handler; it is false once the life is over.
func (l *life) enter() bool {
	l.busy.RLock()
	if l.over {
		l.busy.RUnlock()
		return false
	}
	return true
}

func (l *life) leave() { l.busy.RUnlock() }

// leaveBehind runs work that goes on after the answer. Only a handler may call it: while it runs, finish has not begun
// to wait for late work.
func (l *life) leaveBehind(work func()) { l.late.Go(work) }

// finish ends the life and returns once nothing of it runs.
func (l *life) finish() {
	l.cancel()
	l.busy.Lock()
	defer l.busy.Unlock()
	l.over = true
	l.late.Wait()
}

type lifeKey struct{}

// lifeOf finds the life of the listener by which a request came in.
func lifeOf(ctx context.Context, fallback *life) *life {
	if l, ok := ctx.Value(lifeKey{}).(*life); ok {
		return l
	}
	return fallback
}
