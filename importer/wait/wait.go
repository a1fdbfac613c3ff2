// Package wait waits for a length of time that a context may cut short.
package wait

import (
	"context"
	"time"
)

// Sleep waits for d, or returns early with the cause of ctx. Of a d of 0 or less it returns at once.
func Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
