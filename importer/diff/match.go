// Package diff compares rows with what their organisation has: which contact a row is about, what differs, and what must not be
// deleted. It is pure: no I/O, no clock, no logging.
package diff

import (
	"slices"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/history"
	"github.com/contactsync/contactsync/importer/outcome"
	"github.com/contactsync/contactsync/importer/remote"
)

// Options are what a sync decides beyond an import: it also changes contacts, and deletes those that its job has made and
// the input no longer has.
type Options struct {
	ClearEmpty bool
	OnConflict OnConflict
	// Adopt makes contacts that were matched belong to the job, and to no other, as those do that it created.
	Adopt bool
	// Prune deletes; Unmanaged extends it to all contacts of the types in the input. A contact is deleted once no row was about it in
	// so many good runs one after the other, this one included; PruneAfter 0 is 1.
	Prune, Unmanaged bool
	PruneAfter       int
	// TrustIDs lets a row's own id alone decide whose contact it is, also where everything else speaks against it.
	TrustIDs bool
	// AcceptMoved lets a row's key decide whose contact it is where its own id leads to another one, and the id goes over.
	AcceptMoved bool
}

// Matcher compares the rows of a sync with one organisation.
type Matcher struct {
	Options Options
	// Key is the one of the ledger's hashes.
	Key    contact.Key
	Now    *remote.Snapshot
	Before *history.Org
	// Base is what contacts looked like when a run of ours had written them.
	Base map[int64]contact.FieldHashes
}

// Match finds the contact that a row is about: the one that the job knows by the row's own id (linked; 0 for none) as far as
// that leads ([Lead]), else the one that is matched, else the one that an earlier run made from the same row and somebody has changed since. Several that
// can't be told apart are nobody's.
func (m *Matcher) Match(row *check.Row, linked int64) (id int64, several []int64) {
	if m.follows(row, linked) {
		return linked, nil
	}
	same := row.Found.Same
	if len(same) > 1 {
		same = m.narrow(row, same)
	}
	switch {
	case len(same) > 1:
		return 0, same
	case len(same) == 1:
		return same[0], nil
	}
	if id, content := m.Before.ContactOf(row); m.Now.Has(id) && m.Before.Latest[id] == content {
		return id, nil
	}
	return 0, nil
}

// narrow picks among several contacts that fit a row: the one that is equal in everything, or the only one that is the
// job's.
func (m *Matcher) narrow(row *check.Row, same []int64) []int64 {
	only := func(fits func(int64) bool) []int64 {
		return slices.DeleteFunc(slices.Clone(same), func(id int64) bool { return !fits(id) })
	}
	equal := only(func(id int64) bool {
		c, _ := m.Now.ByID(id)
		content := c.ContentHash(m.Key, row.Org)
		return row.Any(func(k contact.Keys) bool { return k.Content == content })
	})
	if len(equal) == 1 {
		return equal
	}
	if ours := only(func(id int64) bool { return m.Before.Belongs(id) }); len(ours) == 1 {
		return ours
	}
	return same
}

// Gone is the contact that a row had when a run of ours last saw to it, if somebody else has deleted that since: the one that
// the job knows by the row's own id (linked; 0 for none), else the one that was made of the row as it is. 0: there is none, or
// it was clearly somebody else's.
func (m *Matcher) Gone(row *check.Row, linked int64) int64 {
	id := linked
	known, content := m.Before.ContactOf(row)
	unchanged := known != 0 && m.Before.Latest[known] == content
	if id == 0 && unchanged {
		id = known
	}
	if id == 0 {
		id = m.Before.Gone(row)
	}
	if id == 0 || m.Now.Has(id) || m.Before.Deleted[id] || m.Before.MayHaveDeleted(id) {
		return 0
	}
	written, compared := m.Base[id]
	if compared && !m.Options.TrustIDs && (!unchanged || id != known) &&
		!row.Checked.Contact.FieldHashes(m.Key).Shares(written, contact.Name, contact.Email) {
		return 0 // the id has been given to another person
	}
	return id
}

// Resembling are the contacts that are known by a row's own id, and that may be the row's all the same where it shares that id
// with others: they are not deleted only because nothing says so any more.
func Resembling(key contact.Key, now *remote.Snapshot, before *history.Org, row *check.Row) []int64 {
	var kept []int64
	for _, hash := range check.ExternalHashes(key, row) {
		for _, id := range before.AllLinkedTo(hash) {
			if have, listed := now.ByID(id); listed && row.Checked.Contact.Resembles(&have) {
				kept = append(kept, id)
			}
		}
	}
	return kept
}

// Take is how a contact that is matched comes to belong to the run's job.
type Take uint8

// What can become of whose a contact is.
const (
	TakeNone  Take = iota // it belongs to the job already, or stays nobody's
	TakeShare             // it belongs to other jobs, and to this one too from now on
	TakeAdopt             // it belongs to this job alone from now on
)

// Code is that of a note which says so; empty: there is none.
func (t Take) Code() string {
	switch t {
	case TakeShare:
		return outcome.CodeShared
	case TakeAdopt:
		return outcome.CodeAdopted
	}
	return ""
}

// Takes tells how a contact that is matched comes to belong to the run's job. What nobody's job made does so only where the user
// says it: --prune may delete it then.
func (m *Matcher) Takes(id int64) Take {
	code, _, taking := m.Before.Taking(id)
	switch {
	case taking && code == outcome.CodeAdopted:
		return TakeAdopt // by the run that this one goes on with
	case taking:
		return TakeShare
	case !m.Before.OfJob() || m.Before.Belongs(id):
		return TakeNone
	case m.Options.Adopt:
		return TakeAdopt
	case len(m.Before.Others(id)) > 0:
		return TakeShare
	}
	return TakeNone
}

// Compare tells what is to be changed in the contact that a row is about. mapped are the fields of which the row says
// something.
func (m *Matcher) Compare(row *check.Row, id int64, mapped contact.FieldSet) Compared {
	have, _ := m.Now.ByID(id)
	rules := Comparison{Key: m.Key, Mapped: mapped, ClearEmpty: m.Options.ClearEmpty, OnConflict: m.Options.OnConflict}
	return rules.Compare(row.Checked.Contact, have, m.lastWritten(row, id), func() []contact.Field {
		return StoredAs(m.Key, m.Before, m.Base, row, id, have)
	})
}

// lastWritten is what a contact looked like when a run of ours had written it: as a listing showed it then, else, where none
// could be had, as it was created from a row that has not changed since. nil: that is not known.
func (m *Matcher) lastWritten(row *check.Row, id int64) *contact.FieldHashes {
	if p, ok := m.Base[id]; ok {
		return &p
	}
	known, content, _ := m.Before.Of(row)
	if known.Status == outcome.Created && known.ID == id && m.Before.Latest[id] == content {
		p := row.Sent(content).FieldHashes(m.Key)
		return &p
	}
	return nil
}

// Agree returns what file and portal agree on of a contact, which from there on is what both start from: then it counts who
// changes it. Where they have never been compared all of a contact has to agree, else the fields do that somebody has changed
// into what the file says. False: nothing new.
func (m *Matcher) Agree(id int64, compared Compared) (contact.FieldHashes, bool) {
	have, _ := m.Now.ByID(id)
	shown, known := m.Base[id]
	switch {
	case known && !compared.Agreed.Empty():
		return shown.With(have.FieldHashes(m.Key), compared.Agreed.Fields()), true
	case !known && !compared.differs():
		return have.FieldHashes(m.Key), true
	}
	return contact.FieldHashes{}, false
}
