package apply

import (
	"context"
	"sync"
	"time"

	"github.com/contactsync/contactsync/importer/outcome"
)

// call is one row's call of the API. While a request of it is under way only abort can cancel it, since its answer
// decides what is known of the row; in between (waiting for the budget, or after a 429) stop cancels it at once.
type call struct {
	cancel  context.CancelCauseFunc
	stopped func() error // why the run has been told to stop; nil: it has not
	detach  func() bool

	mu       sync.Mutex
	underWay bool
	sent     int // requests that left, each with a durable intent
	ended    time.Time
}

// newCall returns a call and its context.
func newCall(stopping, abort context.Context) (context.Context, *call) {
	c := &call{stopped: func() error { return context.Cause(stopping) }}
	ctx, cancel := context.WithCancelCause(abort)
	c.cancel = cancel
	c.detach = context.AfterFunc(stopping, c.cancelIdle)
	return ctx, c
}

func (c *call) end() {
	c.detach()
	c.cancel(nil)
}

func (c *call) cancelIdle() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.underWay {
		c.cancel(c.stopped())
	}
}

// begin starts an attempt and gives its number, unless the run has been told to end.
func (c *call) begin() (attempt int, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.stopped(); err != nil {
		return 0, err
	}
	c.underWay = true
	return c.sent + 1, nil
}

// leave notes that the attempt's intent is durable and its request leaves now.
func (c *call) leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sent++
}

// refused notes that the attempt's intent could not be made durable.
func (c *call) refused() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.underWay = false
}

// answered notes that the attempt's request has been answered, or has failed.
func (c *call) answered() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.underWay = false
	c.ended = time.Now()
	if err := c.stopped(); err != nil {
		c.cancel(err)
	}
}

// endedAt tells when the last request of the call ended.
func (c *call) endedAt() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended.IsZero() { // it broke off under way
		return time.Now()
	}
	return c.ended
}

// effect is what is known if the call broke off without saying anything.
func (c *call) effect() outcome.Effect {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.sent > 0 {
		return outcome.EffectUnknown
	}
	return outcome.EffectNone
}

func (c *call) attempts() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sent
}
