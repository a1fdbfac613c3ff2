package importer

import (
	"context"
	"slices"
	"time"

	"github.com/contactsync/contactsync/importer/apply"
	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/ledger"
	"github.com/contactsync/contactsync/importer/outcome"
)

// remembered is what the ledger last knew of a row, whichever run tried it.
type remembered struct {
	at       int64 // of the result; microseconds since 1970
	id       int64 // the row's contact
	run      int32 // index of the run that knows it
	seq      int32
	attempts int16
	unclear  int16
	status   outcome.Status // empty: open
	refused  bool           // by the API itself
}

// recall is what earlier runs know of the rows of one organisation, by content.
type recall struct {
	key  contact.Key // under which the ledger's hashes were made
	rows map[contact.Hash]remembered
	// nameless are those that made a contact without telling its id, by content.
	nameless map[contact.Hash]ledger.Attempt
	// lost are the attempts of which nobody knows what became of them.
	lost []ledger.Attempt
	// made are the keys of contacts that were made a moment ago, which a listing may not show yet.
	made map[contact.Hash][]justMade
	// owned are the ids of contacts that runs of this ledger made, witnesses those of them with a 201, and deleted those
	// that runs of this ledger deleted.
	owned     map[int64]bool
	witnesses []apply.Witness
	deleted   map[int64]bool
	// twins are the creates that made a second contact.
	twins []ledger.Attempt
	// byExternal are the contacts of this job's rows by the rows' own ids; members those that belong to the job, and
	// others those that belong to another one.
	byExternal      map[contact.Hash]link
	members, others map[int64]bool
	// former are those that belonged to the job until it deleted them: made anew by an undo they belong to it again.
	former map[int64]bool
	// latest is what a contact was made of last: a row that it was made of before may be somebody else's by now.
	latest map[int64]contact.Hash
	// pruned are the deletes of open runs, by contact, and seconds the contacts that stood twice.
	pruned  map[int64]pruned
	seconds []int64
	// differs are the fields in which the service showed a contact otherwise than it was sent last.
	differs map[int64][]contact.Field
}

type justMade struct {
	id     int64
	traits contact.Identifiers
}

// history is what all earlier runs are, as far as this one can go on with them.
type history struct {
	runs []ledger.Run
	at   map[string]int32
	// recently is since when a contact that we made may not be listed yet. It stays what it was at first: a row must not be
	// judged otherwise later in the same run.
	recently time.Time
}

// recollect reads from the ledger what earlier runs know of the run's organisations.
func (r *run) recollect(ctx context.Context) error {
	runs, err := r.Ledger.Runs(ctx)
	if err != nil {
		return ledgerUnreadable(err)
	}
	runs = slices.DeleteFunc(runs, func(earlier ledger.Run) bool { return earlier.ID == r.About.ID }) // this one is none
	r.history = history{runs: runs, at: make(map[string]int32, len(runs)), recently: time.Now().Add(-r.Settle)}
	for i, earlier := range runs {
		r.history.at[earlier.ID] = int32(i)
	}
	for _, org := range r.orgs() {
		if err := r.recollectOrg(ctx, r.territories[org]); err != nil {
			return ledgerUnreadable(err)
		}
	}
	return nil
}

func (r *run) recollectOrg(ctx context.Context, t *territory) error {
	t.recall = recall{key: r.key(), rows: map[contact.Hash]remembered{}, made: map[contact.Hash][]justMade{}, owned: map[int64]bool{}, deleted: map[int64]bool{},
		byExternal: map[contact.Hash]link{}, members: map[int64]bool{}, others: map[int64]bool{}, former: map[int64]bool{}, latest: map[int64]contact.Hash{}, differs: map[int64][]contact.Field{}}
	for a, err := range r.Ledger.History(ctx, t.scope) {
		if err != nil {
			return err
		}
		if r.rehearsed(a) {
			continue
		}
		r.attribute(t, a)
		r.needles.noteKnown(a)
		switch {
		case a.Action == outcome.Create || a.Action == outcome.Update:
			t.recall.add(r.history.at[a.Run], a, r.history.recently)
		case a.Action == outcome.Delete && a.Result != nil && a.Result.Status == outcome.Deleted:
			t.recall.deleted[a.Target] = true
		}
	}
	open, err := r.Ledger.InDoubt(ctx, t.scope)
	t.recall.lost = slices.DeleteFunc(open, r.rehearsed)
	return err
}

// rehearsed reports whether an attempt is that of a simulated run: its simulator has forgotten it, and so do all runs.
func (r *run) rehearsed(a ledger.Attempt) bool { return r.history.runs[r.history.at[a.Run]].Simulated }

// add takes note of an attempt; attempts come in the order of their runs, so the later one counts.
func (m *recall) add(run int32, a ledger.Attempt, since time.Time) {
	row := remembered{run: run, seq: int32(a.Seq), attempts: int16(a.Attempt), unclear: int16(a.UnclearAttempts())}
	if res := a.Result; res != nil {
		row.at, row.status, row.id = res.At.UnixMicro(), res.Status, res.Receipt.ContactID
		row.attempts = int16(res.Receipt.Attempts)
		row.refused = res.Code == outcome.CodeRefused
	}
	m.rows[a.Row.Content] = row
	m.noteNameless(a)
	if row.id != 0 && row.bindsTo() {
		m.latest[row.id] = a.Row.Content
		m.noteDiffers(row, a.Result.Notes)
	}
	if a.Result != nil && noted(a.Result.Notes, outcome.CodeTwice) != nil {
		m.twins = append(m.twins, a)
	}
	if row.status != outcome.Created {
		return
	}
	if row.id != 0 {
		m.owned[row.id] = true
		if !a.Result.Found {
			m.witnesses = append(m.witnesses, apply.Witness{ID: row.id, At: a.Result.At})
		}
	}
	if a.Result.At.After(since) && a.Row.Key != (contact.Hash{}) {
		m.made[a.Row.Key] = append(m.made[a.Row.Key], justMade{id: row.id, traits: a.Row.Identifiers})
	}
}

// noteDiffers takes note of what the service made of what was sent. One that was only found to be there was not sent.
func (m *recall) noteDiffers(row remembered, notes []outcome.Note) {
	if row.status == outcome.Exists {
		return
	}
	delete(m.differs, row.id)
	for _, n := range notes {
		if n.Code == outcome.CodeStoredDiffers && len(n.Fields) > 0 {
			m.differs[row.id] = n.Fields
		}
	}
}

// attribute takes note of which job an attempt's contact belongs to, and of what was deleted.
func (r *run) attribute(t *territory, a ledger.Attempt) {
	r.notePruned(t, a)
	switch r.history.runs[r.history.at[a.Run]].Job {
	case r.About.Job:
		t.recall.join(r.history.at[a.Run], a)
	case "":
	default:
		if a.Result != nil && (a.Result.Status == outcome.Created || adopted(a)) {
			t.recall.others[a.Result.Receipt.ContactID] = true
		}
	}
}

// adopted reports whether an attempt made its contact belong to the job of its run.
func adopted(a ledger.Attempt) bool {
	return slices.ContainsFunc(a.Result.Notes, func(n outcome.Note) bool { return n.Code == outcome.CodeAdopted })
}

// join takes note of what an attempt of the same job says about whose contact is whose.
func (m *recall) join(run int32, a ledger.Attempt) {
	if a.Result == nil || a.Result.Receipt.ContactID == 0 {
		return
	}
	id := a.Result.Receipt.ContactID
	switch a.Result.Status {
	case outcome.Created:
		if a.Target == 0 || m.former[a.Target] {
			m.members[id] = true
		}
	case outcome.Deleted:
		m.former[id] = m.members[id]
		delete(m.members, id)
	case outcome.Exists, outcome.Updated:
		if adopted(a) {
			m.members[id] = true
		}
	default:
		return
	}
	if a.External != (contact.Hash{}) {
		m.know(a.External, id, run)
	}
}

// noted returns the contacts that a note of this code is about; nil if there is none.
func noted(notes []outcome.Note, code string) []int64 {
	for _, n := range notes {
		if n.Code == code {
			return n.IDs
		}
	}
	return nil
}

// isOpen reports whether the run that knows the row can be gone on with.
func (h *history) isOpen(row remembered) bool { return !h.runs[row.run].Closed }

// binds reports whether what an open run knows of a row holds for the run that goes on with it: what was done, what the
// API refused, and what is still not known. What is known not to have happened is tried again.
func (row remembered) binds() bool {
	switch row.status {
	case outcome.Created, outcome.Updated, outcome.Exists, outcome.Uncertain, "":
		return true
	case outcome.Failed:
		return row.refused
	}
	return false
}

// recentlyMade returns the id of a contact that a run of this ledger made less than the settle time ago, and that is
// the row's. Whatever a listing shows yet, it is there.
func (t *territory) recentlyMade(row *check.Row, since time.Time) (id int64, ok bool) {
	m, _, known := t.recall.of(row)
	if known && m.status == outcome.Created && m.at > since.UnixMicro() && !t.recall.deleted[m.id] {
		return m.id, true
	}
	if len(t.recall.made) == 0 {
		return 0, false
	}
	traits := row.Checked.Contact.Identifiers(t.recall.key)
	ok = row.Any(func(k contact.Keys) bool {
		if !k.HasPrimary {
			return false
		}
		for _, made := range t.recall.made[k.Primary] {
			if made.traits.SameName(traits) && !t.recall.deleted[made.id] {
				id = made.id
				return true
			}
		}
		return false
	})
	return id, ok
}

// of returns what the ledger last knew of a row, and the content by which it knows it: the row's today, or its former one.
func (m *recall) of(r *check.Row) (row remembered, content contact.Hash, ok bool) {
	if row, ok := m.rows[r.Keys.Content]; ok || r.Former == nil {
		return row, r.Keys.Content, ok
	}
	if row, ok := m.rows[r.Former.Keys.Content]; ok {
		return row, r.Former.Keys.Content, true
	}
	return remembered{}, r.Keys.Content, false
}
