package history

import (
	"context"
	"time"

	"github.com/contactsync/contactsync/importer/ledger"
)

// Like says which runs belong together: those of a job, else those of a command in an organisation.
type Like struct {
	Job, Command string
	// Host is the API's, Org the organisation; 0: it is not known which, and any counts.
	Host string
	Org  int64
	// All lets rows in doubt count whosever they are.
	All bool
}

// Standing is how it stands with runs that belong together, once one of them has ended.
type Standing struct {
	// LastSuccess is when one of them ended last with 0; zero: none ever did.
	LastSuccess time.Time
	// InDoubt counts the rows of which nobody knows what became of their requests.
	InDoubt int
}

// standingLedger is what that needs of the ledger.
type standingLedger interface {
	Runs(ctx context.Context) ([]ledger.Run, error)
	Scopes(ctx context.Context, host string) ([]ledger.Scope, error)
	InDoubt(ctx context.Context, s ledger.Scope) ([]ledger.Attempt, error)
	BaselineOf(ctx context.Context, run string, s ledger.Scope) (ids []int64, ok bool, err error)
}

// StandingOf reads it.
func StandingOf(ctx context.Context, book standingLedger, like Like) (Standing, error) {
	var s Standing
	runs, err := book.Runs(ctx)
	if err != nil {
		return s, ledger.Unreadable(err)
	}
	of := make(map[string]bool, len(runs))
	for _, r := range runs {
		of[r.ID] = !r.Simulated && (like.All || r.Job == like.Job)
		if !of[r.ID] || r.DryRun || r.ExitCode != 0 || r.Finished.Before(s.LastSuccess) {
			continue
		}
		belongs, err := like.includes(ctx, book, r)
		if err != nil {
			return s, ledger.Unreadable(err)
		}
		if belongs {
			s.LastSuccess = r.Finished
		}
	}
	scopes, err := book.Scopes(ctx, like.Host)
	if err != nil {
		return s, ledger.Unreadable(err)
	}
	for _, scope := range scopes {
		doubts, err := book.InDoubt(ctx, scope)
		if err != nil {
			return s, ledger.Unreadable(err)
		}
		for _, a := range doubts {
			if of[a.Run] {
				s.InDoubt++
			}
		}
	}
	return s, nil
}

// includes reports whether a run is one of them. That a job's run was taken back says nothing of how the job gets on. Without a
// job, a run that began to write has noted what its organisations had.
func (l Like) includes(ctx context.Context, book standingLedger, r ledger.Run) (bool, error) {
	switch {
	case l.Job != "":
		return r.Job == l.Job && r.Command != ledger.CommandUndo, nil
	case r.Command != l.Command:
		return false, nil
	case l.Org == 0:
		return true, nil
	}
	_, ok, err := book.BaselineOf(ctx, r.ID, ledger.Scope{Host: l.Host, Org: l.Org})
	return ok, err
}
