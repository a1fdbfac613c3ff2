package survey

import (
	"context"
	"errors"
	"slices"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/history"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/importer/remote"
	"github.com/contactsync/contactsync/importer/stop"
	"github.com/contactsync/contactsync/mapping/lookup"
)

// nameHome gives the run's own organisation its name, if the rows are of it.
func nameHome(f *Found, home remote.Organisation) {
	if o := f.World.Orgs[home.ID]; o != nil {
		o.Name = home.Name
	}
}

// countries asks for the countries. One that may not be read ends the run, with a report of what is known of its rows.
func (s *Survey) countries(ctx context.Context) ([]lookup.CountryRow, error) {
	rows, err := s.Directory.Countries(ctx)
	var refusal *outcome.Refusal
	if errors.As(err, &refusal) {
		return nil, &stop.Error{
			Cause: stop.CauseForbidden, Message: "the API does not let this application token read the countries", Err: err,
			Hint: "give the application the right to read them in the emnify portal; nothing was sent",
		}
	}
	return rows, err
}

func (s *Survey) myOrganisation(ctx context.Context) (remote.Organisation, error) {
	my, err := s.Directory.MyOrganisation(ctx)
	var refusal *outcome.Refusal
	if errors.As(err, &refusal) {
		return my, &stop.Error{
			Cause: stop.CauseForbidden, Message: "the API does not tell the application token's own organisation", Err: err,
			Hint: "check --api-url, and that the token is that of an application of this organisation",
		}
	}
	return my, err
}

// organisations finds out which organisations the rows belong to, and gives rows that name none the run's.
func (s *Survey) organisations(ctx context.Context, f *Found, rows *check.Checker) error {
	home := remote.Organisation{ID: rows.Org}
	my, err := s.myOrganisation(ctx)
	if err != nil {
		return err
	}
	if home.ID == 0 || home.ID == my.ID {
		home = my
	}
	f.Home, rows.Org = home.ID, home.ID
	if !namesOrganisations(rows.Inputs) {
		f.World.Add(s.Ledger, s.scope(home.ID), home.Name)
		return nil
	}
	for row, err := range rows.Rows(ctx, check.Selection{}) {
		if err != nil {
			return err
		}
		if row.Valid() || row.Checked.Org != 0 {
			f.World.Add(s.Ledger, s.scope(row.Org), "")
		}
	}
	if err := s.addAbandoned(ctx, f.World, rows.Inputs); err != nil {
		return err
	}
	nameHome(f, home)
	return nil
}

func (s *Survey) scope(org int64) ledger.Scope { return ledger.Scope{Host: s.Host, Org: org} }

func namesOrganisations(inputs []check.Input) bool {
	return slices.ContainsFunc(inputs, func(in check.Input) bool { return in.Maps(contact.Org) })
}

// addAbandoned adds the organisations in which the job has contacts, and the input has no row any more: they are to be
// pruned too. Only an input that says of each row whose it is tells that.
func (s *Survey) addAbandoned(ctx context.Context, w *plan.World, inputs []check.Input) error {
	if s.Sync == nil || !s.Sync.Prune || !namesOrganisations(inputs) || s.About.Simulated {
		return nil
	}
	if slices.ContainsFunc(inputs, func(in check.Input) bool { return in.OnlyOrg }) {
		return nil // the command is about one organisation
	}
	runs, err := s.Ledger.Runs(ctx)
	if err != nil {
		return ledger.Unreadable(err)
	}
	ours := map[string]bool{}
	for _, earlier := range runs {
		ours[earlier.ID] = earlier.Job == s.About.Job
	}
	scopes, err := s.Ledger.Scopes(ctx, s.Host)
	if err != nil {
		return ledger.Unreadable(err)
	}
	for _, scope := range scopes {
		for a, err := range s.Ledger.History(ctx, scope) {
			if err != nil {
				return ledger.Unreadable(err)
			}
			if ours[a.Run] && a.Result != nil && (a.Result.Status == outcome.Created || history.OwnershipOf(a) != "") {
				w.Add(s.Ledger, scope, "")
				break
			}
		}
	}
	return nil
}
