package check

import (
	"context"
	"errors"
	"io"
	"iter"
	"runtime"

	"golang.org/x/sync/errgroup"
)

// ordered fills batches one after the other, works on several of them at once, and yields them in the order in which
// they were filled. It is the only place of a check that starts goroutines; they have ended when the loop over it ends,
// however that happens.
//
// fill puts the next piece of work into a batch and returns io.EOF when there is none left; worker makes the function
// of one goroutine, which may so keep state of its own, before the first batch is filled. A batch belongs to the loop's
// body until the next turn; then it is used again.
func ordered[B any](ctx context.Context, fill func(*B) error, worker func() func(*B)) iter.Seq2[*B, error] {
	return func(yield func(*B, error) bool) {
		workers := runtime.GOMAXPROCS(0)
		depth := 2 * workers
		ctx, cancel := context.WithCancel(ctx)
		var group errgroup.Group
		defer func() {
			cancel()
			_ = group.Wait() // the goroutines have no errors of their own
		}()

		works := make([]func(*B), workers)
		for i := range works {
			works[i] = worker()
		}
		free := make(chan *B, depth)
		for range depth {
			free <- new(B)
		}
		work, line := make(chan *task[B], depth), make(chan *task[B], depth)
		group.Go(func() error {
			defer close(work)
			defer close(line)
			fillAll(ctx, fill, free, work, line)
			return nil
		})
		for _, do := range works {
			group.Go(func() error {
				for t := range work {
					do(t.batch)
					close(t.done)
				}
				return nil
			})
		}
		for t := range line {
			if t.err != nil {
				yield(nil, t.err)
				return
			}
			<-t.done
			if !yield(t.batch, nil) {
				return
			}
			free <- t.batch
		}
		if err := context.Cause(ctx); err != nil {
			yield(nil, err)
		}
	}
}

// task is one batch on its way; err instead of a batch is the end of the work.
type task[B any] struct {
	batch *B
	done  chan struct{}
	err   error
}

// fillAll hands out batches until the work or the context ends. A batch is in line before it is worked on, so that the
// order of the line is that of the filling. Both channels hold as many batches as there are, so no send blocks.
func fillAll[B any](ctx context.Context, fill func(*B) error, free <-chan *B, work, line chan<- *task[B]) {
	for {
		var b *B
		select {
		case b = <-free:
		case <-ctx.Done():
			return
		}
		err := fill(b)
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			line <- &task[B]{err: err}
			return
		}
		t := &task[B]{batch: b, done: make(chan struct{})}
		line <- t
		work <- t
	}
}
