package importer

import (
	"context"
	"slices"

	"github.com/contactsync/contactsync/importer/settle"

	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/stop"
)

// verify lists once more what each organisation has, when all has been sent: the ids of contacts whose answers named
// none, contacts that stand twice, and what the service made of what was sent.
func (r *run) verify(stopping context.Context) error {
	for _, org := range r.orgs() {
		t := r.territories[org]
		if t.refused != nil {
			continue
		}
		err := r.verifyOrg(stopping, t)
		switch {
		case err == nil:
		case stopping.Err() != nil:
			return context.Cause(stopping)
		case stop.IsLocal(err):
			return err
		case !r.leavesUnclear() && (r.unclear || len(t.before.InDoubt) > 0):
			// An attempt of which the answer was lost may still have made a second contact: that has to be looked for.
			return &stop.Error{
				Cause: stop.CauseOutage, Message: "all rows have been sent, but the listing at the end could not be had: " + err.Error(),
				Hint: "run the same command again: it looks for contacts that stand twice, and sends nothing again", Err: err,
			}
		default:
			r.Log.Warn().Int64("org", org).Err(err).Msg("the listing at the end could not be had; what was created is not verified")
		}
	}
	return nil
}

// leavesUnclear reports whether rows stay unclear. Then the run does not end well anyway, and the next one looks.
func (r *run) leavesUnclear() bool { return r.uncertain || r.counts[blocked] > 0 }

// verifier compares what one organisation shows with what the ledger says that the run has made there.
type verifier struct {
	*run
	t        *territory
	shown    map[int64]settle.Candidate
	claimed  map[int64]bool
	nameless []ledger.Attempt              // created, without an id
	made     []settle.InDoubt              // the same, as they are looked for
	unclear  []ledger.Attempt              // created, with a lost answer on the way
	prints   map[int64]contact.FieldHashes // of what is shown
	hashes   map[int64]contact.FieldHashes // of what this run has written

	wide   bool                      // what was there before may be what an earlier run made
	wanted map[int64]contact.Hash    // the content of what this run has written
	full   map[int64]contact.Contact // what is shown otherwise
	unlike map[int]*unlike           // the same, by row
	intact map[contact.Field]int     // how often a field is shown as it was sent
}

func (r *run) verifyOrg(stop context.Context, t *territory) error {
	v := &verifier{
		run: r, t: t, shown: map[int64]settle.Candidate{}, claimed: r.claimed(t), prints: map[int64]contact.FieldHashes{}, hashes: map[int64]contact.FieldHashes{},
		wanted: map[int64]contact.Hash{}, full: map[int64]contact.Contact{}, unlike: map[int]*unlike{}, intact: map[contact.Field]int{},
	}
	wrote, err := v.wroteAnything()
	if err != nil || !wrote {
		return err
	}
	for a, err := range r.outcomesOf(t) {
		if err != nil {
			return ledger.Unreadable(err)
		}
		if err := v.collect(a); err != nil {
			return ledger.Unreadable(err)
		}
	}
	if err := v.list(stop); err != nil {
		return err
	}
	for a, err := range r.outcomesOf(t) {
		if err != nil {
			return ledger.Unreadable(err)
		}
		if err := v.look(a); err != nil {
			return ledger.Unwritable(err)
		}
	}
	if err := v.nameIDs(); err != nil {
		return ledger.Unwritable(err)
	}
	if err := v.tellUnlike(); err != nil {
		return err
	}
	if err := v.findTwins(stop); err != nil {
		return err
	}
	if err := r.Ledger.SaveFieldHashes(r.quit, r.About.ID, t.scope, v.hashes); err != nil {
		return ledger.Unwritable(err)
	}
	return nil
}

// outcomesOf yields what the run knows of the creates of one organisation.
func (r *run) outcomesOf(t *territory) func(func(ledger.Attempt, error) bool) {
	return func(yield func(ledger.Attempt, error) bool) {
		for a, err := range r.outcomes() {
			if err == nil && (a.Row.Scope != t.scope || a.Action != outcome.Create && a.Action != outcome.Update) {
				continue
			}
			if !yield(a, err) {
				return
			}
		}
	}
}

func (v *verifier) wroteAnything() (bool, error) {
	for a, err := range v.outcomesOf(v.t) {
		if err != nil {
			return false, ledger.Unreadable(err)
		}
		if a.UnclearAttempts() > 0 || a.Result.Status == outcome.Created || a.Result.Status == outcome.Updated {
			return true, nil
		}
	}
	return false, nil
}

// look compares one contact that the run made with what is shown.
func (v *verifier) look(a ledger.Attempt) error {
	if a.Result == nil {
		return nil
	}
	if a.Result.Status == outcome.Updated {
		if _, there := v.shown[a.Target]; there {
			v.hashes[a.Target] = v.base(a)
			v.compare(a, a.Target)
		}
		return nil
	}
	if a.Result.Status != outcome.Created {
		return nil
	}
	id := a.Result.Receipt.ContactID
	if id == 0 {
		return nil
	}
	if _, there := v.shown[id]; !there {
		return v.note(a, outcome.Note{Code: outcome.CodeStoredMissing, IDs: []int64{id}})
	}
	v.hashes[id] = v.prints[id]
	v.compare(a, id)
	return nil
}

// nameIDs finds the ids of contacts whose answers did not name them.
func (v *verifier) nameIDs() error {
	attempts := map[int]ledger.Attempt{}
	for _, a := range v.nameless {
		attempts[a.Seq] = a
	}
	for _, verdict := range v.named() {
		if verdict.Presence != settle.Present {
			continue
		}
		a := attempts[verdict.InDoubt.Seq]
		a.Result.Receipt.ContactID = verdict.ID
		v.claimed[verdict.ID] = true
		v.hashes[verdict.ID] = v.prints[verdict.ID]
		if verdict.Differs {
			a.Result.Notes = append(a.Result.Notes, outcome.Note{Code: outcome.CodeStoredDiffers, IDs: []int64{verdict.ID}})
		}
		if err := v.settle(a); err != nil {
			return err
		}
	}
	return nil
}

// before tells which contacts were listed before the run that made an attempt wrote anything.
func (v *verifier) before(a ledger.Attempt) (func(id int64) bool, error) {
	if a.Origin == "" {
		return func(id int64) bool { return v.t.listed[id] }, nil
	}
	return v.t.baselines.Before(context.WithoutCancel(v.quit), a)
}

// findTwins looks for further contacts that a lost attempt has made after all, and for those that somebody else has made
// with the same key.
func (v *verifier) findTwins(stop context.Context) error {
	byKey := map[contact.Hash][]settle.Candidate{}
	byContent := map[contact.Hash][]int64{}
	for _, c := range v.shown {
		if v.claimed[c.ID] {
			continue
		}
		byContent[c.Content] = append(byContent[c.Content], c.ID)
		if c.Key != (contact.Hash{}) {
			byKey[c.Key] = append(byKey[c.Key], c)
		}
	}
	for _, a := range v.unclear {
		before, err := v.before(a)
		if err != nil {
			return ledger.Unreadable(err)
		}
		second := slices.DeleteFunc(slices.Sorted(slices.Values(byContent[a.Row.Content])), before)
		if len(second) == 0 || a.Result.Receipt.ContactID == 0 || a.Unclear == 0 {
			continue // the only attempt that there was made the row's own contact: what else is there is somebody else's
		}
		for _, id := range second {
			v.claimed[id] = true
		}
		if err := v.tellTwins(stop, a, second); err != nil {
			return err
		}
	}
	if len(byKey) == 0 {
		return nil
	}
	return v.tellKeys(byKey)
}

// tellKeys notes contacts that others have made with the key of one that this run made.
func (v *verifier) tellKeys(byKey map[contact.Hash][]settle.Candidate) error {
	for a, err := range v.outcomesOf(v.t) {
		if err != nil {
			return ledger.Unreadable(err)
		}
		if a.Result == nil || a.Result.Status != outcome.Created || a.Row.Key == (contact.Hash{}) {
			continue
		}
		others, err := v.others(a, byKey[a.Row.Key])
		if err != nil {
			return ledger.Unreadable(err)
		}
		if len(others) == 0 {
			continue
		}
		if err := v.note(a, outcome.Note{Code: outcome.CodeKeyTwice, IDs: others}); err != nil {
			return ledger.Unwritable(err)
		}
	}
	return nil
}

// others are the contacts, among those with an attempt's key, that somebody else made for the same person meanwhile.
func (v *verifier) others(a ledger.Attempt, equal []settle.Candidate) ([]int64, error) {
	if len(equal) == 0 {
		return nil, nil
	}
	before, err := v.before(a)
	if err != nil {
		return nil, err
	}
	var ids []int64
	for _, c := range equal {
		if !v.claimed[c.ID] && !before(c.ID) && c.Identifiers.SameName(a.Row.Identifiers) {
			ids = append(ids, c.ID)
		}
	}
	slices.Sort(ids)
	return ids, nil
}

// note adds to what is to be told of a row, in place of an earlier note of the same code.
func (v *verifier) note(a ledger.Attempt, n outcome.Note) error {
	a.Result.Notes = slices.DeleteFunc(slices.Clone(a.Result.Notes), func(o outcome.Note) bool { return o.Code == n.Code })
	a.Result.Notes = append(a.Result.Notes, n)
	return v.settle(a)
}

func (v *verifier) settle(a ledger.Attempt) error {
	return v.Ledger.Record(context.WithoutCancel(v.quit), v.About.ID, a.Seq, *a.Result)
}
