// Package undo turns what a run did into the changes that take it back.
package undo

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/contactsync/contactsync/importer/apply"
	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/diff"
	"github.com/contactsync/contactsync/importer/history"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/importer/remote"
	"github.com/contactsync/contactsync/importer/verify"
)

// decider decides about single contacts, from what the ledger knows and what the organisations have. It changes nothing.
type decider struct {
	// Target is the run that is taken back, Index where it stands among all runs.
	Target ledger.Run
	Index  int32
	Runs   *history.Runs
	Rules  *contact.Rules
	Key    contact.Key
	Match  contact.Match
	DryRun bool
}

// Undo is what there is to be taken back, and what is decided about each of it. It is the source of an undo's changes, which
// decides anew when it has looked at the organisations again.
type Undo struct {
	decider *decider
	// Resumed is what earlier undos have taken back already, Continues the runs that this one goes on with: the target, if it
	// is open, since nothing goes on with a run that is taken back, and those undos.
	Resumed   []ledger.Resumed
	Continues []int32

	world     *plan.World
	orgs      map[int64]*organisation
	items     []*entry
	decisions []Decision // by item
	before    map[int]plan.Attempts
}

// organisation is what an undo knows of one organisation.
type organisation struct {
	*plan.Org
	now *view
	// shown is how contacts looked when a run had ended, by run; baselines are the ids that there were before the target, or a run
	// that it went on with, wrote anything, ascending.
	shown     map[string]map[int64]contact.FieldHashes
	baselines map[string][]int64
	// earlier are the last attempts of earlier undos, by what was done to which contact; changedLater the last run behind the
	// target that updated or deleted a contact; known the creates of later runs, by content; ownedLater what later runs did to whose
	// a contact is.
	earlier      map[step]earlierUndo
	changedLater map[int64]int32
	known        map[contact.Hash]ledger.Attempt
	ownedLater   map[int64]ownedLater
	holders      map[int64][]string // the other jobs that have what the target created, ascending
	// toDelete are the ids that this undo is to delete, and restored those that earlier ones made anew.
	toDelete, restored map[int64]bool
	external           map[int64]contact.Hash // of the job's contacts
	called             map[int64]called       // when a run behind the target deleted them
}

// view is what an organisation has now.
type view struct {
	refused error
	there   map[int64]bool
	raw     map[int64]contact.Stored // what of it counts, as it was shown
	index   *remote.Index
}

// has reports whether a contact is there now.
func (v *view) has(id int64) bool { return v.there[id] }

// existedBefore reports whether a contact was there before a run wrote anything.
func (g *organisation) existedBefore(run string, id int64) bool {
	_, found := slices.BinarySearch(g.baselines[run], id)
	return found
}

// step is something that an undo does to a contact: one that it makes anew is named by its old id.
type step struct {
	action outcome.Action
	id     int64
}

// earlierUndo is an attempt of an earlier undo.
type earlierUndo struct {
	ledger.Ref
	run      int32
	at       time.Time
	status   outcome.Status
	id       int64
	attempts int
	unclear  int
	isOpen   bool // nobody knows whether it took effect
}

// Listed is what one organisation showed.
type Listed struct {
	IDs      []int64
	Contacts []contact.Stored
	// Refused is why it can't be seen; nil if it can.
	Refused error
}

// See makes what the organisations show ready to be asked about. Contacts that the target made so short a time ago that a
// listing may not show them yet are asked for.
func (u *Undo) See(ctx context.Context, directory remote.Contacts, listed map[int64]Listed) error {
	for _, org := range u.world.Numbers() {
		g, l := u.orgs[org], listed[org]
		v := &view{refused: l.Refused, there: make(map[int64]bool, len(l.IDs)), raw: make(map[int64]contact.Stored, len(l.Contacts))}
		for _, s := range l.Contacts {
			v.raw[s.ID] = s
		}
		for _, id := range l.IDs {
			v.there[id] = true
		}
		found := l.Contacts
		if v.refused == nil {
			recent, err := u.recent(ctx, directory, g, v)
			if err != nil {
				return err
			}
			for _, s := range recent {
				v.raw[s.ID], v.there[s.ID] = s, true
			}
			found = append(found, recent...)
		}
		v.index = remote.NewIndex(u.decider.Key, u.decider.Match, u.decider.Rules, org, found)
		g.now = v
	}
	return nil
}

// recent asks for the contacts that the target made a moment ago and that are not listed.
func (u *Undo) recent(ctx context.Context, directory remote.Contacts, g *organisation, v *view) ([]contact.Stored, error) {
	var found []contact.Stored
	for _, item := range u.items {
		if item.org != g.Scope.Org || item.did != outcome.Create || item.id == 0 || item.at.Before(u.decider.Runs.Recently) {
			continue
		}
		if _, listed := v.raw[item.id]; listed || g.Before.Deleted[item.id] {
			continue
		}
		s, there, err := directory.Contact(ctx, item.org, item.id)
		if err != nil {
			return nil, err
		}
		if there {
			found = append(found, s)
		}
	}
	return found, nil
}

// Counts tells whether a contact of an organisation counts for the undo: those that the target wrote, those that may have been
// made by it or since, and those that may be what it deleted (by wanted, which Wanted has fed).
func (u *Undo) Counts(org int64, s contact.Stored, mayBe func(contact.Stored) bool) bool {
	return s.Type.ID == 0 || !u.orgs[org].existedBefore(u.decider.Target.ID, s.ID) || mayBe(s)
}

// Wanted tells add the contacts as they were before the target, and keep the ids of those that it wrote.
func (u *Undo) Wanted(keep func(id int64), add func(contact.Contact)) {
	for _, item := range u.items {
		keep(item.id)
		if item.before != nil {
			add(u.decider.Rules.Normalise(*item.before))
		}
	}
}

// DecideAll decides about every contact.
func (u *Undo) DecideAll() {
	u.findSeconds()
	u.decisions, u.before = make([]Decision, len(u.items)), map[int]plan.Attempts{}
	continues := map[int32]bool{}
	if !u.decider.Target.Closed {
		continues[u.decider.Index] = true
	}
	for i, item := range u.items {
		d := u.decider.Decide(item, u.orgs[item.org])
		u.decisions[i] = d
		switch d.Do {
		case alreadyOurs:
			continues[d.earlier.run] = true
			u.Resumed = append(u.Resumed, ledger.Resumed{Seq: item.seq, From: d.earlier.Ref})
		case toTakeBack:
			if d.earlier.attempts > 0 {
				u.before[item.seq] = plan.Attempts{Sent: d.earlier.attempts, Unclear: d.earlier.unclear}
			}
		}
	}
	for run := range continues {
		u.Continues = append(u.Continues, run)
	}
	slices.Sort(u.Continues)
}

// None is an undo of a run of which nothing could be found out.
func None(w *plan.World, target ledger.Run) *Undo {
	return &Undo{decider: &decider{Target: target, Runs: w.Runs}, world: w}
}

// Hidden reports whether an organisation could not be seen when it was looked at last.
func (u *Undo) Hidden(org int64) bool { return u.orgs[org].now.refused != nil }

// Len is how many contacts there are.
func (u *Undo) Len() int { return len(u.items) }

// Writes counts what is to be sent.
func (u *Undo) Writes() int {
	n := 0
	for _, d := range u.decisions {
		if d.Do == toTakeBack && d.Action != outcome.None {
			n++
		}
	}
	return n
}

// GoesOnWith is the latest undo of which this one has taken something over; empty: none.
func (u *Undo) GoesOnWith() string {
	for _, run := range slices.Backward(u.Continues) {
		if run != u.decider.Index {
			return u.decider.Runs.Run(run).ID
		}
	}
	return ""
}

// Source gives the changes that take the target back. list lists the organisations again, done is told of contacts that need
// not be taken back any more then.
func (u *Undo) Source(directory remote.Contacts, list func(context.Context) (map[int64]Listed, error), done func(outcome.Status)) *Source {
	own := *u
	own.decisions, own.orgs = slices.Clone(u.decisions), map[int64]*organisation{}
	for org, g := range u.orgs {
		copied := *g
		own.orgs[org] = &copied
	}
	return &Source{undo: &own, directory: directory, list: list, done: done}
}

// Source sends an undo. It has a copy of its own, in which it decides anew.
type Source struct {
	undo      *Undo
	directory remote.Contacts
	list      func(context.Context) (map[int64]Listed, error)
	done      func(outcome.Status)
	again     bool // the organisations were looked at again
}

// Changes yields what is to be sent of the contacts that are wanted.
func (s *Source) Changes(_ context.Context, wanted check.Selection, again func(int) (plan.Attempts, bool), pace func() error) iter.Seq2[apply.Step, error] {
	u := s.undo
	return func(yield func(apply.Step, error) bool) {
		for i, item := range u.items {
			if u.decisions[i].Do != toTakeBack || item.did == outcome.None || !wanted.Holds(item.seq) {
				continue
			}
			if err := pace(); err != nil {
				yield(apply.Step{}, err)
				return
			}
			// One that is made anew stands in nobody's way.
			if s.again && item.did != outcome.Delete {
				u.decisions[i] = u.decider.Decide(item, u.orgs[item.org])
			}
			if u.decisions[i].Do != toTakeBack {
				s.done(outcome.Exists)
				continue
			}
			before, sent := again(item.seq)
			if !sent {
				before = u.before[item.seq]
			}
			c, err := u.changeOf(item, u.decisions[i], before)
			if !yield(apply.Step{Change: c}, err) || err != nil {
				return
			}
		}
	}
}

// Refresh looks at the organisations again: what somebody has changed while we waited must not be run over.
func (s *Source) Refresh(ctx context.Context, _ func(int64) map[int64]bool, saw func(int64, []int64)) error {
	listed, err := s.list(ctx)
	if err != nil {
		return err
	}
	for org, l := range listed {
		saw(org, l.IDs)
	}
	s.again = true
	return s.undo.See(ctx, s.directory, listed)
}

// Undo is what has been decided at last.
func (s *Source) Undo() *Undo { return s.undo }

// changeOf is what takes back what the target did to one contact. Nothing is deleted of which the ledger does not say
// that the target made it.
func (u *Undo) changeOf(item *entry, d Decision, before plan.Attempts) (plan.Change, error) {
	g := u.orgs[item.org]
	c := plan.Change{
		Seq: item.seq, Org: item.org, Action: d.Action, Target: item.id, Fields: d.fields(), Occurrence: plan.OccurrenceOf(item.id),
		Attempts: before.Sent, Unclear: before.Unclear,
	}
	now, _ := g.now.index.ByID(item.id)
	switch {
	case d.Action == outcome.Delete && item.did != outcome.Create:
		return c, fmt.Errorf("contact %d was not made by run %s and must not be deleted", item.id, u.decider.Target.ID)
	case d.Action == outcome.Delete:
		c.Was, c.Fingerprint = now.ContentHash(u.decider.Key, item.org), u.fingerprintOf(item, now)
	case d.Action == outcome.Update:
		c.Contact = item.before.AsSent()
		becomes := diff.With(now, u.decider.Rules.Normalise(*item.before), c.Fields)
		c.Was, c.Fingerprint = now.ContentHash(u.decider.Key, item.org), u.fingerprintOf(item, becomes)
		c.Becomes = c.Content
	default:
		c.Contact = item.before.AsSent()
		c.Fingerprint = u.fingerprintOf(item, u.decider.Rules.Normalise(*item.before))
		c.External = g.external[item.id]
		return c, nil
	}
	image, err := json.Marshal(g.now.raw[item.id])
	if err != nil {
		return c, fmt.Errorf("keeping contact %d as it is before it is changed: %w", item.id, err)
	}
	c.Image = image
	return c, nil
}

// fingerprintOf are the hashes of a contact that is written. Only what is made anew may have to wait for another of the same
// key.
func (u *Undo) fingerprintOf(item *entry, c contact.Contact) contact.Fingerprint {
	sent := contact.FingerprintOf(u.decider.Key, c, u.decider.Match.Keys(u.decider.Key, item.org, c))
	if item.did != outcome.Delete {
		sent.Key = contact.Hash{}
	}
	return sent
}

// Written yields what was sent for contacts that were restored or made anew.
func (u *Undo) Written(wanted check.Selection) iter.Seq2[verify.Written, error] {
	return func(yield func(verify.Written, error) bool) {
		for _, item := range u.items {
			if item.before == nil || !wanted.Holds(item.seq) {
				continue
			}
			if !yield(verify.Written{Seq: item.seq, Contact: u.decider.Rules.Normalise(*item.before)}, nil) {
				return
			}
		}
	}
}
