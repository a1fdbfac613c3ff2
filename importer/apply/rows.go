package apply

import (
	"context"
	"iter"
	"slices"
	"time"

	"github.com/rs/zerolog"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/diff"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/importer/remote"
)

// Rows are the rows of a plan, as a source. They are read again, with back-pressure up to the file.
type Rows struct {
	plan      *plan.Plan
	world     *plan.World
	directory remote.Contacts
	wants     func(contact.Stored) bool
	log       zerolog.Logger
	later     map[int64]*remote.Index // what organisations had when they were listed again, and is not ours
	// now is what contacts looked like then that rows are about or that are to be deleted.
	now map[int64]map[int64]contact.FieldHashes
	// deletes are those that are to be deleted, by organisation.
	deletes map[int64]map[int64]bool
}

// RowsOf makes a source of the rows of a plan. wants tells which contacts may be a row's.
func RowsOf(p *plan.Plan, w *plan.World, directory remote.Contacts, wants func(contact.Stored) bool, log zerolog.Logger) *Rows {
	s := &Rows{
		plan: p, world: w, directory: directory, wants: wants, log: log,
		later: map[int64]*remote.Index{}, now: map[int64]map[int64]contact.FieldHashes{}, deletes: map[int64]map[int64]bool{},
	}
	for _, d := range p.Deletes {
		if s.deletes[d.Org] == nil {
			s.deletes[d.Org] = map[int64]bool{}
		}
		s.deletes[d.Org][d.ID] = true
	}
	return s
}

// Changes yields the rows that are to be sent, and those that somebody else has been before us with.
func (s *Rows) Changes(ctx context.Context, wanted check.Selection, again func(int) (plan.Attempts, bool), pace func() error) iter.Seq2[Step, error] {
	wanted = wanted.And(func(seq int) bool { return s.plan.Do(seq).Writes() })
	return func(yield func(Step, error) bool) {
		for row, err := range s.plan.Rows.Rows(ctx, wanted) {
			if err == nil {
				err = pace()
			}
			if err != nil {
				yield(Step{}, err)
				return
			}
			before, sent := again(row.Seq)
			if !sent {
				before = s.plan.Before(row.Seq)
			}
			c, err := s.plan.Change(row, before)
			step := Step{Change: c}
			if err == nil {
				step.Instead = s.overtaken(row, c)
			}
			if !yield(step, err) || err != nil {
				return
			}
		}
	}
}

// Refresh lists the organisations again: what somebody else has made while we waited must not be made twice, and what somebody
// has changed must not be run over.
func (s *Rows) Refresh(ctx context.Context, ours func(int64) map[int64]bool, saw func(int64, []int64)) error {
	for _, org := range s.world.Numbers() {
		o := s.world.Orgs[org]
		if o.Refused != nil {
			continue
		}
		now := map[int64]contact.FieldHashes{}
		listing, err := s.directory.List(ctx, org, func(c contact.Stored) bool {
			if s.plan.Owner(org, c.ID) != 0 || s.deletes[org][c.ID] {
				now[c.ID] = s.world.Rules.Normalise(c).FieldHashes(s.world.Key)
			}
			return s.wants(c)
		})
		if err != nil {
			return err
		}
		saw(org, listing.IDs)
		mine := ours(org)
		others := slices.DeleteFunc(listing.Contacts, func(c contact.Stored) bool { return mine[c.ID] })
		s.later[org] = remote.NewIndex(s.world.Key, s.world.Match, s.world.Rules, org, others)
		if s.plan.IsSync() {
			s.now[org] = now
		}
	}
	s.log.Info().Int("organisations", len(s.world.Orgs)).Msg("listed again at the beginning of a new window of the request budget")
	return nil
}

// overtaken tells how a row ends whose change is not to be sent any more, since somebody else has been there
// while the run waited; nil: it is to be sent.
func (s *Rows) overtaken(row *check.Row, c plan.Change) *ledger.Result {
	if c.Action == outcome.Update {
		return s.changedRemotely(c)
	}
	return s.createdRemotely(row, c)
}

// changedRemotely tells that somebody has changed, while the run waited for its budget, a field that the row is about to
// change: it fails. The next run sees both values, and does what --on-conflict says.
func (s *Rows) changedRemotely(c plan.Change) *ledger.Result {
	if c.Unclear > 0 {
		return nil // it may have been us
	}
	changed := s.changed(c)
	at := slices.IndexFunc(c.Fields, func(f contact.Field) bool { return slices.Contains(changed, f) })
	if at < 0 {
		return nil
	}
	return overtakenIn(c, c.Fields[at])
}

// changed are the fields of a change's contact that are not as they were when the run began, as far as it has listed again. One
// that is not there any more has none: the API's own answer tells that.
func (s *Rows) changed(c plan.Change) []contact.Field {
	now, there := s.now[c.Org][c.Target]
	if !there {
		return nil
	}
	have, _ := s.world.ByID(c.Org, c.Target)
	return have.FieldHashes(s.world.Key).Changed(now)
}

// overtakenIn is how a change ends that is not sent, since somebody else has changed a field of its contact.
func overtakenIn(c plan.Change, f contact.Field) *ledger.Result {
	return &ledger.Result{
		Status: outcome.Failed, Code: outcome.CodeConflict, Field: f, At: time.Now(),
		Detail:  "somebody has changed this in the portal while the run waited for its request budget; nothing was sent",
		Receipt: outcome.Receipt{Effect: outcome.EffectNone, ContactID: c.Target, Attempts: c.Attempts},
	}
}

// createdRemotely tells that the row's contact has come into the organisation since the run began: it exists. If an answer of
// this row was lost, and the contact is equal in everything, it is the row's own.
func (s *Rows) createdRemotely(row *check.Row, c plan.Change) *ledger.Result {
	if s.later[row.Org] == nil {
		return nil
	}
	found := s.later[row.Org].Find(row.Checked.Contact, row.Keys)
	if len(found.Same) == 0 {
		return nil
	}
	result := &ledger.Result{
		Status: outcome.Exists, At: time.Now(),
		Receipt: outcome.Receipt{Effect: outcome.EffectNone, ContactID: found.Same[0], Attempts: c.Attempts},
	}
	if c.Unclear > 0 && len(found.Differs) == 0 {
		result.Status, result.Found, result.Receipt.Effect = outcome.Created, true, outcome.EffectDone
	}
	return result
}

// Deletes are the deletes of a plan, as a source. What is protected stays, also what rows that did not end well may be about.
type Deletes struct {
	plan      *plan.Plan
	protected *diff.Protected
	rows      *Rows
}

// DeletesOf makes a source of the deletes of a plan whose rows were sent before: what was seen while they waited counts.
func DeletesOf(p *plan.Plan, protected *diff.Protected, rows *Rows) *Deletes {
	return &Deletes{plan: p, protected: protected, rows: rows}
}

// Changes yields the deletes, and those whose contact somebody has changed while the run waited: the next run does with them what
// --on-conflict says.
func (s *Deletes) Changes(_ context.Context, wanted check.Selection, again func(int) (plan.Attempts, bool), pace func() error) iter.Seq2[Step, error] {
	return func(yield func(Step, error) bool) {
		if s.protected.Refused() != "" {
			return
		}
		for _, d := range s.plan.Deletes {
			before, sent := again(d.Seq)
			if !sent {
				before = s.plan.Before(d.Seq)
			}
			if !wanted.Holds(d.Seq) || !sent && s.plan.Covers(d, s.protected) {
				continue
			}
			err := pace()
			var step Step
			if err == nil {
				step.Change, err = s.plan.DeleteChange(d, before)
			}
			if changed := s.rows.changed(step.Change); len(changed) > 0 {
				step.Instead = overtakenIn(step.Change, changed[0])
			}
			if !yield(step, err) || err != nil {
				return
			}
		}
	}
}

// Refresh lists the organisations again, as for rows.
func (s *Deletes) Refresh(ctx context.Context, ours func(int64) map[int64]bool, saw func(int64, []int64)) error {
	return s.rows.Refresh(ctx, ours, saw)
}

// ProtectFailed returns what is protected once the rows have been sent: the contacts of rows that did not end well, too.
func ProtectFailed(ctx context.Context, p *plan.Plan, outcomes iter.Seq2[ledger.Attempt, error]) (*diff.Protected, error) {
	failed := map[int]bool{}
	for a, err := range outcomes {
		if err != nil {
			return nil, ledger.Unreadable(err)
		}
		if a.IsUnclear() || a.Result.Status == outcome.Failed || a.Result.Status == outcome.NotAttempted {
			failed[a.Seq] = true
		}
	}
	protected := p.Protected.Clone()
	if len(failed) == 0 {
		return protected, nil
	}
	for row, err := range p.Rows.Rows(ctx, check.RowsOf(failed)) {
		if err != nil {
			return nil, err
		}
		protected.Add(row, p.Names.Of(uint32(row.Seq)), p.Linked(row) != 0)
	}
	return protected, nil
}
