package undo

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"time"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/history"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/importer/verify"
)

// entry is one contact that the target wrote.
type entry struct {
	seq int // in this run, from 1
	org int64
	// did is what the target did, and id the contact that it did it to; 0 if it never learned the id.
	did outcome.Action
	id  int64
	// unclear: nobody knows whether the target did it; suspects are the contacts that it may have made.
	unclear  bool
	suspects []int64
	at       time.Time
	// origin is the run that did it, if the target has only taken it over from that one.
	origin string
	// wrote is the content hash of what was written; second tells that the contact is a second one, and differs that it was
	// recognised by a part of what was written only.
	wrote           contact.Hash
	second, differs bool
	// owned is the code of what the target did to whose the contact is; empty: nothing. Then did is None.
	owned  string
	fields contact.FieldMask // that an update sent; empty: not known
	// lost counts the target's requests for it whose answers were lost; like is the contact that this one may be a second
	// one of, made by one of those.
	lost   int
	like   int64
	before *contact.Stored // as it was before; nil if that is not known
}

// Ledger is what collecting reads.
type Ledger interface {
	history.Ledger
	Outcomes(ctx context.Context, run string) iter.Seq2[ledger.Attempt, error]
	FieldHashesOf(ctx context.Context, run string, s ledger.Scope) (map[int64]contact.FieldHashes, error)
}

// Collect reads from the ledger what the target wrote, and what has become of that since: as far as it got, beside an error;
// nil if it is not known what the target wrote.
func Collect(ctx context.Context, book Ledger, w *plan.World, target ledger.Run, dryRun bool) (*Undo, error) {
	u := &Undo{
		decider: &decider{Target: target, Index: w.Runs.Index(target.ID), Runs: w.Runs, Rules: w.Rules, Key: w.Key, Match: w.Match, DryRun: dryRun},
		world:   w, orgs: map[int64]*organisation{},
	}
	u.decider.Target = w.Runs.Run(u.decider.Index)
	for _, org := range w.Numbers() {
		g := &organisation{
			Org: w.Orgs[org], shown: map[string]map[int64]contact.FieldHashes{}, baselines: map[string][]int64{}, earlier: map[step]earlierUndo{},
			changedLater: map[int64]int32{}, ownedLater: map[int64]ownedLater{}, holders: map[int64][]string{}, known: map[contact.Hash]ledger.Attempt{}, toDelete: map[int64]bool{}, called: map[int64]called{},
			restored: map[int64]bool{}, external: map[int64]contact.Hash{}, now: &view{},
		}
		u.orgs[org] = g
		if err := u.readHistory(ctx, book, g); err != nil {
			return nil, ledger.Unreadable(err)
		}
		for id, external := range g.Before.IDs() {
			g.external[id] = external
		}
	}
	if err := u.readTarget(ctx, book); err != nil {
		return nil, ledger.Unreadable(err)
	}
	u.decisions = make([]Decision, len(u.items))
	if err := u.readShown(ctx, book); err != nil {
		return u, ledger.Unreadable(err)
	}
	return u, nil
}

// readHistory reads what became of the target's contacts in later runs.
func (u *Undo) readHistory(ctx context.Context, book Ledger, g *organisation) error {
	for a, err := range book.History(ctx, g.Scope) {
		if err != nil {
			return err
		}
		index := u.decider.Runs.Index(a.Run)
		switch {
		case u.decider.Runs.Run(index).Command == ledger.CommandUndo && a.Target != 0:
			g.earlier[step{a.Action, a.Target}] = earlierUndoOf(a, index)
			if a.Action == outcome.Create && a.Status() == outcome.Created {
				g.restored[a.Result.Receipt.ContactID] = true
			}
		case index > u.decider.Index && (a.Status() == outcome.Updated || a.Status() == outcome.Deleted):
			g.changedLater[a.Target] = index
		}
		if code := history.OwnershipOf(a); index > u.decider.Index && code != "" {
			id := a.Result.Receipt.ContactID
			g.ownedLater[id] = g.ownedLater[id].and(code, index, u.decider.Runs.Run(index).Job == u.decider.Target.Job)
		}
		if index > u.decider.Index && a.Action == outcome.Create && a.Status() == outcome.Created {
			g.known[a.Row.Content] = a
		}
		if shown, known := a.Shown(); known && index > u.decider.Index && a.Status() == outcome.Deleted {
			g.called[a.Target] = calledOf(shown)
		}
	}
	return nil
}

func earlierUndoOf(a ledger.Attempt, run int32) earlierUndo {
	b := earlierUndo{Ref: a.Ref(), run: run, status: a.Status(), attempts: a.Attempt, unclear: a.UnclearAttempts(), isOpen: a.IsUnclear()}
	if a.Result != nil {
		b.id, b.attempts, b.at = a.Result.Receipt.ContactID, a.Result.Receipt.Attempts, a.Result.At
	}
	return b
}

// readTarget lists what the target did: its own rows, and those that it took over from a run that it continued.
func (u *Undo) readTarget(ctx context.Context, book Ledger) error {
	u.items = nil
	seconds := map[int64]bool{}
	for a, err := range book.Outcomes(ctx, u.decider.Target.ID) {
		if err != nil {
			return err
		}
		g := u.orgs[a.Row.Scope.Org]
		if g == nil || a.Row.Scope.Host != g.Scope.Host {
			continue
		}
		if later, known := g.known[a.Row.Content]; known && a.IsUnclear() && a.Action == outcome.Create {
			if later.Origin != u.decider.Target.ID {
				continue // it was proved not to have happened before that run sent it again
			}
			a.Result = later.Result
		}
		u.addSeconds(a, seconds)
		if item := itemOf(a); item != nil {
			u.items = append(u.items, item)
		}
		if code := history.OwnershipOf(a); code != "" {
			u.items = append(u.items, &entry{org: a.Row.Scope.Org, did: outcome.None, id: a.Result.Receipt.ContactID, at: a.Result.At, origin: a.Origin, owned: code})
		}
	}
	// The second contacts of rows were deleted because they stood twice: they are not restored.
	u.items = slices.DeleteFunc(u.items, func(i *entry) bool { return i.did == outcome.Delete && seconds[i.id] })
	// The same contact is deleted once only, however many rows are said to have made it.
	seen := map[step]bool{}
	u.items = slices.DeleteFunc(u.items, func(i *entry) bool {
		d := step{i.did, i.id}
		again := i.did == outcome.Create && i.id != 0 && seen[d]
		seen[d] = true
		return again
	})
	for n, item := range u.items {
		item.seq = n + 1
		if item.did == outcome.Create && !item.unclear && item.id != 0 {
			g := u.orgs[item.org]
			g.toDelete[item.id] = true
			if others := g.Before.Holders(item.id); len(others) > 0 {
				g.holders[item.id] = others
			}
		}
	}
	return nil
}

// TakesBack reports whether an attempt left something that an undo of its run is about.
func TakesBack(a ledger.Attempt) bool { return itemOf(a) != nil || history.OwnershipOf(a) != "" }

// itemOf is what an attempt of the target did; nil if it changed nothing.
func itemOf(a ledger.Attempt) *entry {
	item := &entry{
		org: a.Row.Scope.Org, did: a.Action, id: a.Target, unclear: a.IsUnclear(), origin: a.Origin,
		wrote: a.After, fields: a.Fields, lost: a.UnclearAttempts(),
	}
	if a.Result != nil {
		item.at = a.Result.At
		item.differs = slices.ContainsFunc(a.Result.Notes, verify.IsVague)
		item.suspects = history.NotedIDs(a.Result.Notes, outcome.CodeSuspects)
	}
	if a.Action == outcome.Create {
		item.id, item.wrote = 0, a.Row.Content
		if a.Result != nil {
			item.id = a.Result.Receipt.ContactID
		}
		if a.Result != nil && a.Result.Status == outcome.Exists && a.Result.Found {
			// Once its run was closed a row counts as there when something matches it; that the run made that is not known.
			item.unclear, item.suspects = true, []int64{item.id}
		}
	}
	if shown, known := a.Shown(); known {
		item.before = &shown
	}
	switch {
	case a.Action == outcome.None:
		return nil
	case item.unclear, a.Result.Status == outcome.Created, a.Result.Status == outcome.Updated, a.Result.Status == outcome.Deleted:
		return item
	}
	return nil
}

// addSeconds adds the contacts that a late commit made beside a row's own. They are the target's if there are no more of
// them than requests of the row that may have made one.
func (u *Undo) addSeconds(a ledger.Attempt, seconds map[int64]bool) {
	if a.Result == nil {
		return
	}
	for _, code := range []string{outcome.CodeTwice, outcome.CodeTwiceRemoved} {
		ids := history.NotedIDs(a.Result.Notes, code)
		if len(ids) < 2 {
			continue
		}
		for _, id := range ids[1:] {
			seconds[id] = true
			if code == outcome.CodeTwice && a.Result.Status == outcome.Created && len(ids)-1 <= a.Unclear {
				u.items = append(u.items, &entry{
					org: a.Row.Scope.Org, did: outcome.Create, id: id, at: a.Result.At, second: true,
					wrote: a.Row.Content,
				})
			}
		}
	}
}

// readShown reads how the contacts looked when the target, or the run that it took them over from, had ended, and which there were
// before it wrote anything.
func (u *Undo) readShown(ctx context.Context, book Ledger) error {
	wanted := map[string]bool{u.decider.Target.ID: true}
	for _, item := range u.items {
		if item.origin != "" {
			wanted[item.origin] = true
		}
	}
	for _, g := range u.orgs {
		for run := range wanted {
			shown, err := book.FieldHashesOf(ctx, run, g.Scope)
			if err != nil {
				return err
			}
			g.shown[run] = shown
			if g.baselines[run], _, err = book.BaselineOf(ctx, run, g.Scope); err != nil {
				return err
			}
		}
	}
	return nil
}

// shownAfter is how a contact looked when the run that wrote it had ended. What a later run saw, which took it over, says
// nothing: somebody may have changed it in between.
func (g *organisation) shownAfter(item *entry, target string) (contact.FieldHashes, bool) {
	p, known := g.shown[cmp.Or(item.origin, target)][item.id]
	return p, known
}
