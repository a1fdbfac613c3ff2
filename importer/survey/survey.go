// Package survey learns what rows are checked against and compared with: the organisations, countries and types, what the
// organisations have, and what earlier runs know of them.
package survey

import (
	"context"
	"slices"
	"time"

	"github.com/rs/zerolog"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/diff"
	"github.com/contactsync/contactsync/importer/history"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/importer/remote"
	"github.com/contactsync/contactsync/importer/settle"
	"github.com/contactsync/contactsync/mapping/lookup"
)

// Survey is what a run asks with, and for what. Its fields are set before it asks and not changed after.
type Survey struct {
	Directory remote.Directory
	Ledger    ledger.Ledger
	// Host is the API's, About the run.
	Host  string
	About ledger.Run
	Locks *Locks
	// RetryLock is how long is waited for locks that another run has, Settle how long after the end of an attempt whose answer
	// was lost its contact's absence may count as proof, MaxAttempts how often a listing that is not fresh is asked for.
	RetryLock, Settle time.Duration
	MaxAttempts       int
	DryRun            bool
	Match             contact.Match
	Rules             Rules
	// Sync is what a sync decides; nil: contacts are not changed.
	Sync *diff.Options
	// KeepsHashes keeps the hashes of contacts that no row can be about too: a plan is kept.
	KeepsHashes bool
	Log         zerolog.Logger
}

// Found is what a survey has learned. It is filled as far as the survey got.
type Found struct {
	World *plan.World
	// Home is the organisation of rows that name none.
	Home int64
	// Wanted is what contacts may be the rows'; nil: any.
	Wanted *Wanted
	// Listed is when the organisations were listed, Begun tells that the ledger knows the run.
	Listed time.Time
	Begun  bool
	// Late tells that a contact stands twice because of an earlier run, Settled how many attempts in doubt turned out how, by
	// organisation and status.
	Late    bool
	Settled map[int64]map[outcome.Status]int
}

// NewFound returns what is known before anything was asked.
func (s *Survey) NewFound() *Found {
	key := contact.Key{}
	if s.Ledger != nil {
		key = s.Ledger.Key()
	}
	return &Found{World: plan.NewWorld(key, s.Match), Settled: map[int64]map[outcome.Status]int{}}
}

// Import learns what an import or a sync of inputs has to know. What it could not learn is in its error; the run then still
// tells of every row whether it is valid.
func (s *Survey) Import(ctx context.Context, f *Found, rows check.Checker) error {
	if err := s.organisations(ctx, f, &rows); err != nil {
		return err
	}
	locked, err := s.lock(ctx, f, func(ctx context.Context) error { return s.addAbandoned(ctx, f.World, rows.Inputs) })
	if err != nil {
		return err
	}
	if err := s.begin(ctx, f); err != nil {
		return err
	}
	table, err := s.countries(ctx)
	if err != nil {
		return err
	}
	countries := lookup.Countries(table)
	sought, rough, err := s.seek(ctx, f, rows, countries)
	if err != nil {
		return err
	}
	if err := s.loadHistory(ctx, f); err != nil {
		return err
	}
	if !s.DryRun {
		rules, err := s.Rules.Make(countries, lookup.Types(s.Rules.TypeIDs, false))
		if err != nil {
			return err
		}
		f.World.Rules = rules
		if err := s.settleEarlier(ctx, f, locked); err != nil {
			return err
		}
	}
	f.Listed = time.Now()
	lists, err := s.List(ctx, f.World, func(o *plan.Org, l *Listing) func(contact.Stored) bool {
		s.keepKnown(f.Wanted, o, sought)
		return s.keeper(f.Wanted, l, func(c contact.Stored) contact.FieldHashes { return rough.Normalise(c).FieldHashes(f.World.Key) })
	})
	if err != nil {
		return err
	}
	f.World.Types = s.typesOf(lists)
	rules, err := s.Rules.Make(countries, lookup.Types(f.World.Types, true))
	if err != nil {
		return err
	}
	f.World.Rules = rules
	for _, org := range f.World.Numbers() {
		o, l := f.World.Orgs[org], lists[org]
		if o.Refused = l.Refused; o.Refused != nil {
			continue
		}
		if err := s.complete(ctx, f.World, o, l); err != nil {
			return err
		}
		l.Contacts = nil // they stand in the index now
	}
	f.World.Complete = true
	return nil
}

// Undo learns, of organisations that find adds, what there is to know before they are listed.
func (s *Survey) Undo(ctx context.Context, f *Found, find func(context.Context) error) error {
	if err := find(ctx); err != nil || len(f.World.Orgs) == 0 {
		return err
	}
	// Of others than the caller's own organisation the API tells no name.
	my, err := s.myOrganisation(ctx)
	if err != nil {
		return err
	}
	nameHome(f, my)
	// A run that is waited for may have written on until it ended.
	locked, err := s.lock(ctx, f, find)
	if err != nil {
		return err
	}
	if err := s.begin(ctx, f); err != nil {
		return err
	}
	return s.earlier(ctx, f, locked)
}

// Doubts finds out what became of the attempts in doubt in one organisation, or in all (0) that the ledger knows.
func (s *Survey) Doubts(ctx context.Context, f *Found, org int64) error {
	scopes, err := s.Ledger.Scopes(ctx, s.Host)
	if err != nil {
		return ledger.Unreadable(err)
	}
	for _, scope := range scopes {
		if org != 0 && org != scope.Org {
			continue
		}
		open, err := s.Ledger.InDoubt(ctx, scope)
		if err != nil {
			return ledger.Unreadable(err)
		}
		if slices.ContainsFunc(open, func(a ledger.Attempt) bool { return a.IsUnclear() }) {
			f.World.Add(s.Ledger, scope, "")
		}
	}
	if len(f.World.Orgs) == 0 {
		return nil
	}
	locked, err := s.lock(ctx, f, nil)
	if err != nil {
		return err
	}
	return s.earlier(ctx, f, locked)
}

// earlier reads what earlier runs know, and finds out what they left in doubt, by rules that need no listing. A dry run only
// reads.
func (s *Survey) earlier(ctx context.Context, f *Found, locked time.Time) error {
	table, err := s.countries(ctx)
	if err != nil {
		return err
	}
	if err := s.loadHistory(ctx, f); err != nil {
		return err
	}
	rules, err := s.Rules.Make(lookup.Countries(table), lookup.Types(s.Rules.TypeIDs, false))
	if err != nil {
		return err
	}
	f.World.Rules = rules
	if s.DryRun {
		return nil
	}
	return s.settleEarlier(ctx, f, locked)
}

// lock makes the run the only one of its organisations. A dry run changes nothing and waits for nobody.
func (s *Survey) lock(ctx context.Context, f *Found, more func(context.Context) error) (at time.Time, err error) {
	if s.DryRun {
		return time.Time{}, nil
	}
	err = s.Locks.Take(ctx, s.RetryLock, f.World, more)
	return time.Now(), err
}

// begin notes the run, so that one whose process is killed before it writes anything is in the history all the same. A dry
// run is not in it.
func (s *Survey) begin(ctx context.Context, f *Found) error {
	if s.DryRun {
		return nil
	}
	if err := s.Ledger.Begin(ctx, s.About); err != nil {
		return ledger.Unwritable(err)
	}
	f.Begun = true
	return nil
}

// loadHistory reads from the ledger what earlier runs know of the organisations.
func (s *Survey) loadHistory(ctx context.Context, f *Found) (err error) {
	w := f.World
	if w.Runs, err = history.LoadRuns(ctx, s.Ledger, s.About, time.Now().Add(-s.Settle)); err != nil {
		return err
	}
	for _, org := range w.Numbers() {
		o := w.Orgs[org]
		if o.Before, err = w.Runs.Load(ctx, s.Ledger, o.Scope, f.Wanted.NoteKnown); err != nil {
			o.Before = history.Unread(w.Key)
			return err
		}
		if s.About.Job != "" && !s.About.Simulated && !s.DryRun { // nobody asks whom other runs know by which id
			if err := o.Before.KeepIDs(ctx, s.Ledger); err != nil {
				return err
			}
		}
	}
	return nil
}

// settleEarlier finds out, before anything is compared or sent, what became of the attempts that earlier runs left in doubt,
// and records it where those runs have their rows.
func (s *Survey) settleEarlier(ctx context.Context, f *Found, locked time.Time) error {
	w := f.World
	for _, org := range w.Numbers() {
		o := w.Orgs[org]
		if len(o.Before.InDoubt) == 0 {
			continue
		}
		earlier := settle.Earlier{
			Settler: &settle.Settler{
				Directory: s.Directory, Describe: settle.Describer(w.Rules, w.Key, w.Match, org), Wait: s.Settle, Looks: s.MaxAttempts,
			},
			Org: org, Runs: w.Runs, Before: o.Before, Baselines: o.Baselines, Locked: locked, Log: s.Log,
		}
		if err := earlier.Find(ctx, func(found settle.Found) error { return s.record(ctx, f, o, found) }); err != nil {
			return err
		}
		if err := s.Ledger.Flush(ctx); err != nil {
			return ledger.Unwritable(err)
		}
	}
	return nil
}

// record writes what was found out into the ledger, where the earlier run has the row.
func (s *Survey) record(ctx context.Context, f *Found, o *plan.Org, found settle.Found) error {
	a := found.Attempt
	if err := s.Ledger.Record(ctx, a.Run, a.Seq, *a.Result); err != nil {
		return ledger.Unwritable(err)
	}
	org := o.Scope.Org
	if f.Settled[org] == nil {
		f.Settled[org] = map[outcome.Status]int{}
	}
	f.Settled[org][a.Result.Status]++
	f.Wanted.NoteKnown(a)
	o.Before.Learn(a, time.Now().Add(-s.Settle))
	f.Late = f.Late || found.Late
	if len(a.Result.Notes) > 0 {
		o.Notes[a.Row.Content] = a.Result.Notes
	}
	return nil
}

// complete makes an organisation's contacts, and what earlier runs left in doubt, ready to be asked about.
func (s *Survey) complete(ctx context.Context, w *plan.World, o *plan.Org, l *Listing) error {
	o.Now = remote.NewSnapshot(o.Scope.Org, l.IDs)
	o.Now.Hashes = l.hashes
	o.Now.Index = remote.NewIndex(w.Key, w.Match, w.Rules, o.Scope.Org, l.Contacts)
	o.Late = o.Before.LateDuplicates(o.Now.Listed)
	for _, late := range o.Late {
		stays := late.Attempt.Result.Receipt.ContactID
		note := outcome.Note{Code: outcome.CodeTwice, IDs: append([]int64{stays}, late.Seconds...)}
		o.Notes[late.Attempt.Row.Content] = append(o.Notes[late.Attempt.Row.Content], note)
	}
	var err error
	switch {
	case s.Sync != nil:
		err = s.prepareSync(ctx, w, o, l)
	case len(o.Before.Differs) > 0:
		err = s.prepareStored(ctx, o)
	}
	if err != nil {
		return err
	}
	return o.Before.LoadDoubts(ctx, s.Ledger, o.Scope)
}

// prepareSync keeps of an organisation's contacts what a sync needs to change them.
func (s *Survey) prepareSync(ctx context.Context, w *plan.World, o *plan.Org, l *Listing) error {
	o.Now.Shown = make(map[int64]contact.Stored, len(l.Contacts))
	for _, c := range l.Contacts {
		o.Now.Shown[c.ID] = c
	}
	base, err := s.fieldHashes(ctx, o)
	if err != nil {
		return err
	}
	if s.Sync.Prune && s.Sync.PruneAfter > 1 {
		if err := o.Before.LoadNights(ctx, s.Ledger, o.Scope, o.Now.IDs, s.Sync.PruneAfter-1); err != nil {
			return err
		}
	}
	o.Match = &diff.Matcher{Options: *s.Sync, Key: w.Key, Now: o.Now, Before: o.Before, Base: base}
	return nil
}
