package importer

import (
	"context"
	"time"

	"github.com/contactsync/contactsync/importer/stop"
)

// quitting is the context that ends everything. A run that only looks has nothing under way whose answer counts, and its
// report tells nothing that the same command does not tell again: there the first signal ends it as the second one does.
func quitting(ctx, stopping context.Context, b *Base) (quit context.Context, end func()) {
	if !b.Offline() && !b.DryRun {
		return ctx, func() {}
	}
	return until(ctx, stopping, 0)
}

// until is a context that ends with ctx, or some time after stopping, with the cause of that.
func until(ctx, stopping context.Context, grace time.Duration) (both context.Context, end func()) {
	both, cancel := context.WithCancelCause(ctx)
	detach := context.AfterFunc(stopping, func() {
		if grace == 0 {
			cancel(context.Cause(stopping))
			return
		}
		timer := time.AfterFunc(grace, func() { cancel(context.Cause(stopping)) })
		context.AfterFunc(both, func() { timer.Stop() })
	})
	return both, func() {
		detach()
		cancel(nil)
	}
}

// learn asks a survey; what stopping ends is told as that.
func learn(quit, stopping context.Context, ask func(context.Context) error) error {
	ctx, end := until(quit, stopping, 0)
	defer end()
	err := ask(ctx)
	if err != nil && stopping.Err() != nil {
		return context.Cause(stopping)
	}
	return err
}

// reportable reports whether a run that ended so still tells of each row what is known of it. A wrong command, and a run
// that another one keeps from beginning, leave no report.
func reportable(err error) bool { return stop.Of(err) != nil }
