package importer

import (
	"context"
	"slices"
	"time"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/plan"
)

// pace waits with the next row while the request budget is spent. When a new window begins the organisations are listed
// again first, once a window: what somebody else has made while we waited must not be made twice.
func (r *run) pace(ctx context.Context) error {
	if r.Pace == nil {
		return nil
	}
	waited, window, err := r.Pace(ctx)
	if err != nil || !waited || time.Since(r.listedAt) < window {
		return err
	}
	r.listedAt = time.Now()
	for _, org := range r.orgs() {
		t := r.territories[org]
		if t.refused != nil {
			continue
		}
		listing, err := r.Directory.List(ctx, org)
		if err != nil {
			return err
		}
		ours := r.claimed(t)
		others := slices.DeleteFunc(listing.Contacts, func(s contact.Stored) bool { return ours[s.ID] })
		t.later = plan.NewExisting(r.Match, r.checker.rules, org, others)
	}
	r.Log.Info().Int("organisations", len(r.territories)).Msg("listed again at the beginning of a new window of the request budget")
	return nil
}

// cameMeanwhile reports whether the row's contact has come into the organisation since the run began, and then notes
// that it exists. If an answer of this row was lost, and the contact is equal in everything, it is the row's own.
func (r *run) cameMeanwhile(row *row) (bool, error) {
	t := r.territories[row.org]
	if t.later == nil || r.verdicts[row.seq] != create {
		return false, nil
	}
	found := t.later.Find(row.checked.Contact, row.keys)
	if len(found.Same) == 0 {
		return false, nil
	}
	before := r.prior[row.seq]
	w := &recorder{run: r}
	result := ledger.Result{
		Status: plan.Exists, At: time.Now(),
		Receipt: plan.Receipt{Effect: plan.EffectNone, ContactID: found.Same[0], Attempts: before.attempts},
	}
	if before.unclear > 0 && len(found.Differs) == 0 {
		result.Status, result.Found, result.Receipt.Effect = plan.Created, true, plan.EffectDone
	}
	ctx := context.WithoutCancel(r.quit)
	if err := r.Ledger.Intend(ctx, w.intent(r.change(row), before.attempts)); err != nil {
		return false, ledgerUnwritable(err)
	}
	if err := r.Ledger.Settle(ctx, r.About.ID, row.seq, result); err != nil {
		return false, ledgerUnwritable(err)
	}
	r.Progress.Row(result.Status)
	return true, nil
}
