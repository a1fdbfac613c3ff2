// Package verify looks, when all has been sent, at what the organisations show: the ids of contacts whose answers named none,
// contacts that stand twice, and what the service made of what was sent.
package verify

import (
	"context"
	"iter"
	"time"

	"github.com/rs/zerolog"

	"github.com/contactsync/contactsync/importer/apply"
	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/plan"
	"github.com/contactsync/contactsync/importer/remote"
	"github.com/contactsync/contactsync/importer/settle"
	"github.com/contactsync/contactsync/importer/stop"
)

// Written is what a run has sent for one contact, read again.
type Written struct {
	Seq     int
	Contact contact.Contact
}

// Closing is the closing look at what a run has written. Its fields are set before Run and not changed after.
type Closing struct {
	Directory remote.Contacts
	// Outcomes are what the ledger has of this run, Save keeps what contacts look like at its end.
	Outcomes func() iter.Seq2[ledger.Attempt, error]
	Save     func(s ledger.Scope, hashes map[int64]contact.FieldHashes) error
	Recorder *apply.Recorder
	World    *plan.World
	// Claimed are the contacts of an organisation that are known to be somebody's.
	Claimed func(org int64) map[int64]bool
	// Written reads again what was sent for rows.
	Written func(wanted check.Selection) iter.Seq2[Written, error]
	// Base is what a contact looked like when a run of ours had written it, before this one's updates.
	Base func(org, id int64) (contact.FieldHashes, bool)
	// Differs is told what is shown of contacts otherwise than it was sent; nil: nobody wants to know.
	Differs func(of outcome.ContactRef, fields []contact.Field, shown contact.Contact)
	// Remover deletes contacts that stand twice; nil: they are only told of.
	Remover *Remover
	// Skips tells of organisations that can't be seen any more; nil: of none.
	Skips func(org int64) bool
	// Pauses say how long is waited between two looks, Looks how often an organisation is looked at.
	Pauses Pauses
	Looks  int
	// NeedsListing tells that an answer was lost on the way, and that no row stays in doubt: then a second contact has to be
	// looked for, and a run without the listing has not ended well.
	NeedsListing func(o *plan.Org) bool
	Log          zerolog.Logger
}

// Run looks at each organisation once more. Its error is why the run does not end well.
func (c *Closing) Run(stopping context.Context) error {
	for _, org := range c.World.Numbers() {
		o := c.World.Orgs[org]
		if o.Refused != nil || c.Skips != nil && c.Skips(org) {
			continue
		}
		err := c.close(stopping, o)
		switch {
		case err == nil:
		case stopping.Err() != nil:
			return context.Cause(stopping)
		case stop.IsLocal(err):
			return err
		case c.NeedsListing(o):
			// An attempt of which the answer was lost may still have made a second contact: that has to be looked for.
			return &stop.Error{
				Cause: stop.CauseOutage, Message: "all rows have been sent, but the listing at the end could not be had: " + err.Error(),
				Hint: "run the same command again: it looks for contacts that stand twice, and sends nothing again", Err: err,
			}
		default:
			c.Log.Warn().Int64("org", org).Err(err).Msg("the listing at the end could not be had; what was created is not verified")
		}
	}
	return nil
}

// closing is the look at one organisation: what is expected is collected first, then it is listed, then both are compared.
type closing struct {
	in       *Closing
	org      *plan.Org
	describe func(contact.Stored) settle.Candidate
	expected expected
	shown    shown
	claimed  map[int64]bool
	hashes   map[int64]contact.FieldHashes // of what this run has written, as the next one will start from
}

// expected is what the organisation should show.
type expected struct {
	content map[int64]contact.Hash // of what this run has written; zero where its fields have to be looked at
	unnamed []ledger.Attempt       // created, without an id
	made    []settle.InDoubt       // the same, as they are looked for
	lost    []ledger.Attempt       // created, with a lost answer on the way
	wide    bool                   // what was there before may be what an earlier run made
}

// shown is what it shows of that.
type shown struct {
	candidates map[int64]settle.Candidate
	hashes     map[int64]contact.FieldHashes
	otherwise  map[int64]contact.Contact // not with the content that was expected
}

func (c *Closing) close(stopping context.Context, o *plan.Org) error {
	v := &closing{
		in: c, org: o, describe: settle.Describer(c.World.Rules, c.World.Key, c.World.Match, o.Scope.Org),
		expected: expected{content: map[int64]contact.Hash{}}, claimed: c.Claimed(o.Scope.Org), hashes: map[int64]contact.FieldHashes{},
	}
	wrote, err := v.wroteAnything()
	if err != nil || !wrote {
		return err
	}
	for a, err := range v.writes() {
		if err != nil {
			return ledger.Unreadable(err)
		}
		if err := v.expect(stopping, a); err != nil {
			return err
		}
	}
	if err := v.list(stopping); err != nil {
		return err
	}
	differing := differing{rows: map[int]*unlike{}, intact: map[contact.Field]int{}}
	for a, err := range v.writes() {
		if err != nil {
			return ledger.Unreadable(err)
		}
		if err := v.look(stopping, a, &differing); err != nil {
			return ledger.Unwritable(err)
		}
	}
	if err := v.nameIDs(stopping); err != nil {
		return ledger.Unwritable(err)
	}
	if err := v.tellDiffering(stopping, &differing); err != nil {
		return err
	}
	if err := v.findLate(stopping); err != nil {
		return err
	}
	if err := v.in.Save(o.Scope, v.hashes); err != nil {
		return ledger.Unwritable(err)
	}
	return nil
}

// writes yields what the run knows of the creates and updates of the organisation.
func (v *closing) writes() iter.Seq2[ledger.Attempt, error] {
	return func(yield func(ledger.Attempt, error) bool) {
		for a, err := range v.in.Outcomes() {
			if err == nil && (a.Row.Scope != v.org.Scope || a.Action != outcome.Create && a.Action != outcome.Update) {
				continue
			}
			if !yield(a, err) {
				return
			}
		}
	}
}

func (v *closing) wroteAnything() (bool, error) {
	for a, err := range v.writes() {
		if err != nil {
			return false, ledger.Unreadable(err)
		}
		if a.UnclearAttempts() > 0 || a.Result.Status == outcome.Created || a.Result.Status == outcome.Updated {
			return true, nil
		}
	}
	return false, nil
}

// expect takes note of a contact that the run has written, before it is looked for.
func (v *closing) expect(ctx context.Context, a ledger.Attempt) error {
	x := &v.expected
	if a.Result != nil && (a.Result.Status == outcome.Created || a.Result.Status == outcome.Updated) {
		x.content[contactOf(a)] = v.contentOf(a)
	}
	if a.Result == nil || a.Result.Status != outcome.Created {
		return nil
	}
	x.wide = x.wide || a.Origin != "" // what came after the first look of an earlier run may be what it made
	if a.UnclearAttempts() > 0 {
		x.lost = append(x.lost, a)
	}
	if id := a.Result.Receipt.ContactID; id != 0 {
		v.claimed[id] = true
		return nil
	}
	before, err := v.before(ctx, a)
	if err != nil {
		return err
	}
	x.unnamed = append(x.unnamed, a)
	x.made = append(x.made, settle.MadeBy(a, before))
	return nil
}

// contentOf is the content that a contact should be shown with; zero where its fields have to be looked at: hashes of
// another version can't be compared, and what an earlier run, or this one, left as the service stores it is told again.
func (v *closing) contentOf(a ledger.Attempt) contact.Hash {
	switch {
	case a.Row.Version != contact.Version, a.Action == outcome.Update && a.Origin != "", len(storedOf(a)) > 0:
		return contact.Hash{}
	case a.Action == outcome.Update:
		return a.After
	}
	return a.Row.Content
}

// storedOf are the fields of a contact that an update left as they are, since the service stores them so.
func storedOf(a ledger.Attempt) []contact.Field {
	if a.Action != outcome.Update {
		return nil
	}
	return plan.Told(a.Told, outcome.CodeStoredDiffers).Fields
}

// before tells which contacts were listed before the run that made an attempt wrote anything.
func (v *closing) before(ctx context.Context, a ledger.Attempt) (func(id int64) bool, error) {
	if a.Origin == "" {
		return v.org.Now.Has, nil
	}
	return v.org.Baselines.Before(context.WithoutCancel(ctx), a)
}

// look compares one contact that the run made with what is shown.
func (v *closing) look(ctx context.Context, a ledger.Attempt, d *differing) error {
	if a.Result == nil {
		return nil
	}
	if a.Result.Status == outcome.Updated {
		if _, there := v.shown.candidates[a.Target]; there {
			v.hashes[a.Target] = v.base(a)
			v.compare(a, a.Target, d)
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
	if _, there := v.shown.candidates[id]; !there {
		return v.note(ctx, a, outcome.Note{Code: outcome.CodeStoredMissing, IDs: []int64{id}})
	}
	v.hashes[id] = v.shown.hashes[id]
	v.compare(a, id, d)
	return nil
}

// nameIDs finds the ids of contacts whose answers did not name them.
func (v *closing) nameIDs(ctx context.Context) error {
	attempts := map[int]ledger.Attempt{}
	for _, a := range v.expected.unnamed {
		attempts[a.Seq] = a
	}
	for _, f := range v.judge(v.expected.made) {
		if f.Presence != settle.Present {
			continue
		}
		a := attempts[f.InDoubt.Seq]
		a.Result.Receipt.ContactID = f.ID
		v.claimed[f.ID] = true
		v.hashes[f.ID] = v.shown.hashes[f.ID]
		if f.Differs {
			a.Result.Notes = append(a.Result.Notes, outcome.Note{Code: outcome.CodeStoredDiffers, IDs: []int64{f.ID}})
		}
		if err := v.record(ctx, a); err != nil {
			return err
		}
	}
	return nil
}

func (v *closing) record(ctx context.Context, a ledger.Attempt) error {
	return v.in.Recorder.Record(ctx, a.Seq, *a.Result)
}

func contactOf(a ledger.Attempt) int64 {
	if a.Action == outcome.Update {
		return a.Target
	}
	return a.Result.Receipt.ContactID
}

// Pauses are how long is waited before an organisation is looked at once more, as between the listings that settle what
// became of a lost answer: First, and after that twice as long each time, up to Longest.
type Pauses struct{ First, Longest time.Duration }

// PausesOf are those of a settle time.
func PausesOf(settle time.Duration) Pauses {
	return Pauses{First: min(5*time.Second, settle/30), Longest: settle / 4}
}

func (p Pauses) after(pause time.Duration) time.Duration { return min(2*pause, p.Longest) }
