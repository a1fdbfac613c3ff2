package ledger

import (
	"context"
	"errors"

	"github.com/contactsync/contactsync/importer/stop"
)

// CommandUndo is the command of runs that take another run back.
const CommandUndo = "undo"

// Unreadable ends a run whose ledger can't be read. Nothing has been sent.
func Unreadable(err error) error {
	return &stop.Error{
		Cause: stop.CauseLedger, Message: "the ledger could not be read",
		Hint: "nothing was sent; see --state", Err: err,
	}
}

// Flushed makes what was recorded durable, whatever has ended ctx, and is the error of what came before it, if that had one.
func Flushed(ctx context.Context, book interface{ Flush(context.Context) error }, err error) error {
	if flushed := book.Flush(context.WithoutCancel(ctx)); flushed != nil && err == nil {
		return Unwritable(flushed)
	}
	return err
}

// Unwritable ends a run whose ledger can't be written, or one whose organisation another run has taken over.
func Unwritable(err error) error {
	if taken, ok := errors.AsType[*TakenOverError](err); ok {
		return TakenOver(taken)
	}
	return &stop.Error{
		Cause: stop.CauseLedger, Message: "the ledger could not be written",
		Hint: "no request may leave before its intent is on disk: mend what the message names, or choose another place with --state",
		Err:  err,
	}
}

// TakenOver ends a run that is not the only one of its organisation any more.
func TakenOver(err *TakenOverError) error {
	return &stop.Error{
		Cause: stop.CauseTakenOver, Message: err.Error() + "; nothing more was sent",
		Hint: "let the other run end, then run the same command again: it goes on where it stopped; never delete the .lock files " +
			"beside the ledger, and keep it on a local disk",
	}
}
