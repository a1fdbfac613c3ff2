package importer

import (
	"context"
	"time"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/settle"
)

// settleEarlier finds out, before anything is compared or sent, what became of the attempts that earlier runs left unclear.
func (r *run) settleEarlier(ctx context.Context) error {
	for _, org := range r.orgs() {
		t := r.territories[org]
		earlier := settle.Earlier{
			Settler: r.settler(t), Org: org, Runs: r.runs, Before: t.before, Baselines: t.baselines, Locked: r.locked, Log: r.Log,
		}
		if err := earlier.Find(ctx, func(f settle.Found) error { return r.noteFound(ctx, t, f) }); err != nil {
			return err
		}
		if len(t.before.InDoubt) == 0 {
			continue
		}
		if err := r.Ledger.Flush(ctx); err != nil {
			return ledger.Unwritable(err)
		}
	}
	return nil
}

// noteFound writes what was found out into the ledger, where the earlier run has the row.
func (r *run) noteFound(ctx context.Context, t *territory, f settle.Found) error {
	a := f.Attempt
	if err := r.Ledger.Record(ctx, a.Run, a.Seq, *a.Result); err != nil {
		return ledger.Unwritable(err)
	}
	if t.settled == nil {
		t.settled = map[outcome.Status]int{}
	}
	t.settled[a.Result.Status]++
	r.needles.noteKnown(a)
	t.before.Learn(a, time.Now().Add(-r.Settle))
	r.twice = r.twice || f.Late
	if len(a.Result.Notes) > 0 {
		t.notes[a.Row.Content] = a.Result.Notes
	}
	return nil
}

// settler finds out what became of lost attempts in one organisation.
func (r *run) settler(t *territory) *settle.Settler {
	s := &settle.Settler{Directory: r.Directory, Describe: r.describer(t), Wait: r.Settle, Looks: r.MaxAttempts}
	if t.listed != nil { // else the run has not looked at it yet, and begins with what it will show then
		s.Saw = t.sight
	}
	return s
}

// describer brings contacts that the organisation shows to the normal form of the rows.
func (r *run) describer(t *territory) func(contact.Stored) settle.Candidate {
	return settle.Describer(r.checker.Rules, r.key(), r.Match, t.scope.Org)
}
