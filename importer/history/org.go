package history

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

// Witness is a contact of ours, with the moment at which its 201 came: a listing that does not show it is not fresh.
type Witness struct {
	ID int64
	At time.Time
}

// Row is what the ledger last knew of a row, whichever run tried it.
type Row struct {
	at       int64 // of the result; microseconds since 1970
	ID       int64 // the row's contact
	Run      int32 // index of the run that knows it
	Seq      int32
	Attempts int16
	Unclear  int16
	Status   outcome.Status // empty: in doubt, since its run was killed
	refused  bool           // by the API itself
	older    bool           // its content is of another version of the normal form
}

// HasContact reports whether the row had a contact when its run ended: made, found or changed.
func (row Row) HasContact() bool {
	return row.Status == outcome.Created || row.Status == outcome.Exists || row.Status == outcome.Updated
}

// Binds reports whether what an open run knows of a row holds for the run that goes on with it: what was done, what the
// API refused, and what is still not known. What is known not to have happened is tried again.
func (row Row) Binds() bool {
	switch row.Status {
	case outcome.Created, outcome.Updated, outcome.Exists, outcome.Uncertain, "":
		return true
	case outcome.Failed:
		return row.refused
	}
	return false
}

// Org is what earlier runs know of one organisation, and of the rows that were sent there, by content. The run that loads it
// may add to it what it finds out of attempts in doubt; then it is complete, and not changed any more.
type Org struct {
	runs *Runs
	key  contact.Key // under which the ledger's hashes were made
	rows map[contact.Hash]Row
	// had are the contacts that rows had before what was last tried for them and came to nothing, or is in doubt.
	had map[contact.Hash]int64
	// unnamed are those that made a contact without telling its id, by content.
	unnamed map[contact.Hash]ledger.Attempt
	// InDoubt are the attempts of which nobody knew what became of them when the history was read.
	InDoubt []ledger.Attempt
	// recent are the keys of contacts that were made a moment ago, which a listing may not show yet.
	recent map[contact.Hash][]recentlyCreated
	// Owned are the ids of contacts that runs of this ledger made, Witnesses those of them with a 201, and Deleted those
	// that runs of this ledger deleted.
	Owned     map[int64]bool
	Witnesses []Witness
	Deleted   map[int64]bool
	// late are the creates that made a second contact.
	late []ledger.Attempt
	// byExternal are the contacts of this job's rows by the rows' own ids, owners whose contacts are.
	byExternal map[contact.Hash]link
	keepsIDs   bool                   // rows' own ids are to be kept in the ledger
	externalOf map[int64]contact.Hash // the newest by which each contact was known
	owners     owners
	// taking are the contacts that a run which can be gone on with has taken for the job.
	taking map[int64]taking
	// letGo are the runs that can be gone on with and have let go of a contact.
	letGo map[int64]int32
	// overwritten are the runs of other jobs that wrote a contact last before a run that can be gone on with did.
	overwritten map[int64]written
	// superseded are the contacts by the ids that they were known by before the runs that this one goes on with.
	superseded map[contact.Hash]int64
	// Latest is what a contact was made of last: a row that it was made of before may be somebody else's by now.
	Latest map[int64]contact.Hash
	// became is the content that updates made of contacts, where the last write of ours was one.
	became map[int64]contact.Hash
	// gone are the contacts that somebody had deleted when a run was about to make rows anew, by content, where that has not
	// been done.
	gone map[contact.Hash]int64
	// missing is for how many good runs before this one no row was about a contact.
	missing map[int64]int
	// Deletes are the deletes of open runs, by contact, and Seconds the contacts that stood twice.
	Deletes map[int64]Delete
	Seconds []int64
	// Differs are the fields in which the service showed a contact otherwise than it was sent last.
	Differs map[int64][]contact.Field
	// doubted are the content and key hashes of rows that are in doubt all the same, and older the identifiers of those that
	// are so under another version of the normal form.
	doubted map[contact.Hash]bool
	older   []contact.Identifiers
}

type recentlyCreated struct {
	id          int64
	identifiers contact.Identifiers
}

// Unread is what is known of an organisation whose history has not been read: nothing.
func Unread(key contact.Key) *Org { return &Org{runs: &Runs{}, key: key, owners: newOwners("")} }

// Load reads what earlier runs know of an organisation. see is shown each attempt that counts; nil: nobody wants to see them.
func (h *Runs) Load(ctx context.Context, book Ledger, s ledger.Scope, see func(ledger.Attempt)) (*Org, error) {
	o := &Org{
		runs: h, key: book.Key(), rows: map[contact.Hash]Row{}, had: map[contact.Hash]int64{}, unnamed: map[contact.Hash]ledger.Attempt{},
		recent: map[contact.Hash][]recentlyCreated{}, Owned: map[int64]bool{}, Deleted: map[int64]bool{},
		byExternal: map[contact.Hash]link{}, externalOf: map[int64]contact.Hash{}, owners: newOwners(h.job), taking: map[int64]taking{}, letGo: map[int64]int32{}, overwritten: map[int64]written{},
		Latest: map[int64]contact.Hash{}, became: map[int64]contact.Hash{}, gone: map[contact.Hash]int64{}, superseded: map[contact.Hash]int64{},
		Deletes: map[int64]Delete{}, Differs: map[int64][]contact.Field{},
	}
	if err := o.owners.loadHeld(ctx, book, h, s); err != nil {
		return nil, err
	}
	for a, err := range book.History(ctx, s) {
		if err != nil {
			return nil, ledger.Unreadable(err)
		}
		if h.rehearsed(a) {
			continue
		}
		o.attribute(a)
		if see != nil {
			see(a)
		}
		o.note(a, h.Recently)
	}
	open, err := h.inDoubt(ctx, book, s)
	o.InDoubt = open
	return o, err
}

func (h *Runs) inDoubt(ctx context.Context, book Ledger, s ledger.Scope) ([]ledger.Attempt, error) {
	open, err := book.InDoubt(ctx, s)
	if err != nil {
		return nil, ledger.Unreadable(err)
	}
	return slices.DeleteFunc(open, h.rehearsed), nil
}

// Learn adds what was found out of an attempt in doubt. What was made since recently may not be listed yet.
func (o *Org) Learn(a ledger.Attempt, recently time.Time) {
	o.attribute(a)
	o.note(a, recently)
}

// note takes note of what an attempt says of its row, or of the contact that it deleted.
func (o *Org) note(a ledger.Attempt, recently time.Time) {
	switch {
	case a.Action == outcome.Create || a.Action == outcome.Update:
		o.add(a, recently)
	case a.Action == outcome.Delete && a.Result != nil && a.Result.Status == outcome.Deleted:
		o.Deleted[a.Target] = true
	}
}

// add takes note of an attempt; attempts come in the order of their runs, so the later one counts.
func (o *Org) add(a ledger.Attempt, recently time.Time) {
	row := Row{Run: o.runs.at[a.Run], Seq: int32(a.Seq), Attempts: int16(a.Attempt), Unclear: int16(a.UnclearAttempts())}
	if res := a.Result; res != nil {
		row.at, row.Status, row.ID = res.At.UnixMicro(), res.Status, res.Receipt.ContactID
		row.Attempts = int16(res.Receipt.Attempts)
		row.refused = res.Code == outcome.CodeRefused
	}
	row.older = a.Row.Version != contact.Version
	if before := o.rows[a.Row.Content]; before.HasContact() && before.ID != 0 && !row.HasContact() {
		o.had[a.Row.Content] = before.ID
	}
	o.rows[a.Row.Content] = row
	o.noteGone(a, row)
	o.noteUnnamed(a)
	if row.ID != 0 && row.HasContact() {
		o.Latest[row.ID] = a.Row.Content
		o.noteLeft(row, a.After)
		o.noteDiffers(row, a.Result.Notes)
	}
	if a.Result != nil && NotedIDs(a.Result.Notes, outcome.CodeTwice) != nil {
		o.late = append(o.late, a)
	}
	if row.Status != outcome.Created {
		return
	}
	if row.ID != 0 {
		o.Owned[row.ID] = true
		if !a.Result.Found {
			o.Witnesses = append(o.Witnesses, Witness{ID: row.ID, At: a.Result.At})
		}
	}
	if a.Result.At.After(recently) && a.Row.Key != (contact.Hash{}) {
		o.recent[a.Row.Key] = append(o.recent[a.Row.Key], recentlyCreated{id: row.ID, identifiers: a.Row.Identifiers})
	}
}

// noteDiffers takes note of what the service made of what was sent. One that was only found to be there was not sent.
func (o *Org) noteDiffers(row Row, notes []outcome.Note) {
	if row.Status == outcome.Exists {
		return
	}
	delete(o.Differs, row.ID)
	for _, n := range notes {
		if n.Code == outcome.CodeStoredDiffers && len(n.Fields) > 0 {
			o.Differs[row.ID] = n.Fields
		}
	}
}

// noteUnnamed takes note of a contact that an earlier run made, or that it has its id now.
func (o *Org) noteUnnamed(a ledger.Attempt) {
	if a.Result == nil || a.Result.Status != outcome.Created || a.Result.Receipt.ContactID != 0 {
		delete(o.unnamed, a.Row.Content)
		return
	}
	o.unnamed[a.Row.Content] = a
}

// Unnamed are the attempts that made a contact without telling its id, but for those of some contents, in the order of their
// runs and rows.
func (o *Org) Unnamed(but map[contact.Hash]bool) []ledger.Attempt {
	attempts := make([]ledger.Attempt, 0, len(o.unnamed))
	for content, a := range o.unnamed {
		if !but[content] {
			attempts = append(attempts, a)
		}
	}
	slices.SortFunc(attempts, func(a, b ledger.Attempt) int {
		return cmp.Or(cmp.Compare(o.runs.at[a.Run], o.runs.at[b.Run]), cmp.Compare(a.Seq, b.Seq))
	})
	return attempts
}

// attribute takes note of which job an attempt's contact belongs to, by which id of a row, and of what was deleted.
func (o *Org) attribute(a ledger.Attempt) {
	o.noteDelete(a)
	run := o.runs.at[a.Run]
	job := o.runs.list[run].Job
	o.noteOverwritten(a, run)
	o.owners.note(a, job, run)
	o.noteTaking(a, run)
	if job == o.runs.job {
		o.noteLink(a, run)
	}
}

// noteLink takes note of the id of its own by which a row of the same job has its contact.
func (o *Org) noteLink(a ledger.Attempt, run int32) {
	if a.Result == nil || a.Result.Receipt.ContactID == 0 || a.External == (contact.Hash{}) {
		return
	}
	switch a.Result.Status {
	case outcome.Created, outcome.Deleted, outcome.Exists, outcome.Updated:
		o.know(a.External, a.Result.Receipt.ContactID, run)
	}
}

// Of returns what the ledger last knew of a row, and the content by which it knows it: the row's today, or its former one.
func (o *Org) Of(r *check.Row) (row Row, content contact.Hash, ok bool) {
	if row, ok := o.rows[r.Keys.Content]; ok || r.Former == nil {
		return row, r.Keys.Content, ok
	}
	if row, ok := o.rows[r.Former.Keys.Content]; ok {
		return row, r.Former.Keys.Content, true
	}
	return Row{}, r.Keys.Content, false
}

// ContactOf is the contact that a row has, or had before what was last tried for it and came to nothing; 0 if it never had one, or
// no answer told which. Its content is the one by which the ledger knows the row.
func (o *Org) ContactOf(r *check.Row) (id int64, content contact.Hash) {
	row, content, _ := o.Of(r)
	if row.HasContact() {
		return row.ID, content
	}
	return o.had[content], content
}

// RecentlyCreated returns the id of a contact that a run of this ledger made less than the settle time ago, and that is
// the row's; 0 if no answer told it. Whatever a listing shows yet, it is there.
func (o *Org) RecentlyCreated(row *check.Row) (id int64, ok bool) {
	m, _, known := o.Of(row)
	if known && m.Status == outcome.Created && m.at > o.runs.Recently.UnixMicro() && !o.Deleted[m.ID] {
		return m.ID, true
	}
	if len(o.recent) == 0 {
		return 0, false
	}
	identifiers := row.Checked.Contact.Identifiers(o.key)
	ok = row.Any(func(k contact.Keys) bool {
		if !k.HasPrimary {
			return false
		}
		for _, made := range o.recent[k.Primary] {
			if made.identifiers.SameName(identifiers) && !o.Deleted[made.id] {
				id = made.id
				return true
			}
		}
		return false
	})
	return id, ok
}
