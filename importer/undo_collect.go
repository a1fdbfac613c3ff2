package importer

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/history"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

// undoItem is one contact that the target wrote, and what is decided about it.
type undoItem struct {
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
	fields          contact.FieldMask // that an update sent; empty: not known
	// lost counts the target's requests for it whose answers were lost; like is the contact that this one may be a second
	// one of, made by one of those.
	lost     int
	like     int64
	before   *contact.Stored // as it was before; nil if that is not known
	decision decision
}

// collect reads from the ledger what the target wrote, and what has become of that since.
func (u *undoing) collect(ctx context.Context) error {
	for _, org := range u.orgs() {
		g := &ground{
			territory: u.territories[org], shown: map[string]map[int64]contact.FieldHashes{}, back: map[deed]backed{},
			touched: map[int64]int32{}, known: map[contact.Hash]ledger.Attempt{}, undeletes: map[int64]bool{},
			restored: map[int64]bool{}, external: map[int64]contact.Hash{},
		}
		u.grounds[org] = g
		if err := u.readHistory(ctx, g); err != nil {
			return err
		}
		var err error
		if g.baseline, _, err = u.Ledger.BaselineOf(ctx, u.target.ID, g.scope); err != nil {
			return err
		}
		for id, hashes := range g.before.KnownBy() {
			g.external[id] = hashes[0]
		}
	}
	if err := u.readTarget(ctx); err != nil {
		return err
	}
	return u.readShown(ctx)
}

// readHistory reads what became of the target's contacts in later runs.
func (u *undoing) readHistory(ctx context.Context, g *ground) error {
	for a, err := range u.Ledger.History(ctx, g.scope) {
		if err != nil {
			return err
		}
		index := u.runs.Index(a.Run)
		switch {
		case u.runs.Run(index).Command == ledger.CommandUndo && a.Target != 0:
			g.back[deed{a.Action, a.Target}] = backedBy(a, index)
			if a.Action == outcome.Create && a.Status() == outcome.Created {
				g.restored[a.Result.Receipt.ContactID] = true
			}
		case index > u.index && (a.Status() == outcome.Updated || a.Status() == outcome.Deleted):
			g.touched[a.Target] = index
		}
		if index > u.index && a.Action == outcome.Create && a.Status() == outcome.Created {
			g.known[a.Row.Content] = a
		}
	}
	return nil
}

func backedBy(a ledger.Attempt, run int32) backed {
	b := backed{Ref: a.Ref(), run: run, status: a.Status(), attempts: a.Attempt, unclear: a.UnclearAttempts(), isOpen: a.IsUnclear()}
	if a.Result != nil {
		b.id, b.attempts, b.at = a.Result.Receipt.ContactID, a.Result.Receipt.Attempts, a.Result.At
	}
	return b
}

// readTarget lists what the target did: its own rows, and those that it took over from a run that it continued.
func (u *undoing) readTarget(ctx context.Context) error {
	u.items = nil
	seconds := map[int64]bool{}
	for a, err := range u.Ledger.Outcomes(ctx, u.target.ID) {
		if err != nil {
			return err
		}
		g := u.grounds[a.Row.Scope.Org]
		if g == nil || a.Row.Scope.Host != u.Host {
			continue
		}
		if later, known := g.known[a.Row.Content]; known && a.IsUnclear() && a.Action == outcome.Create {
			if later.Origin != u.target.ID {
				continue // it was proved not to have happened before that run sent it again
			}
			a.Result = later.Result
		}
		u.addSeconds(a, seconds)
		if item := itemOf(a); item != nil {
			u.items = append(u.items, item)
		}
	}
	// The second contacts of rows were deleted because they stood twice: they are not restored.
	u.items = slices.DeleteFunc(u.items, func(i *undoItem) bool { return i.did == outcome.Delete && seconds[i.id] })
	// The same contact is deleted once only, however many rows are said to have made it.
	seen := map[deed]bool{}
	u.items = slices.DeleteFunc(u.items, func(i *undoItem) bool {
		d := deed{i.did, i.id}
		again := i.did == outcome.Create && i.id != 0 && seen[d]
		seen[d] = true
		return again
	})
	for n, item := range u.items {
		item.seq = n + 1
		if item.did == outcome.Create && !item.unclear && item.id != 0 {
			u.grounds[item.org].undeletes[item.id] = true
		}
	}
	return nil
}

// itemOf is what an attempt of the target did; nil if it changed nothing.
func itemOf(a ledger.Attempt) *undoItem {
	item := &undoItem{
		org: a.Row.Scope.Org, did: a.Action, id: a.Target, unclear: a.IsUnclear(), origin: a.Origin,
		wrote: a.After, fields: a.Fields, lost: a.UnclearAttempts(),
	}
	if a.Result != nil {
		item.at = a.Result.At
		item.differs = slices.ContainsFunc(a.Result.Notes, isVague)
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
	var stored contact.Stored
	if len(a.Before) > 0 && json.Unmarshal(a.Before, &stored) == nil {
		item.before = &stored
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
func (u *undoing) addSeconds(a ledger.Attempt, seconds map[int64]bool) {
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
				u.items = append(u.items, &undoItem{
					org: a.Row.Scope.Org, did: outcome.Create, id: id, at: a.Result.At, second: true,
					wrote: a.Row.Content,
				})
			}
		}
	}
}

// readShown reads how the contacts looked when the target, or the run that it took them over from, had ended.
func (u *undoing) readShown(ctx context.Context) error {
	wanted := map[string]bool{u.target.ID: true}
	for _, item := range u.items {
		if item.origin != "" {
			wanted[item.origin] = true
		}
	}
	for _, g := range u.grounds {
		for run := range wanted {
			shown, err := u.Ledger.FieldHashesOf(ctx, run, g.scope)
			if err != nil {
				return err
			}
			g.shown[run] = shown
		}
	}
	return nil
}

// shownAfter is how a contact looked when the run that wrote it had ended. What a later run saw, which took it over, says
// nothing: somebody may have changed it in between.
func (g *ground) shownAfter(item *undoItem, target string) (contact.FieldHashes, bool) {
	p, known := g.shown[cmp.Or(item.origin, target)][item.id]
	return p, known
}
