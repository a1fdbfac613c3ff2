package importer

import (
	"strings"

	"github.com/contactsync/contactsync/importer/check"
	"github.com/contactsync/contactsync/importer/contact"
	"github.com/contactsync/contactsync/importer/dedupe"

	"github.com/contactsync/contactsync/mapping"
	"github.com/contactsync/contactsync/report"
)

// Why a column of ids is given up once all rows have been read. A column that a person or a profile named is never.
const (
	reasonNoID      = "several people share many of its values, so that it says nothing about which of them a row is"
	reasonWeakID    = "it numbers customers or companies, and in this input several people have the same number"
	reasonStrangers = "it numbers customers or companies, and some of its numbers lead to contacts of other people"
)

// identify finds out, before any row is judged, which ids in the input identify people, and gives up columns that number
// something else. What remains is the same in every pass.
func (r *run) identify() error {
	for again := true; again; {
		again = false
		r.identities = nil
		if !r.mapsIDs() {
			return nil
		}
		strangers, err := r.compareIDs()
		if err != nil {
			return err
		}
		for i, in := range r.Inputs {
			if reason := r.noID(i, strangers[i]); reason != "" {
				r.Inputs[i].Mapping = in.Mapping.Without(contact.ExternalID, reason)
				r.columns = check.NewColumns(r.Inputs)
				again = true // ids of the others may have been shared with this one only
			}
		}
	}
	return nil
}

func (r *run) mapsIDs() bool {
	for _, in := range r.Inputs {
		if in.Maps(contact.ExternalID) {
			return true
		}
	}
	return false
}

// noID tells why an input's column of ids is none; empty if it is one, or if somebody wants it to be. strangers tells
// that known ids in it lead to other people.
func (r *run) noID(input int, strangers bool) string {
	m := r.Inputs[input].Mapping
	tally := r.identities.Tally(input)
	switch {
	case m.Weak[contact.ExternalID] && tally.Shared > 0:
		return reasonWeakID
	case m.Weak[contact.ExternalID] && strangers:
		return reasonStrangers
	case detected(m) && tally.IsNoID():
		return reasonNoID
	}
	return ""
}

// detected reports whether the column of ids was found by what it is called and holds, and not named by anybody.
func detected(m *mapping.Mapping) bool {
	switch m.Fields[contact.ExternalID].Why {
	case "header", "values":
		return true
	}
	return false
}

// compareIDs reads all ids, then the rows whose ids stand in others too, and those whose ids may be none for what is known
// of them: strangers are the inputs in which one leads to somebody else.
func (r *run) compareIDs() (strangers map[int]bool, err error) {
	r.identities = dedupe.NewIdentities()
	doubted := map[int]bool{} // rows of weak columns whose ids are known
	for row, err := range r.checker.IDs(r.reading) {
		if err != nil {
			return nil, err
		}
		if row.Checked.ExternalID == "" {
			continue
		}
		r.identities.Note(uint32(row.Seq), row.Input, identityOf(row))
		if r.Inputs[row.Input].Mapping.Weak[contact.ExternalID] && r.linked(row) != 0 {
			doubted[row.Seq] = true
		}
	}
	strangers = map[int]bool{}
	wanted := check.Those(func(seq int) bool { return doubted[seq] || r.identities.IsContested(uint32(seq)) })
	for row, err := range r.checker.Each(r.reading, wanted) {
		if err != nil {
			return nil, err
		}
		if row.Checked.ExternalID == "" {
			continue
		}
		if doubted[row.Seq] && r.leadsElsewhere(row) {
			strangers[row.Input] = true
		}
		r.identities.Compare(uint32(row.Seq), row.Input, identityOf(row), bearerOf(row))
	}
	return strangers, nil
}

func identityOf(row *check.Row) dedupe.Identity {
	return dedupe.IdentityOf(row.Org, contact.HashText(contact.Key{}, row.Checked.ExternalID)) // compared within the run only
}

func bearerOf(row *check.Row) dedupe.Bearer {
	b := dedupe.Bearer{Keys: row.Keys, Name: strings.Clone(row.Checked.Contact.Name), Invalid: !row.Valid()}
	if b.Invalid {
		b.Email = strings.Clone(row.Checked.Contact.Email)
	}
	return b
}

// sharedWith returns a row that has the same id and is another contact; 0 if the id is one.
func (r *run) sharedWith(row *check.Row) uint32 {
	if !r.identities.AnyShared() || row.Checked.ExternalID == "" {
		return 0
	}
	first, other, shared := r.identities.Shared(identityOf(row))
	switch seq := uint32(row.Seq); {
	case !shared:
		return 0
	case seq == first, r.twins.DuplicateOf(seq) == first:
		return other
	}
	return first
}

// external is what a row is recognised by over runs besides its content: the hash of its own id; zero where it has none
// that identifies it.
func (r *run) external(row *check.Row) contact.Hash {
	if row.Checked.ExternalID == "" || r.sharedWith(row) != 0 {
		return contact.Hash{}
	}
	return contact.HashText(r.key(), row.Checked.ExternalID)
}

// linked is the contact that the job knows by a row's own id, listed or not; 0 if it knows none, or the id is none.
func (r *run) linked(row *check.Row) int64 {
	t := r.territories[row.Org]
	if t == nil || !t.before.HasLinks() || row.Checked.ExternalID == "" || r.sharedWith(row) != 0 {
		return 0
	}
	if id := t.before.LinkedTo(contact.HashText(r.key(), row.Checked.ExternalID)); id != 0 {
		return id
	}
	for _, former := range row.Checked.FormerIDs() {
		if id := t.before.LinkedTo(contact.HashText(r.key(), former)); id != 0 {
			return id
		}
	}
	return 0
}

// leadsElsewhere reports whether the contact that a row's id leads to is clearly somebody else than the row. What a run of
// ours last wrote of the row's name or address is the row's, whatever somebody has made of it in the portal since.
func (r *run) leadsElsewhere(row *check.Row) bool {
	t := r.territories[row.Org]
	id := r.linked(row)
	if r.Sync == nil || r.Sync.TrustIDs || id == 0 || !t.listed[id] {
		return false
	}
	have, _ := r.checker.Existing[row.Org].ByID(id)
	if !contact.ClearlyOthers(&row.Checked.Contact, &have) || row.Former != nil && !contact.ClearlyOthers(&row.Former.Contact, &have) {
		return false
	}
	written, known := t.shown[id]
	if !known {
		return true
	}
	return !row.Checked.Contact.FieldHashes(r.key()).Shares(written, contact.Name, contact.Email)
}

// keptFor are the contacts that are known by an id which a row shares with others, and that may be the row's all the same:
// they are not deleted only because nothing says so any more.
func (r *run) keptFor(row *check.Row) []int64 {
	t := r.territories[row.Org]
	if t == nil || r.sharedWith(row) == 0 {
		return nil
	}
	var kept []int64
	for _, hash := range check.ExternalHashes(r.key(), row) {
		for _, id := range t.before.AllLinkedTo(hash) {
			have, listed := r.checker.Existing[row.Org].ByID(id)
			if listed && row.Checked.Contact.Resembles(&have) {
				kept = append(kept, id)
			}
		}
	}
	return kept
}

// sharedIDs tells of an input's column of ids that is used although more than a few of them are shared, since somebody
// named it; nil: there is nothing to tell.
func (r *run) sharedIDs(input int) *report.SharedIDs {
	if r.identities == nil || !r.identities.Tally(input).IsNoID() {
		return nil
	}
	tally, fields := r.identities.Tally(input), r.Inputs[input].Mapping.Fields[contact.ExternalID]
	return &report.SharedIDs{Column: strings.Join(fields.Columns, "+"), Values: tally.Values, Shared: tally.Shared}
}
