package importer

import (
	"context"
	"slices"
	"time"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/remote"
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
		if err := r.listAgain(ctx, t); err != nil {
			return err
		}
	}
	r.Log.Info().Int("organisations", len(r.territories)).Msg("listed again at the beginning of a new window of the request budget")
	return nil
}

// listAgain lists an organisation once more: what of it may be the rows', and what those look like that are to be updated.
func (r *run) listAgain(ctx context.Context, t *territory) error {
	now := map[int64]contact.FieldHashes{}
	listing, err := r.Directory.List(ctx, t.scope.Org, func(s contact.Stored) bool {
		if _, aimed := t.targets[s.ID]; aimed {
			now[s.ID] = r.checker.Rules.Normalise(s).FieldHashes(r.key())
		}
		return r.needles.wants(s)
	})
	if err != nil {
		return err
	}
	if r.Sync != nil {
		t.now = now
	}
	t.note(listing.IDs)
	ours := r.claimed(t)
	others := slices.DeleteFunc(listing.Contacts, func(s contact.Stored) bool { return ours[s.ID] })
	t.later = remote.NewIndex(r.key(), r.Match, r.checker.Rules, t.scope.Org, others)
	return nil
}

// overtaken reports whether what was to be sent for a row is not to be sent any more, since somebody else has been there
// while the run waited, and then notes how the row ended.
func (r *run) overtaken(row *check.Row) (bool, error) {
	if r.verdicts[row.Seq] == update {
		return r.changedMeanwhile(row)
	}
	return r.cameMeanwhile(row)
}

// changedMeanwhile reports whether somebody has changed, while the run waited for its budget, a field that it is about to
// change, and then notes that the row failed. The next run sees both values, and does what --on-conflict says.
func (r *run) changedMeanwhile(row *check.Row) (bool, error) {
	t := r.territories[row.Org]
	if t.now == nil || r.prior[row.Seq].unclear > 0 {
		return false, nil
	}
	id, _ := r.aim(t, row)
	have, _ := r.checker.Existing[row.Org].ByID(id)
	now, there := t.now[id]
	if !there {
		return false, nil // the API's own answer tells that
	}
	changed := have.FieldHashes(r.key()).Changed(now)
	at := slices.IndexFunc(r.compared(t, row, id).Fields(), func(f contact.Field) bool { return slices.Contains(changed, f) })
	if at < 0 {
		return false, nil
	}
	c, err := r.updateOf(row)
	if err != nil {
		return false, err
	}
	ctx := context.WithoutCancel(r.quit)
	if err := r.Ledger.Intend(ctx, (&recorder{run: r}).intent(c, c.Attempts)); err != nil {
		return false, ledger.Unwritable(err)
	}
	err = r.Ledger.Record(ctx, r.About.ID, row.Seq, ledger.Result{
		Status: outcome.Failed, Code: outcome.CodeConflict, Field: c.Fields[at], At: time.Now(),
		Detail:  "somebody has changed this in the portal while the run waited for its request budget; nothing was sent",
		Receipt: outcome.Receipt{Effect: outcome.EffectNone, ContactID: id, Attempts: c.Attempts},
	})
	if err != nil {
		return false, ledger.Unwritable(err)
	}
	r.Progress.Row(outcome.Failed)
	return true, nil
}

// cameMeanwhile reports whether the row's contact has come into the organisation since the run began, and then notes
// that it exists. If an answer of this row was lost, and the contact is equal in everything, it is the row's own.
func (r *run) cameMeanwhile(row *check.Row) (bool, error) {
	t := r.territories[row.Org]
	if t.later == nil || r.verdicts[row.Seq] != create {
		return false, nil
	}
	found := t.later.Find(row.Checked.Contact, row.Keys)
	if len(found.Same) == 0 {
		return false, nil
	}
	before := r.prior[row.Seq]
	w := &recorder{run: r}
	result := ledger.Result{
		Status: outcome.Exists, At: time.Now(),
		Receipt: outcome.Receipt{Effect: outcome.EffectNone, ContactID: found.Same[0], Attempts: before.attempts},
	}
	if before.unclear > 0 && len(found.Differs) == 0 {
		result.Status, result.Found, result.Receipt.Effect = outcome.Created, true, outcome.EffectDone
	}
	ctx := context.WithoutCancel(r.quit)
	if err := r.Ledger.Intend(ctx, w.intent(r.change(row), before.attempts)); err != nil {
		return false, ledger.Unwritable(err)
	}
	if err := r.Ledger.Record(ctx, r.About.ID, row.Seq, result); err != nil {
		return false, ledger.Unwritable(err)
	}
	r.Progress.Row(result.Status)
	return true, nil
}
