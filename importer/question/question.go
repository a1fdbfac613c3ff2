// Package question is what a run shows before it sends anything, and the leave that it asks for.
package question

import (
	"context"
	"iter"
	"time"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/importer/remote"
	"github.com/contactsync/contactsync/importer/result"
	"github.com/contactsync/contactsync/importer/stop"
	"github.com/contactsync/contactsync/importer/undo"
	"github.com/contactsync/contactsync/report"
)

// Preview is what a run is about to do, shown before it does it.
type Preview struct {
	// Organisations are those of the run, Existing how many contacts each of them has; -1: it can't be seen.
	Organisations []remote.Organisation
	Existing      []int
	Inputs        []check.Input
	Rows          int
	// Invalid, Duplicates, Exists and Creates count rows; Continued those that the run which is continued has seen to and
	// the contacts that it has deleted; Unclear rows that stay unsent because nobody knows what became of them.
	Invalid, Duplicates, Exists, Creates, Continued, Unclear int
	// Updates, Failed and Gone count rows too, Deletes contacts that no row has any more; Unpruned says why none of those
	// is deleted although it was asked for. Of the contacts that no row has any more somebody has changed DeletesChanged that are
	// deleted, and Kept that stay for it.
	Updates, Failed, Gone, Deletes int
	Unpruned                       string
	DeletesChanged, Kept           int
	// Conflicts counts rows whose contacts somebody has changed in the portal where they differ, whatever becomes of the rows.
	Conflicts int
	// Waiting counts contacts that are deleted only once they have been missing for longer.
	Waiting int
	// Adopted and Shared count contacts that belong to the job from now on, alone or beside other jobs; LetGo those that other
	// jobs have alone then; Nobodys those that rows are about and that belong to no job, where the job is new. GivenBack counts
	// contacts of an undo whose ownership is as it was.
	Adopted, Shared, LetGo, Nobodys, GivenBack int
	// Unseen are organisations that can't be seen any more, with contacts that would have been deleted.
	Unseen []plan.Unseen
	// NewJob is the job's name, if the ledger knows no run of it: then nothing guards how many contacts are made.
	NewJob string
	// NewLedger tells that it knows no run at all, KnownJobs are the jobs that it knows.
	NewLedger bool
	KnownJobs []string
	// SharedIDs tells of columns of ids that are used all the same although people share many of their values.
	SharedIDs []report.SharedIDs
	// Shape tells why the input's shape is not compared with that of the job's last good run, or in what it differs and passes; empty:
	// there is nothing to tell.
	Shape string
	// Changes are the first of what is to be done, of each kind.
	Changes []plan.Preview
	// All reads everything that is to be done again, as Changes are shown.
	All func(context.Context) iter.Seq2[plan.Preview, error]
	// First is the first contact that would be created; zero if there is none.
	First contact.Contact
	// Duration is how long the creates take at least under the request budget.
	Duration time.Duration
	DryRun   bool
}

// Requests counts those that change something, if all goes well.
func (p Preview) Requests() int { return p.Creates + p.Updates + p.Deletes }

// Asks reports whether somebody is to say yes to it: what is given and taken is a change too.
func (p Preview) Asks() bool { return p.Requests()+p.Adopted+p.GivenBack > 0 }

// OfPlan is what a plan is about to do for a job.
func OfPlan(ctx context.Context, p *plan.Plan, w *plan.World, job string) (Preview, error) {
	n := p.Counts
	shown := Preview{
		Inputs: p.Inputs, Rows: p.Len(), Invalid: n[plan.Invalid], Duplicates: n[plan.Duplicate], Creates: n[plan.Create],
		Exists: n[plan.Exists] + n[plan.ExistsByLedger], Continued: n[plan.Resumed] + len(p.Deleted), Unclear: n[plan.InDoubt],
		Updates: n[plan.Update], Failed: n[plan.Ambiguous] + n[plan.Conflicting] + n[plan.GoneInDispute] + n[plan.OtherPerson] + n[plan.Moved] + n[plan.NotVisible],
		Conflicts: p.Conflicts(), Gone: n[plan.Gone], Deletes: len(p.Deletes), Unpruned: p.Unpruned(), Unseen: p.Unseen, SharedIDs: result.SharedIDs(p),
		DeletesChanged: p.DeletesChanged(), Kept: len(p.Kept), Waiting: len(p.Waiting),
		Adopted: p.Adopted, Shared: p.Shared, LetGo: len(p.LetGo), Nobodys: p.Nobodys(),
	}
	if job != "" && w.Runs.IsNew() {
		shown.NewJob, shown.NewLedger, shown.KnownJobs = job, w.Runs.None(), w.Runs.Jobs()
	}
	shown.organisations(w)
	var err error
	shown.All = p.All
	shown.First, shown.Changes, err = p.Preview(ctx)
	return shown, err
}

// OfUndo is what an undo is about to do.
func OfUndo(u *undo.Undo, w *plan.World) Preview {
	p := u.Preview()
	shown := Preview{
		Rows: u.Len(), Creates: p.Creates, Updates: p.Updates, Deletes: p.Deletes, Continued: p.Resumed, Exists: p.AsBefore,
		Unclear: p.Unclear, Failed: p.LeftAlone, GivenBack: p.GivenBack, Changes: p.Changes, All: u.All,
	}
	shown.organisations(w)
	return shown
}

func (p *Preview) organisations(w *plan.World) {
	for _, org := range w.Numbers() {
		o := w.Orgs[org]
		p.Organisations = append(p.Organisations, remote.Organisation{ID: org, Name: o.Name})
		existing := 0
		switch {
		case o.Refused != nil:
			existing = -1
		case o.Now != nil:
			existing = len(o.Now.IDs)
		}
		p.Existing = append(p.Existing, existing)
	}
}

// Asker shows what is to be done and asks. An error, or false, ends the run.
type Asker struct {
	// Confirm is asked; nil: nobody is.
	Confirm func(ctx context.Context, p Preview) (bool, error)
	// Forecast tells how long so many further requests take at least under the request budget; nil: no limit.
	Forecast func(requests int) time.Duration
	DryRun   bool
}

// Ask asks for leave to do what a preview shows.
func (a Asker) Ask(ctx context.Context, p Preview) error {
	p.DryRun = a.DryRun
	if writes := p.Requests(); a.Forecast != nil && writes > 0 {
		p.Duration = a.Forecast(writes)
	}
	yes, err := a.Confirm(ctx, p)
	if err != nil {
		return err
	}
	if !yes {
		return &stop.Error{
			Cause: stop.CauseInterrupted, Message: "not confirmed; nothing was sent",
			Hint: "run the same command again and answer yes, or give --yes",
		}
	}
	return nil
}
