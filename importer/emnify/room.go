package emnify

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"syscall"
)

// exchange sends one request, once. Where the process has no file left for a connection of its own, nothing has been sent,
// and the request takes its turn when another one has ended: its connection is free then. So a low limit of open files makes
// a run slow, and does not end it.
func (w *wire) exchange(ctx context.Context, req *http.Request, cl *call, seen *trace) (*http.Response, error) {
	for {
		turn := w.room.enter()
		resp, err := w.cfg.Transport.RoundTrip(w.outgoing(seen.watch(ctx), req, cl))
		starved := errors.Is(err, syscall.EMFILE) && !seen.connected.Load() && !seen.wrote.Load()
		next := w.room.leave(turn, starved)
		if next == nil {
			return resp, err
		}
		select {
		case <-next:
		case <-ctx.Done():
			return resp, err
		}
	}
}

// room counts the requests under way, and tells when one has ended that had a connection.
type room struct {
	mu    sync.Mutex
	n     int
	turn  int           // how many have ended
	ended chan struct{} // closed when the next one does; nil: nobody waits
}

func (r *room) enter() (turn int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.n++
	return r.turn
}

// leave is the end of a request. Of one that had no connection it returns what is closed once another one may be free; nil
// if there is none to wait for.
func (r *room) leave(turn int, starved bool) (next <-chan struct{}) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.n--
	if !starved {
		r.turn++
		if r.ended != nil {
			close(r.ended)
			r.ended = nil
		}
		return nil
	}
	switch {
	case r.turn != turn: // one has ended since this one began
		done := make(chan struct{})
		close(done)
		return done
	case r.n == 0:
		return nil
	case r.ended == nil:
		r.ended = make(chan struct{})
	}
	return r.ended
}
