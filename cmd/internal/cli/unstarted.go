package cli

import (
	"context"
	"errors"
	"time"

	"github.com/rs/zerolog"

	"github.com/contactsync/contactsync/importer/ending"
	"github.com/contactsync/contactsync/importer/ledger"
)

// noteUnstarted puts a run into the history that ended before its job could start, as one whose input is not there: that
// is a night which somebody asks for. A wrong command and one that another run keeps off are no runs.
func (o *jobOptions) noteUnstarted(book ledger.Ledger, about ledger.Run, err error) {
	code := exitOf(err)
	if code == exitOK || code == exitUsage || code == exitLocked {
		return
	}
	ctx := context.Background()
	o.env.end.noteUnstarted(about)
	failed := book.Begin(ctx, about)
	if failed == nil {
		failed = book.Finish(ctx, about.ID, code, ending.ReasonOf(err), time.Now())
	}
	if failed != nil {
		o.log.Warn().Err(failed).Msg("the ledger could not note that this run has ended")
	}
}

// noteUnstarted opens the ledger for that. Where it can't be opened there is no history to be in: the run tells its own
// reason, and the next one that of the ledger.
func (o *importOptions) noteUnstarted(err error) {
	if err == nil || o.started || o.write.DryRun || o.api.Simulate {
		return
	}
	if code := exitOf(err); code == exitUsage || code == exitLocked {
		return // no ledger is made for that
	}
	if checkPlace(o.env, o.write.State, ledgerUse{}, zerolog.Nop()) != nil {
		return // no place for a ledger, which is told where it is the reason
	}
	book, failed := openLedger(context.Background(), o.env, o.write.State, ledgerUse{})
	if failed != nil {
		o.log.Debug().Err(failed).Msg("the ledger could not be opened to note that this run has ended")
		return
	}
	about := o.base(o.command).About
	about.Job = o.write.Job
	o.jobOptions.noteUnstarted(book, about, err)
	if failed := book.Close(); failed != nil && !errors.Is(failed, err) {
		o.log.Error().Err(failed).Msg("closing the ledger")
	}
}
