package plan

import (
	"slices"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/diff"
	"github.com/contactsync/contactsync/importer/history"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

// Verb is what is decided for a row: one byte, for files of many millions of rows.
type Verb uint8

// What can be decided.
const (
	Undecided      Verb = iota
	Invalid             // it does not pass the rules
	Duplicate           // it is the same contact as another row, which counts in its place
	Exists              // the organisation has it
	ExistsByLedger      // the organisation has it, as an earlier run knows: the listing alone does not tell
	NotVisible          // its organisation can't be seen
	InDoubt             // an earlier run could not find out what became of it
	Resumed             // the run that this one goes on with knows how it ended
	Gone                // an earlier run knew its contact, and somebody has deleted that since
	Ambiguous           // several contacts fit it and can't be told apart, or its contact is another row's
	Conflicting         // a person has changed what the file would change
	OtherPerson         // its id leads to the contact of somebody else
	Moved               // its id leads to one contact, and its key to another
	GoneInDispute       // somebody has deleted its contact, and a person is to say what is right
	Update              // it is to be changed
	Create              // it is to be created
	verbs               // how many there are
)

// Writes reports whether a request is to be sent.
func (v Verb) Writes() bool { return v == Create || v == Update }

// Decision is what is decided for a row. With the row and its organisation's snapshot it gives every value that is changed.
type Decision struct {
	Do Verb
	// Target is the contact that the row is about; 0 for none, or one whose id is not known. Of a create it is the one that
	// somebody has deleted, and that is made anew.
	Target int64
	// Changes are the fields that an update sends, Conflicts those of them that somebody else has changed too.
	Changes, Conflicts contact.FieldMask
	// Kept are conflicts that are left alone, Stored fields that the service stores otherwise than they were sent.
	Kept, Stored contact.FieldMask
}

// effects are what a decision means for the rest of the plan.
type effects struct {
	// content is the hash under which the ledger knows the row; zero if it does not, or knows it by an equal row already.
	content contact.Hash
	// from is an open run that knows the row, and that this one goes on with.
	from *history.Row
	// claim is the contact that is the row's from now on.
	claim int64
	// link: that contact is to be known as the row's, by its own id or as one of the job's, which it becomes by take.
	link bool
	take diff.Take
	// agreed is what file and portal agree on of that contact; nil: nothing new.
	agreed *contact.FieldHashes
	// missing is the row's contact as the ledger knows it, which is not listed.
	missing int64
	// several are the contacts that the row fits, where they can't be told apart.
	several []int64
	// keep are contacts that must not be deleted; protect keeps whatever the row may be about.
	keep    []int64
	protect bool
}

// sofar is what the decisions for the rows before say.
type sofar interface {
	// owner returns the row that a contact belongs to.
	owner(org, id int64) (seq int, taken bool)
	// waits reports whether rows behind this one may have by their ids what it is matched with by its key; held reports
	// whether a row was put off for that.
	waits() bool
	held(seq int) bool
	// knows reports whether an equal row stood before, by the hash under which the ledger knows both.
	knows(content contact.Hash) bool
}

// decider decides for rows. It changes nothing: asked again for a row, it says the same.
type decider struct {
	world   *World
	options Options
	inputs  []check.Input
	ids     *ids
	sofar   sofar
}

// decide decides for a row that is no duplicate.
func (d *decider) decide(row *check.Row) (Decision, effects) {
	var e effects
	o := d.world.Orgs[row.Org]
	switch {
	case !row.Valid():
		e.protect = true
		return Decision{Do: Invalid}, e
	case o == nil: // nothing is known of any organisation: validate, or a run that could not begin
		return Decision{Do: Create}, e
	case !d.world.Complete:
		d.recognise(o, row, &e)
		return Decision{Do: Create}, e
	case o.Refused != nil:
		e.protect = true
		return Decision{Do: NotVisible}, e
	}
	known := d.recognise(o, row, &e)
	if known != nil && d.resumes(o, row, known) {
		if d.options.Sync != nil {
			e.claim, e.protect = known.ID, known.ID == 0
		}
		return Decision{Do: Resumed, Target: known.ID}, e
	}
	if d.options.Sync != nil {
		return d.decideSync(o, row, e)
	}
	if len(row.Found.Same) > 0 {
		return Decision{Do: Exists, Target: row.Found.Same[0], Stored: d.storedAs(o, row)}, e
	}
	if id, ok := existsByLedger(o, row); ok {
		return Decision{Do: ExistsByLedger, Target: id}, e
	}
	if o.Before.Doubts(row) {
		e.protect = true
		return Decision{Do: InDoubt}, e
	}
	if id := d.gone(o, row); id != 0 {
		return Decision{Do: Gone, Target: id}, e
	}
	if ids := d.despite(o, row); len(ids) > 0 {
		e.several = ids
		return Decision{Do: Exists, Target: ids[0]}, e
	}
	return Decision{Do: Create}, e
}

// storedAs are the fields in which the contact that an import finds differs from the row only since the service stores them so.
func (d *decider) storedAs(o *Org, row *check.Row) contact.FieldMask {
	if len(row.Found.Differs) == 0 || len(o.Base) == 0 {
		return 0
	}
	id := row.Found.Same[0]
	have, _ := o.Now.ByID(id)
	stored := contact.MaskOf(diff.StoredAs(d.world.Key, o.Before, o.Base, row, id, have)...)
	return stored & contact.MaskOf(row.Found.Differs...)
}

// recognise returns what an open run knows of the row, if this run goes on with it: then what the ledger knows goes before
// everything that could be found out of the row now. A dry run goes on with nothing.
func (d *decider) recognise(o *Org, row *check.Row, e *effects) *history.Row {
	known, content, ok := o.Before.Of(row)
	if !ok || d.sofar.knows(content) {
		return nil // the second of two equal rows is a duplicate of the first
	}
	e.content = content
	if d.options.DryRun || !d.world.Runs.GoesOnWith(known.Run) {
		return nil
	}
	e.from = &known
	if content != row.Keys.Content {
		return nil // another value was sent than the row is read as now: what it matches tells how it stands
	}
	return &known
}

// resumes reports whether what an open run knows of a row holds.
func (d *decider) resumes(o *Org, row *check.Row, known *history.Row) bool {
	if !known.Binds() || o.Before.Deleted[known.ID] {
		return false
	}
	// An undo, or a later run, may have made something else of its contact.
	return known.Status != outcome.Updated || o.Before.Latest[known.ID] == row.Keys.Content
}

// existsByLedger returns the row's contact where the ledger knows more than the listing tells: it was made a
// moment ago and is not listed yet, or somebody has changed it so that only its id tells that it is the row's. Its id is 0
// where it is there, and no answer told it.
func existsByLedger(o *Org, row *check.Row) (id int64, ok bool) {
	if id, ok := o.Before.RecentlyCreated(row); ok {
		return id, true
	}
	if id, _ := o.Before.ContactOf(row); o.Now.Has(id) {
		return id, true
	}
	return 0, false
}

// gone returns the row's contact, which is not listed, if an earlier run made it, and somebody other than a run of ours has
// deleted it.
func (d *decider) gone(o *Org, row *check.Row) int64 {
	if id, _ := o.Before.ContactOf(row); !d.options.Recreate && o.Before.Owned[id] && !o.Before.Deleted[id] {
		return id
	}
	return 0
}

// decideSync decides for a row of a sync.
func (d *decider) decideSync(o *Org, row *check.Row, e effects) (Decision, effects) {
	linked, doubt := d.believes(o, row, d.ids.linked(d.world, row))
	switch {
	case doubt.is && doubt.verb == Undecided:
		return Decision{Do: Undecided}, effects{} // until the others are decided on
	case doubt.is:
		e.keep, e.protect = append([]int64{linked}, row.Found.Same...), true
		return Decision{Do: doubt.verb, Target: linked}, e
	}
	id, several := o.Match.Match(row, linked)
	if row.Former != nil {
		e.keep = append(e.keep, row.Former.Same...) // made of this row, though another row may be read as the same contact now
	}
	if id == 0 && len(several) == 0 {
		others := d.despite(o, row)
		if len(others) > 0 && d.sofar.waits() {
			return Decision{Do: Undecided}, effects{}
		}
		id, several = d.pick(o, row, others)
	}
	switch {
	case len(several) > 0:
		e.several, e.keep = several, append(e.keep, several...)
		return Decision{Do: Ambiguous}, e
	case id == 0:
		return d.decideUnmatched(o, row, linked, e)
	}
	first, taken := d.sofar.owner(row.Org, id)
	taken = taken && first != row.Seq
	if d.ids.identities != nil && o.Match.IsAnothersID(row, linked, id) {
		switch {
		case d.sofar.waits():
			return Decision{Do: Undecided}, effects{}
		case taken && !d.sofar.held(first):
			return d.decideUnmatched(o, row, linked, e) // that row has it by its id
		}
	}
	if taken {
		return Decision{Do: Ambiguous, Target: id}, e
	}
	e.claim, e.keep = id, append(e.keep, d.spared(o, row, id, linked)...)
	compared := o.Match.Compare(row, id, mappedBy(d.inputs[row.Input], row, d.options.Sync.ClearEmpty))
	if agreed, new := o.Match.Agree(id, compared); new {
		e.agreed = &agreed
	}
	decision := Decision{
		Do: Exists, Target: id, Changes: compared.Changes, Conflicts: compared.Conflicts, Kept: compared.Kept, Stored: compared.Stored,
	}
	switch {
	case compared.Failed:
		decision.Do, e.protect = Conflicting, true
	case !compared.Changes.Empty():
		decision.Do = Update
	}
	if decision.Do != Conflicting {
		e.take = o.Match.Takes(id)
		e.link = e.take != diff.TakeNone || decision.Do == Exists && d.isNewID(o, row, id)
	}
	return decision, e
}

// doubt is what is decided where a row's own id is in doubt.
type doubt struct {
	verb Verb
	is   bool
}

// believes tells how far a row's own id, which leads to a contact (0: to none), is believed: which contact it stands for, and
// what is decided where that is somebody else's: nothing is taken over.
func (d *decider) believes(o *Org, row *check.Row, linked int64) (int64, doubt) {
	switch o.Match.Lead(row, linked) {
	case diff.Moved:
		if !d.options.Sync.AcceptMoved {
			return linked, doubt{Moved, true}
		}
	case diff.Elsewhere:
		if d.sofar.waits() {
			return linked, doubt{Undecided, true}
		}
		if first, taken := d.sofar.owner(row.Org, linked); taken && first != row.Seq {
			return 0, doubt{} // that row has it under a newer id: this one is free, and the row's person a new one
		}
		return linked, doubt{OtherPerson, true}
	}
	return linked, doubt{}
}

// decideUnmatched decides for a row of a sync that no listed contact fits.
func (d *decider) decideUnmatched(o *Org, row *check.Row, linked int64, e effects) (Decision, effects) {
	// One that is listed is not the row's: it has been changed since.
	if made, recent := o.Before.RecentlyCreated(row); recent && !o.Now.Has(made) {
		return Decision{Do: ExistsByLedger, Target: made}, e
	}
	if o.Before.Doubts(row) {
		e.protect = true
		return Decision{Do: InDoubt}, e
	}
	known, _, _ := o.Before.Of(row)
	missing := known.ID
	if linked != 0 {
		missing = linked
	}
	if !o.Now.Has(missing) && !o.Before.Deleted[missing] {
		e.missing = missing
	}
	e.keep = append(e.keep, d.ids.kept(d.world, row)...)
	decision := Decision{Do: Create, Target: o.Match.Gone(row, linked)}
	if decision.Target == 0 || d.options.Recreate {
		return decision, e
	}
	switch d.options.Sync.OnConflict {
	case diff.ConflictRemote:
		decision.Do, e.missing = Gone, 0
	case diff.ConflictFail:
		decision.Do, e.missing, e.protect = GoneInDispute, 0, true
	}
	return decision, e
}

// isNewID reports whether a row's own id is not yet known to be that of its contact.
func (d *decider) isNewID(o *Org, row *check.Row, id int64) bool {
	external := d.ids.external(d.world.Key, row)
	return external != (contact.Hash{}) && o.Before.LinkedTo(external) != id
}

// leftOut returns what a row is about by itself in whose place another one counts: the contact is not deleted for that, since
// the input still has it.
func (d *decider) leftOut(row *check.Row) (Decision, effects) {
	var e effects
	decision := Decision{Do: Duplicate}
	o := d.world.Orgs[row.Org]
	if o == nil || !d.world.Complete || o.Refused != nil {
		return decision, e
	}
	if _, content, known := o.Before.Of(row); known {
		e.content = content
	}
	if d.options.Sync != nil {
		id, several := o.Match.Match(row, d.ids.linked(d.world, row))
		if id == 0 && len(several) == 0 {
			several = d.despite(o, row)
		}
		decision.Target, e.keep = id, append(slices.Clone(several), id)
	}
	return decision, e
}

// resumed is a row of which an open run knows how it ended.
func resumed(runs *history.Runs, seq int, known *history.Row) ledger.Resumed {
	return ledger.Resumed{Seq: seq, From: ledger.Ref{Run: runs.Run(known.Run).ID, Seq: int(known.Seq)}}
}
