package emnify

import "github.com/contactsync/contactsync/importer/stop"

// exchangeError is a request without an answer.
type exchangeError struct {
	// sent: a byte of it may have left, so that it may have taken effect.
	sent bool
	// cancelled: the call's context ended it, not the network.
	cancelled bool
	text      string
	cause     error
}

func (e *exchangeError) Error() string { return e.text }
func (e *exchangeError) Unwrap() error { return e.cause }

// Is makes a request of which nothing left for want of a connection a [plan.ErrNotSent].
func (e *exchangeError) Is(target error) bool {
	return target == stop.ErrNotSent && !e.sent && !e.cancelled
}
