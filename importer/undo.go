package importer

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/contactsync/contactsync/importer/apply"
	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ending"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/importer/question"
	"github.com/contactsync/contactsync/importer/remote"
	"github.com/contactsync/contactsync/importer/stop"
	"github.com/contactsync/contactsync/importer/survey"
	"github.com/contactsync/contactsync/importer/undo"
	"github.com/contactsync/contactsync/importer/verify"
	"github.com/contactsync/contactsync/report"
)

// Undo takes a run back: it deletes what that run created, and restores what it updated or deleted from the images that
// the ledger holds. A contact that has changed since the target ended is left alone and told. Only what the ledger knows
// the target to have created is ever deleted.
//
// An undo is a run of its own. What an earlier undo has taken back is not taken back again. Its About.Job must be that of the
// target.
type Undo struct {
	Base
	Target ledger.Run
	// DefaultCountry is that of contacts that name none, as the user wrote it; empty: none.
	DefaultCountry string
}

// Run does the undo, with stopping and ctx as in [Import.Run].
func (j *Undo) Run(ctx, stopping context.Context) ending.Result {
	quit, end := quitting(ctx, stopping, &j.Base)
	defer end()
	s, e := stagesOf(&j.Base, survey.Rules{DefaultCountry: j.DefaultCountry}, nil)
	defer s.Locks.Release()
	found := s.NewFound()
	result := j.run(quit, stopping, s, e, found)
	return e.Note(quit, found.Begun, result)
}

// run is the undo in the order of its stages.
func (j *Undo) run(quit, stopping context.Context, s *survey.Survey, e *ending.Ending, found *survey.Found) ending.Result {
	var u *undo.Undo
	stopped := learn(quit, stopping, func(ctx context.Context) (err error) {
		u, err = j.survey(ctx, s, found)
		return err
	})
	if stopped != nil && !reportable(stopped) {
		return ending.Ended(stopped)
	}
	set, err := e.Create(nil, stopped)
	if err != nil || set == nil {
		return ending.Ended(cmp.Or(err, stopped))
	}
	held := 0
	if stopped == nil {
		u, held, stopped = j.send(quit, stopping, u, s, found, e)
	}
	if stopped != nil && !reportable(stopped) {
		return ending.Ended(stopped, set.Abort())
	}
	return j.report(quit, set, u, found, held, stopped, e)
}

// survey finds out what there is to be taken back, and decides on each of it: as far as it got, beside an error.
func (j *Undo) survey(ctx context.Context, s *survey.Survey, found *survey.Found) (*undo.Undo, error) {
	none := undo.None(found.World, j.Target)
	err := s.Undo(ctx, found, func(ctx context.Context) error { return j.findOrganisations(ctx, found.World) })
	if err != nil || len(found.World.Orgs) == 0 {
		return none, err
	}
	u, err := undo.Collect(ctx, j.Ledger, found.World, j.Target, j.DryRun)
	if err != nil {
		return cmp.Or(u, none), err
	}
	found.Listed = time.Now()
	listed, err := j.list(ctx, u, s, found.World)
	if err != nil {
		return u, err
	}
	for org, l := range listed {
		o := found.World.Orgs[org]
		o.Refused, o.Now = l.Refused, remote.NewSnapshot(org, l.IDs)
	}
	if err := u.See(ctx, j.Directory, listed); err != nil {
		return u, err
	}
	u.DecideAll()
	return u, nil
}

// findOrganisations learns from the ledger where the target wrote.
func (j *Undo) findOrganisations(ctx context.Context, w *plan.World) error {
	elsewhere := ""
	for a, err := range j.Ledger.Outcomes(ctx, j.Target.ID) {
		switch {
		case err != nil:
			return ledger.Unreadable(err)
		case a.Row.Scope.Host == j.Host:
			w.Add(j.Ledger, a.Row.Scope, "")
		default:
			elsewhere = a.Row.Scope.Host
		}
	}
	if len(w.Orgs) == 0 && elsewhere != "" {
		return &stop.UsageError{
			Message: fmt.Sprintf("run %s wrote to the API at %s, and this is the one at %s", j.Target.ID, elsewhere, j.Host),
			Hint:    "name the API that the run wrote to with --api-url",
		}
	}
	return nil
}

// list lists what counts of the organisations.
func (j *Undo) list(ctx context.Context, u *undo.Undo, s *survey.Survey, w *plan.World) (map[int64]undo.Listed, error) {
	wanted := survey.NewWanted()
	u.Wanted(func(id int64) { wanted.Keep(id) }, func(c contact.Contact) { wanted.Add(keyOf(&j.Base), c) })
	lists, err := s.List(ctx, w, func(o *plan.Org, _ *survey.Listing) func(contact.Stored) bool {
		return s.KeepAll(func(c contact.Stored) bool { return u.Counts(o.Scope.Org, c, wanted.Wants) })
	})
	if err != nil {
		return nil, err
	}
	listed := map[int64]undo.Listed{}
	for org, l := range lists {
		listed[org] = undo.Listed{IDs: l.IDs, Contacts: l.Contacts, Refused: l.Refused}
	}
	return listed, nil
}

// send takes back what is to be taken back, if nothing speaks against it.
func (j *Undo) send(quit, stopping context.Context, u *undo.Undo, s *survey.Survey, found *survey.Found, e *ending.Ending) (_ *undo.Undo, held int, err error) {
	if stopping.Err() != nil {
		return u, 0, context.Cause(stopping)
	}
	if j.Confirm != nil {
		if err := askerOf(&j.Base).Ask(stopping, question.OfUndo(u, found.World)); err != nil {
			return u, 0, err
		}
	}
	if j.DryRun || len(found.World.Orgs) == 0 {
		return u, 0, nil
	}
	abort, end := until(quit, stopping, j.Grace)
	defer end()
	if err := recorderOf(&j.Base).Begin(quit, found.World, u.Continues, u.Resumed); err != nil {
		return u, 0, err
	}
	if err := u.GiveBack(quit, recorderOf(&j.Base).NoteOwned); err != nil {
		return u, 0, err
	}
	d := newDelivery(quit, &j.Base, found, u.Writes(), "contact")
	u, err = j.deliver(stopping, abort, u, s, found, e, d)
	if err = ledger.Flushed(quit, j.Ledger, err); err != nil {
		return u, d.Sent().Held, err
	}
	closing := newClosing(quit, &j.Base, found.World, d, false)
	closing.Skips = u.Hidden
	closing.Written = func(wanted check.Selection) iter.Seq2[verify.Written, error] { return u.Written(wanted) }
	return u, d.Sent().Held, closing.Run(stopping)
}

// deliver sends what takes the target back. What is decided changes where the organisations do while the run waits.
func (j *Undo) deliver(
	stopping, abort context.Context, u *undo.Undo, s *survey.Survey, found *survey.Found, e *ending.Ending, d *apply.Delivery,
) (*undo.Undo, error) {
	if u.Writes() == 0 {
		return u, nil
	}
	e.Passes.Start(ending.PassSend, u.Writes())
	defer e.Passes.End()
	source := u.Source(j.Directory, func(ctx context.Context) (map[int64]undo.Listed, error) {
		listed, err := j.list(ctx, u, s, found.World)
		if err == nil {
			j.Log.Info().Int("organisations", len(found.World.Orgs)).Msg("looked again at the beginning of a new window of the request budget")
		}
		return listed, err
	}, e.Passes.Row)
	err := d.Deliver(stopping, abort, source)
	return source.Undo(), err
}

// report reports every contact that the target wrote.
func (j *Undo) report(
	quit context.Context, set *report.Set, u *undo.Undo, found *survey.Found, held int, stopped error, e *ending.Ending,
) ending.Result {
	return e.Complete(quit, set, stopped, func() (ending.Counted, error) {
		e.Passes.Start(ending.PassReport, u.Len())
		defer e.Passes.End()
		unsent := outcome.NotAttempted
		if j.DryRun && stopped == nil {
			unsent = outcome.Planned
		}
		counts, err := u.Write(set, outcomesOf(quit, &j.Base, found.Begun), unsent, ledger.OpenIDs(quit, j.Ledger), e.Passes.Row)
		return ending.Counted{
			Rows: counts.Rows, Late: counts.Late || found.Late, LeftAlone: counts.LeftAlone, Held: held, Stopped: stopped,
			Summary: func(sum *report.Summary) { sum.ResumedFrom = u.GoesOnWith() },
		}, err
	})
}
