package importer

import (
	"context"
	"slices"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/history"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"

	"github.com/contactsync/contactsync/mapping/lookup"
)

// Settled is what became of the attempts in one organisation that earlier runs had left unclear.
type Settled struct {
	Org int64
	// Lost counts them. Of those that were found out, By counts the rows by status: created, exists (of a run that is
	// closed), not_attempted (not there: they may be sent again); uncertain are those that stay unclear.
	Lost int
	By   map[outcome.Status]int
}

// Unclear counts what could not be found out.
func (s Settled) Unclear() int {
	found := 0
	for status, n := range s.By {
		if status != outcome.Uncertain {
			found += n
		}
	}
	return s.Lost - found
}

// SettleEarlier finds out, without any input, what became of the attempts that earlier runs left unclear: in the
// organisation of the settings, or in all that the ledger knows under the job's host.
func (j *Job) SettleEarlier(ctx, stop context.Context) (settled []Settled, err error) {
	r := &run{Job: j, runs: &history.Runs{}, quit: ctx}
	r.checker = check.Checker{Key: j.key(), Match: j.Match}
	defer r.release()
	reads, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(stop, func() { cancel(context.Cause(stop)) })()
	if err := r.lostTerritories(reads); err != nil || len(r.territories) == 0 {
		return nil, err
	}
	if err := r.settleAll(reads); err != nil {
		if stop.Err() != nil {
			return nil, context.Cause(stop)
		}
		return nil, err
	}
	for _, org := range r.orgs() {
		t := r.territories[org]
		settled = append(settled, Settled{Org: org, Lost: len(t.before.InDoubt), By: t.settled})
	}
	return settled, nil
}

// lostTerritories are the organisations in which something is unclear.
func (r *run) lostTerritories(ctx context.Context) error {
	scopes, err := r.Ledger.Scopes(ctx, r.Host)
	if err != nil {
		return ledger.Unreadable(err)
	}
	r.territories = map[int64]*territory{}
	for _, s := range scopes {
		if r.Org != 0 && r.Org != s.Org {
			continue
		}
		open, err := r.Ledger.InDoubt(ctx, s)
		if err != nil {
			return ledger.Unreadable(err)
		}
		if slices.ContainsFunc(open, func(a ledger.Attempt) bool { return a.IsUnclear() }) {
			r.addTerritory(s.Org, "")
		}
	}
	return nil
}

func (r *run) settleAll(ctx context.Context) error {
	if err := r.lock(ctx, nil); err != nil {
		return err
	}
	countries, err := r.countryTable(ctx)
	if err != nil {
		return err
	}
	if err := r.recollect(ctx); err != nil {
		return err
	}
	if err := r.useRules(lookup.Countries(countries), lookup.Types(r.TypeIDs, false)); err != nil {
		return err
	}
	return r.settleEarlier(ctx)
}
